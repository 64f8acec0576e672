"""Read a TOML text that is not quite one: say what is wrong with each statement, and go on behind it.

A reader stops at the first mistake; a person wants to hear of all. A wrong statement on a line of its own is left out
and the rest is read; where a mistake may reach over several lines, nothing behind it is guessed.
"""

import re
import tomllib
from pathlib import Path
from typing import Any

from llmos_core.config.secret_ref import HOW
from llmos_core.config.secret_shapes import is_secret_name
from llmos_core.config.statements import KEY, parts_of, statements
from llmos_core.config.wording import sentence
from llmos_core.types.record import Record

MOST_MISTAKES = 50
"""After this many mistakes in one file the others are not looked for."""

_FARTHEST = 200
_LARGE = 100_000
_OPEN_QUOTE = 'Expected "\'"'
_POSITION = re.compile(
    r"^(?P<what>.*?) \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)$", re.DOTALL
)
_CLOSED_TEXT = re.compile(r"\"(?:\\.|[^\"\\])*\"|'[^']*'")
_STATEMENT = re.compile(rf"\s*(?P<key>{KEY})?\s*(?P<sign>[=:])?\s*(?P<value>.*)$")
_OPEN_TABLE = re.compile(rf"\s*\[\s*(?P<key>{KEY})\s*(?:#.*)?$")
_KEY = r"'([^']*)'"
_KEYS = re.compile(r"\((?:'[^']*'(?:, )?,?)+\)")
"""How Python's reader names a table: as a tuple of its keys."""
_HUGE_NUMBER = re.compile(r"[0-9_]{4300,}")
_HINTS: tuple[tuple[str, str], ...] = (
    (r"^(?:True|TRUE|False|FALSE|[Yy]es|[Nn]o|[Oo]n|[Oo]ff)\s*(?:#.*)?$", "truth values are written true and false"),
    (r"^(?:None|null|nil|~)\s*(?:#.*)?$", "TOML has no word for no value; leave the key out"),
    (r"[“”„‘’]", "texts stand in straight quotes"),
    (r"^(?:#.*)?$", "a value is missing"),
    (r"^=", "one = is enough"),
    (r"^[0-9]+,[0-9]+", "a number has a point, not a comma"),
    (r"^[$€£%]|^[0-9.]+ *[%$€a-zA-Z]", "a number stands without a unit"),
    (r"^\{[^}]*$", "a table in braces stands on one line; or write it as a [section]"),
    (r"^[\"'](?:[^\"'\\]|\\.)*$", "the text is not closed on its line"),
    (r"^\"[^\"]*\\", r"a backslash in a text is written \\, or the text in single quotes"),
    (r"^\[", "the texts of a list stand in quotes, with commas between"),
    (r"^(?:[^\W\d]|[~/.\\])", "a text stands in quotes"),
)


_BEGINNINGS = (
    ("{", 'this looks like JSON: write [section] and key = "value"'),
    ((";", "//"), "a comment begins with #"),
)
_TABLES = (
    ("Expected newline", "keys stand below their section, each on a line of its own"),
    ("Expected ']'", "a section is written [section]"),
)


class Reading(Record, kw_only=False):
    """What could be read: the tables, the text they stand in, one sentence a mistake, and the keys that were lost.

    `is_whole` is false when something behind a mistake was not looked at.
    """

    tree: dict[str, Any]
    text: str
    problems: tuple[str, ...] = ()
    lost: tuple[tuple[str, ...], ...] = ()
    is_whole: bool = True


