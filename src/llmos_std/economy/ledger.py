"""The user's ledger in `ledger.db`: reserve before a model call, settle after it, never one cent over a limit.

Checking the limits and booking are one transaction, so any number of processes together cannot pass a limit that one
of them could not. Every booking is on disk, also after a loss of power, before its method returns. What a process that
died had reserved stays reserved: its call may be on the bill. Whoever knows better settles it with a cost of 0.
"""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from llmos_core.errors import LowBatteryError, UsageError
from llmos_core.types.money import ZERO, plain
from llmos_std.economy.amounts import minus, optional_exact_usd, plus
from llmos_std.economy.booking import reserving, settling
from llmos_std.economy.books import (
    booking_of,
    newest_bookings,
    spent_in_run,
    total_of,
    totals_of,
    write_reservation,
    write_settlement,
    write_totals,
)
from llmos_std.economy.tables import SCHEMA, TOTAL, Scope, scopes_of
from llmos_std.storage.database import WAIT_S, Database
from llmos_std.storage.encoding import pack

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from sqlite3 import Connection

    from llmos_core.protocols.context import Clock, PluginContext
    from llmos_core.protocols.storing import BudgetLimits, Spent
    from llmos_core.types.transcript import Usage
    from llmos_std.economy.booking import Booking
    from llmos_std.storage.database import Rows


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
        body = pack({"at": now.isoformat(), "operation": operation, "model": model, "quote_usd": _text(quote)})
        with self._database.open_transaction(durable=True) as connection:
            scopes = scopes_of(run_id, project, day)
            totals = _totals(_rows_of(connection), scopes)
            _refuse_above(_rooms(bounds, scopes, totals), quote)
            number = totals[TOTAL].calls + 1
            write_reservation(connection, number, Scope("project-day", project, day), run_id, body)
            write_totals(connection, totals, reserving(quote))
        return str(number)

    def settle(self, reservation: str, usage: Usage, *, ok: bool) -> None:
        """Replace a reservation by what was really used, in full, be it more; settling twice changes nothing.

        A usage without a known cost leaves the reserved money reserved and counts as unpriced. Raises ValueError, and
        leaves the reservation, for a cost or count of tokens that is no finite number of 0 or more;
        UsageError when nothing was reserved under that id.
        """
        cost = optional_exact_usd(usage.cost_usd)
        tokens_in, tokens_out = _count(usage.input_tokens), _count(usage.output_tokens)
        at = self._clock.now().astimezone(UTC).isoformat()
        facts = {"settled_at": at, "ok": ok, "cost_usd": _text(cost)}
        body = pack({**facts, "answered_by": usage.model, "input_tokens": tokens_in, "output_tokens": tokens_out})
        with self._database.open_transaction(durable=True) as connection:
            rows, number = _rows_of(connection), _number(reservation)
            booking = booking_of(rows, number)
            if booking is None:
                raise UsageError(f"there is no reservation {reservation!r}; reserve before you settle")
            if booking.ok is not None:
                return
            write_settlement(connection, number, body)
            totals = _totals(rows, scopes_of(booking.run_id, booking.project, booking.day))
            write_totals(connection, totals, settling(booking.quote_usd, cost, tokens_in + tokens_out))

    def spent(self, *, run_id: str = "", project: str = "", day: str = "") -> Spent:
        """Return what was booked, narrowed by run, project or UTC day (YYYY-MM-DD)."""
        kinds = {(False, False): "total", (True, False): "project", (False, True): "day", (True, True): "project-day"}
        scope = Scope("run", run_id) if run_id else Scope(kinds[bool(project), bool(day)], project, day)
        with self._database.open_snapshot() as rows:
            if run_id and (project or day):
                return spent_in_run(rows, run_id, project=project, day=day)
            return total_of(rows, scope)

    def left(self, limits: BudgetLimits, *, run_id: str = "", project: str = "") -> Decimal | None:
        """Return what a call of this run may cost at most, None when nothing limits it."""
        return min((room.left_usd for room in self._rooms_now(limits, run_id, project)), default=None)

    def fraction_left(self, limits: BudgetLimits, *, run_id: str = "", project: str = "") -> float | None:
        """Return how full the emptiest battery is, 0–1, None when nothing limits this run."""
        rooms = self._rooms_now(limits, run_id, project)
        return min((float(room.left_usd / room.limit_usd) if room.limit_usd else 0.0 for room in rooms), default=None)

    def bookings(self, limit: int = 100) -> tuple[Booking, ...]:
        """Return the newest bookings, newest first."""
        with self._database.open_snapshot() as rows:
            return newest_bookings(rows, limit)

    def by_day(self, limit: int = 31) -> tuple[tuple[str, Spent], ...]:
        """Return the last `limit` UTC days on which something was booked, newest first, with their totals."""
        with self._database.open_snapshot() as rows:
            days = [(scope.day, spent) for scope, spent in totals_of(rows, "day")]
        return tuple(days[::-1][:limit])

    def by_project(self) -> tuple[tuple[str, Spent], ...]:
        """Return every project ("" for runs without one) with its total, by name."""
        with self._database.open_snapshot() as rows:
            return tuple((scope.name, spent) for scope, spent in totals_of(rows, "project"))

    def close(self) -> None:
        """Let go of the file; open reservations stay reserved."""
        self._database.close()

    def _rooms_now(self, limits: BudgetLimits, run_id: str, project: str) -> list[Room]:
        scopes = scopes_of(run_id, project, self._clock.now().astimezone(UTC).date().isoformat())
        bounds = _bounds(limits)
        with self._database.open_snapshot() as rows:
            return _rooms(bounds, scopes, _totals(rows, scopes))


def _rows_of(connection: Connection) -> Rows:
    return lambda query, values=(): connection.execute(query, values).fetchall()


def _totals(rows: Rows, scopes: tuple[Scope, ...]) -> dict[Scope, Spent]:
    return {scope: total_of(rows, scope) for scope in scopes}


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
