"""The tables of `ledger.db`. Reservations and settlements are only ever added; totals are their exact sums.

A total is kept for all bookings, each run, project, day, and project on a day, in the same transaction as the booking.
"""

from __future__ import annotations

from typing import NamedTuple

from llmos_std.storage.encoding import to_bytes
from llmos_std.storage.schema import Schema

_RESERVATIONS = """
CREATE TABLE reservations (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    run_id BLOB NOT NULL,
    project BLOB NOT NULL,
    day TEXT NOT NULL,
    body BLOB NOT NULL,
    seal INTEGER NOT NULL
)"""

_SETTLEMENTS = "CREATE TABLE settlements (seq INTEGER PRIMARY KEY, body BLOB NOT NULL, seal INTEGER NOT NULL)"

_TOTALS = """
CREATE TABLE totals (
    kind TEXT NOT NULL,
    name BLOB NOT NULL,
    day TEXT NOT NULL,
    body BLOB NOT NULL,
    seal INTEGER NOT NULL,
    PRIMARY KEY (kind, name, day)
) WITHOUT ROWID"""

SCHEMA = Schema(
    name="ledger",
    tag=0x6C4C,
    version=1,
    statements=(_RESERVATIONS, "CREATE INDEX of_run ON reservations (run_id)", _SETTLEMENTS, _TOTALS),
    if_moved="a new ledger then starts at 0: what was spent before counts no longer against your budgets",
)


class Scope(NamedTuple):
    """One total. `kind` is total, run, project, day or project-day; `name` a run or project, `day` YYYY-MM-DD."""

    kind: str
    name: str = ""
    day: str = ""

    @property
    def key(self) -> tuple[str, bytes, str]:
        """The primary key of its row."""
        return self.kind, to_bytes(self.name), self.day


def scopes_of(run_id: str, project: str, day: str) -> tuple[Scope, ...]:
    """Return every total that a booking belongs to."""
    return (
        Scope("run", run_id),
        Scope("day", "", day),
        Scope("project", project),
        Scope("total"),
        Scope("project-day", project, day),
    )
