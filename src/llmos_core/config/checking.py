"""Check plain values against section classes, strictly, and find everything wrong at once.

Nothing is coerced (see `structuring`). First types and keys are checked, then what the fields' own validators say; what
concerns several fields together is for `validation`, which knows all layers.
"""

import copy
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from math import isfinite
from types import NoneType
from typing import Any, get_args, get_origin

import attrs

from llmos_core.config.secret_ref import SecretRef, problem_with
from llmos_core.config.secret_shapes import is_secret_name
from llmos_core.config.structuring import is_union, strict_converter
from llmos_core.config.wording import expected, sentence, shown
from llmos_core.suggestion import did_you_mean, nearest
from llmos_core.types.record import Record

Path = tuple[str, ...]
Place = Callable[[Path], str]
_NUMBER = re.compile(r"(?:\[\d+\])+$")


class Finding(Record, kw_only=False):
    """One thing wrong: where (the whole path of keys), what, and the key that was probably meant."""

    path: Path
    what: str
    meant: str = ""

    def told(self, place: Place) -> str:
        """Return the sentence for a person: place, key, what is wrong."""
        return sentence(f"{place(self.path)}: {'.'.join(self.path)}: {self.what}")


class Checker:
    """Checks tables of plain values and makes sections of them."""

    def __init__(self) -> None:
        self._converter = strict_converter()

    def section(self, section_class: type[Any], values: Mapping[str, Any]) -> Any:
        """Return the section; raises whatever is wrong first."""
        return self._converter.structure(values, section_class)

    def problems(
        self, section_class: type[Any], values: Mapping[str, Any], path: Path, place: Place, *, project: bool = False
    ) -> Iterator[str]:
        """Yield one sentence for each finding; `place` says where a path of keys stands."""
        yield from (finding.told(place) for finding in self.findings(section_class, values, path, project=project))

    def findings(
        self,
        section_class: type[Any],
        values: Mapping[str, Any],
        path: Path,
        *,
        project: bool = False,
        only: tuple[str, ...] = (),
    ) -> Iterator[Finding]:
        """Yield what is wrong with the keys and values of a table that stands at `path`.

        With `project`, keys that only the user may set are wrong; with `only`, all keys but these.
        """
        fields = fields_of(section_class)
        known = {name: field for name, field in fields.items() if not only or name in only}
        right: dict[str, Any] = {}
        for key, value in values.items():
            inner, kind = (*path, str(key)), _type_of(known.get(key))
            if key not in known:
                yield Finding(inner, f"unknown key{did_you_mean(str(key), known)}", nearest(str(key), known))
            elif project and fields[key].metadata.get("user_only"):
                yield Finding(inner, "may only be set in your own configuration, not by a project")
            elif found := list(self._wrong(kind, value, inner, project=project, field=fields[key])):
                yield from found
            elif not (attrs.has(kind) and isinstance(value, Mapping)):
                right[key] = self._converter.structure(value, kind)
        yield from _complaints(section_class, fields, right, path)

    def _wrong(
        self, kind: Any, value: Any, path: Path, *, project: bool, field: "attrs.Attribute[Any] | None" = None
    ) -> Iterator[Finding]:
        """Yield what is wrong with one value, down to the single item of a list or table."""
        if value is None and NoneType in get_args(kind):
            return
        kind = _of_interest(kind)
        tables_of = field.metadata.get("tables_of") if field is not None else None
        if kind is SecretRef:
            yield from (Finding(path, problem) for problem in filter(None, [_secret_problem(value)]))
        elif tables_of is not None and isinstance(value, Mapping):
            section_class, only = tables_of()
            yield from self._wrong_tables(section_class, only, value, path, project=project)
        elif attrs.has(kind) and isinstance(value, Mapping):
            yield from self.findings(kind, value, path, project=project)
        elif (items := _items(kind, value)) is not None:
            for name, item_kind, item in items:
                yield from self._wrong(item_kind, item, _inside(path, name), project=project)
        elif not self._fits(kind, value):
            yield Finding(path, f"found {shown(path[-1], value)}, expected {_wanted(kind, value)}")

    def _wrong_tables(
        self, section_class: type[Any], only: tuple[str, ...], tables: Mapping[str, Any], path: Path, *, project: bool
    ) -> Iterator[Finding]:
        for name, table in tables.items():
            if isinstance(table, Mapping):
                yield from self.findings(section_class, table, (*path, str(name)), project=project, only=only)
            else:
                yield Finding((*path, str(name)), f"found {shown(str(name), table)}, expected a table")

    def _fits(self, kind: Any, value: Any) -> bool:
        try:
            self._converter.structure(value, kind)
        except Exception:  # noqa: BLE001 – whatever a converter raises, the value does not fit
            return False
        return True


def without_number(name: str) -> str:
    """Return the name of a key without the number of an item that `Finding.path` may add to it."""
    return _NUMBER.sub("", name)


def fields_of(section_class: type[Any]) -> dict[str, "attrs.Attribute[Any]"]:
    """Return the fields of a section class by key, their types resolved."""
    if any(isinstance(field.type, str) for field in attrs.fields(section_class)):
        attrs.resolve_types(section_class)
    return {field.name: field for field in attrs.fields(section_class)}


def _type_of(field: "attrs.Attribute[Any] | None") -> Any:
    return None if field is None else field.type


def _of_interest(kind: Any) -> Any:
    """Return the one type that an optional type is about, other types as they are."""
    options = [option for option in get_args(kind) if option is not NoneType] if is_union(kind) else []
    return options[0] if len(options) == 1 else kind


def _secret_problem(value: Any) -> str:
    return "" if isinstance(value, SecretRef) else problem_with(value)


def _items(kind: Any, value: Any) -> list[tuple[str, Any, Any]] | None:
    """Return (name, type, value) of each item to look at singly, None when the value is judged as a whole."""
    origin, inside = get_origin(kind), get_args(kind)
    if origin in {dict, Mapping} and isinstance(value, Mapping) and inside[0] is str:
        return [(str(key), inside[1], item if isinstance(key, str) else key) for key, item in value.items()]
    is_row = origin is list or (origin is tuple and inside[1:] == (...,))
    if is_row and isinstance(value, list | tuple):
        return [(f"[{number}]", inside[0], item) for number, item in enumerate(value)]
    return None


def _inside(path: Path, name: str) -> Path:
    return (*path[:-1], f"{path[-1]}{name}") if name.startswith("[") else (*path, name)


def _wanted(kind: Any, value: Any) -> str:
    is_endless = isinstance(value, float | Decimal) and not isfinite(value)
    return "a finite number" if is_endless and kind is float else expected(kind)


def _complaints(
    section_class: type[Any], fields: Mapping[str, "attrs.Attribute[Any]"], right: Mapping[str, Any], path: Path
) -> Iterator[Finding]:
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
            meant = field.metadata.get("help", "")
            hidden = f"its value is not accepted{f' ({meant})' if meant else ''}"
            is_hidden = isinstance(value, str) and is_secret_name(key)
            told = str(error).replace(repr(value), shown(key, value)) or type(error).__name__
            yield Finding((*path, key), hidden if is_hidden else told)


def _converted(field: "attrs.Attribute[Any]", value: Any, section: Any) -> Any:
    converter: Any = field.converter
    if converter is None:
        return value
    if not hasattr(converter, "takes_self"):
        return converter(value)
    arguments = [section] * bool(converter.takes_self) + [field] * bool(converter.takes_field)
    return converter.converter(value, *arguments)
