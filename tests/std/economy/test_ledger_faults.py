"""Law: a ledger that cannot be read or written says so and names its file; no money is forgotten, no call passes."""

import os
import sqlite3
import tempfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ledger_suite import _reserve

from llmos_core.errors import StorageError
from llmos_core.protocols.storing import BudgetLimits
from llmos_core.testing.fakes import FixedClock
from llmos_core.types.transcript import Usage
from llmos_std.economy.ledger import SqliteLedger
from llmos_std.economy.tables import SCHEMA

CENT = Decimal("0.01")


def everything(folder: Path) -> Any:
    """Return all that a ledger tells, or the message of its StorageError."""
    ledger = SqliteLedger(folder, FixedClock())
    try:
        spent = ledger.spent(), ledger.spent(run_id="run-1"), ledger.spent(run_id="run-1", project="p")
        return repr((spent, ledger.by_day(), ledger.by_project(), ledger.bookings()))
    except StorageError as error:
        return str(error)
    finally:
        ledger.close()


def booked(folder: Path) -> Any:
    ledger = SqliteLedger(folder, FixedClock())
    for number in range(5):
        reservation = _reserve(ledger, CENT * 2, run_id=f"run-{number}", project="p")
        if number:
            ledger.settle(reservation, Usage(cost_usd=CENT, input_tokens=5), ok=True)
    ledger.close()
    return everything(folder)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, Any]:
    folder = tmp_path_factory.mktemp("sound")
    told = booked(folder)
    return (folder / "ledger.db").read_bytes(), told


@settings(deadline=None, max_examples=150)
@given(st.data())
def test_a_flipped_bit_never_shows_as_other_money(sound: tuple[bytes, Any], data: st.DataObject) -> None:
    stored, told = sound
    position, bit = data.draw(st.integers(0, len(stored) - 1)), data.draw(st.integers(0, 7))
    bent = bytearray(stored)
    bent[position] ^= 1 << bit
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "ledger.db").write_bytes(bent)
        found = everything(Path(folder))
        assert found == told or found.startswith(f"{folder}/ledger.db"), found


LOSSES = [
    "DELETE FROM totals",
    "DELETE FROM totals WHERE kind = 'total'",
    "DELETE FROM totals WHERE kind = 'run' AND name = x'72756E2D31'",
    "DELETE FROM totals WHERE kind = 'project'",
    "DELETE FROM totals WHERE kind = 'day'",
    "DELETE FROM bookings WHERE number = 3",
    "DELETE FROM bookings WHERE number = 5",
    "UPDATE bookings SET settled = x'7B7D' WHERE number = 2",
    "UPDATE bookings SET number = 9 WHERE number = 5",
]


@pytest.mark.parametrize("statement", LOSSES)
def test_rows_that_vanished_are_noticed(tmp_path: Path, statement: str) -> None:
    booked(tmp_path)
    connection = sqlite3.connect(tmp_path / "ledger.db")
    connection.execute(statement)
    connection.commit()
    connection.close()
    assert everything(tmp_path).startswith(f"{tmp_path}/ledger.db is damaged")


@pytest.mark.parametrize("kind", ["total", "run", "project", "day"])
def test_no_call_passes_when_a_total_is_lost(tmp_path: Path, kind: str) -> None:
    booked(tmp_path)
    connection = sqlite3.connect(tmp_path / "ledger.db")
    connection.execute("DELETE FROM totals WHERE kind = ?", (kind,))
    connection.commit()
    connection.close()
    ledger = SqliteLedger(tmp_path, FixedClock())
    with pytest.raises(StorageError, match=r"ledger\.db is damaged"):
        _reserve(ledger, CENT, run_id="run-1", project="p")
    ledger.close()


def test_a_damaged_ledger_lets_no_call_pass_and_says_what_moving_it_means(tmp_path: Path) -> None:
    (tmp_path / "ledger.db").write_bytes(b"x" * 10_000)
    ledger = SqliteLedger(tmp_path, FixedClock())
    with pytest.raises(StorageError, match="counts no longer against your budgets") as caught:
        _reserve(ledger, CENT)
    assert f"{tmp_path}/ledger.db is damaged" in str(caught.value)
    assert (tmp_path / "ledger.db").read_bytes() == b"x" * 10_000


def test_a_newer_ledger_is_refused(tmp_path: Path) -> None:
    booked(tmp_path)
    connection = sqlite3.connect(tmp_path / "ledger.db")
    connection.execute(f"PRAGMA user_version = {attrs.evolve(SCHEMA, version=2).stamp}")
    connection.close()
    assert "newer llmos" in everything(tmp_path)


def test_a_full_disk_keeps_every_booking_and_refuses_the_next(tmp_path: Path) -> None:
    ledger = SqliteLedger(tmp_path, FixedClock())
    _reserve(ledger, CENT)
    connection = ledger._database._connection
    assert connection is not None
    connection.execute("PRAGMA max_page_count = 1")
    kept = 1

    def until_refused() -> None:
        nonlocal kept
        while True:
            _reserve(ledger, CENT, run_id=f"{kept}" * 900)
            kept += 1

    with pytest.raises(StorageError, match="no space"):
        until_refused()
    ledger.close()
    again = SqliteLedger(tmp_path, FixedClock())
    assert (again.spent().calls, again.spent().reserved_usd) == (kept, kept * CENT)
    again.close()


def test_a_locked_ledger_lets_no_call_pass(tmp_path: Path) -> None:
    booked(tmp_path)
    holder = sqlite3.connect(tmp_path / "ledger.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    ledger = SqliteLedger(tmp_path, FixedClock(), wait_s=0.05)
    with pytest.raises(StorageError, match="locked by another process"):
        _reserve(ledger, CENT, limits=BudgetLimits(total_usd=Decimal(5)))
    holder.execute("ROLLBACK")
    holder.close()
    _reserve(ledger, CENT, limits=BudgetLimits(total_usd=Decimal(5)))
    ledger.close()


def test_its_files_are_private(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        ledger = SqliteLedger(tmp_path / "data", FixedClock())
        _reserve(ledger, CENT)
        modes = {path.stat().st_mode & 0o777 for path in (tmp_path / "data").iterdir()}
    finally:
        os.umask(old)
    assert modes == {0o600}
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700
    ledger.close()
