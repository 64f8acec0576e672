"""The laws of a Ledger: exact sums, limits that are never passed, and nothing booked that is no amount of money."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from decimal import Context, Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from llmos_core.errors import LlmosError, LowBatteryError
from llmos_core.protocols.context import Clock
from llmos_core.protocols.storing import BudgetLimits, Ledger, Spent
from llmos_core.testing.fakes import FixedClock
from llmos_core.types.money import ZERO
from llmos_core.types.transcript import Usage

Factory = Callable[[Path, Clock], Ledger | AbstractContextManager[Ledger]]

TEXTS = st.text(st.characters(), max_size=8)
AMOUNTS = st.one_of(
    st.decimals(0, 10**6, places=12),
    st.integers(0, 10**6).map(lambda millionths: Decimal(millionths) / 10**6),
    st.sampled_from((ZERO, Decimal("1e-30"), Decimal("0.1"), Decimal("0." + "1" * 55), Decimal("999999999999.99"))),
)
NOT_MONEY: tuple[Any, ...] = (
    Decimal("NaN"),
    Decimal("sNaN"),
    Decimal("Infinity"),
    Decimal("-0.01"),
    float("nan"),
    True,
    "a lot",
    Decimal("1e999999"),
)
LIMIT_NAMES = ("run_usd", "day_usd", "project_usd", "total_usd")


def ledger_suite(factory: Factory, *, examples: int = 25) -> type:  # noqa: C901 – one function a law
    """Return the laws for the ledgers that `factory(folder, clock)` makes, or makes a context manager around.

    Amounts down to 10⁻³⁰ dollars must be summed exactly. A second ledger on the same folder must see what the first
    has booked, as another process would.
    """
    law = settings(deadline=None, max_examples=examples)

    class LedgerSuite:
        @law
        @given(st.lists(AMOUNTS, max_size=8))
        def test_settled_money_is_the_exact_sum(self, costs: list[Decimal]) -> None:
            with _two(factory) as (ledger, other, _):
                for cost in costs:
                    ledger.settle(_reserve(ledger, cost), Usage(cost_usd=cost), ok=True)
                spent = other.spent()
                assert Fraction(spent.settled_usd) == sum(map(_kept, costs), Fraction())
                assert (spent.reserved_usd, spent.calls, spent.unpriced_calls) == (0, len(costs), 0)

        @law
        @given(st.sampled_from(LIMIT_NAMES), st.lists(AMOUNTS, min_size=1, max_size=8), AMOUNTS)
        def test_no_limit_is_ever_passed(self, name: str, quotes: list[Decimal], limit: Decimal) -> None:
            with _two(factory) as (ledger, other, _):
                limits, booked = BudgetLimits(**{name: limit}), Fraction()
                for number, quote in enumerate(quotes):
                    used = (ledger, other)[number % 2]
                    fits = booked + _kept(quote) <= _kept(limit)
                    if fits or quote == 0:
                        _reserve(used, quote, limits=limits)
                        booked += _kept(quote)
                    else:
                        with pytest.raises(LowBatteryError) as caught:
                            _reserve(used, quote, limits=limits)
                        assert caught.value.limit == name.removesuffix("_usd")
                        assert Fraction(caught.value.left_usd) == _kept(limit) - booked
                        assert Fraction(caught.value.needed_usd) == _kept(quote)
                assert Fraction(other.spent().reserved_usd) == booked <= _kept(limit)

        @pytest.mark.parametrize("amount", NOT_MONEY)
        def test_what_is_no_amount_is_refused_and_books_nothing(self, amount: Any) -> None:
            with _two(factory) as (ledger, other, _):
                with pytest.raises(ValueError, match="US dollars"):
                    _reserve(ledger, amount)
                for name in LIMIT_NAMES:
                    with pytest.raises(ValueError, match="US dollars"):
                        _reserve(ledger, Decimal(1), limits=BudgetLimits(**{name: amount}))
                assert other.spent() == Spent()
                reservation = _reserve(ledger, Decimal(1))
                with pytest.raises(ValueError, match="US dollars"):
                    ledger.settle(reservation, Usage(cost_usd=amount), ok=True)
                assert other.spent() == Spent(reserved_usd=Decimal(1), calls=1)

        @pytest.mark.parametrize("tokens", [-1, True, 1.5])
        def test_what_is_no_number_of_tokens_is_refused(self, tokens: Any) -> None:
            with _two(factory) as (ledger, other, _):
                reservation = _reserve(ledger, Decimal(1))
                for usage in (Usage(input_tokens=tokens, cost_usd=ZERO), Usage(output_tokens=tokens, cost_usd=ZERO)):
                    with pytest.raises(ValueError, match="tokens"):
                        ledger.settle(reservation, usage, ok=True)
                assert other.spent() == Spent(reserved_usd=Decimal(1), calls=1)

        def test_ten_dollars_of_calls_do_not_fit_into_one(self) -> None:
            with _two(factory) as (ledger, other, _):
                limits = BudgetLimits(total_usd=Decimal(1))
                ledger.settle(_reserve(ledger, Decimal(1), limits=limits), Usage(cost_usd=Decimal(1)), ok=True)
                for _ in range(9):
                    with pytest.raises(LowBatteryError):
                        _reserve(other, Decimal(1), limits=limits)
                assert other.spent().settled_usd == 1

        def test_settling_twice_changes_nothing(self) -> None:
            with _two(factory) as (ledger, other, _):
                reservation = _reserve(ledger, Decimal(5))
                ledger.settle(reservation, Usage(cost_usd=Decimal(2), input_tokens=7), ok=True)
                before = other.spent()
                for used in (ledger, other):
                    used.settle(reservation, Usage(cost_usd=Decimal(3), input_tokens=9), ok=False)
                assert other.spent() == before == Spent(settled_usd=Decimal(2), tokens=7, calls=1)

        def test_only_what_was_reserved_can_be_settled(self) -> None:
            with _two(factory) as (ledger, other, _):
                _reserve(ledger, Decimal(1))
                for unknown in ("", "0", "-1", "999999", "x", "\ud800", "9" * 40, "١"):
                    with pytest.raises(LlmosError):
                        ledger.settle(unknown, Usage(cost_usd=ZERO), ok=True)
                assert other.spent() == Spent(reserved_usd=Decimal(1), calls=1)

        def test_a_cost_above_its_quote_is_booked_in_full_and_stops_the_next_call(self) -> None:
            with _two(factory) as (ledger, other, _):
                limits = BudgetLimits(day_usd=Decimal(1))
                ledger.settle(_reserve(ledger, Decimal("0.1"), limits=limits), Usage(cost_usd=Decimal(3)), ok=True)
                assert other.spent().settled_usd == 3
                with pytest.raises(LowBatteryError) as caught:
                    _reserve(other, Decimal("0.01"), limits=limits)
                assert (caught.value.limit, caught.value.left_usd) == ("day", "0")

        def test_a_free_call_is_never_refused_and_an_unpriced_one_only_when_nothing_is_left(self) -> None:
            with _two(factory) as (ledger, other, _):
                limits = BudgetLimits(run_usd=Decimal(1))
                _reserve(ledger, None, limits=limits)
                _reserve(ledger, Decimal(1), limits=limits)
                _reserve(ledger, ZERO, limits=limits)
                with pytest.raises(LowBatteryError) as caught:
                    _reserve(ledger, None, limits=limits)
                assert caught.value.needed_usd == "unknown"
                assert other.spent() == Spent(reserved_usd=Decimal(1), calls=3, unpriced_calls=1)

        def test_failed_calls_are_booked_with_what_is_known(self) -> None:
            with _two(factory) as (ledger, other, _):
                usage = Usage(cost_usd=Decimal("0.3"), input_tokens=4, output_tokens=5)
                ledger.settle(_reserve(ledger, Decimal(1)), usage, ok=False)
                assert other.spent() == Spent(settled_usd=Decimal("0.3"), tokens=9, calls=1)

        def test_only_a_known_cost_releases_what_was_reserved(self) -> None:
            with _two(factory) as (ledger, other, _):
                for ok in (True, False):
                    ledger.settle(_reserve(ledger, Decimal(1)), Usage(input_tokens=1), ok=ok)
                assert other.spent() == Spent(reserved_usd=Decimal(2), tokens=2, calls=2, unpriced_calls=2)

        def test_an_unknown_price_that_becomes_known_is_no_longer_unpriced(self) -> None:
            with _two(factory) as (ledger, other, _):
                first, second = _reserve(ledger, None), _reserve(ledger, None)
                assert other.spent() == Spent(calls=2, unpriced_calls=2)
                ledger.settle(first, Usage(cost_usd=Decimal("0.2")), ok=True)
                ledger.settle(second, Usage(), ok=True)
                assert other.spent() == Spent(settled_usd=Decimal("0.2"), calls=2, unpriced_calls=1)

        def test_a_booking_belongs_to_the_day_of_its_reservation(self) -> None:
            with _two(factory) as (ledger, other, clock):
                reservation = _reserve(ledger, Decimal(1))
                clock.advance(86_400)
                ledger.settle(reservation, Usage(cost_usd=Decimal(1)), ok=True)
                assert other.spent(day="2026-01-01").settled_usd == 1
                assert other.spent(day="2026-01-02") == Spent()
                _reserve(ledger, Decimal(1), limits=BudgetLimits(day_usd=Decimal(1)))
                with pytest.raises(LowBatteryError):
                    _reserve(ledger, Decimal(1), limits=BudgetLimits(total_usd=Decimal(2)))

    LedgerSuite.TestEveryTotal = _totals_machine(factory, examples).TestCase  # type: ignore[attr-defined]
    return LedgerSuite


def _totals_machine(factory: Factory, examples: int) -> type[RuleBasedStateMachine]:
    """Return a machine that books at random and compares every total with a list of what was booked."""

    class Totals(RuleBasedStateMachine):
        @initialize()
        def open(self) -> None:
            self.opened = _two(factory)
            self.ledgers, self.booked = self.opened.__enter__(), {}

        @rule(quote=st.none() | AMOUNTS, run=st.sampled_from("ab"), project=st.sampled_from(("", "p", "\ud800")))
        def reserve(self, quote: Decimal | None, run: str, project: str) -> None:
            ledger, _, clock = self.ledgers
            day = clock.now().date().isoformat()
            reservation = _reserve(ledger, quote, run_id=run, project=project)
            assert reservation not in self.booked
            self.booked[reservation] = {"run_id": run, "project": project, "day": day, "quote": quote}

        @precondition(lambda self: self.booked)
        @rule(data=st.data(), cost=st.none() | AMOUNTS, tokens=st.integers(0, 2**64), ok=st.booleans())
        def settle(self, data: st.DataObject, cost: Decimal | None, tokens: int, ok: bool) -> None:
            reservation = data.draw(st.sampled_from(sorted(self.booked)))
            usage = Usage(cost_usd=cost, input_tokens=tokens, output_tokens=1)
            self.ledgers[1].settle(reservation, usage, ok=ok)
            self.booked[reservation].setdefault("usage", usage)

        @rule(hours=st.integers(1, 30))
        def wait(self, hours: int) -> None:
            self.ledgers[2].advance(hours * 3600)

        @rule(run=st.sampled_from(("", "a", "b")), project=st.sampled_from(("", "p", "\ud800", "q")), data=st.data())
        def compare(self, run: str, project: str, data: st.DataObject) -> None:
            days = sorted({booking["day"] for booking in self.booked.values()})
            day = data.draw(st.sampled_from(["", "2026-01-01", *days]))
            narrowed = {name: value for name, value in (("run_id", run), ("project", project), ("day", day)) if value}
            of_interest = [b for b in self.booked.values() if narrowed.items() <= b.items()]
            assert _plain(self.ledgers[0].spent(**narrowed)) == _expected(of_interest)

        def teardown(self) -> None:
            self.opened.__exit__(None, None, None)

    Totals.TestCase.settings = settings(deadline=None, max_examples=examples, stateful_step_count=20)
    return Totals


def _expected(bookings: list[dict[str, Any]]) -> dict[str, Any]:
    settled = [b["usage"].cost_usd for b in bookings if "usage" in b and b["usage"].cost_usd is not None]
    is_open = [b for b in bookings if "usage" not in b or b["usage"].cost_usd is None]
    return {
        "settled_usd": sum(map(_kept, settled), Fraction()),
        "reserved_usd": sum((_kept(b["quote"] or ZERO) for b in is_open), Fraction()),
        "tokens": sum(b["usage"].input_tokens + 1 for b in bookings if "usage" in b),
        "calls": len(bookings),
        "unpriced_calls": sum(b["quote"] is None or "usage" in b for b in is_open),
    }


def _plain(spent: Spent) -> dict[str, Any]:
    facts = attrs.asdict(spent)
    return {name: Fraction(value) if name.endswith("_usd") else value for name, value in facts.items()}


def _kept(amount: Decimal) -> Fraction:
    """Return an amount as a ledger keeps it: what is finer than 10⁻³⁰ rounded up."""
    return Fraction(amount.quantize(Decimal("1e-30"), rounding="ROUND_CEILING", context=Context(prec=200)))


def _reserve(ledger: Ledger, amount: Decimal | None, **facts: Any) -> str:
    known = {"run_id": "r", "project": "", "operation": "learn", "model": "m", "limits": BudgetLimits()}
    return ledger.reserve(amount_usd=amount, **{**known, **facts})


@contextmanager
def _two(factory: Factory) -> Iterator[tuple[Ledger, Ledger, FixedClock]]:
    """Open two ledgers on one new folder, with one clock."""
    clock = FixedClock()
    with tempfile.TemporaryDirectory() as folder:
        one, two = (factory(Path(folder), clock) for _ in range(2))
        with (
            one if hasattr(one, "__enter__") else nullcontext(one) as first,
            two if hasattr(two, "__enter__") else nullcontext(two) as second,
        ):
            yield first, second, clock
