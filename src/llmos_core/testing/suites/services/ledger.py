"""The laws of a Ledger: exact sums, limits that are never passed, and nothing booked that is no amount of money."""

from decimal import Context, Decimal
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from llmos_core.errors import LlmosError, LowBatteryError
from llmos_core.protocols.storing import BudgetLimits, Ledger, Spent
from llmos_core.testing.suites.services.common import ServiceLaws
from llmos_core.types.money import ZERO
from llmos_core.types.transcript import Usage

AMOUNTS = st.one_of(
    st.decimals(0, 10**6, places=12),
    st.integers(0, 10**6).map(lambda millionths: Decimal(millionths) / 10**6),
    st.sampled_from((ZERO, Decimal("1e-30"), Decimal("0.1"), Decimal("0." + "1" * 55), Decimal("999999999999.99"))),
)
"""US dollars, some far finer than a cent and some very large."""

NOT_MONEY: tuple[Any, ...] = (
    *(Decimal("NaN"), Decimal("sNaN"), Decimal("Infinity"), Decimal("-0.01"), Decimal("1e999999")),
    *(float("nan"), True, "a lot"),
)
"""What looks like an amount and is none."""

LIMIT_NAMES = ("run_usd", "day_usd", "project_usd", "total_usd")
"""The fields of `BudgetLimits`."""

ONE = Decimal(1)
"""One dollar."""


def laws_for() -> tuple[type, dict[str, Any]]:
    """Return the laws of this role and what they draw."""
    amounts = st.lists(AMOUNTS, min_size=1, max_size=8)
    return LedgerLaws, {"costs": amounts, "quotes": amounts, "limit": AMOUNTS, "name": st.sampled_from(LIMIT_NAMES)}


