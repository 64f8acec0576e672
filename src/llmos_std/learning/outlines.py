"""The outline of what a look returned: what kind of thing it is, and whether there is anything in it at all."""

from __future__ import annotations

import re
from typing import Any

_DATUM = re.compile(r"\d[\d\-:. TZ/]*")
_NUMBER = re.compile(r"\b(int|float)\b")
_NOTHING = re.compile(r"\W*(no|none|nothing|0|zero)\b.{0,60}$|.{0,60}\bnot found\W*$", re.IGNORECASE)


def is_nothing(value: Any) -> bool:
    """Say whether a look found nothing: an empty list, object or text, or a short text that says so."""
    return value is None or value in ("", [], {}) or (isinstance(value, str) and bool(_NOTHING.match(value)))


def is_datum(key: object) -> bool:
    """Say whether a key is a date or a number: data, and no name."""
    return bool(_DATUM.fullmatch(str(key)))


def outline(value: Any) -> str:
    """Return the shape of an output with all numbers alike: what two tools of one kind have in common."""
    return _NUMBER.sub("number", shape(value))


def shape(value: Any) -> str:
    """Return the outline of an output: kinds and names of fields, and whether there is anything in it.

    Keys that are dates or numbers are data and no names.
    """
    if isinstance(value, dict):
        if value and all(map(is_datum, value)):
            return f"{{*:{shape(next(iter(value.values())))}}}"
        return "{" + ",".join(sorted(map(str, value))) + "}"
    if isinstance(value, list):
        return f"[{shape(value[0])}]" if value else "[]"
    return type(value).__name__
