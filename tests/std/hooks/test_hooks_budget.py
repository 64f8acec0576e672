"""Law of the budget gate: with a limit, a call passes exactly when what was spent and its quote fit under it.

Nothing that is not a finite number of 0 or more dollars ever passes.
"""

from decimal import Decimal

import pytest
from hook_actions import action
from hypothesis import given
from hypothesis import strategies as st

from llmos_core.types.decision import Decision
from llmos_std.hooks.budget import open_budget

amounts = st.decimals(min_value=0, max_value=1000, places=6)
no_amounts = st.sampled_from(["NaN", "-1", "-0.000001", "Infinity", "sNaN", "", "one", True, [], float("nan")])


def judged(**arguments):
    return open_budget(None).check(action("model", model="some-model", **arguments))


@given(amounts, amounts, amounts)
def test_a_call_passes_exactly_when_it_fits_under_the_limit(quote, spent, limit):
    verdict = judged(quote_usd=str(quote), spent_usd=str(spent), max_cost_usd=str(limit))
    assert (verdict.decision is Decision.ALLOW) is (spent + quote <= limit)
    assert verdict.decision is not Decision.ASK


@given(amounts, amounts, amounts, st.sampled_from(["quote_usd", "spent_usd", "max_cost_usd"]), no_amounts)
def test_what_is_no_amount_never_passes(quote, spent, limit, name, no_amount):
    arguments = {"quote_usd": str(quote), "spent_usd": str(spent), "max_cost_usd": str(limit), name: no_amount}
    assert judged(**arguments).decision is Decision.DENY


@given(amounts, st.none() | amounts)
def test_an_unknown_price_passes_only_where_no_limit_was_given(spent, limit):
    arguments = {"quote_usd": None, "spent_usd": str(spent), "max_cost_usd": None if limit is None else str(limit)}
    assert (judged(**arguments).decision is Decision.ALLOW) is (limit is None)


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        ({"quote_usd": None, "max_cost_usd": "0.10"}, ["some-model", "$0.1", "input_usd_per_mtok", "--max-cost"]),
        ({"quote_usd": "0.07", "spent_usd": "0.05", "max_cost_usd": "0.10"}, ["$0.07", "$0.05", "$0.1", "--max-cost"]),
    ],
)
def test_a_refusal_says_what_was_found_and_what_to_do(arguments, parts):
    reason = judged(**arguments).reason
    assert all(part in reason for part in parts)


def test_other_actions_are_none_of_its_business():
    assert open_budget(None).check(action("Write", quote_usd="NaN")).decision is Decision.ALLOW


def test_the_limit_itself_may_be_reached():
    assert judged(quote_usd=Decimal("0.10"), spent_usd="0", max_cost_usd="0.10").decision is Decision.ALLOW
