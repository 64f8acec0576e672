"""Make tables of a TOML text, and find the line of each key.

What cannot be read is one sentence with file, line and column.
"""

import re
import tomllib
from pathlib import Path
from typing import Any

from llmos_core.config.statements import statements
from llmos_core.config.tables import overlaid
from llmos_core.errors import ConfigError

_POSITION = re.compile(
    r"^(?P<what>.*?) \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)$", re.DOTALL
)
_ENCODINGS = ((b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"))


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
    except ValueError as error:  # what Python itself refuses, such as a number of thousands of digits
        raise ConfigError([f"{path}: is not valid TOML: {str(error).partition(';')[0]}"]) from None


def key_lines(data: bytes) -> dict[str, int]:
    """Return the line (from 1) where each key or table of a well-formed TOML text stands, by its whole dotted path."""
    lines: dict[str, int] = {}
    for statement in statements(data.decode("utf-8-sig", "replace")):
        for size in range(len(statement.keys), 0, -1):
            lines.setdefault(".".join(statement.keys[:size]), statement.line)
    return lines


def _text(path: Path, data: bytes) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        found = next((f" but {name}" for mark, name in _ENCODINGS if data.startswith(mark)), "")
        raise ConfigError([f"{path}:{line}: is not UTF-8 text{found}; save it as UTF-8"]) from None
    if (place := data.find(b"\0")) >= 0:
        line = data.count(b"\n", 0, place) + 1
        raise ConfigError([f"{path}:{line}: is not UTF-8 text (it holds zero bytes, as UTF-16 does); save it as UTF-8"])
    return text


def _malformed(path: Path, text: str, message: str) -> str:
    found = _POSITION.match(message)
    if found is None:
        return f"{path}: is not valid TOML: {message}"
    if found["line"]:
        return f"{path}:{found['line']}:{found['column']}: is not valid TOML: {found['what']}"
    lines = text.split("\n")
    return f"{path}:{len(lines)}:{len(lines[-1]) + 1}: is not valid TOML: {found['what']}"


def _flat(table: dict[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    """Return (dotted key, value) for every value in nested tables."""
    pairs: list[tuple[str, Any]] = []
    for key, value in table.items():
        pairs += _flat(value, f"{prefix}{key}.") if isinstance(value, dict) else [(f"{prefix}{key}", value)]
    return pairs
