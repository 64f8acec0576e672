"""Plain tables: how they are laid over one another, and how dotted keys find their section.

Tables merge key by key; everything else (a list too, and a table that names a secret) is replaced by the later layer.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from llmos_core.types.record import Record, values_of

Values = dict[str, dict[str, Any]]
"""Section name → key → plain value."""

SECRET_WAYS = ("env", "keyring", "file")
"""The ways to name the place of a secret; see `secret_ref`."""


def merged(layers: Iterable[Mapping[str, Mapping[str, Any]]]) -> Values:
    """Return the values of all layers, the later ones over the earlier ones. The layers stay as they are."""
    result: Values = {}
    for layer in layers:
        for section, values in layer.items():
            result[section] = overlaid(result.get(section, {}), values)
    return result


def overlaid(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Return one table laid over another; neither is changed."""
    result = dict(below)
    for key, value in above.items():
        under = result.get(key)
        if isinstance(under, Mapping) and isinstance(value, Mapping) and not names_secret(value):
            result[key] = overlaid(under, value)
        else:
            result[key] = value
    return result


def names_secret(table: Mapping[str, Any]) -> bool:
    """Say whether a table names the place of one secret: such a table replaces another one as a whole."""
    return len(table) == 1 and next(iter(table)) in SECRET_WAYS


def split_key(key: str, names: Iterable[str]) -> tuple[str, tuple[str, ...]]:
    """Return the longest section name that a dotted key begins with ("" for none), and the rest of the key."""
    return split_path(tuple(key.split(".")), names)


def split_path(parts: tuple[str, ...], names: Iterable[str]) -> tuple[str, tuple[str, ...]]:
    """Like `split_key`, for a key whose parts may have dots of their own."""
    known = frozenset(names)
    for size in range(len(parts) - 1, 0, -1):
        if (section := ".".join(parts[:size])) in known:
            return section, parts[size:]
    return "", parts


def nested(path: tuple[str, ...], value: Any) -> dict[str, Any]:
    """Return tables around a value: for ("a", "b") and 1 it is {"a": {"b": 1}}."""
    for key in reversed(path):
        value = {key: value}
    result: dict[str, Any] = value
    return result


def plain(value: Any) -> Any:
    """Return a section or value as TOML and JSON can hold it; fields without a value are left out."""
    if isinstance(value, Record):
        return _without_gaps(values_of(value))
    if attributes := getattr(type(value), "__attrs_attrs__", None):
        return _without_gaps({field.name: getattr(value, field.name) for field in attributes})
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, Mapping):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(one) for one in value]
    return value


def _without_gaps(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: plain(one) for name, one in values.items() if one is not None}
