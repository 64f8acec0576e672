"""Law: the oracle of an evaluation completes exactly what the goal's own condition decides; it chooses no other one."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmos_core.types.record import evolve
from llmos_core.types.tools import Effect
from llmos_std.learning import wise
from llmos_std.learning.deciding import Learned
from llmos_std.learning.proposing import Proposal
from llmos_std.learning.runs import LoggedCall, Run
from llmos_std.learning.wise import Case, filling, said
from llmos_std.learning.wording import Goal

GOAL = "If the visits of {page} were {word} than {size} at any time, put up a notice on {page}"
NUMBERS = st.lists(st.integers(0, 30), min_size=1, max_size=4)


ALL_OF_ONE = ("last", "sum", "mean", "first")


def acted(page: str, goal: str = GOAL, found: Any = (9,)) -> Run:
    output = list(found) if isinstance(found, tuple) else found
    look = LoggedCall(tool="site.visits", arguments={"page": page}, output=output, effect=Effect.READ)
    put = LoggedCall(tool="notice.put", arguments={"page": page}, output="ok", effect=Effect.REVERSIBLE_WRITE)
    return Run(goal=goal.format(page=page, word="more", size=3), calls=(look, put))


def proposed(goal: str) -> Proposal:
    runs = [acted("news"), acted("shop")]
    (proposal,) = Learned(runs).proposals(goal)
    return proposal


def completes(goal: str, right: Any, found: Any) -> bool:
    """Say whether the oracle completes a goal about the page "help", whose look returns `found`."""
    case = Case(right=right, look=lambda _tool, _arguments: found, alike=(acted("help", found=found),))
    return not isinstance(filling(proposed(goal), case), bool)


def disagreements(numbers: list[int], word: str, size: int) -> list[bool]:
    """Return for which truths the oracle does not complete what is right, or does complete what is wrong."""
    goal = GOAL.format(page="help", word=word, size=size)
    is_met = any(one > size if word == "more" else one < size for one in numbers)
    done = [("notice.put", {"page": "help"})]
    return [truth for truth in (True, False) if completes(goal, done if truth else [], numbers) != (truth == is_met)]


@pytest.mark.spec("RP-110")
@given(NUMBERS, st.sampled_from(["more", "less"]), st.integers(0, 30))
def test_what_the_goal_says_decides_whatever_would_suit_the_oracle(numbers, word, size):
    assert disagreements(numbers, word, size) == []


def test_an_oracle_that_says_something_absurd_is_found_out(monkeypatch):
    absurd = {"look": "look#1", "quantity": "count", "operator": ">", "than": 0}
    monkeypatch.setattr(wise, "said", lambda _proposal: [absurd])
    assert disagreements([1, 2], "more", 10) == [True, False]


@pytest.mark.parametrize("signs", ["><", "<>"])
def test_where_the_words_leave_two_readings_that_differ_nothing_is_completed(monkeypatch, signs):
    both = [{"look": "look#1", "quantity": "any", "operator": sign, "than": 10} for sign in signs]
    monkeypatch.setattr(wise, "said", lambda _proposal: both)
    assert disagreements([1, 2], "more", 10) == [False]


@pytest.mark.parametrize(
    ("goal", "expected"),
    [
        ("if visits of help were at least 5 on any day notify help", [("any", ">=", 5)]),
        ("if visits of help were more than 10% lower than yesterday, notify help", [("growth_percent", "<", -10)]),
        ("if visits of help grew by more than 5% notify help", [("growth_percent", ">", 5)]),
        ("unless visits of help were always over 5 notify help", [("all", "<=", 5)]),
        ("if help has any visits notify help", [("count", ">", 0)]),
        ("if help hasn't had any visits notify help", [("count", "==", 0)]),
        ("if they haven't had any visits notify help", [("count", "==", 0)]),
        ("check if help had any visits, if they haven't notify help", [("count", "==", 0)]),
        ("check if help had any visits. If not, notify help", [("count", "==", 0)]),
        ("check if help hasn't had any visits. If not, notify help", [("count", ">", 0)]),
        ("if visits of help are below 5 notify help", [(one, "<", 5) for one in ("last", "sum", "mean", "first")]),
        ("if help has any visits put up a notice called 'more than 5'", [("count", ">", 0)]),
    ],
)
def test_what_a_goal_says_is_read_from_its_words(goal, expected):
    like = proposed(GOAL.format(page="help", word="more", size=3))
    found = said(evolve(like, goal=Goal(goal)))
    assert [(one["quantity"], one["operator"], one["than"]) for one in found] == expected
    assert {one["look"] for one in found} == {"look#1"}


@pytest.mark.parametrize(
    ("found", "goal", "expected"),
    [
        (
            [{"stock": 3, "price": 2}],
            "if the stock at visits of help is below 5 notify help",
            [("stock", q) for q in ALL_OF_ONE],
        ),
        (
            {"stock": 3, "price": 2},
            "if the stock at visits of help is below 5 notify help",
            [("stock", q) for q in ALL_OF_ONE],
        ),
        ({"stock": 3, "price": 2}, "if visits of help is below 5 notify help", []),
        ([{"stock": 3, "price": 2}], "if there were less than 5 visits of help notify help", [("", "count")]),
        ([{"title": "a"}, {"title": "b"}], "if there were less than 5 visits of help notify help", [("", "count")]),
        ([3, 4], "if visits of help add up to less than 5 notify help", [("", "sum")]),
        ([3, 4], "if visits of help were less than 5 on average notify help", [("", "mean")]),
    ],
)
def test_of_things_it_is_how_many_there_are_or_the_field_that_is_named(found, goal, expected):
    (like,) = Learned([acted("news", found=found)]).proposals(GOAL.format(page="help", word="less", size=5))
    conditions = said(evolve(like, goal=Goal(goal)))
    assert [(one.get("field", ""), one["quantity"]) for one in conditions] == expected
    assert {(one["operator"], one["than"]) for one in conditions} <= {("<", 5)}


@pytest.mark.spec("RP-110")
def test_a_value_that_no_run_would_believe_is_not_filled_in():
    goal = GOAL.format(page="it", word="more", size=3)
    case = Case(right=[("notice.put", {"page": "intranet"})], look=lambda _t, _a: [9], alike=(acted("intranet"),))
    assert filling(proposed(goal), case) is False
