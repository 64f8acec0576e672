"""Strategies that are right, and strategies with one fault each: near misses, most of them plausible."""

from itertools import count
from typing import Any

import attrs
from hypothesis import settings

from llmos_core.testing import strategy_suite
from llmos_core.testing.floor import Gap, gap_of
from llmos_core.types.decision import ModeContext, ModeDecision
from llmos_core.types.task import ModeName


class Reference:
    """Follows what may be replayed, mixes from 0.75 on, else learns."""

    def decide(self, context: ModeContext) -> ModeDecision:
        trace = context.match.trace
        if context.is_replayable and trace is not None:
            return self.chosen(ModeName.FOLLOWER, context)
        if context.has_model and "MIXED" in context.available and trace is not None and context.confidence >= 0.75:
            return self.chosen(ModeName.MIXED, context)
        return self.chosen(ModeName.LEARNER, context)

    def chosen(self, mode: ModeName, context: ModeContext) -> ModeDecision:
        trace = None if mode in (ModeName.LEARNER, ModeName.ORCHESTRATOR) else context.match.trace
        return ModeDecision(mode=mode, confidence=context.confidence, reasoning="because", trace=trace)


class AsyncReference(Reference):
    async def decide(self, context: ModeContext) -> ModeDecision:
        return super().decide(context)


class Raises(Reference):
    def decide(self, context: ModeContext) -> ModeDecision:
        if context.complexity == 3:
            raise ValueError("three")
        return super().decide(context)


class ForgetsToDecide(Reference):
    def decide(self, context: ModeContext) -> ModeDecision | None:
        return None if context.match.trace is None else super().decide(context)


class ChangesItsMind(Reference):
    numbers = count()

    def decide(self, context: ModeContext) -> ModeDecision:
        return attrs.evolve(super().decide(context), reasoning=f"because {next(self.numbers)}")


class Boasts(Reference):
    def decide(self, context: ModeContext) -> ModeDecision:
        decision = super().decide(context)
        return attrs.evolve(decision, confidence=1.0) if decision.mode is ModeName.MIXED else decision


class PassesTheFloor(Reference):
    """Also follows, however sure it is, where exactly `gap` stands between the trace and running alone."""

    gap = Gap.NONE

    def decide(self, context: ModeContext) -> ModeDecision:
        match = context.match
        if match.trace is not None and not context.is_replayable and gap_of(match) is self.gap:
            return self.chosen(ModeName.FOLLOWER, context)
        return super().decide(context)


class FollowsWhatReadsAlike(PassesTheFloor):
    gap = Gap.GUESS


class FollowsWhatWasEdited(PassesTheFloor):
    gap = Gap.PERSON


class FollowsWhatFailed(PassesTheFloor):
    gap = Gap.FAILED


class FollowsWhatCannotBeTakenBack(PassesTheFloor):
    gap = Gap.EFFECTS


class JudgesTrustItself(PassesTheFloor):
    """Computes the whole floor from the match, and so cannot know of a tool that has changed."""


class FollowsOnlyTheUnsure(Reference):
    def decide(self, context: ModeContext) -> ModeDecision:
        decision = super().decide(context)
        is_too_sure = decision.mode is ModeName.FOLLOWER and context.confidence >= 0.95
        return self.chosen(ModeName.LEARNER, context) if is_too_sure else decision


class FollowsOnlyBelowTheLine(Reference):
    """Has the comparison with the threshold the wrong way round, but not that with the confidence."""

    def decide(self, context: ModeContext) -> ModeDecision:
        decision = super().decide(context)
        is_strict = decision.mode is not ModeName.FOLLOWER or context.thresholds.follower >= 0.92
        return decision if is_strict else self.chosen(ModeName.LEARNER, context)


class CarriesATraceAlong(Reference):
    def decide(self, context: ModeContext) -> ModeDecision:
        return attrs.evolve(super().decide(context), trace=context.match.trace)


class FollowsNothing(Reference):
    def decide(self, context: ModeContext) -> ModeDecision:
        decision = super().decide(context)
        empty = ModeDecision(mode=ModeName.FOLLOWER, confidence=0.0, reasoning="I only follow")
        return empty if decision.mode is ModeName.LEARNER else decision


class ChoosesWhatIsNotThere(Reference):
    def decide(self, context: ModeContext) -> ModeDecision:
        decision = super().decide(context)
        is_complex = decision.mode is ModeName.LEARNER and context.has_model and context.complexity >= 2
        return self.chosen(ModeName.ORCHESTRATOR, context) if is_complex else decision


class CountsOnAMissingModel(Reference):
    def decide(self, context: ModeContext) -> ModeDecision:
        return super().decide(attrs.evolve(context, has_model=True))


class GivesNoReason(Reference):
    def decide(self, context: ModeContext) -> ModeDecision:
        return attrs.evolve(super().decide(context), reasoning="")


RIGHT = (Reference, AsyncReference)

MUTANTS: dict[Any, str] = {
    Raises: "test_every_context_gets_a_decision",
    ForgetsToDecide: "test_every_context_gets_a_decision",
    ChangesItsMind: "test_the_same_context_gets_the_same_decision",
    Boasts: "test_confidence_is_never_more_than_the_evidence",
    FollowsWhatReadsAlike: "test_a_guess_never_runs_without_a_model",
    FollowsWhatWasEdited: "test_a_trace_that_waits_for_a_person_never_runs_without_a_model",
    FollowsWhatFailed: "test_a_trace_that_failed_never_runs_without_a_model",
    FollowsWhatCannotBeTakenBack: "test_unproven_effects_never_happen_without_a_model",
    JudgesTrustItself: "test_what_only_the_kernel_knows_is_believed",
    FollowsOnlyTheUnsure: "test_a_better_match_never_leads_away_from_replaying",
    FollowsOnlyBelowTheLine: "test_a_higher_threshold_never_follows_more",
    CarriesATraceAlong: "test_a_trace_comes_exactly_with_the_modes_that_use_one",
    FollowsNothing: "test_a_trace_comes_exactly_with_the_modes_that_use_one",
    ChoosesWhatIsNotThere: "test_only_installed_modes_are_chosen",
    CountsOnAMissingModel: "test_without_a_model_no_mode_counts_on_one",
    GivesNoReason: "test_the_reasoning_is_one_sentence",
}


def suite(made: Any, bounds: settings) -> type:
    return strategy_suite(made, bounds=bounds)
