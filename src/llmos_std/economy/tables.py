"""The tables of `ledger.db`. A booking is added by its reservation and completed, once, by its settlement.

A total is kept for all bookings, each run, project, day, and project on a day, in the same transaction as the booking.
The bookings are numbered 1, 2, 3 … without a gap, so the total of all also tells how many there must be.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from llmos_std.storage.encoding import to_bytes
from llmos_std.storage.schema import Schema

_BOOKINGS = """
CREATE TABLE bookings (
    number INTEGER PRIMARY KEY,
    run_id BLOB NOT NULL,
    project BLOB NOT NULL,
    day TEXT NOT NULL,
    reserved BLOB NOT NULL,
    reserved_seal INTEGER NOT NULL,
    settled BLOB,
    settled_seal INTEGER
)"""

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
    statements=(_BOOKINGS, "CREATE INDEX of_run ON bookings (run_id)", _TOTALS),
    if_moved="a new ledger then starts at 0: what was spent before counts no longer against your budgets",
)


class Scope(NamedTuple):
    """One total. `kind` is total, run, project, day or project-day; `name` a run or project, `day` YYYY-MM-DD."""

    kind: str
    name: str = ""
    day: str = ""

    @property
    def about(self) -> str:
        """Itself as it reads in a message, whatever damage has made of it."""
        return f"{self.kind} {self.name!r} {self.day!r}"

    @property
    def key(self) -> tuple[str, bytes, str]:
        """The primary key of its row."""
        return self.kind, to_bytes(self.name), self.day

    @property
    def any_booking(self) -> tuple[str, tuple[Any, ...]]:
        """The query that finds one of its bookings, and the values in it."""
        _, name, day = self.key
        return {
            "total": ("SELECT 1 FROM bookings LIMIT 1", ()),
            "run": ("SELECT 1 FROM bookings WHERE run_id = ? LIMIT 1", (name,)),
            "project": ("SELECT 1 FROM bookings WHERE project = ? LIMIT 1", (name,)),
            "day": ("SELECT 1 FROM bookings WHERE day = ? LIMIT 1", (day,)),
            "project-day": ("SELECT 1 FROM bookings WHERE project = ? AND day = ? LIMIT 1", (name, day)),
        }[self.kind]


TOTAL = Scope("total")
"""The total of everything that was ever booked."""


def scopes_of(run_id: str, project: str, day: str) -> tuple[Scope, ...]:
    """Return every total that a booking belongs to, the one that is used up first in front."""
    return (
        Scope("run", run_id),
        Scope("day", "", day),
        Scope("project", project),
        TOTAL,
        Scope("project-day", project, day),
    )
