"""Read the books, believing nothing: what does not add up raises DamageError, and no call passes on it.

Every reader is given `rows`, which answers queries about one moment.
"""

from __future__ import annotations

from sqlite3 import IntegrityError
from typing import TYPE_CHECKING, Any

from llmos_core.protocols.storing import Spent
from llmos_std.economy.booking import (
    Booking,
    Stored,
    seal_of_reservation,
    seal_of_settlement,
    spent_bytes,
    spent_from,
    spent_on,
)
from llmos_std.economy.tables import TOTAL, Scope
from llmos_std.storage.encoding import DamageError, checksum, to_bytes, to_text

if TYPE_CHECKING:
    from sqlite3 import Connection

    from llmos_std.economy.booking import Change
    from llmos_std.storage.database import Rows

_ROW = "SELECT number, run_id, project, day, reserved, reserved_seal, settled, settled_seal FROM bookings"


def total_of(rows: Rows, scope: Scope) -> Spent:
    """Return the total of a scope; zeros only if there really is no booking in it."""
    for body, seal in rows("SELECT body, seal FROM totals WHERE kind = ? AND name = ? AND day = ?", scope.key):
        return _sound_total(scope, body, seal)
    if rows(*scope.any_booking):
        raise DamageError(f"the total of {scope.about} is missing")
    return Spent()


def totals_of(rows: Rows, kind: str) -> list[tuple[Scope, Spent]]:
    """Return all totals of one kind that splits the total of everything, by name and day."""
    query = "SELECT name, day, body, seal FROM totals WHERE kind = ? ORDER BY name, day"
    scopes = ((Scope(kind, to_text(name), day), body, seal) for name, day, body, seal in rows(query, (kind,)))
    found = [(scope, _sound_total(scope, body, seal)) for scope, body, seal in scopes]
    if sum(spent.calls for _, spent in found) != total_of(rows, TOTAL).calls:
        raise DamageError(f"the totals by {kind} do not add up to the total of all bookings")
    return found


def newest_bookings(rows: Rows, limit: int) -> tuple[Booking, ...]:
    """Return the newest bookings, newest first, none missing in between."""
    last = total_of(rows, TOTAL).calls
    found = tuple(Stored(*row).booking() for row in rows(f"{_ROW} ORDER BY number DESC LIMIT ?", (limit,)))
    if [booking.id for booking in found] != [str(number) for number in range(last, max(0, last - limit), -1)]:
        raise DamageError("a booking is missing")
    return found


def booking_of(rows: Rows, number: int) -> Booking | None:
    """Return one booking, None when there is none of that number."""
    return next((Stored(*row).booking() for row in rows(f"{_ROW} WHERE number = ?", (number,))), None)


def spent_in_run(rows: Rows, run_id: str, *, project: str, day: str) -> Spent:
    """Return what a run has booked, narrowed by project and day ("" for all)."""
    bookings = [Stored(*row).booking() for row in rows(f"{_ROW} WHERE run_id = ?", (to_bytes(run_id),))]
    if len(bookings) != total_of(rows, Scope("run", run_id)).calls:
        raise DamageError(f"a booking of run {run_id} is missing")
    return spent_on(b for b in bookings if project in ("", b.project) and day in ("", b.day))


def write_reservation(connection: Connection, number: int, scope: Scope, run_id: str, body: bytes) -> None:
    """Add a booking of a project on a day under the next number."""
    new = "INSERT INTO bookings (number, run_id, project, day, reserved, reserved_seal) VALUES (?, ?, ?, ?, ?, ?)"
    values = (number, to_bytes(run_id), to_bytes(scope.name), scope.day, body)
    try:
        connection.execute(new, (*values, seal_of_reservation(*values)))
    except IntegrityError as error:
        raise DamageError(f"it holds more bookings than the {number - 1} of its total") from error


def write_settlement(connection: Connection, number: int, body: bytes) -> None:
    """Complete a booking."""
    complete = "UPDATE bookings SET settled = ?, settled_seal = ? WHERE number = ?"
    connection.execute(complete, (body, seal_of_settlement(number, body), number))


def write_totals(connection: Connection, totals: dict[Scope, Spent], change: Change) -> None:
    """Write every total as it is after the change."""
    for scope, spent in totals.items():
        body = spent_bytes(change.added_to(spent))
        values = (*scope.key, body, checksum(*scope.key, body))
        connection.execute("INSERT OR REPLACE INTO totals (kind, name, day, body, seal) VALUES (?, ?, ?, ?, ?)", values)


def _sound_total(scope: Scope, body: bytes, seal: Any) -> Spent:
    if checksum(*scope.key, body) != seal:
        raise DamageError(f"the total of {scope.about} fails its checksum")
    return spent_from(body)
