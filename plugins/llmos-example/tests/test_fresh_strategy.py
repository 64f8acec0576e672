"""Law: `fresh` keeps every law of a strategy, and follows nothing that is older than it was told."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from llmos_core.testing.records import mode_contexts
from llmos_core.testing.suites import strategy_suite
from llmos_core.types.decision import ModeContext
from llmos_core.types.record import evolve
from llmos_core.types.task import ModeName
from llmos_example.strategy import Fresh
from llmos_std.strategies.auto import Auto

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


def fresh(days: int = 30) -> Fresh:
    return Fresh(days, lambda: NOON)


def learned(context: ModeContext, at: str) -> ModeContext:
    """Return the context with its trace, if any, learned at that time."""
    trace = context.match.trace
    return (
        context if trace is None else evolve(context, match=evolve(context.match, trace=evolve(trace, created_at=at)))
    )


TestFresh = strategy_suite(fresh)


@given(mode_contexts(), st.timedeltas(timedelta(), timedelta(days=29)))
def test_what_is_young_is_decided_as_ever(context: ModeContext, age: timedelta) -> None:
    young = learned(context, (NOON - age).isoformat())
    assert fresh().decide(young) == Auto().decide(young)


@given(mode_contexts(), st.sampled_from(("2026-05-02T12:00:00+00:00", "2020-01-01", "2026-01-01T00:00:00", "", "?")))
def test_what_is_old_or_of_unknown_age_is_learned_anew(context: ModeContext, at: str) -> None:
    if context.match.trace is not None:
        assert fresh().decide(learned(context, at)).mode is ModeName.LEARNER