def read_text(path: Path, text: str) -> Reading:
    """Read as much of a text as can be read."""
    problems: list[str] = []
    lost: list[tuple[str, ...]] = []
    while True:
        try:
            return Reading(tomllib.loads(text), text, tuple(problems), tuple(lost))
        except tomllib.TOMLDecodeError as error:
            line, column, what = _position(text, str(error))
            key, mended = _mended(text, line)
            problems.append(_told(f"{path}:{line}:{column}", key, what, text.split("\n")[line - 1]))
            if mended is None or len(problems) >= MOST_MISTAKES:
                return Reading({}, "", tuple(problems), is_whole=False)
            text = mended
            lost += [key] if key else []
        except RecursionError:
            return Reading({}, "", (*problems, f"{path}: is nested too deeply"), is_whole=False)
        except ValueError as error:  # what Python itself refuses, such as a number of thousands of digits
            huge = _HUGE_NUMBER.search(text)
            place = f"{path}:{text.count(chr(10), 0, huge.start()) + 1}" if huge else str(path)
            problem = f"{place}: is not valid TOML: {str(error).partition(';')[0]}"
            return Reading({}, "", (*problems, problem), is_whole=False)


def _position(text: str, message: str) -> tuple[int, int, str]:
    """Return line, column and words of what tomllib says."""
    found = _POSITION.match(message)
    lines = text.split("\n")
    line, column, what = len(lines), len(lines[-1]) + 1, found["what"] if found else message
    if found and found["line"]:
        line, column = int(found["line"]), int(found["column"])
    opened = _open_text(lines, line) if what == _OPEN_QUOTE and len(text) < _LARGE else None
    return opened or (line, column, what)


def _open_text(lines: list[str], number: int) -> tuple[int, int, str] | None:
    """Return where a text in single quotes was left open, which is only noticed lines later; None when none was."""
    for line in range(number - 1, max(number - _FARTHEST, 0), -1):
        begun = lines[line - 1]
        if _parses("\n".join(lines[: line - 1])):
            left = _CLOSED_TEXT.sub(lambda found: "." * len(found[0]), begun).partition("#")[0].find("'")
            is_open = left >= 0 and "'''" not in begun
            return (line, left + 1, _OPEN_QUOTE) if is_open else None
    return None


def _parses(text: str) -> bool:
    try:
        tomllib.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _mended(text: str, number: int) -> tuple[tuple[str, ...], str | None]:
    """Return the key whose statement is wrong, and the text without it; None where the mistake may reach further."""
    lines = text.split("\n")
    line, before = lines[number - 1], "\n".join(lines[: number - 1])
    if not _parses(before):
        return (), None
    if table := _OPEN_TABLE.match(line):
        lines[number - 1] = f"[{table['key']}]"
        return (), "\n".join(lines)
    rest = _CLOSED_TEXT.sub("", line)
    if not line.strip() or line.lstrip().startswith("[") or '"""' in line or "'''" in line:
        return (), None
    alone = re.split(r"[\"'#]", rest)[0]
    if alone.count("[") != alone.count("]") or alone.count("{") != alone.count("}"):
        return (), None
    found = _STATEMENT.match(line)
    table_of = next((one.table for one in reversed(list(statements(f"{before}\n")))), ())
    lines[number - 1] = ""
    key = (*table_of, *parts_of(found["key"])) if found and found["key"] and found["sign"] else ()
    return key, "\n".join(lines)


def _told(place: str, key: tuple[str, ...], what: str, line: str) -> str:
    named = f"{'.'.join(key)}: " if key else ""
    hint = f"; {HOW}" if key and is_secret_name(key[-1]) else _hint(what, line)
    what = _KEYS.sub(lambda found: f"[{'.'.join(re.findall(_KEY, found[0]))}]", what)
    return sentence(f"{place}: {named}is not valid TOML: {what}{hint}")


def _hint(what: str, line: str) -> str:
    """Return "; " and what was probably meant, "" when nobody knows. Nothing of the line is repeated."""
    if what.startswith("Cannot"):
        return "; it is there already, keep one of the two"
    found = _STATEMENT.match(line.rstrip("\r"))
    if odd := next((hint for begin, hint in _BEGINNINGS if line.lstrip().startswith(begin)), ""):
        return f"; {odd}"
    if line.lstrip().startswith("["):
        return next((f"; {hint}" for begin, hint in _TABLES if what.startswith(begin)), "")
    if found is None or found["sign"] != "=":
        return "; a setting is written key = value" if what.startswith("Expected '='") or not found else ""
    return next((f"; {hint}" for shape, hint in _HINTS if re.search(shape, found["value"])), "")
