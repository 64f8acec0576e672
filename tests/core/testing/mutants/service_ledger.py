"""Ledgers that are right, and ledgers with one fault each; what they keep is a list per folder."""

from decimal import Context, Decimal
from typing import Any

from hypothesis import settings

from llmos_core.errors import LowBatteryError, UsageError
from llmos_core.protocols.context import PluginContext
from llmos_core.protocols.storing import BudgetLimits, Spent
from llmos_core.testing import service_suite
from llmos_core.types.money import ZERO, optional_usd, usd
from llmos_core.types.transcript import Usage

BOOKS: dict[str, dict[str, dict[str, Any]]] = {}
"""What was booked, by folder and reservation: this stands for the disk."""

EXACT = Context(prec=300)
_FINEST = Decimal("1e-30")


class Reference:
    """Books in memory, exactly."""

    def __init__(self, context: PluginContext) -> None:
        self.books = BOOKS.setdefault(str(context.paths.user_data), {})
        self.clock = context.clock

    def reserve(self, *, amount_usd: Decimal | None, limits: BudgetLimits, **facts: Any) -> str:
        amount = self.amount(amount_usd)
        day = self.clock.now().date().isoformat()
        scopes = {"run": {"run_id": facts["run_id"]}, "day": {"day": day}, "project": {"project": facts["project"]}}
        for name in ("run", "day", "project", "total"):
            limit = getattr(limits, f"{name}_usd")
            if limit is not None:
                self.hold(amount, usd(limit), self.spent(**scopes.get(name, {})), name)
        number = str(len(self.books) + 1)
        self.books[number] = {**facts, "day": day, "quote": amount, "usage": None}
        return number

    def amount(self, amount_usd: Any) -> Decimal | None:
        amount = optional_usd(amount_usd)
        if amount is None:
            return None
        if amount > 10**15:
            raise ValueError(f"{amount} is not an amount of US dollars that anybody has")
        return amount.quantize(_FINEST, rounding="ROUND_CEILING", context=EXACT)

    def hold(self, amount: Decimal | None, limit: Decimal, spent: Spent, name: str) -> None:
        used = EXACT.add(spent.settled_usd, spent.reserved_usd)
        left = max(ZERO, EXACT.subtract(self.amount(limit) or ZERO, used))
        if amount != 0 and (left < amount if amount is not None else left <= 0):
            needed = "unknown" if amount is None else f"{amount:f}"
            raise LowBatteryError(f"{name}: {left} left", limit=name, needed_usd=needed, left_usd=f"{left:f}")

    def settle(self, reservation: str, usage: Usage, *, ok: bool) -> None:
        if reservation not in self.books:
            raise UsageError(f"nothing was reserved as {reservation!r}")
        self.check_tokens(usage)
        cost = self.amount(usage.cost_usd)
        booking = self.books[reservation]
        if booking["usage"] is None:
            booking["usage"], booking["cost"] = usage, cost

    def check_tokens(self, usage: Usage) -> None:
        for tokens in (usage.input_tokens, usage.output_tokens):
            if not isinstance(tokens, int) or isinstance(tokens, bool) or tokens < 0:
                raise ValueError(f"{tokens!r} is no number of tokens")

    def spent(self, *, run_id: str = "", project: str = "", day: str = "") -> Spent:
        wanted = {name: value for name, value in (("run_id", run_id), ("project", project), ("day", day)) if value}
        found = [one for one in self.books.values() if wanted.items() <= one.items()]
        settled = [one["cost"] for one in found if self.is_settled(one)]
        waiting = [one for one in found if not self.is_settled(one)]
        return Spent(
            settled_usd=self.summed(settled),
            reserved_usd=self.summed([one["quote"] or ZERO for one in waiting]),
            tokens=sum(one["usage"].input_tokens + one["usage"].output_tokens for one in found if one["usage"]),
            calls=len(found),
            unpriced_calls=self.unpriced(found),
        )

    def is_settled(self, booking: dict[str, Any]) -> bool:
        return booking["usage"] is not None and booking["cost"] is not None

    def unpriced(self, found: list[dict[str, Any]]) -> int:
        return sum(one["quote"] is None or one["usage"] is not None for one in found if not self.is_settled(one))

    def summed(self, amounts: list[Decimal]) -> Decimal:
        total = ZERO
        for amount in amounts:
            total = EXACT.add(total, amount)
        return total


