"""The fields of records: what attrs would call an attribute, without attrs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MISSING: Any = object()
"""Stands for "no default"."""


class Field:
    """One field: default or factory, converter, validators and metadata, all as attrs means them."""

    __slots__ = ("converter", "default", "factory", "is_shown", "metadata", "name", "validators")

    def __init__(self, default: Any = MISSING) -> None:
        self.name = ""
        self.default = default
        self.factory: Callable[[], Any] | None = None
        self.converter: Callable[[Any], Any] | None = None
        self.validators: list[Callable[[Any, Any, Any], Any]] = []
        self.metadata: Mapping[str, Any] = {}
        self.is_shown = True

    def initial(self) -> Any:
        """Return the value when none is given; MISSING when one must be."""
        return self.default if self.factory is None else self.factory()


def field(
    *,
    default: Any = MISSING,
    factory: Callable[[], Any] | None = None,
    converter: Callable[[Any], Any] | None = None,
    validator: Callable[[Any, Any, Any], Any] | None = None,
    metadata: Mapping[str, Any] | None = None,
    repr: bool = True,  # noqa: A002 – attrs' own name for it
) -> Any:
    """Declare a field that needs more than a plain default; the parameters are those of `attrs.field`."""
    made = Field(default)
    made.factory, made.converter = factory, converter
    made.validators = [] if validator is None else [validator]
    made.metadata = {} if metadata is None else metadata
    made.is_shown = repr
    return made
