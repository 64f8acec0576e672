"""When an order of items may decide: the field is a time or an amount, and the goal speaks of that end of it.

The greatest of anything is always something; without a word like "latest" in the goal it explains nothing.
"Next" is no such word: what comes next is seldom the earliest of all.
"""

from __future__ import annotations

import re
from typing import Any

_GREATEST = re.compile(
    r"\b(last|latest|newest|recent|recently|just|current|largest|biggest|highest|greatest|most|longest)\b",
    re.IGNORECASE,
)
_LEAST = re.compile(r"\b(first|oldest|earliest|smallest|lowest|least|fewest|shortest|cheapest)\b", re.IGNORECASE)
_TIME = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d.*)?")
_IDENTIFIER = re.compile(r"(^|[_\- /.])(id|uid|uuid|key|number|no|code)$", re.IGNORECASE)


def is_orderable(name: str, value: Any) -> bool:
    """Say whether items may be ordered by a field: times and amounts, never names or identifiers."""
    if _IDENTIFIER.search(name) or isinstance(value, bool):
        return False
    return isinstance(value, int | float) or (isinstance(value, str) and bool(_TIME.fullmatch(value)))


def speaks_of(goal: str, sign: int) -> bool:
    """Say whether a goal names the greatest (sign 1) or the least (-1) of something, and not the other as well."""
    wanted, other = (_GREATEST, _LEAST) if sign > 0 else (_LEAST, _GREATEST)
    return bool(wanted.search(goal)) and not other.search(goal)