class LedgerLaws(ServiceLaws):
    """What every ledger must do; a second ledger on the same folder is what another process would see."""

    def test_settled_money_is_the_exact_sum(self, costs: list[Decimal]) -> None:
        """Else bills are wrong. Sum decimals exactly, down to 10⁻³⁰ dollars; never use floats."""
        with self.service.twice() as opened:
            for cost in costs:
                opened.one.settle(reserve(opened.one, cost), Usage(cost_usd=cost), ok=True)
            settled = opened.one.spent().settled_usd
        assert Fraction(settled) == sum(map(kept, costs), Fraction()), f"{settled} for {costs}"

    def test_another_process_sees_what_was_booked(self) -> None:
        """Else two processes spend the same dollar. Book where the folder of the context says, at once."""
        with self.service.twice() as opened:
            opened.one.settle(reserve(opened.one, ONE), Usage(cost_usd=ONE), ok=True)
            assert opened.two.spent() == opened.one.spent()

    def test_no_limit_is_ever_passed(self, name: str, quotes: list[Decimal], limit: Decimal) -> None:
        """Else budgets mean nothing.

        Reserve only what fits beside everything settled and reserved, else raise LowBatteryError; a free call fits.
        """
        with self.service.opened() as ledger:
            limits, booked = BudgetLimits(**{name: limit}), Fraction()
            for quote in quotes:
                if booked + kept(quote) <= kept(limit) or quote == 0:
                    reserve(ledger, quote, limits=limits)
                    booked += kept(quote)
                    continue
                error = _refusal(ledger, quote, limits)
                assert error is not None, f"{quote} was reserved beside {float(booked)}, the limit is {limit}"
            assert Fraction(ledger.spent().reserved_usd) == booked <= kept(limit)

    def test_a_refusal_names_its_limit_and_what_is_left(self) -> None:
        """Else the user cannot know what to raise. LowBatteryError has `limit`, `needed_usd` and `left_usd`."""
        with self.service.opened() as ledger:
            for name in LIMIT_NAMES:
                error = _refusal(ledger, Decimal(2), BudgetLimits(**{name: ONE}))
                if error is None:
                    continue
                found = (error.limit, Fraction(error.needed_usd), Fraction(error.left_usd))
                assert found == (name.removesuffix("_usd"), Fraction(2), Fraction(1)), f"it says {found}"

    def test_what_is_no_amount_is_refused(self) -> None:
        """Else one broken price spoils every sum. NaN, infinity, negative amounts and what is no number: ValueError."""
        for amount in NOT_MONEY:
            with self.service.opened() as ledger:
                assert _raises(ValueError, lambda ledger=ledger, amount=amount: reserve(ledger, amount)), amount
                usage, known = Usage(cost_usd=amount), reserve(ledger, ONE)
                assert _raises(
                    ValueError, lambda ledger=ledger, known=known, usage=usage: _settle(ledger, known, usage)
                )

    def test_what_is_no_number_of_tokens_is_refused(self) -> None:
        """Else token counts lie. A negative number, a fraction or a boolean is a ValueError."""
        for tokens in (-1, True, 1.5):
            with self.service.opened() as ledger:
                known, usage = reserve(ledger, ONE), Usage(input_tokens=tokens, cost_usd=ZERO)  # type: ignore[arg-type]
                assert _raises(
                    ValueError, lambda ledger=ledger, known=known, usage=usage: _settle(ledger, known, usage)
                )

    def test_settling_twice_changes_nothing(self) -> None:
        """Else a retry is paid twice. The first settlement of a reservation counts."""
        with self.service.opened() as ledger:
            known = reserve(ledger, Decimal(5))
            ledger.settle(known, Usage(cost_usd=Decimal(2)), ok=True)
            before = ledger.spent()
            ledger.settle(known, Usage(cost_usd=Decimal(3)), ok=True)
            assert ledger.spent() == before

    def test_only_what_was_reserved_can_be_settled(self) -> None:
        """Else money is booked that no limit has seen. An unknown reservation is an LlmosError."""
        with self.service.opened() as ledger:
            for unknown in ("", "0", "-1", "999999", "x", "9" * 40):
                assert _raises(LlmosError, lambda unknown=unknown: _settle(ledger, unknown, Usage(cost_usd=ZERO))), (
                    unknown
                )

    def test_a_cost_above_its_quote_is_booked_in_full(self) -> None:
        """Else overdrafts are invisible. What was really spent counts, and the next reservation is refused."""
        with self.service.opened() as ledger:
            ledger.settle(reserve(ledger, Decimal("0.1")), Usage(cost_usd=Decimal(3)), ok=True)
            assert ledger.spent().settled_usd == 3  # noqa: PLR2004 – three dollars
            assert _refusal(ledger, Decimal("0.01"), BudgetLimits(day_usd=ONE)) is not None

    def test_an_unknown_price_is_booked_as_unpriced(self) -> None:
        """Else unknown costs pass for none. `amount_usd` None counts 0 dollars, one call and one unpriced call."""
        with self.service.opened() as ledger:
            reserve(ledger, None)
            assert ledger.spent() == Spent(calls=1, unpriced_calls=1)

    def test_a_failed_call_is_booked_with_what_is_known(self) -> None:
        """Else failed attempts look free. `ok=False` books cost and tokens as `ok=True` does."""
        with self.service.opened() as ledger:
            usage = Usage(cost_usd=Decimal("0.3"), input_tokens=4, output_tokens=5)
            ledger.settle(reserve(ledger, ONE), usage, ok=False)
            assert ledger.spent() == Spent(settled_usd=Decimal("0.3"), tokens=9, calls=1)

    def test_only_a_known_cost_releases_what_was_reserved(self) -> None:
        """Else an unknown bill frees the money for others. Settled without a cost, the reservation stays."""
        with self.service.opened() as ledger:
            ledger.settle(reserve(ledger, ONE), Usage(input_tokens=1), ok=True)
            assert ledger.spent().reserved_usd == ONE

    def test_bookings_are_narrowed_by_run_project_and_day(self) -> None:
        """Else one run is refused for another's money. Each of the three filters counts only its own."""
        with self.service.twice() as opened:
            ledger = opened.one
            reserve(ledger, ONE, run_id="a", project="p")
            opened.clock.advance(86_400)
            reserve(ledger, Decimal(2), run_id="b", project="q")
            found = [
                ledger.spent(**narrowed).reserved_usd
                for narrowed in ({"run_id": "a"}, {"project": "q"}, {"day": "2026-01-01"}, {"day": "2026-01-02"})
            ]
            assert found == [1, 2, 1, 2], f"by run a, project q, first and second day: {found}"


def kept(amount: Decimal) -> Fraction:
    """Return an amount in US dollars as a ledger keeps it: what is finer than 10⁻³⁰ rounded up."""
    return Fraction(amount.quantize(Decimal("1e-30"), rounding="ROUND_CEILING", context=Context(prec=200)))


def reserve(ledger: Ledger, amount: Decimal | None, **facts: Any) -> str:
    """Reserve US dollars for an ordinary call of run "r"; `facts` are further arguments of `Ledger.reserve`."""
    known: dict[str, Any] = {"run_id": "r", "project": "", "operation": "learn", "model": "m", "limits": BudgetLimits()}
    return ledger.reserve(amount_usd=amount, **{**known, **facts})


def _settle(ledger: Ledger, reservation: str, usage: Usage) -> None:
    ledger.settle(reservation, usage, ok=True)


def _refusal(ledger: Ledger, amount: Decimal, limits: BudgetLimits) -> LowBatteryError | None:
    try:
        reserve(ledger, amount, limits=limits)
    except LowBatteryError as error:
        return error
    return None


def _raises(kind: type[Exception], action: Any) -> bool:
    try:
        action()
    except kind:
        return True
    return False
