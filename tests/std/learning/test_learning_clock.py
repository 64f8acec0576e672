"""Law: a date follows the clock only after runs of two days have shown that it moves; undated runs prove nothing."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmos_core.types.tools import Effect
from llmos_std.learning.clock import clock_keys, clock_value
from llmos_std.learning.deciding import Learned
from llmos_std.learning.following import UNSEEN
from llmos_std.learning.runs import LoggedCall, Run
from llmos_std.learning.wording import Goal

GOAL = "remind {name} tomorrow"
DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))


def reminding(name, today, due):
    call = LoggedCall(tool="Remind", arguments={"who": name, "due": due}, output="ok", effect=Effect.REVERSIBLE_WRITE)
    return Run(goal=GOAL.format(name=name), calls=(call,), today=today)


def decided(runs, today, name="eve"):
    decision = Learned(runs).decide(GOAL.format(name=name), lambda *_: UNSEEN, today=today)
    return dict(decision.calls[0].arguments) if decision.would == "follow" else None


@given(DAYS, DAYS, DAYS)
def test_two_days_show_that_a_date_moves_and_one_does_not(first, second, third):
    runs = [reminding(n, str(d), str(d + timedelta(days=1))) for n, d in (("ada", first), ("bob", second))]
    expected = {"who": "eve", "due": str(third + timedelta(days=1))}
    assert decided(runs, str(third)) == (expected if first != second or third == first else None)


@given(DAYS, DAYS)
def test_a_fixed_date_stays_fixed(first, second):
    runs = [reminding("ada", str(first), "2031-05-05"), reminding("bob", str(second), "2031-05-05")]
    found = decided(runs, "2031-05-01")
    assert found in (None, {"who": "eve", "due": "2031-05-05"})
    assert found is not None or first == second


def test_runs_without_a_date_bind_no_date_on_a_known_day():
    runs = [reminding("ada", "", "2023-12-01"), reminding("bob", "", "2023-12-01")]
    assert decided(runs, "2024-01-01") is None
    assert decided(runs, "") == {"who": "eve", "due": "2023-12-01"}
    moving = [reminding("ada", "", "2023-12-01"), reminding("bob", "", "2023-12-02")]
    assert decided(moving, "2024-01-01") is None


@pytest.mark.parametrize(
    ("key", "text", "expected"),
    [
        (("clock", 8), "", "2023-12-08"),
        (("clock-word",), "Tomorrow", "2023-12-01"),
        (("clock-word",), "soon", None),
        (("clock-day", 1), "Friday", "2023-12-01"),
        (("clock-day", 1), "Thursday", "2023-12-07"),
        (("clock-day", -1), "Thursday", "2023-11-23"),
        (("clock-day", -1), "Monday", "2023-11-27"),
        (("clock-length", -1), "14 days", "2023-11-16"),
        (("clock-length", -1), "fortnight", "2023-11-16"),
        (("clock-length", 1), "2 weeks", "2023-12-14"),
    ],
)
def test_words_mean_days_from_a_thursday(key, text, expected):
    assert clock_value(key, text, "2023-11-30") == expected


@given(DAYS, DAYS, st.sampled_from(["move it to Friday", "in the last 3 days", "today or yesterday", "next week"]))
def test_every_explanation_gives_back_the_date_it_explains(today, value, text):
    goal = Goal(text)
    for key, span in clock_keys(str(value), goal, str(today)):
        assert clock_value(key, "" if span is None else goal.text_of(span), str(today)) == str(value)


@pytest.mark.parametrize("value", ["2023-02-30", "soon", 5, None, "2023-11-30T10:00"])
def test_what_is_no_date_has_no_explanation(value):
    assert list(clock_keys(value, Goal("tomorrow"), "2023-11-30")) == []
