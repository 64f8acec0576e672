"""Arguments as leaves: one path and one simple value each. A moment is two leaves, its date and its time of day."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from llmos_core.types.json import JsonObject, JsonValue

_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)([T ])(\d\d:\d\d:\d\d)")
_DATE, _TIME = "@date", "@time"
Path = tuple[str | int, ...]
"""Keys and positions from the arguments down to a value."""


def leaves(arguments: JsonObject) -> dict[Path, JsonValue]:
    """Return every leaf by its path; empty lists and objects are leaves themselves."""
    return dict(_leaves((), dict(arguments)))


def _leaves(path: Path, value: Any) -> Iterator[tuple[Path, JsonValue]]:
    if isinstance(value, dict) and (value or not path):
        for key in sorted(value):
            yield from _leaves((*path, key), value[key])
    elif isinstance(value, list) and value:
        for index, one in enumerate(value):
            yield from _leaves((*path, index), one)
    elif isinstance(value, str) and (moment := _MOMENT.fullmatch(value)):
        yield (*path, f"{_DATE}{moment[2]}"), moment[1]
        yield (*path, f"{_TIME}{moment[2]}"), moment[3]
    else:
        yield path, value


def value_at(value: Any, path: Iterable[str | int], missing: Any = None) -> Any:
    """Return what is under a path of keys, `missing` where there is nothing."""
    for key in path:
        if not isinstance(value, dict) or key not in value:
            return missing
        value = value[key]
    return value


def joined(values: Mapping[Path, JsonValue]) -> dict[str, JsonValue]:
    """Return the arguments that have these leaves."""
    root: dict[str | int, Any] = {}
    for path, value in values.items():
        node = root
        for key in path[:-1]:
            node = node.setdefault(key, {})
        node[path[-1]] = value
    built = _built(root)
    return built if isinstance(built, dict) else {}


def _built(node: Any) -> Any:
    if not isinstance(node, dict) or not node:
        return node
    for separator in (" ", "T"):
        if set(node) == {f"{_DATE}{separator}", f"{_TIME}{separator}"}:
            for part in node.values():
                if isinstance(part, dict):  # a hole in one of them is a hole in the moment
                    return part
            return f"{node[f'{_DATE}{separator}']}{separator}{node[f'{_TIME}{separator}']}"
    if all(isinstance(key, int) for key in node):
        return [_built(node[key]) for key in sorted(node)]
    return {str(key): _built(value) for key, value in node.items()}
