"""Make values of sections from plain values, coercing nothing: "false" is no truth value, 2.9 no whole number."""

import math
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin

import attrs
import cattrs

from llmos_core.config.secret_ref import SecretRef, secret_ref


def strict_converter() -> cattrs.Converter:
    """Return a converter that refuses whatever is not plainly of the wanted type."""
    converter = cattrs.Converter(detailed_validation=False, forbid_extra_keys=True)
    for kind in (str, bool, int):
        converter.register_structure_hook(kind, _exactly)
    converter.register_structure_hook(float, _number)
    converter.register_structure_hook(Decimal, _amount)
    converter.register_structure_hook(Path, _path)
    converter.register_structure_hook(SecretRef, lambda value, _kind: secret_ref(value))
    converter.register_structure_hook_func(is_union, _first_that_fits(converter))
    _guard(converter, {tuple, list, set, frozenset}, (list, tuple))
    _guard(converter, {dict, Mapping}, (Mapping,))
    return converter


def is_union(kind: Any) -> bool:
    """Say whether a type is a choice between types."""
    return get_origin(kind) in {Union, UnionType}


def _first_that_fits(converter: cattrs.Converter) -> Callable[[Any, Any], Any]:
    def structure(value: Any, kind: Any) -> Any:
        options = get_args(kind)
        if value is None and NoneType in options:
            return None
        error: Exception = ValueError("no value fits")
        for option in sorted(options, key=attrs.has):
            try:
                return converter.structure(value, option) if option is not NoneType else _nothing(value)
            except Exception as refused:  # noqa: BLE001 – whatever a converter raises, this option does not fit
                error = refused
        raise error

    return structure


def _nothing(value: Any) -> Any:
    raise ValueError(f"{type(value).__name__} is no absent value")


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
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise TypeError("it is no finite number")
    return float(value)


def _amount(value: Any, _kind: type[Decimal]) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, Decimal | int | float | str):
        raise TypeError(f"{value!r} is no amount")
    try:
        return Decimal(str(value))
    except InvalidOperation:
        raise ValueError(f"{value!r} is no amount") from None


def _path(value: Any, _kind: type[Path]) -> Path:
    return value if isinstance(value, Path) else Path(_exactly(value, str))
