"""The laws of a ModeStrategy: total, deterministic, honest, and never weaker than the safety floor."""

from collections.abc import Callable
from typing import Any

from hypothesis import settings

from llmos_core import aio
from llmos_core.protocols.thinking import ModeStrategy
from llmos_core.testing.building import USUAL, make_suite
from llmos_core.testing.records import mode_contexts
from llmos_core.types.decision import ModeContext, ModeDecision
from llmos_core.types.task import ModeName

ALONE = frozenset({ModeName.FOLLOWER, ModeName.CRYSTALLIZED})
"""Modes that act with no model."""

WITH_TRACE = ALONE | {ModeName.MIXED}


def strategy_suite(factory: Callable[[], ModeStrategy], *, may_refuse: bool = False, bounds: settings = USUAL) -> type:
    """Return the laws for the strategies that `factory` makes.

    `may_refuse` allows FOLLOWER without a trace and with confidence 0 where nothing may be replayed: for strategies
    that are documented never to ask a model.
    """
    draws = {"context": mode_contexts()}
    return make_suite(StrategyLaws, draws=draws, bounds=bounds, factory=staticmethod(factory), may_refuse=may_refuse)


class StrategyLaws:
    """What every strategy must do."""

    factory: Callable[[], ModeStrategy]
    may_refuse: bool

    def test_every_context_gets_a_decision(self, context: ModeContext) -> None:
        """Hold for any valid context, without raising."""
        decision = _decide(self.factory(), context)
        assert isinstance(decision, ModeDecision), f"expected a ModeDecision, found {decision!r}"
        assert decision.mode is not ModeName.AUTO, "AUTO is the question, not an answer"

    def test_the_same_context_gets_the_same_decision(self, context: ModeContext) -> None:
        """Hold for one object asked twice and for two objects."""
        strategy = self.factory()
        answers = [_answer(strategy, context), _answer(strategy, context), _answer(self.factory(), context)]
        assert answers[0] == answers[1] == answers[2]

    def test_confidence_is_never_more_than_the_evidence(self, context: ModeContext) -> None:
        """Hold for every mode that uses the trace."""
        if decision := _answer(self.factory(), context):
            assert 0.0 <= decision.confidence <= 1.0
            assert decision.mode not in WITH_TRACE or decision.confidence <= context.confidence

    def test_only_a_replayable_match_runs_without_a_model(self, context: ModeContext) -> None:
        """Hold whatever the confidence: this is the safety floor."""
        decision = _answer(self.factory(), context)
        if decision and decision.mode in ALONE and decision.trace is not None:
            assert context.is_replayable, f"{decision.mode} passes the safety floor"

    def test_a_trace_comes_exactly_with_the_modes_that_use_one(self, context: ModeContext) -> None:
        """Hold for the match's own trace, and for no other."""
        decision = _answer(self.factory(), context)
        if decision is None or (self.may_refuse and _is_refusal(decision, context)):
            return
        expected = context.match.trace if decision.mode in WITH_TRACE else None
        assert decision.trace == expected
        assert decision.mode not in WITH_TRACE or decision.trace is not None, f"{decision.mode} without a trace"

    def test_only_installed_modes_are_chosen(self, context: ModeContext) -> None:
        """Hold for `context.available`."""
        if decision := _answer(self.factory(), context):
            assert decision.mode.value in context.available

    def test_without_a_model_no_mode_counts_on_one(self, context: ModeContext) -> None:
        """Leave it to LEARNER to say that a model is missing."""
        decision = _answer(self.factory(), context)
        if decision and not context.has_model:
            assert decision.mode in {*ALONE, ModeName.LEARNER}, f"{decision.mode} without a model"

    def test_the_reasoning_is_one_sentence(self, context: ModeContext) -> None:
        """Hold a reason, on one line."""
        if decision := _answer(self.factory(), context):
            assert decision.reasoning.strip(), "a decision without a reason"
            assert "\n" not in decision.reasoning


def _decide(strategy: ModeStrategy, context: ModeContext) -> Any:
    return aio.run(aio.call(strategy.decide, context))


def _answer(strategy: ModeStrategy, context: ModeContext) -> ModeDecision | None:
    """Return the decision; None when there is none, which is for the first law alone to judge."""
    try:
        decision = _decide(strategy, context)
    except Exception:  # noqa: BLE001 – judged by test_every_context_gets_a_decision
        return None
    return decision if isinstance(decision, ModeDecision) else None


def _is_refusal(decision: ModeDecision, context: ModeContext) -> bool:
    is_empty = decision.trace is None and decision.confidence == 0.0
    return decision.mode is ModeName.FOLLOWER and is_empty and not context.is_replayable
