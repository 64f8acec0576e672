"""Make tables of a TOML text, and find the line of each key.

What cannot be read is one sentence with file, line and column.
"""

import re
import tomllib
from pathlib import Path
from typing import Any

from llmos_core.config.tables import overlaid
from llmos_core.errors import ConfigError

_BARE_OR_QUOTED = r"""(?:"(?:[^"\\]|\\.)*"|'[^']*'|[A-Za-z0-9_-]+)"""
_DOTTED = rf"{_BARE_OR_QUOTED}(?:\s*\.\s*{_BARE_OR_QUOTED})*"
_PART = re.compile(_BARE_OR_QUOTED)
_TABLE = re.compile(rf"\[\[?\s*({_DOTTED})\s*\]")
_ASSIGNMENT = re.compile(rf"({_DOTTED})\s*=")
_POSITION = re.compile(r"^(?P<what>.*?) \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)$")


def parse_tree(path: Path, data: bytes) -> dict[str, Any]:
    """Return the tables of a configuration file.

    `[llmos.prefer]` is another way to write `[plugins.prefer]`, and the dots in its keys need no quotes.
    """
    tree = parse_toml(path, data)
    llmos, plugins = tree.get("llmos"), tree.get("plugins", {})
    if isinstance(llmos, dict) and isinstance(llmos.get("prefer"), dict) and isinstance(plugins, dict):
        tree["plugins"] = overlaid(plugins, {"prefer": llmos.pop("prefer")})
        if not llmos:
            del tree["llmos"]
    plugins = tree.get("plugins")
    if isinstance(plugins, dict) and isinstance(plugins.get("prefer"), dict):
        plugins["prefer"] = dict(_flat(plugins["prefer"]))
    return tree


def parse_toml(path: Path, data: bytes) -> dict[str, Any]:
    """Return the tables of a TOML file; ConfigError names file, line and column of what cannot be read."""
    try:
        return tomllib.loads(_text(path, data))
    except tomllib.TOMLDecodeError as error:
        raise ConfigError([_malformed(path, data.decode("utf-8-sig"), str(error))]) from None
    except RecursionError:
        raise ConfigError([f"{path}: is nested too deeply"]) from None


def key_lines(data: bytes) -> dict[tuple[str, ...], int]:
    """Return the line (from 1) where each key or table of a well-formed TOML text stands, by its whole path."""
    lines: dict[tuple[str, ...], int] = {}
    table: tuple[str, ...] = ()
    open_quotes = ""
    for number, raw in enumerate(data.decode("utf-8-sig", "replace").split("\n"), start=1):
        line = raw.strip()
        if open_quotes:
            open_quotes = "" if open_quotes in line else open_quotes
            continue
        if header := _TABLE.match(line):
            table = _parts(header[1])
            lines.setdefault(table, number)
        elif assignment := _ASSIGNMENT.match(line):
            lines.setdefault(table + _parts(assignment[1]), number)
            open_quotes = _left_open(line[assignment.end() :])
    return lines


def _text(path: Path, data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ConfigError([f"{path}:{line}: is not UTF-8 text; save it as UTF-8"]) from None


def _malformed(path: Path, text: str, message: str) -> str:
    found = _POSITION.match(message)
    if found is None:
        return f"{path}: is not valid TOML: {message}"
    if found["line"]:
        return f"{path}:{found['line']}:{found['column']}: is not valid TOML: {found['what']}"
    lines = text.split("\n")
    return f"{path}:{len(lines)}:{len(lines[-1]) + 1}: is not valid TOML: {found['what']}"


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple(part[1:-1] if part[0] in "\"'" else part for part in _PART.findall(dotted))


def _left_open(value: str) -> str:
    """Return the triple quotes that a value opens and does not close on its own line."""
    stripped = value.strip()
    for quotes in ('"""', "'''"):
        if stripped.startswith(quotes) and stripped.find(quotes, len(quotes)) < 0:
            return quotes
    return ""


def _flat(table: dict[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    """Return (dotted key, value) for every value in nested tables."""
    pairs: list[tuple[str, Any]] = []
    for key, value in table.items():
        pairs += _flat(value, f"{prefix}{key}.") if isinstance(value, dict) else [(f"{prefix}{key}", value)]
    return pairs
