"""Laws of records: frozen values, equal by fields, and full attrs classes for whoever asks."""

import copy
import pickle
import subprocess
import sys
from decimal import Decimal
from typing import Any

import attrs
import cattrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmos_core.types.record import Record, evolve, field, values_of


def _is_positive(_record: object, declared: Any, value: int) -> None:
    if value <= 0:
        raise ValueError(f"{declared.name} is {value}")


class Point(Record):
    x: int
    label: str = "origin"
    notes: dict[str, int] = field(factory=dict)
    size: int = field(default=1, validator=_is_positive)
    price: Decimal = field(default="1", converter=Decimal)
    secret: str = field(default="", repr=False)


class Placed(Record, kw_only=False):
    x: int
    y: int = 0


class Higher(Placed):
    z: int = 9


points = st.builds(Point, x=st.integers(), label=st.text(), size=st.integers(1, 9))


@given(points, st.integers())
def test_evolving_changes_exactly_what_is_named(point: Point, x: int) -> None:
    assert values_of(evolve(point, x=x)) == {**values_of(point), "x": x}
    assert attrs.evolve(point, x=x) == evolve(point, x=x)


@given(points)
def test_copies_are_equal_and_values_survive_pickling_and_cattrs(point: Point) -> None:
    assert copy.deepcopy(point) == point
    assert pickle.loads(pickle.dumps(point)) == point
    converter = cattrs.Converter()
    assert converter.structure({**values_of(point), "price": str(point.price)}, Point) == point


def test_a_record_is_an_attrs_class_when_asked() -> None:
    assert attrs.has(Point)
    assert [one.name for one in attrs.fields(Point)] == ["x", "label", "notes", "size", "price", "secret"]
    assert attrs.fields(Point).notes.default == attrs.Factory(dict)
    assert attrs.asdict(Point(x=1))["x"] == 1


def test_making_records_imports_no_attrs() -> None:
    code = (
        "import sys\nfrom llmos_core.types.record import Record\nclass A(Record):\n    x: int = 1\n"
        "assert A() == A(x=1) and repr(A()) == 'A(x=1)'\nassert 'attr' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_records_are_frozen() -> None:
    point = Point(x=1)
    with pytest.raises(AttributeError, match="frozen"):
        point.x = 2
    with pytest.raises(AttributeError, match="frozen"):
        del point.x


@pytest.mark.parametrize(
    ("arguments", "named"), [({}, "x"), ({"x": 1, "colour": 2}, "colour"), ({"x": 1, "size": 0}, "size")]
)
def test_wrong_arguments_are_named(arguments: dict[str, Any], named: str) -> None:
    with pytest.raises((TypeError, ValueError), match=named):
        Point(**arguments)


def test_only_records_that_say_so_take_positions() -> None:
    assert Placed(1, y=2) == Placed(x=1, y=2)
    assert values_of(Higher(x=1)) == {"x": 1, "y": 0, "z": 9}
    for wrong in (lambda: Point(1), lambda: Placed(1, 2, 3), lambda: Placed(1, x=2)):  # type: ignore[misc]
        with pytest.raises(TypeError):
            wrong()


def test_equal_fields_of_different_types_are_not_equal_and_secrets_are_not_shown() -> None:
    class Other(Record):
        x: int
        y: int = 0

    assert Placed(1) != Other(x=1)
    assert hash(Placed(1)) == hash(Placed(1))
    assert "hush" not in repr(Point(x=1, secret="hush"))
