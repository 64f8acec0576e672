"""Check plain values against section classes, strictly, and report everything wrong at once.

Nothing is coerced: "false" is no truth value, true is no number, 2.9 is no whole number. First types and keys are
checked, then what the fields' own validators say, then what concerns several fields together.
"""

import copy
import enum
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from types import NoneType
from typing import Any, Literal, get_args, get_origin

import attrs
import cattrs

from llmos_core.suggestion import did_you_mean

Place = Callable[[tuple[str, ...]], str]
_SECRET = re.compile(r"key|token|secret|password|credential", re.IGNORECASE)
_LONGEST_SHOWN = 60
_NAMES: dict[Any, str] = {
    str: "a text",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    Decimal: 'an amount such as 5 or "0.25"',
}


class Checker:
    """Checks tables of plain values and makes sections of them."""

    def __init__(self) -> None:
        self._converter = _strict_converter()

    def section(self, section_class: type[Any], values: Mapping[str, Any]) -> Any:
        """Return the section; raises whatever is wrong first."""
        return self._converter.structure(values, section_class)

    def problems(
        self, section_class: type[Any], values: Mapping[str, Any], path: tuple[str, ...], place: Place, *, project: bool
    ) -> Iterator[str]:
        """Yield one sentence for each wrong key and value of a table that stands at `path`."""
        fields = fields_of(section_class)
        right: dict[str, Any] = {}
        for key, value in values.items():
            at = f"{place((*path, key))}: {'.'.join((*path, key))}: "
            if key not in fields:
                yield f"{at}unknown key{did_you_mean(key, fields)}"
                continue
            kind: Any = fields[key].type
            if project and fields[key].metadata.get("user_only"):
                yield f"{at}may only be set in your own configuration, not by a project"
            elif attrs.has(kind) and isinstance(value, Mapping):
                yield from self.problems(kind, value, (*path, key), place, project=project)
            else:
                try:
                    right[key] = self._converter.structure(value, kind)
                except Exception:  # noqa: BLE001 – whatever a converter raises, the value does not fit
                    yield f"{at}found {shown(key, value)}, expected {expected(kind)}"
        for key, complaint in _complaints(section_class, fields, right):
            at = f"{place((*path, key))}: {'.'.join((*path, key))}: "
            hidden = isinstance(values[key], str) and _SECRET.search(key)
            meant = fields[key].metadata.get("help", "")
            yield at + (f"its value is not accepted{f' ({meant})' if meant else ''}" if hidden else complaint)


def fields_of(section_class: type[Any]) -> dict[str, "attrs.Attribute[Any]"]:
    """Return the fields of a section class by key, their types resolved."""
    if any(isinstance(field.type, str) for field in attrs.fields(section_class)):
        attrs.resolve_types(section_class)
    return {field.name: field for field in attrs.fields(section_class)}


def expected(kind: Any) -> str:  # noqa: PLR0911 – one line a kind of type
    """Return a type in the words of a person who writes TOML."""
    if kind in _NAMES:
        return _NAMES[kind]
    origin, inside = get_origin(kind), get_args(kind)
    if origin is Literal:
        return "one of " + ", ".join(repr(choice) for choice in inside)
    if origin in {tuple, list}:
        return "a list" + (" of texts" if str in inside else "")
    if origin is dict or attrs.has(kind):
        return "a table" + (" of texts" if inside[1:] == (str,) else "")
    if NoneType in inside:
        return " or ".join(expected(option) for option in inside if option is not NoneType)
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return "one of " + ", ".join(repr(choice.value) for choice in kind)
    return str(kind)


def shown(key: str, value: Any) -> str:  # noqa: PLR0911 – one line a kind of value
    """Return what was found, as TOML would write it, shortened; texts under secret-looking keys are not shown."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return "a table"
    if isinstance(value, list | tuple):
        return "a list"
    if value is None:
        return "no value"
    if isinstance(value, str):
        if _SECRET.search(key):
            return "a text"
        return f'"{value}"' if len(value) <= _LONGEST_SHOWN else f'"{value[:_LONGEST_SHOWN]}…"'
    return str(value)


def _complaints(
    section_class: type[Any], fields: Mapping[str, "attrs.Attribute[Any]"], right: Mapping[str, Any]
) -> Iterator[tuple[str, str]]:
    """Run the converters and validators of some fields, the others at their defaults."""
    try:
        stand_in = copy.copy(section_class())
    except Exception:  # noqa: BLE001 – a section that its defaults cannot make is reported when it is made
        return
    for key, value in right.items():
        field = fields[key]
        try:
            converted = _converted(field, value, stand_in)
            object.__setattr__(stand_in, key, converted)
            if field.validator is not None:
                field.validator(stand_in, field, converted)
        except Exception as error:  # noqa: BLE001 – validators belong to strangers
            yield key, str(error).replace(repr(value), shown(key, value)) or type(error).__name__


def _converted(field: "attrs.Attribute[Any]", value: Any, section: Any) -> Any:
    converter: Any = field.converter
    if converter is None:
        return value
    if not hasattr(converter, "takes_self"):
        return converter(value)
    arguments = [section] * bool(converter.takes_self) + [field] * bool(converter.takes_field)
    return converter.converter(value, *arguments)


def _strict_converter() -> cattrs.Converter:
    converter = cattrs.Converter(detailed_validation=False, forbid_extra_keys=True)
    for kind in (str, bool, int):
        converter.register_structure_hook(kind, _exactly)
    converter.register_structure_hook(float, _number)
    converter.register_structure_hook(Decimal, _amount)
    _guard(converter, {tuple, list, set, frozenset}, (list, tuple))
    _guard(converter, {dict, Mapping}, (Mapping,))
    return converter


def _guard(converter: cattrs.Converter, origins: set[Any], allowed: tuple[type, ...]) -> None:
    """Let only lists become lists, only tables tables: cattrs would take a text letter by letter."""

    def concerns(kind: Any) -> bool:
        return (get_origin(kind) or kind) in origins

    def make_hook(kind: Any) -> Callable[[Any, Any], Any]:
        structure = plain.get_structure_hook(kind)

        def guarded(value: Any, wanted: Any) -> Any:
            if not isinstance(value, allowed):
                raise TypeError(f"{value!r} is no {wanted}")
            return structure(value, wanted)

        return guarded

    plain = converter.copy()
    converter.register_structure_hook_factory(concerns, make_hook)


def _exactly(value: Any, kind: type[Any]) -> Any:
    if type(value) is not kind:
        raise TypeError(f"{value!r} is no {kind.__name__}")
    return value


def _number(value: Any, _kind: type[float]) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{value!r} is no number")
    return float(value)


def _amount(value: Any, _kind: type[Decimal]) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, Decimal | int | float | str):
        raise TypeError(f"{value!r} is no amount")
    try:
        return Decimal(str(value))
    except InvalidOperation:
        raise ValueError(f"{value!r} is no amount") from None
