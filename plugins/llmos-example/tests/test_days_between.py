"""Law: DaysBetween keeps every law of a tool, and counting there and back again is counting nothing."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmos_core.errors import ToolError
from llmos_core.testing.suites import tool_suite
from llmos_example.tools import days_between

TestDaysBetween = tool_suite(days_between.as_tool, {"start": "2026-01-31", "end": "2026-03-01"})


@given(st.dates(), st.dates())
def test_there_and_back_is_nothing(one: date, other: date) -> None:
    there = days_between(one.isoformat(), other.isoformat())
    assert there == -days_between(other.isoformat(), one.isoformat())
    assert (there == 0) == (one == other)


def test_what_is_no_date_is_named() -> None:
    with pytest.raises(ToolError, match=r"'31\.1\.2026' is no date"):
        days_between("2026-01-31", "31.1.2026")
