"""Make tables of a TOML text, and find the line of each key.

What cannot be read is one sentence a mistake, with file, line and column.
"""

from pathlib import Path
from typing import Any

from llmos_core.config.malformed import Reading, read_text
from llmos_core.config.statements import statements
from llmos_core.config.tables import overlaid
from llmos_core.errors import ConfigError
from llmos_core.types.record import evolve

_ENCODINGS = ((b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"))


def parse_tree(path: Path, data: bytes) -> dict[str, Any]:
    """Return the tables of a configuration file; ConfigError lists every mistake.

    `[llmos.prefer]` is another way to write `[plugins.prefer]`, and the dots in its keys need no quotes.
    """
    return _joined(parse_toml(path, data))


def parse_toml(path: Path, data: bytes) -> dict[str, Any]:
    """Return the tables of a TOML file; ConfigError names file, line and column of each mistake."""
    reading = read_text(path, _text(path, data))
    if reading.problems:
        raise ConfigError(reading.problems)
    return reading.tree


def read_tree(path: Path, data: bytes) -> Reading:
    """Return as much of a configuration file as can be read, as `parse_tree` would, with every mistake."""
    try:
        reading = read_text(path, _text(path, data))
    except ConfigError as error:
        return Reading({}, "", error.problems, is_whole=False)
    return evolve(reading, tree=_joined(reading.tree))


def _joined(tree: dict[str, Any]) -> dict[str, Any]:
    """Return the tree with both spellings of preferences in one place."""
    llmos, plugins = tree.get("llmos"), tree.get("plugins", {})
    if isinstance(llmos, dict) and isinstance(llmos.get("prefer"), dict) and isinstance(plugins, dict):
        tree["plugins"] = overlaid(plugins, {"prefer": llmos.pop("prefer")})
        if not llmos:
            del tree["llmos"]
    plugins = tree.get("plugins")
    if isinstance(plugins, dict) and isinstance(plugins.get("prefer"), dict):
        plugins["prefer"] = dict(_flat(plugins["prefer"]))
    return tree


def key_lines(text: str) -> dict[str, int]:
    """Return the line (from 1) where each key or table of a well-formed TOML text stands, by its whole dotted path.

    The tables of a list of tables are numbered: `rows[0]`, `rows[1]`.
    """
    lines: dict[str, int] = {}
    numbers: dict[tuple[str, ...], int] = {}
    for statement in statements(text):
        table, inner = statement.table, statement.keys[len(statement.table) :]
        if statement.is_table and statement.is_array:
            numbers[table] = numbers.get(table, -1) + 1
        if table in numbers and statement.is_array:
            lines.setdefault(".".join((f"{'.'.join(table)}[{numbers[table]}]", *inner)), statement.line)
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


def _flat(table: dict[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    """Return (dotted key, value) for every value in nested tables."""
    pairs: list[tuple[str, Any]] = []
    for key, value in table.items():
        pairs += _flat(value, f"{prefix}{key}.") if isinstance(value, dict) else [(f"{prefix}{key}", value)]
    return pairs
