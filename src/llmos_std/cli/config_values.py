"""What KEY and VALUE mean on a command line: the key by the sections there are, the value by the type of the key.

A value is read as an environment variable's is: text where text is expected, else as in a TOML file. What fits nothing
stays text, for the check to refuse.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from llmos_core.config.environment import plain_value
from llmos_core.config.layers import field_path
from llmos_core.config.statements import parts_of
from llmos_core.config.tables import nested, overlaid, split_path
from llmos_core.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def settings_from(words: Iterable[str]) -> dict[str, Any]:
    """Return what words like `kernel.budget_usd=5` set, by "section.key"; UsageError for a word without `=`."""
    sections = installed_sections()
    found: dict[str, Any] = {}
    for word in words:
        key, sign, text = word.partition("=")
        if not sign or not key.strip():
            raise UsageError(f"-c {key}: expected KEY=VALUE, for example -c kernel.budget_usd=5")
        path, value = understood(key.strip(), text, sections)
        name = ".".join(path[: max(2, depth_of(path, sections) + 1)])
        rest = path[name.count(".") + 1 :]
        found = overlaid(found, {name: nested(rest, value)})
    return found


def understood(key: str, text: str, sections: Mapping[str, type[Any]]) -> tuple[tuple[str, ...], Any]:
    """Return the path that a key names, as its section spells it, and the plain value that a text stands for there.

    UsageError for a key with an empty part; whether there is such a setting is for the check.
    """
    parts = parts_of(key)
    if ".".join(parts) != key.replace('"', "").replace("'", "").replace(" ", ""):
        parts = tuple(key.split("."))
    if not parts or not all(parts):
        raise UsageError(f"'{key}' names no setting; write it as section.key, for example kernel.budget_usd")
    section, rest = split_path(parts, sections)
    if not section:
        return parts, plain_value(text, Any)
    keys, kind = field_path(sections, section, rest)
    is_round = kind in {Decimal, Decimal | None} and text.isascii() and text.isdigit()
    return (*section.split("."), *keys), int(text) if is_round else plain_value(text, kind)


def depth_of(path: tuple[str, ...], sections: Mapping[str, type[Any]]) -> int:
    """Return how many parts of a path name its section, 0 when none do."""
    section, _ = split_path(path, sections)
    return section.count(".") + 1 if section else 0


def installed_sections() -> Mapping[str, type[Any]]:
    """Return the sections of the installed plugins, each class imported when it is looked up."""
    from llmos_core.config.paths import find_paths
    from llmos_core.plugins.discovery import discover
    from llmos_core.plugins.registry import Registry
    from llmos_core.plugins.snapshot import open_host

    return Registry(open_host(discover(), cache=find_paths().user_cache)).sections()
