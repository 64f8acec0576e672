"""The laws of a ModeStrategy: total, deterministic, honest, monotone, and never weaker than the safety floor.

Every law is tried on generated contexts: traces in every state, with every record and effect, just below, on and above
every line between the modes, with and without a model.
"""

from collections.abc import Callable
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from llmos_core import aio
from llmos_core.protocols.thinking import ModeStrategy
from llmos_core.testing.building import USUAL, make_suite
from llmos_core.testing.floor import Gap, gap_of
from llmos_core.testing.records import CONFIDENCES, mode_contexts
from llmos_core.testing.records.matching import CHANGED, mode_contexts_with
from llmos_core.types.decision import PROPOSAL_CAP, ModeContext, ModeDecision
from llmos_core.types.record import evolve
from llmos_core.types.task import ModeName

BOUNDS = settings(USUAL, max_examples=200)
"""How hard each law of a strategy tries unless the author says otherwise."""

ALONE = frozenset({ModeName.FOLLOWER, ModeName.CRYSTALLIZED})
"""Modes that act with no model."""

WITH_TRACE = ALONE | {ModeName.MIXED}
"""Modes that use the trace of the match."""


def strategy_suite(
    factory: Callable[[], ModeStrategy],
    *,
    may_refuse: bool = False,
    is_monotone: bool = True,
    bounds: settings = BOUNDS,
) -> type:
    """Return the laws for the strategies that `factory` makes.

    `may_refuse` allows FOLLOWER without a trace and with confidence 0 where nothing may be replayed: for strategies
    that are documented never to ask a model. `is_monotone=False` is for those that are documented to weigh more than
    confidence and thresholds, so that a better match may lead away from replaying.
    """
    draws = {
        "context": mode_contexts(),
        "guess": mode_contexts_with(Gap.GUESS),
        "waiting": mode_contexts_with(Gap.PERSON),
        "failed": mode_contexts_with(Gap.FAILED),
        "unproven": mode_contexts_with(Gap.EFFECTS),
        "changed": mode_contexts_with(CHANGED),
        "more": st.sampled_from(CONFIDENCES),
        "line": st.sampled_from((0.92, 0.99, 0.75, 1.0)),
    }
    made = {"factory": staticmethod(factory), "may_refuse": may_refuse, "is_monotone": is_monotone}
    return make_suite(StrategyLaws, draws=draws, bounds=bounds, **made)


