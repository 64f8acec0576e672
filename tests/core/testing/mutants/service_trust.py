"""Judges of trust that are right, and judges with one fault each."""

from collections.abc import Callable
from itertools import count
from typing import Any

import attrs
from hypothesis import settings

from llmos_core.testing import service_suite
from llmos_core.testing.floor import Gap, gap_of
from llmos_core.types.decision import PROPOSAL_CAP, Assessment, MatchReport
from llmos_core.types.task import TaskBlock
from llmos_core.types.trace import TraceStep
from llmos_std.replay.trust import EvidenceTrust

Asks = Callable[[TraceStep], bool]


class Reference:
    """Says what the floor says. `lets_pass` is the gap that a mutant does not see."""

    lets_pass: Gap | None = None

    def assess(self, _task: TaskBlock, match: MatchReport, *, is_approved: Asks, is_current: Asks) -> Assessment:
        steps = match.trace.steps if match.trace else ()
        gap = gap_of(match, is_approved=all(map(is_approved, steps)))
        is_right = gap is Gap.NONE or gap is self.lets_pass
        if match.trace is not None and is_right and self.are_current(steps, is_current):
            return Assessment(confidence=min(match.score, 1.0), is_replayable=True, reason="proven")
        return Assessment(confidence=min(match.score, PROPOSAL_CAP), reason=gap.value)

    def are_current(self, steps: tuple[TraceStep, ...], is_current: Asks) -> bool:
        return all(map(is_current, steps))


class Standard(EvidenceTrust):
    """The judge of the standard library, as it is."""


class NeedsATrace(Reference):
    def assess(self, task: TaskBlock, match: MatchReport, **asks: Any) -> Assessment:
        if match.trace is None:
            raise ValueError("nothing to judge")
        return super().assess(task, match, **asks)


class ChangesItsMind(Reference):
    numbers = count()

    def assess(self, task: TaskBlock, match: MatchReport, **asks: Any) -> Assessment:
        found = super().assess(task, match, **asks)
        return attrs.evolve(found, reason=f"{found.reason} ({next(self.numbers)})")


class TrustsGuesses(Reference):
    lets_pass = Gap.GUESS


class TrustsEdits(Reference):
    lets_pass = Gap.PERSON


class TrustsWhatFailed(Reference):
    lets_pass = Gap.FAILED


class TrustsFinalSteps(Reference):
    lets_pass = Gap.EFFECTS


class NeverLooksAtTools(Reference):
    def are_current(self, steps: tuple[TraceStep, ...], is_current: Asks) -> bool:
        return True


class GivesNoReason(Reference):
    def assess(self, task: TaskBlock, match: MatchReport, **asks: Any) -> Assessment:
        return attrs.evolve(super().assess(task, match, **asks), reason="")


RIGHT = (Reference, Standard)

MUTANTS: dict[Any, str] = {
    NeedsATrace: "test_every_match_is_assessed",
    ChangesItsMind: "test_the_same_evidence_gives_the_same_answer",
    TrustsGuesses: "test_a_guess_is_never_replayable",
    TrustsEdits: "test_a_trace_that_waits_for_a_person_is_never_replayable",
    NeverLooksAtTools: "test_a_trace_whose_tool_changed_is_never_replayable",
    TrustsWhatFailed: "test_a_failure_must_be_made_up_for",
    TrustsFinalSteps: "test_what_cannot_be_taken_back_needs_evidence_or_a_yes",
    GivesNoReason: "test_what_may_not_be_replayed_has_a_reason",
}


def suite(made: Any, bounds: settings) -> type:
    return service_suite(lambda _context: made(), "trust", bounds=bounds)
