"""The statements of a well-formed TOML text, each with its place in the text: what stands where, to the character.

tomllib says what a text means but not where; this says where and leaves the meaning to tomllib. A text that tomllib
refuses has no statements worth looking at.
"""

import re
import tomllib
from collections.abc import Iterator

from llmos_core.types.record import Record

_PART = r"""(?:"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[A-Za-z0-9_-]+)"""
KEY = rf"{_PART}(?:[ \t]*\.[ \t]*{_PART})*"
"""The pattern of a dotted key."""

_KEY = re.compile(KEY)
_PARTS = re.compile(_PART)
_GAP = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_PIECE = re.compile(
    r'"""(?:\\.|[^\\])*?"""(?:"{0,2})'  # texts of several lines may end with up to two quotes of their own
    r"|'''.*?'''(?:'{0,2})"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'"
    r"|\#[^\n]*|\n|[\[{]|[\]}]|[^\"'#\[\]{}\n]+",
    re.DOTALL,
)


class Statement(Record):
    """One `key = value` or one `[table]`. Offsets count characters; `line` counts from 1.

    `keys` is the whole path, the table's included. `start` is where the key or bracket begins, `value_start` and
    `value_end` hold the value (both `end` for a table), `end` is behind the statement but before a comment or line end.
    """

    keys: tuple[str, ...]
    line: int
    start: int
    value_start: int
    value_end: int
    end: int
    is_table: bool = False
    is_array: bool = False
    table: tuple[str, ...] = ()


def statements(text: str) -> Iterator[Statement]:
    """Yield the statements of a text that tomllib accepts, in order; a byte order mark must have been taken off."""
    table: tuple[str, ...] = ()
    is_array = False
    position, line, counted = 0, 1, 0
    while (position := _behind(_GAP, text, position)) < len(text):
        line += text.count("\n", counted, position)
        counted = position
        if text[position] == "[":
            is_array = text.startswith("[[", position)
            key = _key_at(text, _behind(_GAP, text, position + 1 + is_array))
            table = parts_of(key)
            end = text.index("]", text.index(key, position) + len(key)) + 1 + is_array
            yield Statement(
                keys=table,
                line=line,
                start=position,
                value_start=end,
                value_end=end,
                end=end,
                is_table=True,
                is_array=is_array,
                table=table,
            )
        else:
            key = _key_at(text, position)
            begin = _behind(_GAP, text, text.index("=", position + len(key)) + 1)
            end = _end_of_value(text, begin)
            yield Statement(
                keys=(*table, *parts_of(key)),
                line=line,
                start=position,
                value_start=begin,
                value_end=end,
                end=end,
                is_array=is_array,
                table=table,
            )
        position = end


def parts_of(dotted: str) -> tuple[str, ...]:
    """Return the parts of a dotted key as they are meant: without quotes, escapes resolved."""
    return tuple(_meant(part) for part in _PARTS.findall(dotted))


def _meant(part: str) -> str:
    if part[0] == '"' and "\\" in part:
        found: str = tomllib.loads(f"key = {part}")["key"]
        return found
    return part[1:-1] if part[0] in "\"'" else part


def _key_at(text: str, position: int) -> str:
    found = _KEY.match(text, position)
    return found[0] if found else ""


def _behind(pattern: "re.Pattern[str]", text: str, position: int) -> int:
    found = pattern.match(text, position)
    return found.end() if found else position


def _end_of_value(text: str, position: int) -> int:
    """Return where a value ends, blanks behind it left out."""
    depth, end = 0, position
    for piece in _PIECE.finditer(text, position):
        found = piece[0]
        if depth == 0 and found[0] in "#\n":
            break
        depth += (found in "[{") - (found in "]}")
        if found[0] not in "#\n" and not found.isspace():
            end = piece.start() + len(found.rstrip())
    return end


def comments_of(text: str) -> list[str]:
    """Return the comments of a well-formed text, in order, each from its `#` to the end of its line."""
    return [piece[0].rstrip() for piece in _PIECE.finditer(text) if piece[0].startswith("#")]
