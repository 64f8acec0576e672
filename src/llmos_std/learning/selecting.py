"""Which items of a list are meant, as a small call may say it: those that pass a few tests, each of one field.

A test compares a field with a value that the goal says, that the field has had, or – for dates – that follows from the
goal and today. It proves nothing: it is for the one goal that it was asked about.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from llmos_core.types.json import canonical_json
from llmos_std.learning.clock import clock_keys, read_date

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from llmos_std.learning.wording import Goal

Test = tuple[str, str, str]
"""("is" | "not" | "before" | "after", field, value as JSON)"""

KINDS = ("is", "not", "before", "after")
_EQUAL = frozenset({"is", "not"})
MOST_TESTS = 3
_DATE_CHARS = 10


def passes(row: Any, test: Test) -> bool:
    """Say whether an item passes a test; what a test cannot tell of an item says `untold`."""
    kind, field, wanted = test
    if not isinstance(row, dict):
        return False
    if kind in _EQUAL:
        return (canonical_json(row.get(field)).casefold() == wanted.casefold()) is (kind == "is")
    day, other = day_of(row.get(field)), json.loads(wanted)
    return bool(day < other if kind == "before" else day > other)


def untold(rows: Sequence[Any], tests: Iterable[Test]) -> str:
    """Return a field that does not tell which items pass a test, "" if there is none.

    Some item lacks it, it is no date, or it has the wanted value in two spellings: nobody knows whether both are meant.
    """
    for kind, field, wanted in tests:
        found = [canonical_json(row[field]) for row in rows if isinstance(row, dict) and field in row]
        is_dated = kind in _EQUAL or all(day_of(json.loads(text)) for text in found)
        spellings = {text for text in found if text.casefold() == wanted.casefold()}
        if len(found) < len(rows) or not is_dated or len(spellings) > 1:
            return field
    return ""


def day_of(value: Any) -> str:
    """Return the date that a value is or begins with, "" when there is none."""
    day = value[:_DATE_CHARS] if isinstance(value, str) else ""
    return day if read_date(day) is not None else ""


def read_tests(value: Any, columns: Mapping[str, frozenset[str]], goal: Goal, *, today: str) -> tuple[Test, ...] | str:
    """Return the tests that a reply proposes, or why they are not believed."""
    if not isinstance(value, list) or len(value) > MOST_TESTS:
        return f"which items are meant is no list of at most {MOST_TESTS} tests"
    found: list[Test] = []
    for one in value:
        test = _read_test(one, columns, goal, today)
        if isinstance(test, str):
            return test
        found.append(test)
    return tuple(found)


def _read_test(value: Any, columns: Mapping[str, frozenset[str]], goal: Goal, today: str) -> Test | str:
    fields = {} if not isinstance(value, dict) else value
    kinds = [kind for kind in KINDS if kind in fields]
    name = fields.get("field")
    if len(kinds) != 1 or not isinstance(name, str) or name not in columns:
        return "a test names no field of the items, or not one comparison"
    wanted = fields[kinds[0]]
    if kinds[0] not in _EQUAL:
        if day_of(wanted) != wanted or not _is_day_of(wanted, goal, today):
            return f"'{wanted}' is no day that the goal and today tell"
    elif canonical_json(wanted) not in columns[name] and not (isinstance(wanted, str) and goal.spans_of(wanted)):
        return f"'{wanted}' is nothing that the goal says or '{name}' has had"
    return kinds[0], name, canonical_json(wanted)


def _is_day_of(value: str, goal: Goal, today: str) -> bool:
    """Say whether a date is today, is said by a goal, or follows from a stretch of it and today."""
    is_told = bool(today) and any(span is not None for _, span in clock_keys(value, goal, today))
    return value == today or is_told or bool(goal.spans_of(value))
