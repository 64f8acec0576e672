"""The tool `DaysBetween`."""

from datetime import date

from llmos_core.errors import ToolError
from llmos_std.tools import llm_tool


@llm_tool(name="DaysBetween", effect="pure")
def days_between(start: str, end: str) -> int:
    """Count the days from one date to another; negative when the second is the earlier one.

    Args:
        start: the first date, as 2026-01-31
        end: the second date, as 2026-01-31
    """
    return (_day(end) - _day(start)).days


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ToolError(f"{text!r} is no date; expected one like 2026-01-31") from None
