"""Short forms for the fields of a section, each with its help, its unit, and a check that runs however it is built.

A section class can be made from plain TOML values by calling it: converters and validators belong to the fields, and
what concerns several fields is checked in `__attrs_post_init__`.
"""

from collections.abc import Callable, Iterable, Mapping
from math import isfinite
from typing import Any

from llmos_core.types.money import optional_usd, usd
from llmos_core.types.record import field

Check = Callable[[Any], str]
"""Takes a value and says what was expected instead, or "" when the value is right."""

_ANY: Mapping[str, Any] = {}
_FRACTION = {"minimum": 0, "maximum": 1}
_POSITIVE = {"exclusiveMinimum": 0}
_BEYOND_FLOATS = 10**308


def section_field(
    default: Any,
    check: Check,
    *,
    help: str,  # noqa: A002 – the name that the metadata bears
    unit: str = "",
    convert: Callable[[Any], Any] | None = None,
    user_only: bool = False,
    schema: Mapping[str, Any] = _ANY,
    names: str = "",
) -> Any:
    """Return a record's field; a callable default makes one. With `user_only`, a project's own file may not set it.

    `names` is the kind of contribution whose names it takes beside its default, "" when it takes none. `schema` holds
    what JSON Schema can say of the values beyond their type: `enum`, `minimum` and the like.
    """

    def validate(_section: object, declared: Any, value: Any) -> None:
        if expected := check(value):
            raise ValueError(f"'{declared.name}' is {value!r}; expected {expected}")

    metadata = {"help": help, "unit": unit, "user_only": user_only, "schema": schema, "names": names}
    if callable(default):
        return field(factory=default, validator=validate, converter=convert, metadata=metadata)
    return field(default=default, validator=validate, converter=convert, metadata=metadata)


def flag(default: bool, *, help: str) -> Any:  # noqa: A002
    """Return a field for true or false."""
    return section_field(default, lambda value: "" if isinstance(value, bool) else "true or false", help=help)


def text(default: str, *, help: str) -> Any:  # noqa: A002
    """Return a field for a text."""
    return section_field(default, lambda value: "" if isinstance(value, str) else "a text", help=help)


def name_of(kind: str, default: str, *, help: str) -> Any:  # noqa: A002
    """Return a field for the name of a contribution of `kind`; a configuration that names one nobody offers is wrong.

    The default needs not be a name.
    """

    def check(value: Any) -> str:
        return "" if isinstance(value, str) else "a text"

    return section_field(default, check, help=help, names=kind)


def whole(default: int, *, least: int, help: str, unit: str = "") -> Any:  # noqa: A002
    """Return a field for a whole number of at least `least`; `default` is in the same unit."""

    def check(value: Any) -> str:
        is_right = isinstance(value, int) and not isinstance(value, bool) and value >= least
        return "" if is_right else f"a whole number of at least {least}"

    return section_field(default, check, help=help, unit=unit, schema={"minimum": least})


def choice(default: str, among: tuple[str, ...], *, help: str) -> Any:  # noqa: A002
    """Return a field for one of some words."""

    def check(value: Any) -> str:
        return "" if value in among else f"one of {', '.join(among)}"

    return section_field(default, check, help=help, schema={"enum": among})


def fraction(default: float, *, help: str) -> Any:  # noqa: A002
    """Return a field for a number from 0 to 1, as is `default`."""

    def check(value: Any) -> str:
        return "" if _is_number(value) and 0 <= value <= 1 else "a number from 0 to 1"

    return section_field(default, check, help=help, convert=_as_float, schema=_FRACTION)


def seconds(default: float, *, help: str) -> Any:  # noqa: A002
    """Return a field for a time in seconds, more than 0 and finite, as is `default`."""

    def check(value: Any) -> str:
        return "" if _is_number(value) and value > 0 else "a number of seconds above 0"

    return section_field(default, check, help=help, unit="s", convert=_as_float, schema=_POSITIVE)


def money(default: object, *, help: str) -> Any:  # noqa: A002
    """Return a field for an amount in US dollars, kept as a Decimal; None means "no limit" when it is the default."""
    convert = optional_usd if default is None else usd
    return section_field(convert(default), lambda _value: "", help=help, unit="USD", convert=convert)


def secret(*, help: str) -> Any:  # noqa: A002
    """Return a field for a `SecretRef | None`: where a secret is, never the secret itself; unset by default."""
    from llmos_core.config.secret_ref import secret_ref

    return section_field(None, lambda _value: "", help=help, convert=secret_ref)


def texts(*, help: str, user_only: bool = False) -> Any:  # noqa: A002
    """Return a field for a list of texts, kept as a tuple, empty by default."""

    def check(value: Any) -> str:
        is_right = isinstance(value, tuple) and all(isinstance(one, str) for one in value)
        return "" if is_right else "a list of texts"

    return section_field((), check, help=help, convert=_as_tuple, user_only=user_only)


def text_table(*, help: str, user_only: bool = False) -> Any:  # noqa: A002
    """Return a field for a table of texts, empty by default."""

    def check(value: Any) -> str:
        members: Iterable[object] = (*value, *value.values()) if isinstance(value, Mapping) else (None,)
        return "" if all(isinstance(one, str) for one in members) else "a table of texts"

    return section_field(_an_empty_table, check, help=help, user_only=user_only)


def _an_empty_table() -> Mapping[str, Any]:
    return {}


def _as_tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _as_float(value: Any) -> Any:
    is_whole = isinstance(value, int) and not isinstance(value, bool) and abs(value) < _BEYOND_FLOATS
    return float(value) if is_whole else value


def _is_number(value: Any) -> bool:
    return isinstance(value, float) and isfinite(value)