class StrategyLaws:
    """What every strategy must do. `more` and `line` are a higher confidence and FOLLOWER line, each 0 to 1.

    A law about one gap below the safety floor draws only contexts with that gap: else chance may spare a careless one.
    """

    factory: Callable[[], ModeStrategy]
    may_refuse: bool
    is_monotone: bool

    def test_every_context_gets_a_decision(self, context: ModeContext) -> None:
        """Else the goal is not executed at all.

        `decide` returns a ModeDecision with a mode other than AUTO for any context, and raises nothing.
        """
        decision = _decide(self.factory(), context)
        assert isinstance(decision, ModeDecision), f"expected a ModeDecision, found {decision!r}"
        assert decision.mode is not ModeName.AUTO, "AUTO is the question, not an answer"

    def test_the_same_context_gets_the_same_decision(self, context: ModeContext) -> None:
        """Else nobody can explain a run. Use no clock, no chance, and no memory of earlier decisions."""
        strategy = self.factory()
        answers = [_answer(strategy, context), _answer(strategy, context), _answer(self.factory(), context)]
        assert answers[0] == answers[1] == answers[2], "asked three times it answered " + "; ".join(map(_told, answers))

    def test_confidence_is_never_more_than_the_evidence(self, context: ModeContext) -> None:
        """Else the receipt promises what nobody proved. Report `context.confidence`, or less."""
        if decision := _answer(self.factory(), context):
            assert 0.0 <= decision.confidence <= 1.0, f"{_told(decision)}: expected a number from 0 to 1"
            is_honest = decision.mode not in WITH_TRACE or decision.confidence <= context.confidence
            assert is_honest, f"{_told(decision)}, and the match may be trusted to {context.confidence:g}"

    def test_a_guess_never_runs_without_a_model(self, guess: ModeContext) -> None:
        """Else a goal that only reads alike gets another goal's actions. Similarity may propose, it never acts.

        Use FOLLOWER and CRYSTALLIZED only when `context.is_replayable`.
        """
        self._stays_above_the_floor(guess, Gap.GUESS)

    def test_a_trace_that_waits_for_a_person_never_runs_without_a_model(self, waiting: ModeContext) -> None:
        """Else what was edited, imported or retired acts before anybody looked at it.

        Use FOLLOWER and CRYSTALLIZED only when `context.is_replayable`.
        """
        self._stays_above_the_floor(waiting, Gap.PERSON)

    def test_a_trace_that_failed_never_runs_without_a_model(self, failed: ModeContext) -> None:
        """Else what went wrong goes wrong again, unseen.

        Use FOLLOWER and CRYSTALLIZED only when `context.is_replayable`.
        """
        self._stays_above_the_floor(failed, Gap.FAILED)

    def test_unproven_effects_never_happen_without_a_model(self, unproven: ModeContext) -> None:
        """Else what cannot be taken back happens on thin evidence and without the user's yes.

        Use FOLLOWER and CRYSTALLIZED only when `context.is_replayable`.
        """
        self._stays_above_the_floor(unproven, Gap.EFFECTS)

    def test_what_only_the_kernel_knows_is_believed(self, changed: ModeContext) -> None:
        """Else a trace runs whose tool has changed. The match cannot tell you everything.

        Use FOLLOWER and CRYSTALLIZED only when `context.is_replayable`, whatever else you compute yourself.
        """
        self._stays_above_the_floor(changed, Gap.NONE)

    def test_a_trace_comes_exactly_with_the_modes_that_use_one(self, context: ModeContext) -> None:
        """Else a mode has nothing to work with, or works with a trace that nobody matched.

        FOLLOWER, CRYSTALLIZED and MIXED carry `context.match.trace` itself, all other modes None.
        """
        decision = _answer(self.factory(), context)
        if decision is None or (self.may_refuse and _is_refusal(decision, context)):
            return
        expected = context.match.trace if decision.mode in WITH_TRACE else None
        assert decision.trace == expected, f"{_told(decision)}, expected {'its own trace' if expected else 'no trace'}"
        assert decision.mode not in WITH_TRACE or decision.trace is not None, f"{decision.mode} without a trace"

    def test_only_installed_modes_are_chosen(self, context: ModeContext) -> None:
        """Else the run fails at its first step. Choose from `context.available`."""
        if decision := _answer(self.factory(), context):
            known = ", ".join(sorted(context.available))
            assert decision.mode.value in context.available, f"{_told(decision)}, installed are {known}"

    def test_without_a_model_no_mode_counts_on_one(self, context: ModeContext) -> None:
        """Else the run ends in the middle. Without `context.has_model` choose what acts alone, or LEARNER to say so."""
        decision = _answer(self.factory(), context)
        if decision and not context.has_model:
            assert decision.mode in {*ALONE, ModeName.LEARNER}, f"{_told(decision)}, and there is no model"

    def test_the_reasoning_is_one_sentence(self, context: ModeContext) -> None:
        """Else `llmos traces explain` explains nothing. Say in one line why this mode was chosen."""
        if decision := _answer(self.factory(), context):
            assert decision.reasoning.strip(), f"{decision.mode.value} without a reason"
            assert "\n" not in decision.reasoning, f"more than one line: {decision.reasoning!r}"

    def test_a_better_match_never_leads_away_from_replaying(self, context: ModeContext, more: float) -> None:
        """Else proving a trace makes it less used. What is replayed at one confidence is replayed at every higher one.

        If your strategy is documented to weigh other things, say `is_monotone=False`.
        """
        better = evolve(context, confidence=max(more, context.confidence))
        before, after = _answer(self.factory(), context), _answer(self.factory(), better)
        if self.is_monotone and context.is_replayable and before and after and before.mode in ALONE:
            change = f"from {context.confidence:g} to {better.confidence:g}"
            assert after.mode in ALONE, f"with the confidence {change} it went from {before.mode} to {after.mode}"

    def test_a_higher_threshold_never_follows_more(self, context: ModeContext, line: float) -> None:
        """Else a careful user gets a careless llmos. What is not replayed at one FOLLOWER line is not at a higher one.

        If your strategy is documented to weigh other things, say `is_monotone=False`.
        """
        lines = context.thresholds
        higher = evolve(context, thresholds=evolve(lines, follower=max(line, lines.follower)))
        before, after = _answer(self.factory(), context), _answer(self.factory(), higher)
        if self.is_monotone and before and after and after.mode in ALONE:
            change = f"from {lines.follower:g} to {higher.thresholds.follower:g}"
            assert before.mode in ALONE, f"with the FOLLOWER line {change} it went from {before.mode} to {after.mode}"

    def _stays_above_the_floor(self, context: ModeContext, gap: Gap) -> None:
        """Refuse a mode without a model where exactly `gap` forbids it."""
        match = context.match
        if context.is_replayable or match.trace is None or gap_of(match) is not gap:
            return
        decision = _answer(self.factory(), context)
        acts = decision is not None and decision.mode in ALONE and decision.trace is not None
        why = "a tool of it has changed or is missing" if gap is Gap.NONE else gap.value
        assert not acts, f"{_told(decision)}, though {why}; it {_record(context)}"


def _record(context: ModeContext) -> str:
    """Say what a strategy could see of the trace."""
    trace, counted = context.match.trace, context.match.statistics
    effects = ", ".join(sorted({step.effect.value for step in trace.steps})) if trace else ""
    state = trace.state.value if trace else ""
    return (
        f"is {state}, its effects are {effects}, {counted.successes} uses went well and {counted.failures} failed, "
        f"its score is {counted.score}, and the confidence is {min(context.confidence, PROPOSAL_CAP):g}"
    )


def _told(decision: ModeDecision | None) -> str:
    if decision is None:
        return "it decided nothing"
    trace = "a trace" if decision.trace else "no trace"
    return (
        f"it decided for {decision.mode.value} with {trace}, confidence {decision.confidence:g}: {decision.reasoning!r}"
    )


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
