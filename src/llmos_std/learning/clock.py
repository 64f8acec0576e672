"""Dates that follow the run's own date: days from it, a word such as "tomorrow", the next Friday, the last 7 days.

Only a run that says what its date was has any of these. A constant explains the same date too, so nothing is bound to
the clock for another day before runs of two days have shown that it moves.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from llmos_std.learning.wording import Goal, Span

_ISO = re.compile(r"\d{4}-\d\d-\d\d")
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WORDS = {"today": 0, "tonight": 0, "tomorrow": 1, "yesterday": -1}
_LENGTH = re.compile(r"(\d{1,3}|an?|one|two|three)? ?(day|week|fortnight)s?", re.IGNORECASE)
_NAMED = {"": 1, "a": 1, "an": 1, "one": 1, "two": 2, "three": 3}
_UNITS = {"day": 1, "week": 7, "fortnight": 14}
_FARTHEST = 400
_LONGEST = 2

KINDS = frozenset({"clock", "clock-word", "clock-day", "clock-length"})
"""The first parts of the keys that are explained here."""


def clock_keys(value: Any, goal: Goal, today: str) -> Iterator[tuple[tuple[Any, ...], Span | None]]:
    """Yield what of the run's date may explain a value: a key, and the stretch of the goal that it speaks of."""
    moment, now = read_date(value), read_date(today)
    if moment is None or now is None:
        return
    distance = (moment - now).days
    if abs(distance) > _FARTHEST:
        return
    yield ("clock", distance), None
    for span in goal.short_spans(_LONGEST):
        text = goal.text_of(span)
        for key in (("clock-word",), ("clock-day", 1), ("clock-day", -1), ("clock-length", 1), ("clock-length", -1)):
            if clock_value(key, text, today) == value:
                yield key, span


def clock_value(key: tuple[Any, ...], text: str, today: str) -> str | None:
    """Return the date that a key means for a stretch of the goal on a day, None when it means none."""
    now = read_date(today)
    if now is None:
        return None
    days = _distance(key, text.lower(), now)
    return None if days is None else (now + timedelta(days=days)).isoformat()


def _distance(key: tuple[Any, ...], text: str, now: date) -> int | None:
    if key[0] == "clock":
        return int(key[1])
    if key[0] == "clock-word":
        return _WORDS.get(text)
    if key[0] == "clock-length":
        return _length(text, key[1])
    if text not in _DAYS:
        return None
    ahead = (_DAYS.index(text) - now.weekday()) % 7
    return (ahead or 7) if key[1] > 0 else ahead - 7


def _length(text: str, sign: int) -> int | None:
    found = _LENGTH.fullmatch(text)
    if found is None:
        return None
    amount = found[1] or ""
    return sign * (int(amount) if amount.isdigit() else _NAMED[amount.lower()]) * _UNITS[found[2].lower()]


def read_date(value: Any) -> date | None:
    """Return an ISO date, None for anything else."""
    if not isinstance(value, str) or not _ISO.fullmatch(value):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None
