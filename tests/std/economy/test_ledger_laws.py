"""Law: the SQLite ledger keeps every law of a ledger, tells what is left, and lists what was booked."""

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ledger_suite import AMOUNTS, _reserve, ledger_suite

from llmos_core.protocols.context import Clock
from llmos_core.protocols.storing import BudgetLimits, Spent
from llmos_core.testing.fakes import FixedClock, plugin_context
from llmos_core.types.money import ZERO
from llmos_core.types.transcript import Usage
from llmos_std.economy.ledger import SqliteLedger, open_ledger
from llmos_std.economy.plugin import llmos_services


def in_context(folder: Path, clock: Clock) -> object:
    return open_ledger(attrs.evolve(plugin_context(folder), clock=clock))


TestSqliteLedger = ledger_suite(in_context, examples=15)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def ledger(tmp_path: Path, clock: FixedClock) -> Iterator[SqliteLedger]:
    with opened(tmp_path, clock) as found:
        yield found


@contextmanager
def opened(folder: Path, clock: FixedClock) -> Iterator[SqliteLedger]:
    ledger = SqliteLedger(folder, clock)
    try:
        yield ledger
    finally:
        ledger.close()


def test_opening_and_asking_touch_nothing(tmp_path: Path) -> None:
    with open_ledger(plugin_context(tmp_path)) as ledger:
        assert ledger.spent() == ledger.spent(run_id="r", day="2026-01-01") == Spent()
        assert ledger.left(BudgetLimits(run_usd=Decimal(1))) == 1
        assert (ledger.bookings(), ledger.by_day(), ledger.by_project()) == ((), (), ())
    assert list(tmp_path.iterdir()) == []


def test_it_lives_in_the_users_data_folder(tmp_path: Path) -> None:
    context = plugin_context(tmp_path)
    with open_ledger(context) as ledger:
        _reserve(ledger, ZERO)
        assert (context.paths.user_data / "ledger.db").is_file()


def test_the_plugin_names_its_factory() -> None:
    (service,) = llmos_services()
    module, name = service.factory.split(":")
    assert (service.role, getattr(importlib.import_module(module), name)) == ("ledger", open_ledger)


@settings(deadline=None, max_examples=25)
@given(st.lists(st.none() | AMOUNTS, max_size=4), st.lists(AMOUNTS, min_size=1, max_size=4))
def test_what_is_left_is_the_smallest_room(
    tmp_path_factory: pytest.TempPathFactory, quotes: list[Decimal | None], bounds: list[Decimal]
) -> None:
    names = ("run_usd", "day_usd", "project_usd", "total_usd")
    limits = BudgetLimits(**dict(zip(names, bounds, strict=False)))
    with opened(tmp_path_factory.mktemp("ledger"), FixedClock()) as ledger:
        for quote in quotes:
            _reserve(ledger, quote)
        left = ledger.left(limits, run_id="r")
        assert left is not None
        if left > 0:
            _reserve(ledger, left, limits=limits)
        assert ledger.left(limits, run_id="r") == 0
        assert ledger.fraction_left(limits, run_id="r") == 0.0


def test_the_emptiest_battery_counts(ledger: SqliteLedger) -> None:
    _reserve(ledger, Decimal(1), project="p")
    limits = BudgetLimits(run_usd=Decimal(4), project_usd=Decimal(2), total_usd=Decimal(100))
    assert ledger.left(limits, run_id="r", project="p") == 1
    assert ledger.fraction_left(limits, run_id="r", project="p") == 0.5
    assert ledger.fraction_left(limits, run_id="other", project="other") == 0.99
    assert ledger.left(BudgetLimits()) is None
    assert ledger.fraction_left(BudgetLimits()) is None


def test_the_spend_log_tells_every_call(ledger: SqliteLedger, clock: FixedClock) -> None:
    first = _reserve(ledger, Decimal("0.5"), run_id="r\ud800", project="p", operation="learn", model="asked")
    clock.advance(60)
    usage = Usage(model="answered", input_tokens=3, output_tokens=4, cost_usd=Decimal("0.20"))
    ledger.settle(first, usage, ok=False)
    second = _reserve(ledger, None)
    newest, oldest = ledger.bookings()
    assert (newest.id, newest.ok, newest.quote_usd, newest.settled_at) == (second, None, None, "")
    assert (oldest.run_id, oldest.project, oldest.operation) == ("r\ud800", "p", "learn")
    assert (oldest.model, oldest.answered_by, oldest.ok) == ("asked", "answered", False)
    assert (oldest.quote_usd, oldest.cost_usd) == (Decimal("0.5"), Decimal("0.20"))
    assert (oldest.input_tokens, oldest.output_tokens) == (3, 4)
    assert (oldest.at, oldest.settled_at) == ("2026-01-01T12:00:00+00:00", "2026-01-01T12:01:00+00:00")
    assert ledger.bookings(1) == (newest,)


def test_days_and_projects_are_summed_up(ledger: SqliteLedger, clock: FixedClock) -> None:
    for project, cost in (("", 1), ("b", 2), ("a", 4)):
        ledger.settle(_reserve(ledger, Decimal(9), project=project), Usage(cost_usd=Decimal(cost)), ok=True)
        clock.advance(86_400)
    assert [(day, spent.settled_usd) for day, spent in ledger.by_day()] == [
        ("2026-01-03", 4),
        ("2026-01-02", 2),
        ("2026-01-01", 1),
    ]
    assert [day for day, _ in ledger.by_day(1)] == ["2026-01-03"]
    assert [(name, spent.settled_usd) for name, spent in ledger.by_project()] == [("", 1), ("a", 4), ("b", 2)]


def test_a_dead_process_keeps_its_reservation_until_somebody_settles_it(tmp_path: Path, clock: FixedClock) -> None:
    with opened(tmp_path, clock) as dying:
        reservation = _reserve(dying, Decimal(1))
    with opened(tmp_path, clock) as ledger:
        assert ledger.spent().reserved_usd == 1
        assert [booking.id for booking in ledger.bookings() if booking.ok is None] == [reservation]
        ledger.settle(reservation, Usage(cost_usd=ZERO), ok=False)
        assert ledger.spent() == Spent(calls=1)


def test_the_message_of_a_low_battery_tells_the_next_step(ledger: SqliteLedger) -> None:
    from llmos_core.errors import LowBatteryError

    with pytest.raises(LowBatteryError) as caught:
        _reserve(ledger, Decimal("0.20"), limits=BudgetLimits(project_usd=Decimal("0.10")))
    assert str(caught.value) == (
        "low battery: the project budget of $0.1 has $0.1 left, and this model call would cost up to $0.2; "
        "raise the budget or take a cheaper model"
    )
