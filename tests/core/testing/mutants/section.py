"""Section classes that are right, and section classes with one fault each."""

from decimal import Decimal
from typing import Any

import attrs
from hypothesis import settings

from llmos_core.config.fields import flag, fraction, money, seconds, section_field, text, text_table, texts, whole
from llmos_core.testing import section_suite
from llmos_core.types.record import Record, field


class Reference(Record):
    """A field of every kind."""

    name: str = text("me", help="who it is for")
    is_loud: bool = flag(False, help="whether it speaks up")
    max_turns: int = whole(3, least=1, help="how many turns it takes", unit="turns")
    share: float = fraction(0.5, help="how much of it, from 0 to 1")
    timeout_s: float = seconds(5.0, help="how long it may take")
    budget_usd: Decimal | None = money(None, help="what it may spend")
    files: tuple[str, ...] = texts(help="what it looks at")
    headers: dict[str, str] = text_table(help="what it sends along")


@attrs.frozen(kw_only=True)
class PlainAttrs:
    """A section made with attrs alone."""

    name: str = attrs.field(default="me", metadata={"help": "who it is for"})
    depth: int = attrs.field(default=2, metadata={"help": "how deep it looks", "unit": "folders"})


class SaysNothing(Reference):
    silent: str = field(default="")


class HasABareNumber(Reference):
    delay: float = section_field(5.0, lambda _value: "", help="how long it waits")


class MustBeSet(Reference):
    key: str = section_field("", lambda value: "" if value else "a key", help="the key it uses")


@attrs.define(kw_only=True)
class CanBeChanged:
    name: str = attrs.field(default="me", metadata={"help": "who it is for"})


class AddsToWhatItIsGiven(Reference):
    place: str = section_field("/", lambda _value: "", help="where it looks", convert=lambda given: f"{given}/")


class TakesEverythingForAText(Reference):
    number: Any = section_field("", lambda _value: "", help="anything at all", convert=str)


@attrs.frozen(kw_only=True)
class TakesWhateverComes:
    name: str = attrs.field(default="me", metadata={"help": "who it is for"})

    def __init__(self, name: str = "me", **_others: Any) -> None:
        self.__attrs_init__(name=name)


RIGHT = (Reference, PlainAttrs)

MUTANTS: dict[Any, str] = {
    SaysNothing: "test_every_field_says_what_it_is_for",
    HasABareNumber: "test_every_number_has_a_unit",
    MustBeSet: "test_nothing_need_be_set",
    CanBeChanged: "test_it_never_changes",
    AddsToWhatItIsGiven: "test_toml_and_back_is_the_same",
    TakesEverythingForAText: "test_a_wrong_type_is_refused",
    TakesWhateverComes: "test_an_unknown_key_is_refused",
}


def suite(made: Any, bounds: settings) -> type:
    return section_suite(made, bounds=bounds)
