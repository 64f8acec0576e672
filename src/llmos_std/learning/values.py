"""The ways in which a value may be made of a stretch of the goal, each a pure function with a name.

A way that carries a number of its own ("date:2023") gets it from the first run that needs it; other runs must agree.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from llmos_core.types.json import JsonValue

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH_DAY = re.compile(r"(?:([a-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?|(\d{1,2})(?:st|nd|rd|th)? (?:of )?([a-z]{3,9}))")
_NAMES = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november")
_ISO_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_CLOCK = re.compile(r"(\d{1,2})(?::(\d\d))? ?([ap]m)?")
_LENGTH = re.compile(r"(\d+(?:\.\d+)?|half|an?)(?:[- ](?:an?[- ])?)(hour|minute|min|day|week|second)s?")
_NOON = 12
_OFFICE_OPENS = 8
_SECONDS = {"second": 1, "minute": 60, "min": 60, "hour": 3_600, "day": 86_400, "week": 604_800}

LONGEST = 4
"""Tokens in the longest stretch that is tried with a way that is not the text itself."""


def _snake(text: str) -> str:
    return re.sub(r"[\W_]+", "_", text).strip("_").lower()


def _kebab(text: str) -> str:
    return re.sub(r"[\W_]+", "-", text).strip("-").lower()


def _whole(text: str) -> int | None:
    return int(text) if re.fullmatch(r"-?\d{1,15}", text) else None


def _real(text: str) -> float | None:
    return float(text) if re.fullmatch(r"-?\d{1,15}\.\d{1,15}", text) else None


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:].lower()


def month_and_day(text: str) -> str | None:
    """Return "MM-DD" for a text such as "October 19" or "3rd of May", else None."""
    found = _MONTH_DAY.fullmatch(text.lower())
    if not found:
        return None
    month, day = (found[1], found[2]) if found[1] else (found[4], found[3])
    if month[:3] not in _MONTHS or not (month in (*_NAMES, "december") or len(month) == len("jan")):
        return None
    return f"{_MONTHS.index(month[:3]) + 1:02}-{int(day):02}" if 1 <= int(day) <= 31 else None  # noqa: PLR2004


def _clock(text: str, *, at_office: bool) -> str | None:
    found = _CLOCK.fullmatch(text.lower())
    if not found:
        return None
    hour, minute = int(found[1]), int(found[2] or 0)
    if found[3]:
        hour = hour % _NOON + (_NOON if found[3] == "pm" else 0)
    elif at_office and 1 <= hour < _OFFICE_OPENS:
        hour += _NOON
    return f"{hour:02}:{minute:02}:00" if hour < 24 and minute < 60 else None  # noqa: PLR2004


def _length(text: str, unit: str) -> int | None:
    found = _LENGTH.fullmatch(text.lower())
    if not found:
        return None
    amount = {"half": 0.5, "a": 1.0, "an": 1.0}.get(found[1]) or float(found[1])
    whole, rest = divmod(amount * _SECONDS[found[2]], _SECONDS[unit])
    return int(whole) if rest == 0 else None


def _text(value: int | None) -> str | None:
    return None if value is None else str(value)


WAYS: dict[str, Callable[[str], JsonValue]] = {
    "same": lambda text: text,
    "lower": str.lower,
    "upper": str.upper,
    "title": str.title,
    "sentence": _sentence,
    "snake": _snake,
    "kebab": _kebab,
    "whole": _whole,
    "real": _real,
    "clock": lambda text: _clock(text, at_office=False),
    "office-clock": lambda text: _clock(text, at_office=True),
    "minutes": lambda text: _length(text, "minute"),
    "minutes-text": lambda text: _text(_length(text, "minute")),
    "seconds": lambda text: _length(text, "second"),
    "stem": lambda text: text.rpartition("/")[2].partition(".")[0] if "." in text or "/" in text else None,
    "base": lambda text: text.rpartition("/")[2] if "/" in text else None,
}
"""Name of a way → the function; None means that it does not apply to the text."""

_CHEAP = frozenset({"same", "lower", "upper", "title", "sentence"})


def made(way: str, text: str) -> JsonValue:
    """Return what a way makes of a text, None when it does not apply."""
    name, _, parameter = way.partition(":")
    if name == "date":
        month_day = month_and_day(text)
        return None if month_day is None else f"{parameter}-{month_day}"
    return WAYS[name](text)


def ways(text: str, value: JsonValue, *, of_long: bool = False) -> Iterator[str]:
    """Yield every way that makes `value`, type and all, of `text`; `of_long` tries only changes of case."""
    for name, way in WAYS.items():
        if of_long and name not in _CHEAP:
            continue
        result = way(text)
        if type(result) is type(value) and result is not None and result == value:
            yield name
    iso = _ISO_DATE.fullmatch(value) if isinstance(value, str) else None
    if iso and not of_long and month_and_day(text) == f"{iso[2]}-{iso[3]}":
        yield f"date:{iso[1]}"
