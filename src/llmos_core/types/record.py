"""Frozen records: attrs classes whose attrs machinery is made only when somebody asks for it.

A replay needs of its fifty records no more than fields, defaults and equality; importing attrs and having it compile
fifty classes would take a third of a replay's time. So a record keeps its fields itself, and is a full attrs class
(`attrs.fields`, `attrs.evolve`, `attrs.asdict`, cattrs, Hypothesis) from the moment its `__attrs_attrs__` is read.
The figures are in docs/explanation/start-up.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, dataclass_transform

from llmos_core.types.field import MISSING, Field, field

if TYPE_CHECKING:
    from attrs import Attribute

__all__ = ["Record", "evolve", "field", "values_of"]


class _AttrsOnDemand:
    """Makes the attrs description of a record class when it is first read."""

    def __get__(self, _instance: object, owner: type[Record]) -> tuple[Attribute[Any], ...]:
        from llmos_core.types.record_attrs import attributes_of

        found = attributes_of(owner)
        owner.__attrs_attrs__ = found
        return found


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(field,))
class Record:
    """Base of frozen value objects. Fields are the annotations of a subclass; arguments are keywords.

    With `class X(Record, kw_only=False)` arguments may also be positional. `__attrs_post_init__` runs last, if defined.
    """

    __fields__: ClassVar[dict[str, Field]] = {}
    __positional__: ClassVar[bool] = False
    if TYPE_CHECKING:
        __attrs_attrs__: ClassVar[tuple[Attribute[Any], ...]]
    else:
        __attrs_attrs__ = _AttrsOnDemand()

    def __init_subclass__(cls, *, kw_only: bool = True) -> None:
        super().__init_subclass__()
        cls.__positional__ = not kw_only
        cls.__fields__ = {**cls.__fields__, **_own_fields(cls)}
        setattr(cls, "__attrs_attrs__", _AttrsOnDemand())  # noqa: B010 – each class describes itself

    def __init__(self, *args: Any, **values: Any) -> None:
        cls, own = type(self), self.__dict__
        if args:
            values = _named(cls, args, values)
        for name, declared in cls.__fields__.items():
            value = values.pop(name) if name in values else declared.initial()
            if value is MISSING:
                raise TypeError(f"{cls.__name__}() needs a value for '{name}'")
            own[name] = value if declared.converter is None else declared.converter(value)
        if values:
            raise TypeError(f"{cls.__name__}() got an unexpected keyword argument '{next(iter(values))}'")
        for name, declared in cls.__fields__.items():
            for validate in declared.validators:
                validate(self, declared, own[name])
        if (post_init := getattr(self, "__attrs_post_init__", None)) is not None:
            post_init()

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} is frozen; '{name}' cannot be set")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{type(self).__name__} is frozen; '{name}' cannot be deleted")

    def __eq__(self, other: object) -> bool:
        return (
            values_of(self) == values_of(other)
            if isinstance(other, type(self)) and type(other) is type(self)
            else NotImplemented
        )

    def __hash__(self) -> int:
        return hash((type(self), *values_of(self).values()))

    def __repr__(self) -> str:
        shown = (name for name, declared in type(self).__fields__.items() if declared.is_shown)
        inside = ", ".join(f"{name}={getattr(self, name)!r}" for name in shown)
        return f"{type(self).__name__}({inside})"


def values_of(record: Record) -> dict[str, Any]:
    """Return a record's own values by field name, not those of records inside it."""
    return {name: getattr(record, name) for name in type(record).__fields__}


R = TypeVar("R", bound=Record)


def evolve(record: R, **changes: Any) -> R:
    """Return a copy of a record with some fields changed, every check made anew (as `attrs.evolve`)."""
    return type(record)(**{**values_of(record), **changes})


def _own_fields(cls: type[Record]) -> dict[str, Field]:
    found = {}
    for name, annotation in cls.__dict__.get("__annotations__", {}).items():  # noqa: RUF063 – inspect is slow to import
        if "ClassVar" in str(annotation):
            continue
        given = cls.__dict__.get(name, MISSING)
        declared = given if isinstance(given, Field) else Field(given)
        declared.name = name
        found[name] = declared
        if given is not MISSING and isinstance(given, Field):
            delattr(cls, name)
    return found


def _named(cls: type[Record], args: tuple[Any, ...], values: dict[str, Any]) -> dict[str, Any]:
    if not cls.__positional__ or len(args) > len(cls.__fields__):
        raise TypeError(f"{cls.__name__}() takes its values by keyword")
    positional = dict(zip(cls.__fields__, args, strict=False))
    if twice := sorted(set(positional) & set(values)):
        raise TypeError(f"{cls.__name__}() got two values for '{twice[0]}'")
    return {**positional, **values}
