"""The strategy suite accepts a right strategy, and each of its laws rejects a strategy that only this law rejects."""

from itertools import count

import attrs
import pytest

from llmos_core.testing.running import HUNT, broken_laws, laws
from llmos_core.testing.suites import strategy_suite
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
    def decide(self, context: ModeContext) -> ModeDecision:
        is_sure = context.match.trace is not None and context.confidence >= 0.9
        return self.chosen(ModeName.FOLLOWER, context) if is_sure else super().decide(context)


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


TestReference = strategy_suite(Reference)
TestAsyncReference = strategy_suite(AsyncReference)

MUTANTS = {
    Raises: "test_every_context_gets_a_decision",
    ForgetsToDecide: "test_every_context_gets_a_decision",
    ChangesItsMind: "test_the_same_context_gets_the_same_decision",
    Boasts: "test_confidence_is_never_more_than_the_evidence",
    PassesTheFloor: "test_only_a_replayable_match_runs_without_a_model",
    CarriesATraceAlong: "test_a_trace_comes_exactly_with_the_modes_that_use_one",
    FollowsNothing: "test_a_trace_comes_exactly_with_the_modes_that_use_one",
    ChoosesWhatIsNotThere: "test_only_installed_modes_are_chosen",
    CountsOnAMissingModel: "test_without_a_model_no_mode_counts_on_one",
    GivesNoReason: "test_the_reasoning_is_one_sentence",
}


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.__name__)
def test_one_law_alone_rejects_a_mutant(mutant: type[Reference]) -> None:
    assert broken_laws(strategy_suite(mutant, bounds=HUNT)) == {MUTANTS[mutant]}


def test_every_law_has_a_mutant() -> None:
    assert set(MUTANTS.values()) == set(laws(strategy_suite(Reference)))


def test_a_strategy_that_says_so_may_refuse() -> None:
    assert broken_laws(strategy_suite(FollowsNothing, may_refuse=True, bounds=HUNT)) == set()
