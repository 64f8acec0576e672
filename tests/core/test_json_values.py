"""Law: a number without a fraction is one number, however it is written; nothing else about a value changes."""

from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from llmos_core.types.json import JsonValue, canonical_json, with_whole_numbers

leaves = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=3))
values = st.recursive(
    leaves,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=3), inner, max_size=3)),
)


def leaves_of(value: JsonValue) -> Iterator[JsonValue]:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    if inner is None:
        yield value
        return
    for one in inner:
        yield from leaves_of(one)


@given(values)
def test_the_value_is_the_same_and_no_whole_number_has_a_point(value: JsonValue) -> None:
    found = with_whole_numbers(value)
    assert found == value
    assert not any(isinstance(leaf, float) and leaf.is_integer() for leaf in leaves_of(found))


def test_two_ways_of_writing_a_value_have_one_text() -> None:
    first = {"price": 150.0, "items": [1, 2.0, {"share": 0.5}], "is_paid": True}
    second = {"price": 150, "items": [1.0, 2, {"share": 0.5}], "is_paid": True}
    assert canonical_json(with_whole_numbers(first)) == canonical_json(with_whole_numbers(second))
    assert with_whole_numbers(True) is True
    assert with_whole_numbers(float("inf")) == float("inf")
