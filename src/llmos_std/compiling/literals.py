"""Values as Python source: whatever a value holds, its source is one literal and can be nothing else.

Only printable characters stand for themselves, so no text from outside can end its literal, its line or its file.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

WIDTH = 100
_ESCAPES = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_TWO_HEX, _FOUR_HEX = 0xFF, 0xFFFF


def literal(value: Any, indent: int = 0) -> str:
    """Return a JSON value as Python source that begins at this indent; long values go over several lines."""
    if isinstance(value, str):
        return _text(value, indent)
    line = flat(value)
    if not isinstance(value, dict | list) or not value or indent + len(line) <= WIDTH:
        return line
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    inner = " " * (indent + 4)
    lines = "".join(f"{inner}{item},\n" for item in _items(value, indent + 4))
    return f"{opening}\n{lines}{' ' * indent}{closing}"


def flat(value: Any) -> str:
    """Return a JSON value as Python source on one line. Raises TypeError for anything else."""
    if value is None or type(value) in {bool, int, float}:
        if value != value or value in {math.inf, -math.inf}:  # noqa: PLR0124 – only "not a number" differs from itself
            raise TypeError(f"{value} is no JSON value, so it has no place in a compiled trace")
        return repr(value)
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(flat, value))}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_quoted(str(key))}: {flat(value[key])}" for key in sorted(value)) + "}"
    raise TypeError(f"{type(value).__name__} is no JSON value, so it has no place in a compiled trace")


def escaped(text: str, quote: str = '"') -> str:
    """Return a text as it stands between such quotes, single or triple ones."""
    return "".join(_escaped(char, quote) for char in text)


def in_docstring(text: str) -> str:
    """Return a text as it stands in a docstring; half a character, which newer Pythons refuse there, is spelled out."""
    return escaped(text.encode("utf-8", "backslashreplace").decode("utf-8"))


def _quoted(text: str) -> str:
    quote = "'" if text.count('"') > text.count("'") else '"'
    return f"{quote}{escaped(text, quote)}{quote}"


def _text(text: str, indent: int) -> str:
    """Return a text as one literal, or as one a line in brackets when it is long."""
    line = _quoted(text)
    if indent + len(line) <= WIDTH:
        return line
    inner = " " * (indent + 4)
    pieces = "".join(f"{inner}{_quoted(piece)}\n" for piece in _pieces(text, WIDTH - indent - 6))
    return f"(\n{pieces}{' ' * indent})"


def _pieces(text: str, width: int) -> Iterator[str]:
    """Yield a text line by line, each line cut where it is too wide to be read."""
    width = max(width, 40)
    start = 0
    while start < len(text):
        found = text.find("\n", start, start + width)
        end = start + width if found < 0 else found + 1
        yield text[start:end]
        start = end


def _items(value: Any, indent: int) -> Iterator[str]:
    if isinstance(value, dict):
        for key in sorted(value):
            yield f"{_quoted(str(key))}: {literal(value[key], indent)}"
    else:
        for one in value:
            yield literal(one, indent)


def _escaped(char: str, quote: str) -> str:
    if char == quote or char in _ESCAPES:
        return _ESCAPES.get(char, f"\\{char}")
    if char.isprintable():
        return char
    code = ord(char)
    if code <= _TWO_HEX:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= _FOUR_HEX else f"\\U{code:08x}"
