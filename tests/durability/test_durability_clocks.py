"""Law: the machine's time may jump wherever it likes; limits, order and records do not follow it.

Limits count steady seconds, runs are ordered by when they were recorded, and nothing stored is ever negative.
"""

import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmos_core.errors import LowBatteryError
from llmos_core.protocols.storing import BudgetLimits
from llmos_core.runtime import clock
from llmos_core.runtime.clock import sortable_id
from llmos_core.types.transcript import Usage
from llmos_std.economy.ledger import SqliteLedger
from llmos_std.journal.journal import SqliteJournal
from worlds.kernel import Absent, World
from worlds.programs import Call, model_of

GOAL = "tidy the shelf"
PROGRAM: list[Call] = [("Put", {"name": "a", "text": "x"}), ("Post", {"text": "y"}), ("Get", {"name": "a"})]
MOMENTS = (
    datetime(1970, 1, 1, tzinfo=UTC),
    datetime(2038, 1, 19, 3, 14, 7, tzinfo=UTC),
    datetime(2038, 1, 19, 3, 14, 9, tzinfo=UTC),
    datetime(2106, 2, 7, 6, 28, 17, tzinfo=UTC),
    datetime(2026, 3, 29, 1, 0, tzinfo=UTC),  # when Europe's clocks go forward
    datetime(2026, 10, 25, 1, 0, tzinfo=UTC),  # and back
    datetime(2026, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
    datetime(2000, 2, 29, tzinfo=UTC),
    datetime(9999, 12, 31, 23, 0, tzinfo=UTC),
)
CENT = Decimal("0.01")
any_moment = st.datetimes(datetime(1970, 1, 1), datetime(9999, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 – UTC is said
moments = st.sampled_from(MOMENTS) | any_moment


class JumpingClock:
    """A wall clock that shows the next of some moments at each look, and a steady one that ticks a hundredth."""

    def __init__(self, shown: list[datetime], tick_s: float = 0.01) -> None:
        self._shown, self._looks, self._seconds, self._tick_s = shown, 0, 0.0, tick_s

    def now(self) -> datetime:
        self._looks += 1
        return self._shown[self._looks % len(self._shown)]

    def monotonic(self) -> float:
        self._seconds += self._tick_s
        return self._seconds


def learned(folder: str, shown: JumpingClock) -> World:
    world = World(Path(folder))
    world.clock = shown
    assert world.run(GOAL, model_of(PROGRAM), max_turns=20, timeout_s=60).status == "succeeded"
    return world


@settings(max_examples=15, deadline=None)
@given(st.lists(moments, min_size=1, max_size=6))
def test_a_run_under_a_jumping_clock_is_learned_replayed_and_recorded_in_order(shown: list[datetime]) -> None:
    """Invariant: no jump of the wall clock ends a run, changes its steps, or makes anything stored negative."""
    with TemporaryDirectory() as folder:
        world = learned(folder, JumpingClock(shown))
        second = world.run(GOAL, Absent(), timeout_s=60)
        assert second.status == "succeeded"
        assert second.model_calls == 0
        assert world.shelf.posted == ["y", "y"]
        with closing(SqliteJournal(Path(folder) / "workspace" / ".llmos" / "state")) as journal:
            heads = journal.episodes()
            whole = [journal.episode(head.run_id) for head in heads]
        assert [head.run_id for head in heads] == sorted((head.run_id for head in heads), reverse=True)
        assert all(step.seconds >= 0 for episode in whole if episode is not None for step in episode.steps)
        assert all(head.saved_usd is None or head.saved_usd >= 0 for head in heads)


def test_only_steady_time_uses_up_the_limit_of_a_run(tmp_path: Path) -> None:
    """Invariant: a run whose steady time is up is ended, though by the wall clock it has only just begun."""
    world = World(tmp_path)
    world.clock = JumpingClock([MOMENTS[0]], tick_s=5.0)
    result = world.run(GOAL, model_of(PROGRAM), max_turns=20, timeout_s=60)
    assert (result.status, "time limit" in result.reason) == ("timed-out", True), result


@settings(max_examples=25, deadline=None)
@given(st.lists(moments, min_size=2, max_size=8))
def test_the_books_add_up_whatever_day_it_seems_to_be(shown: list[datetime]) -> None:
    """Invariant: totals never depend on the clock, and are never negative; only the day they are booked on does."""
    with TemporaryDirectory() as folder, closing(SqliteLedger(Path(folder), JumpingClock(shown))) as ledger:
        booked: dict[str, Any] = {"run_id": "r", "project": "", "operation": "learn", "model": "m"}
        for _ in shown:
            reservation = ledger.reserve(**booked, amount_usd=CENT, limits=BudgetLimits(total_usd=CENT * len(shown)))
            ledger.settle(reservation, Usage(cost_usd=CENT), ok=True)
        spent = ledger.spent()
        assert (spent.settled_usd, spent.reserved_usd, spent.calls) == (CENT * len(shown), 0, len(shown))
        assert sum(each.settled_usd for _, each in ledger.by_day(100)) == spent.settled_usd


@pytest.mark.parametrize("start", [0, 2**31, 2**32, 253_000_000_000])
@pytest.mark.parametrize("step", [-(10**9), -1, 0, 1, 10**12])
def test_later_ids_sort_later_though_the_clock_goes_back(
    monkeypatch: pytest.MonkeyPatch, start: int, step: int
) -> None:
    """Invariant: ids of one process are 26 hex digits, all different, in order, for any jump of the machine's time."""
    shown = iter(range(start * 10**9, start * 10**9 + 40 * step + (step or 1), step)) if step else iter([start] * 40)
    monkeypatch.setattr(time, "time_ns", lambda: next(shown, start))
    monkeypatch.setattr(clock, "_last_id", [0])
    made = [sortable_id() for _ in range(30)]
    assert made == sorted(set(made))
    assert all(len(each) == 26 and int(each, 16) > 0 for each in made)


def test_a_day_later_on_the_wall_clock_is_another_days_budget_and_no_other_limit(tmp_path: Path) -> None:
    """Invariant (and its honest edge): the day's budget follows the machine's date, the total does not."""
    jumping = JumpingClock([MOMENTS[4], MOMENTS[4] + timedelta(days=1)])
    with closing(SqliteLedger(tmp_path, jumping)) as ledger:
        booked: dict[str, Any] = {"run_id": "r", "project": "", "operation": "learn", "model": "m"}
        limits = BudgetLimits(day_usd=CENT, total_usd=CENT * 2)
        for _ in range(2):
            ledger.reserve(**booked, amount_usd=CENT, limits=limits)
        refused = refusal(lambda: ledger.reserve(**booked, amount_usd=CENT, limits=limits))
        assert "budget" in refused


def refusal(work: Callable[[], object]) -> str:
    with pytest.raises(LowBatteryError) as caught:
        work()
    return str(caught.value)
