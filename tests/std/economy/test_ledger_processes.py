"""Law: however many processes spend at once, together they never pass a limit by one cent, and lose no booking."""

from decimal import Decimal
from pathlib import Path

import pytest
from ledger_suite import _reserve

from forks import in_children
from llmos_core.errors import LowBatteryError
from llmos_core.protocols.storing import BudgetLimits
from llmos_core.testing.fakes import FixedClock
from llmos_core.types.transcript import Usage
from llmos_std.economy.booking import spent_on
from llmos_std.economy.ledger import SqliteLedger

CENT = Decimal("0.01")


@pytest.mark.parametrize("name", ["run_usd", "day_usd", "project_usd", "total_usd"])
def test_eight_processes_spend_exactly_what_there_is(tmp_path: Path, name: str) -> None:
    limits = BudgetLimits(**{name: Decimal("0.40")})

    def spend(_index: int) -> tuple[int, str]:
        ledger, calls = SqliteLedger(tmp_path, FixedClock()), 0
        try:
            while True:
                reservation = _reserve(ledger, CENT, limits=limits)
                spent = ledger.spent()
                assert spent.settled_usd + spent.reserved_usd <= Decimal("0.40")
                ledger.settle(reservation, Usage(cost_usd=CENT), ok=True)
                calls += 1
        except LowBatteryError as error:
            return calls, f"{error.limit}_usd"

    answers = in_children(spend)
    assert sum(calls for calls, _ in answers) == 40
    assert {limit for _, limit in answers} == {name}
    ledger = SqliteLedger(tmp_path, FixedClock())
    assert ledger.spent().settled_usd == Decimal("0.40")
    ledger.close()


def test_no_booking_of_eight_processes_is_lost(tmp_path: Path) -> None:
    def spend(index: int) -> None:
        ledger = SqliteLedger(tmp_path, FixedClock())
        for number in range(25):
            reservation = _reserve(ledger, CENT, run_id=f"run-{index}", project=f"p{number % 3}")
            ledger.settle(reservation, Usage(cost_usd=CENT * number, input_tokens=number), ok=number % 2 == 0)

    in_children(spend)
    ledger = SqliteLedger(tmp_path, FixedClock())
    bookings = ledger.bookings(1000)
    assert len({booking.id for booking in bookings}) == len(bookings) == 200
    assert ledger.spent() == spent_on(bookings)
    assert ledger.spent().settled_usd == 8 * CENT * sum(range(25))
    ledger.close()
