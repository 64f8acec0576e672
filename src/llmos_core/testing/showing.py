"""Show a drawn value to a person: a record as its fields, one a line, and only those that say something."""

from collections.abc import Iterator, Mapping
from typing import Any

from llmos_core.types.field import MISSING
from llmos_core.types.record import Record, values_of

_LONGEST = 100
_DEEPEST = 3
"""Records inside so many others are shown on one line."""


def shown(name: str, value: Any, indent: str = "  ") -> str:
    """Return lines for people, each starting with `indent`; fields at their defaults and long texts are cut."""
    return "\n".join(_lines(name, value, indent))


def _lines(name: str, value: Any, indent: str) -> Iterator[str]:
    if isinstance(value, Record) and len(indent) > 2 * _DEEPEST:
        inside = ", ".join(f"{field}={one}" for field, one in _telling(value) if not isinstance(one, Record))
        yield f"{indent}{name}: {type(value).__name__} {_cut(inside)}"
    elif isinstance(value, Record):
        yield f"{indent}{name}: {type(value).__name__}"
        for field, inside in _telling(value):
            yield from _lines(field, inside, indent + "  ")
    elif isinstance(value, list | tuple) and any(isinstance(one, Record | tuple) for one in value):
        yield f"{indent}{name}: {len(value)} in order"
        for number, one in enumerate(value, start=1):
            yield from _lines(f"{number}", one, indent + "  ")
    else:
        yield f"{indent}{name}: {_short(value)}"


def _telling(record: Record) -> Iterator[tuple[str, Any]]:
    """Yield the fields that are not at their default."""
    for name, value in values_of(record).items():
        default = type(record).__fields__[name].initial()
        if default is MISSING or value != default:
            yield name, value


def _short(value: Any) -> str:
    if isinstance(value, frozenset | set):
        value = sorted(map(str, value))
    if isinstance(value, Mapping):
        value = dict(value)
    text = str(value) if type(value).__module__.startswith("llmos_core") else repr(value)
    return _cut(text)


def _cut(text: str) -> str:
    text = text.replace("\n", "\\n")
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
