"""Sums are exact: the value is that of the expression tree, whatever the spacing and the words for the signs."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmos_std.providers.builtin.arithmetic import MAX_LENGTH, evaluate, number_of, shown

SIGNS = {"+": ["+", " plus "], "-": [" - ", " minus "], "*": ["*", " x ", "×", " times "], "/": [" / ", " divided by "]}


@st.composite
def _sums(draw: st.DrawFn, depth: int = 2) -> tuple[str, Fraction]:
    if depth == 0 or draw(st.booleans()):
        number = draw(st.integers(1, 999))
        return str(number), Fraction(number)
    left, left_value = draw(_sums(depth=depth - 1))
    right, right_value = draw(_sums(depth=depth - 1))
    sign = draw(st.sampled_from([sign for sign in SIGNS if sign != "/" or right_value]))
    value = {
        "+": left_value + right_value,
        "-": left_value - right_value,
        "*": left_value * right_value,
        "/": left_value / right_value if right_value else Fraction(0),
    }[sign]
    return f"({left}){draw(st.sampled_from(SIGNS[sign]))}({right})", value


@given(_sums())
def test_the_value_of_a_sum_is_that_of_its_tree(case: tuple[str, Fraction]) -> None:
    text, value = case
    if "(" in text and len(text) <= MAX_LENGTH // 2:
        assert evaluate(text) == value


@given(st.text(max_size=120))
def test_any_text_has_a_value_or_none(text: str) -> None:
    assert isinstance(evaluate(text), Fraction | None)


@given(st.decimals(-10_000, 10_000, places=4))
def test_a_number_is_shown_as_it_is_written(number: object) -> None:
    value = Fraction(str(number))
    assert number_of(shown(value)) == value


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("12*7", "84"),
        ("2 + 3 * 4", "14"),
        ("(2 + 3) * -4", "-20"),
        ("15% of 80", "12"),
        ("1 / 8", "0.125"),
        ("1 / 3", "about 0.3333333333"),
        ("0.1 + 0.2", "0.3"),
        ("7 - 10", "-3"),
        ("-1 / 8", "-0.125"),
    ],
)
def test_examples(text: str, answer: str) -> None:
    value = evaluate(text)
    assert value is not None
    assert shown(value) == answer


@pytest.mark.parametrize("text", ["12", "-5", "1 +", "(1 + 2", "1 2 + 3", "1/0", "2024-01-02", "24/7", "1 + a", "+"])
def test_what_is_no_sum_has_no_value(text: str) -> None:
    assert evaluate(text) is None
