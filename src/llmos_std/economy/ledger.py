"""The user's ledger in `ledger.db`: reserve before a model call, settle after it, never one cent over a limit.

Checking the limits and booking are one transaction, so any number of processes together cannot pass a limit that one
of them could not. Every booking is on disk, also after a loss of power, before its method returns. What a process that
died had reserved stays reserved: its call may be on the bill. Whoever knows better settles it with a cost of 0.
"""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from llmos_core.errors import LowBatteryError, UsageError
from llmos_core.protocols.storing import Spent
from llmos_core.types.money import ZERO, plain
from llmos_std.economy.amounts import minus, optional_exact_usd, plus
from llmos_std.economy.booking import (
    Booking,
    Change,
    Stored,
    reserving,
    seal_of_reservation,
    seal_of_settlement,
    settling,
    spent_bytes,
    spent_from,
    spent_on,
)
from llmos_std.economy.tables import SCHEMA, Scope, scopes_of
from llmos_std.storage.database import WAIT_S, Database
from llmos_std.storage.encoding import checksum, pack, to_bytes, to_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from sqlite3 import Connection

    from llmos_core.protocols.context import Clock, PluginContext
    from llmos_core.protocols.storing import BudgetLimits
    from llmos_core.types.transcript import Usage

_TOTAL = "SELECT body, seal FROM totals WHERE kind = ? AND name = ? AND day = ?"
_BOOKINGS = (
    "SELECT r.seq, r.run_id, r.project, r.day, r.body, r.seal, s.body, s.seal"
    " FROM reservations r LEFT JOIN settlements s USING (seq)"
)


@contextmanager
def open_ledger(context: PluginContext) -> Iterator[SqliteLedger]:
    """Offer the user's ledger; nothing is touched before its first use."""
    ledger = SqliteLedger(context.paths.user_data, context.clock)
    try:
        yield ledger
    finally:
        ledger.close()


class Room(NamedTuple):
    """A limit and what is left below it, never negative. `name` is run, day, project or total."""

    name: str
    limit_usd: Decimal
    left_usd: Decimal


class SqliteLedger:
    """A `Ledger` in a folder of its own; any number of processes may share it."""

    def __init__(self, folder: Path, clock: Clock, *, wait_s: float = WAIT_S) -> None:
        self._database = Database(folder / "ledger.db", SCHEMA, wait_s=wait_s)
        self._clock = clock

    def reserve(
        self,
        *,
        run_id: str,
        project: str,
        operation: str,
        model: str,
        amount_usd: Decimal | None,
        limits: BudgetLimits,
    ) -> str:
        """Set money aside and return the reservation's id; raises LowBatteryError when a limit would be passed.

        An unknown price (None) sets nothing aside, and is refused only where nothing is left; 0 is never refused.
        Raises ValueError, and books nothing, for an amount or limit that is NaN, infinite or negative.
        """
        quote, bounds = optional_exact_usd(amount_usd), _bounds(limits)
        now = self._clock.now().astimezone(UTC)
        day = now.date().isoformat()
        facts = {"at": now.isoformat(), "operation": operation, "model": model, "quote_usd": _text(quote)}
        body, run, of_project = pack(facts), to_bytes(run_id), to_bytes(project)
        with self._database.open_transaction(durable=True) as connection:
            scopes = scopes_of(run_id, project, day)
            totals = self._totals(connection, scopes)
            _refuse_above(_rooms(bounds, scopes, totals), quote)
            new = "INSERT INTO reservations (run_id, project, day, body, seal) VALUES (?, ?, ?, ?, ?)"
            seal = seal_of_reservation(run, of_project, day, body)
            seq = connection.execute(new, (run, of_project, day, body, seal)).lastrowid
            _book(connection, totals, reserving(quote))
        return str(seq)

    def settle(self, reservation: str, usage: Usage, *, ok: bool) -> None:
        """Replace a reservation by what was really used, in full, be it more; settling twice changes nothing.

        A usage without a known cost leaves the reserved money reserved and counts as unpriced. Raises ValueError, and
        leaves the reservation, for a cost or count of tokens that is no finite number of 0 or more.
        """
        cost = optional_exact_usd(usage.cost_usd)
        tokens_in, tokens_out = _count(usage.input_tokens), _count(usage.output_tokens)
        at = self._clock.now().astimezone(UTC).isoformat()
        facts = {"settled_at": at, "ok": ok, "cost_usd": _text(cost)}
        body = pack({**facts, "answered_by": usage.model, "input_tokens": tokens_in, "output_tokens": tokens_out})
        with self._database.open_transaction(durable=True) as connection:
            seq = _number(reservation)
            row = connection.execute(f"{_BOOKINGS} WHERE seq = ?", (seq,)).fetchone()
            if row is None:
                raise UsageError(f"there is no reservation {reservation!r}; reserve before you settle")
            booking = self._sound(row)
            if booking.ok is not None:
                return
            new = "INSERT INTO settlements (seq, body, seal) VALUES (?, ?, ?)"
            connection.execute(new, (seq, body, seal_of_settlement(seq, body)))
            totals = self._totals(connection, scopes_of(booking.run_id, booking.project, booking.day))
            _book(connection, totals, settling(booking.quote_usd, cost, tokens_in + tokens_out))

    def spent(self, *, run_id: str = "", project: str = "", day: str = "") -> Spent:
        """Return what was booked, narrowed by run, project or UTC day (YYYY-MM-DD)."""
        if run_id and (project or day):
            query = f"{_BOOKINGS} WHERE r.run_id = ?"
            bookings = (self._sound(row) for row in self._database.rows(query, (to_bytes(run_id),)))
            return spent_on(b for b in bookings if project in ("", b.project) and day in ("", b.day))
        kinds = {(False, False): "total", (True, False): "project", (False, True): "day", (True, True): "project-day"}
        scope = Scope("run", run_id) if run_id else Scope(kinds[bool(project), bool(day)], project, day)
        return self._spent(scope, self._database.rows(_TOTAL, scope.key))

    def left(self, limits: BudgetLimits, *, run_id: str = "", project: str = "") -> Decimal | None:
        """Return what a call of this run may cost at most, None when nothing limits it."""
        return min((room.left_usd for room in self._rooms_now(limits, run_id, project)), default=None)

    def fraction_left(self, limits: BudgetLimits, *, run_id: str = "", project: str = "") -> float | None:
        """Return how full the emptiest battery is, 0–1, None when nothing limits this run."""
        rooms = self._rooms_now(limits, run_id, project)
        return min((float(room.left_usd / room.limit_usd) if room.limit_usd else 0.0 for room in rooms), default=None)

    def bookings(self, limit: int = 100) -> tuple[Booking, ...]:
        """Return the newest bookings, newest first."""
        rows = self._database.rows(f"{_BOOKINGS} ORDER BY r.seq DESC LIMIT ?", (limit,))
        return tuple(self._sound(row) for row in rows)

    def by_day(self, limit: int = 31) -> tuple[tuple[str, Spent], ...]:
        """Return the last `limit` UTC days on which something was booked, newest first, with their totals."""
        query = "SELECT day, body, seal FROM totals WHERE kind = 'day' AND name = x'' ORDER BY day DESC LIMIT ?"
        rows = self._database.rows(query, (limit,))
        return tuple((day, self._spent(Scope("day", "", day), [(body, seal)])) for day, body, seal in rows)

    def by_project(self) -> tuple[tuple[str, Spent], ...]:
        """Return every project ("" for runs without one) with its total, by name."""
        rows = self._database.rows("SELECT name, body, seal FROM totals WHERE kind = 'project' ORDER BY name")
        named = ((to_text(name), [(body, seal)]) for name, body, seal in rows)
        return tuple((name, self._spent(Scope("project", name), row)) for name, row in named)

    def close(self) -> None:
        """Let go of the file; open reservations stay reserved."""
        self._database.close()

    def _rooms_now(self, limits: BudgetLimits, run_id: str, project: str) -> list[Room]:
        scopes = scopes_of(run_id, project, self._clock.now().astimezone(UTC).date().isoformat())
        totals = {scope: self._spent(scope, self._database.rows(_TOTAL, scope.key)) for scope in scopes}
        return _rooms(_bounds(limits), scopes, totals)

    def _totals(self, connection: Connection, scopes: tuple[Scope, ...]) -> dict[Scope, Spent]:
        return {scope: self._spent(scope, connection.execute(_TOTAL, scope.key).fetchall()) for scope in scopes}

    def _spent(self, scope: Scope, rows: list[tuple[Any, ...]]) -> Spent:
        if not rows:
            return Spent()
        body, seal = rows[0]
        if checksum(*scope.key, body) != seal:
            raise self._database.damage(f"the total of {' '.join(filter(None, scope))} fails its checksum")
        return spent_from(body)

    def _sound(self, row: tuple[Any, ...]) -> Booking:
        try:
            return Stored(*row).booking()
        except ValueError as error:
            raise self._database.damage(str(error)) from error


