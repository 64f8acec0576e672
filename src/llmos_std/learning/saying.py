"""Whether an item says something of the goal: the same text, or that text as words among others, in any case."""

from __future__ import annotations

import re
from typing import Any


def meets(value: Any, text: str | None, how: str) -> bool:
    """Say whether a field's value is, or has in it as words, a text of the goal; case does not matter."""
    if not isinstance(value, str) or not text:
        return False
    value, text = value.casefold(), text.casefold()
    if how == "is" or value == text:
        return value == text and how == "is"
    return bool(re.search(rf"(?<![^\W_]){re.escape(text)}(?![^\W_])", value)) if text in value else False


def says(row: Any, name: str, text: str | None) -> bool:
    """Say whether an item has a text of the goal in a field, alone or among other words."""
    value = row.get(name) if isinstance(row, dict) else None
    return meets(value, text, "is") or meets(value, text, "has")
