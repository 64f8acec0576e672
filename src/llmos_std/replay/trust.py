"""How far a matched trace may be trusted today, and whether it may run with no model at all.

A proven match (the same goal, the same values) of a learned trace whose tools are unchanged is replayable

* while nothing verified has gone wrong: every check of the trace is made again, so the replay is itself the test
  (a *verifying* replay until score and bound are reached);
* after a verified failure only with a score above the threshold and, for writes, a lower bound of at least 0.50.

A step that cannot be taken back needs, besides, a lower bound of 0.85 or the user's approval of exactly that call. A
trace that was not used for long counts as fresh; one that was healed after a surprise must first be confirmed, or have
a check at every step. Everything else is a proposal: never replayable, never above the FOLLOWER line. With
`strict = false` the documented score alone decides. Source: specs/confidence/1, CF-010 to CF-026.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmos_core.types.decision import PROPOSAL_CAP, Assessment, MatchKind
from llmos_core.types.record import evolve
from llmos_core.types.trace import HEALED, TraceState
from llmos_std.replay.confidence import lower_bound, needed_bound
from llmos_std.replay.guards import is_discriminating

if TYPE_CHECKING:
    from collections.abc import Callable

    from llmos_core.protocols.context import PluginContext
    from llmos_core.types.decision import MatchReport
    from llmos_core.types.task import TaskBlock
    from llmos_core.types.trace import Statistics, Trace, TraceStep

    Asks = Callable[[TraceStep], bool]

_SECONDS = len("2026-01-01T00:00:00")

_PROOF_CAPS = {MatchKind.EXACT: 1.0, MatchKind.FRAME: 0.99, MatchKind.TEMPLATE: 0.95}


class EvidenceTrust:
    """The standard judge. `threshold` is the score, in hundredths, that a trace must pass once it has failed.

    `stale_before` returns the moment (UTC, ISO 8601) before which a last use is too long ago, "" for never.
    """

    def __init__(
        self, *, threshold: float = 90.0, is_strict: bool = True, stale_before: Callable[[], str] = lambda: ""
    ) -> None:
        self._threshold = threshold
        self._is_strict = is_strict
        self._stale_before = stale_before

    def assess(self, _task: TaskBlock, match: MatchReport, *, is_approved: Asks, is_current: Asks) -> Assessment:
        """Return the confidence of following `match.trace`; total, and the same for the same evidence."""
        trace, statistics = match.trace, match.statistics
        if match.program is not None:  # its runs are its evidence; a yes to one of them is no yes to other values
            statistics = evolve(statistics, successes=statistics.successes + match.program.evidence)
            is_approved = _never
        if trace is None:
            return Assessment(reason="no learned goal was found for this one")
        if trace.state is not TraceState.LEARNED:
            return Assessment(reason=f"the trace is {trace.state.value}, and only a learned one may act")
        confidence = min(self._cap(match), self._standing(statistics))
        obstacle = (
            _not_proven(match)
            or _not_runnable(trace, is_current)
            or self._score_obstacle(statistics)
            or self._bound_obstacle(trace, match, statistics)
            or self._effect_obstacle(trace, statistics, is_approved)
            or self._wording_obstacle(match, trace, is_approved)
            or self._staleness_obstacle(trace, statistics, is_approved)
            or self._healing_obstacle(trace, statistics)
        )
        if obstacle:
            return Assessment(confidence=min(confidence, PROPOSAL_CAP), reason=obstacle)
        is_verifying = self._is_strict and not self._is_proven(trace, statistics)
        reason = self._test_reason(trace, statistics) if is_verifying else "its record is good enough"
        return Assessment(confidence=confidence, is_replayable=True, is_verifying=is_verifying, reason=reason)

    def _cap(self, match: MatchReport) -> float:
        if match.is_proof:
            cap = _PROOF_CAPS[match.kind]
            return min(cap, match.score) if match.kind is MatchKind.FRAME else cap
        return max(0.0, min(match.score, PROPOSAL_CAP))

    def _standing(self, statistics: Statistics) -> float:
        """Return 1.0 for a record without a failure, else the documented score; without strictness always the score."""
        is_clean = self._is_strict and statistics.failures == 0
        return 1.0 if is_clean else statistics.score / 100

    def _score_obstacle(self, statistics: Statistics) -> str:
        if statistics.score > self._threshold or (self._is_strict and statistics.failures == 0):
            return ""
        return f"its score is {statistics.score} of 100 ({_counted(statistics)}); above {self._threshold:g} is needed"

    def _effect_obstacle(self, trace: Trace, statistics: Statistics, is_approved: Asks) -> str:
        """Return what the bound forbids: writes after a failure, and final steps that nobody approved."""
        if not self._is_strict:
            return ""
        bound = lower_bound(statistics.successes, statistics.failures)
        for number, step in enumerate(trace.steps, start=1):
            needed = needed_bound(step.effect)
            if bound >= needed:
                continue
            if step.effect.is_final and not is_approved(step):
                what = f"step {number} ({step.tool}) cannot be taken back and was not approved (-y approves it)"
                return f"{what}; {_counted(statistics)} prove {bound:.2f}, {needed:.2f} is needed"
            if not step.effect.is_final and statistics.failures:
                what = f"step {number} ({step.tool}) writes"
                return f"{what}, and {_counted(statistics)} prove only {bound:.2f}; {needed:.2f} is needed"
        return ""

    def _bound_obstacle(self, trace: Trace, match: MatchReport, statistics: Statistics) -> str:
        """Return the step that too few runs prove for values that were never seen."""
        if match.program is None:
            return ""
        bound = lower_bound(statistics.successes, statistics.failures)
        short = next((step for step in trace.steps if bound < needed_bound(step.effect)), None)
        if short is None:
            return ""
        what = f"{match.program.evidence} runs and {_counted(statistics)} prove {bound:.2f} for other values"
        return f"{what}; {short.tool} needs {needed_bound(short.effect):.2f}"

    def _wording_obstacle(self, match: MatchReport, trace: Trace, is_approved: Asks) -> str:
        """Return the final step that another wording of the goal may not repeat unasked."""
        if not self._is_strict or match.kind is not MatchKind.FRAME:
            return ""
        final = next((step for step in trace.steps if step.effect.is_final and not is_approved(step)), None)
        return (
            f"{final.tool} cannot be taken back, and the goal is worded otherwise than the learned one" if final else ""
        )

    def _staleness_obstacle(self, trace: Trace, statistics: Statistics, is_approved: Asks) -> str:
        """Return the final step whose record is too old to stand for an approval."""
        if not (used := self._stale_since(trace, statistics)):
            return ""
        final = next((step for step in trace.steps if step.effect.is_final and not is_approved(step)), None)
        return f"{final.tool} cannot be taken back, and the trace was last used on {used}" if final else ""

    def _healing_obstacle(self, trace: Trace, statistics: Statistics) -> str:
        """Return the step of a healed candidate that no replay could verify."""
        if not self._is_strict or trace.mode != HEALED or statistics.successes:
            return ""
        blind = (number for number, step in enumerate(trace.steps, start=1) if not is_discriminating(step))
        number = next(blind, 0)
        return f"it was healed after a surprise and never confirmed, and step {number} has no check" if number else ""

    def _stale_since(self, trace: Trace, statistics: Statistics) -> str:
        """Return the day of the last use when that is too long ago, "" when it is not."""
        limit = self._stale_before() if self._is_strict else ""
        used = statistics.last_used or trace.created_at
        return (used[:10] or "an unknown day") if used[:_SECONDS] < limit[:_SECONDS] else ""

    def _test_reason(self, trace: Trace, statistics: Statistics) -> str:
        """Return why a replay that is allowed is still a test."""
        if used := self._stale_since(trace, statistics):
            return f"last used on {used}: this replay tests it anew"
        return "not yet proven: this replay is its test"

    def _is_proven(self, trace: Trace, statistics: Statistics) -> bool:
        if self._stale_since(trace, statistics):
            return False
        needed = max(needed_bound(step.effect) for step in trace.steps)
        is_bound = lower_bound(statistics.successes, statistics.failures) >= needed
        return is_bound and statistics.score > self._threshold


def _never(_step: TraceStep) -> bool:
    return False


def _not_proven(match: MatchReport) -> str:
    return "" if match.is_proof else f"the goal is not proven to be the learned one: {match.why}"


def _not_runnable(trace: Trace, is_current: Asks) -> str:
    if not trace.steps:
        return "the trace has no steps"
    stale = next((step.tool for step in trace.steps if not is_current(step)), "")
    return f"the tool {stale} is missing or has changed since the trace was learned" if stale else ""


def _counted(statistics: Statistics) -> str:
    wins, losses = statistics.successes, statistics.failures
    return f"{wins} verified success{'' if wins == 1 else 'es'} and {losses} failure{'' if losses == 1 else 's'}"


def open_trust(context: PluginContext) -> EvidenceTrust:
    """Make the standard judge from the section `memory`."""
    memory, clock = context.section("memory"), context.clock

    def stale_before() -> str:
        from datetime import timedelta

        return (clock.now() - timedelta(days=memory.stale_after_days)).isoformat() if memory.stale_after_days else ""

    threshold = round(memory.trace_confidence_threshold * 100, 6)
    return EvidenceTrust(threshold=threshold, is_strict=memory.strict, stale_before=stale_before)