class SumsFloats(Reference):
    def spent(self, **narrowed: str) -> Spent:
        found = super().spent(**narrowed)
        return Spent(**{**vars(found), "settled_usd": Decimal(str(float(found.settled_usd)))})


class BooksForItselfAlone(Reference):
    def __init__(self, context: PluginContext) -> None:
        super().__init__(context)
        self.books = {}


class LooksOnlyAtWhatIsSettled(Reference):
    def hold(self, amount: Decimal | None, limit: Decimal, spent: Spent, name: str) -> None:
        if spent.settled_usd or (amount or ZERO) > limit:
            super().hold(amount, limit, spent, name)


class BlamesTheTotal(Reference):
    def hold(self, amount: Decimal | None, limit: Decimal, spent: Spent, name: str) -> None:
        super().hold(amount, limit, spent, "total")


class BooksAnything(Reference):
    def amount(self, amount_usd: Any) -> Decimal | None:
        return ZERO if isinstance(amount_usd, str) else super().amount(amount_usd)


class CountsAnything(Reference):
    def check_tokens(self, usage: Usage) -> None:
        """Let it pass."""


class SettlesTwice(Reference):
    def settle(self, reservation: str, usage: Usage, *, ok: bool) -> None:
        if reservation in self.books and self.books[reservation]["usage"]:
            self.books[reservation]["usage"] = None
        super().settle(reservation, usage, ok=ok)


class SettlesWhatItDoesNotKnow(Reference):
    def settle(self, reservation: str, usage: Usage, *, ok: bool) -> None:
        if reservation in self.books:
            super().settle(reservation, usage, ok=ok)


class NeverOverdraws(Reference):
    def settle(self, reservation: str, usage: Usage, *, ok: bool) -> None:
        quote = self.books.get(reservation, {}).get("quote")
        super().settle(reservation, usage, ok=ok)
        if reservation in self.books and quote == self.amount(Decimal("0.1")):
            self.books[reservation]["cost"] = min(self.books[reservation]["cost"], quote)


class TakesUnknownForFree(Reference):
    def unpriced(self, found: list[dict[str, Any]]) -> int:
        return 0


class BooksOnlySuccesses(Reference):
    def settle(self, reservation: str, usage: Usage, *, ok: bool) -> None:
        super().settle(reservation, usage if ok else Usage(cost_usd=ZERO), ok=ok)


class ReleasesOnAnyEnd(Reference):
    def spent(self, **narrowed: str) -> Spent:
        found = super().spent(**narrowed)
        ended = [one for one in self.books.values() if one["usage"] and one["cost"] is None]
        return Spent(**{**vars(found), "reserved_usd": ZERO}) if ended else found


class IgnoresProjects(Reference):
    def spent(self, *, run_id: str = "", project: str = "", day: str = "") -> Spent:
        return super().spent(run_id=run_id, day=day)


RIGHT = (Reference,)

MUTANTS: dict[Any, str] = {
    SumsFloats: "test_settled_money_is_the_exact_sum",
    BooksForItselfAlone: "test_another_process_sees_what_was_booked",
    LooksOnlyAtWhatIsSettled: "test_no_limit_is_ever_passed",
    BlamesTheTotal: "test_a_refusal_names_its_limit_and_what_is_left",
    BooksAnything: "test_what_is_no_amount_is_refused",
    CountsAnything: "test_what_is_no_number_of_tokens_is_refused",
    SettlesTwice: "test_settling_twice_changes_nothing",
    SettlesWhatItDoesNotKnow: "test_only_what_was_reserved_can_be_settled",
    NeverOverdraws: "test_a_cost_above_its_quote_is_booked_in_full",
    TakesUnknownForFree: "test_an_unknown_price_is_booked_as_unpriced",
    BooksOnlySuccesses: "test_a_failed_call_is_booked_with_what_is_known",
    ReleasesOnAnyEnd: "test_only_a_known_cost_releases_what_was_reserved",
    IgnoresProjects: "test_bookings_are_narrowed_by_run_project_and_day",
}


def suite(made: Any, bounds: settings) -> type:
    return service_suite(made, "ledger", bounds=bounds)
