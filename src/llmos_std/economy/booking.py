"""One booking and what it changes in every total.

The rule of the house: only a known cost releases a reservation. A call whose cost nobody knows keeps its quote set
aside, so the real bill always lies between what is settled and what is settled or reserved.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from llmos_core.protocols.storing import Spent
from llmos_core.types.money import ZERO
from llmos_core.types.record import Record
from llmos_std.economy.amounts import minus, plus
from llmos_std.storage.encoding import DamageError, checksum, pack, to_text, unpack

if TYPE_CHECKING:
    from collections.abc import Iterable


class Booking(Record):
    """One model call in the ledger. Times are UTC ISO 8601, `day` is the UTC day of its reservation.

    `model` was asked for and `answered_by` answered. `quote_usd` is what was reserved and `cost_usd` what it came to,
    None when no price is known. `ok` is None while the call is open: it is under way, or its process died. Tokens are 0
    until it is settled.
    """

    id: str
    at: str
    day: str
    run_id: str
    project: str
    operation: str
    model: str
    quote_usd: Decimal | None
    answered_by: str = ""
    cost_usd: Decimal | None = None
    input_tokens: int = 0
    output_tokens: int = 0
    ok: bool | None = None
    settled_at: str = ""


class Change(NamedTuple):
    """What a step of a booking adds to each of its totals; `reserved_usd` may be negative."""

    settled_usd: Decimal = ZERO
    reserved_usd: Decimal = ZERO
    tokens: int = 0
    calls: int = 0
    unpriced_calls: int = 0

    def added_to(self, spent: Spent) -> Spent:
        """Return the total after this change."""
        return Spent(
            settled_usd=plus(spent.settled_usd, self.settled_usd),
            reserved_usd=plus(spent.reserved_usd, self.reserved_usd),
            tokens=spent.tokens + self.tokens,
            calls=spent.calls + self.calls,
            unpriced_calls=spent.unpriced_calls + self.unpriced_calls,
        )


def reserving(quote_usd: Decimal | None) -> Change:
    """Return what a reservation changes."""
    return Change(reserved_usd=quote_usd or ZERO, calls=1, unpriced_calls=int(quote_usd is None))


def settling(quote_usd: Decimal | None, cost_usd: Decimal | None, tokens: int) -> Change:
    """Return what a settlement changes after its reservation."""
    if cost_usd is None:
        return Change(tokens=tokens, unpriced_calls=int(quote_usd is not None))
    return Change(
        settled_usd=cost_usd,
        reserved_usd=minus(ZERO, quote_usd or ZERO),
        tokens=tokens,
        unpriced_calls=-int(quote_usd is None),
    )


def spent_on(bookings: Iterable[Booking]) -> Spent:
    """Return the total of some bookings."""
    spent = Spent()
    for booking in bookings:
        spent = reserving(booking.quote_usd).added_to(spent)
        if booking.ok is not None:
            tokens = booking.input_tokens + booking.output_tokens
            spent = settling(booking.quote_usd, booking.cost_usd, tokens).added_to(spent)
    return spent


def spent_bytes(spent: Spent) -> bytes:
    """Return a total as it is stored."""
    settled, reserved = str(spent.settled_usd), str(spent.reserved_usd)
    counts = {"tokens": spent.tokens, "calls": spent.calls, "unpriced_calls": spent.unpriced_calls}
    return pack({"settled_usd": settled, "reserved_usd": reserved, **counts})


def spent_from(body: bytes) -> Spent:
    """Undo `spent_bytes`."""
    return Spent(**_with_money(unpack(body)))


class Stored(NamedTuple):
    """A booking as a row: reservation and, once there is one, settlement, each with its checksum."""

    number: int
    run_id: bytes
    project: bytes
    day: str
    reserved: bytes
    reserved_seal: int
    settled: bytes | None = None
    settled_seal: int | None = None

    def booking(self) -> Booking:
        """Return the booking; raises DamageError when the row is not what was written."""
        seal = seal_of_reservation(self.number, self.run_id, self.project, self.day, self.reserved)
        if seal != self.reserved_seal:
            raise DamageError(f"reservation {self.number} fails its checksum")
        facts = _with_money(unpack(self.reserved))
        if self.settled is not None:
            if seal_of_settlement(self.number, self.settled) != self.settled_seal:
                raise DamageError(f"settlement {self.number} fails its checksum")
            facts |= _with_money(unpack(self.settled))
        run_id, project = to_text(self.run_id), to_text(self.project)
        return Booking(id=str(self.number), run_id=run_id, project=project, day=self.day, **facts)


def seal_of_reservation(number: int, run_id: bytes, project: bytes, day: str, body: bytes) -> int:
    """Return the checksum kept beside a reservation."""
    return checksum("reservation", number, run_id, project, day, body)


def seal_of_settlement(number: int, body: bytes) -> int:
    """Return the checksum kept beside a settlement."""
    return checksum("settlement", number, body)


def _with_money(facts: dict[str, Any]) -> dict[str, Any]:
    """Turn the texts of amounts back into decimals."""
    return {
        name: Decimal(value) if name.endswith("_usd") and value is not None else value for name, value in facts.items()
    }
