"""Describe a record class to attrs; imported only when somebody reads `__attrs_attrs__`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from llmos_core.types.field import MISSING

if TYPE_CHECKING:
    from llmos_core.types.field import Field


def attributes_of(cls: type[Any]) -> tuple[attrs.Attribute[Any], ...]:
    """Return attrs' own description of the fields, in order, with their annotations as types."""
    hints = {
        name: text for base in reversed(cls.__mro__) for name, text in getattr(base, "__annotations__", {}).items()
    }
    made = attrs.make_class(
        cls.__name__, {name: _described(declared, hints[name]) for name, declared in cls.__fields__.items()}
    )
    found: tuple[attrs.Attribute[Any], ...] = attrs.fields(made)
    return found


def _described(declared: Field, annotation: Any) -> Any:
    default = attrs.NOTHING if declared.default is MISSING else declared.default
    if declared.factory is not None:
        default = attrs.Factory(declared.factory)
    return attrs.field(
        default=default,
        converter=declared.converter,
        validator=list(declared.validators) or None,
        metadata=dict(declared.metadata),
        type=annotation,
        repr=declared.is_shown,
        kw_only=True,
    )