def _bounds(limits: BudgetLimits) -> dict[str, Decimal | None]:
    """Return the limits by name, tightest in time first; raises ValueError for one that is no amount."""
    named = {"run": limits.run_usd, "day": limits.day_usd, "project": limits.project_usd, "total": limits.total_usd}
    return {name: optional_exact_usd(limit) for name, limit in named.items()}


def _rooms(bounds: dict[str, Decimal | None], scopes: tuple[Scope, ...], totals: dict[Scope, Spent]) -> list[Room]:
    rooms = []
    for scope in scopes:
        limit, spent = bounds.get(scope.kind), totals[scope]
        if limit is not None:
            left = minus(limit, plus(spent.settled_usd, spent.reserved_usd))
            rooms.append(Room(scope.kind, limit, max(ZERO, left)))
    return rooms


def _refuse_above(rooms: list[Room], quote: Decimal | None) -> None:
    """Raise LowBatteryError for the first limit that this call would pass."""
    for name, limit, left in rooms:
        if left == 0 if quote is None else quote > left:
            needed = "an unknown amount" if quote is None else f"up to ${plain(quote)}"
            raise LowBatteryError(
                f"low battery: the {name} budget of ${plain(limit)} has ${plain(left)} left, and this model call "
                f"would cost {needed}; raise the budget or take a cheaper model",
                limit=name,
                needed_usd=plain(quote) or "unknown",
                left_usd=plain(left) or "0",
            )


def _book(connection: Connection, totals: dict[Scope, Spent], change: Change) -> None:
    """Write every total as it is after the change."""
    for scope, spent in totals.items():
        body = spent_bytes(change.added_to(spent))
        values = (*scope.key, body, checksum(*scope.key, body))
        connection.execute("INSERT OR REPLACE INTO totals (kind, name, day, body, seal) VALUES (?, ?, ?, ?, ?)", values)


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else str(amount)


def _count(tokens: object) -> int:
    """Return a number of tokens; ValueError for anything that is no whole number of 0 or more."""
    if isinstance(tokens, bool) or not isinstance(tokens, int) or tokens < 0:
        raise ValueError(f"{tokens!r} is not a number of tokens (a whole number of 0 or more)")
    return tokens


def _number(reservation: str) -> int:
    """Return a reservation's row number, 0 (which no row has) for anything that is none."""
    is_number = reservation.isascii() and reservation.isdigit() and len(reservation) < len(str(2**63))
    return int(reservation) if is_number else 0
