"""Law: valid arguments come back unchanged, and what is mended never says anything that the model did not write."""

import json
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmos_std.providers.litellm.repair import MALFORMED, read_arguments

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
objects = st.dictionaries(st.text(max_size=8), values, max_size=5)
spacings = st.sampled_from([(",", ":"), (", ", ": "), (" ,\n", " :\t")])


def is_part(found, whole):
    """Say whether `found` holds only what `whole` holds, in the same places."""
    if isinstance(found, dict):
        return isinstance(whole, dict) and all(key in whole and is_part(found[key], whole[key]) for key in found)
    if isinstance(found, list):
        return isinstance(whole, list) and len(found) <= len(whole) and all(map(is_part, found, whole))
    return found == whole and type(found) is type(whole)


@given(objects, spacings, st.booleans(), st.booleans())
def test_a_valid_object_comes_back_unchanged(arguments, separators, ensure_ascii, is_whole):
    text = json.dumps(arguments, separators=separators, ensure_ascii=ensure_ascii)
    assert read_arguments(text, is_whole=is_whole) == arguments


@given(objects, st.data())
def test_an_unfinished_object_never_says_what_was_not_written(arguments, data):
    text = json.dumps(arguments)
    cut = text[: data.draw(st.integers(min_value=1, max_value=len(text)))]
    found = read_arguments(cut)
    assert found == {MALFORMED: cut} or is_part(found, arguments)


@given(objects.filter(bool), st.data())
def test_nothing_is_closed_when_the_answer_was_cut(arguments, data):
    text = json.dumps(arguments)
    cut = text[: data.draw(st.integers(min_value=1, max_value=len(text) - 1))]
    assert read_arguments(cut, is_whole=False) == {MALFORMED: cut}


@given(st.text())
def test_any_text_is_read_as_an_object_or_handed_over_whole(text):
    found = read_arguments(text)
    assert isinstance(found, dict)
    assert MALFORMED not in found or found == {MALFORMED: text} or MALFORMED in text


@given(objects, st.sampled_from(["```json\n%s\n```", "```\n%s\n```", "```%s```", "%s}", "%s;", "\n %s \n", "%s\n```"]))
def test_what_surrounds_an_object_is_dropped(arguments, surrounding):
    text = surrounding % json.dumps(arguments)
    expected = {MALFORMED: text} if surrounding == "%s\n```" else arguments
    assert read_arguments(text) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("", {}),
        ("  ", {}),
        ("null", {}),
        ("{}", {}),
        ('{"a": 1,}', {"a": 1}),
        ('{"a": [1, 2, ], }', {"a": [1, 2]}),
        ('{"a": ",}"}', {"a": ",}"}),
        ('{"a": "x",}}', {"a": "x"}),
        ('{"a": {"b": "c"', {"a": {"b": "c"}}),
        ('{"a": ["b", "c"]', {"a": ["b", "c"]}),
        ('{"a": "b",', {"a": "b"}),
        ('{"a": "first\nsecond"}', {"a": "first\nsecond"}),
        ('"{\\"a\\": 1}"', {"a": 1}),
        ('{"a": "\\"}"', {"a": '"}'}),
    ],
)
def test_what_is_certain_is_mended(raw, expected):
    assert read_arguments(raw) == expected


@pytest.mark.parametrize(
    "raw",
    [
        '{"path": "a.t',
        '{"n": 12',
        '{"n": tru',
        '{"a": 1}{"b": 2}',
        '{"a": 1} and then some',
        '{"a": 1}])',
        '{"a": [1}]',
        '{"a"}',
        '{"a": }',
        '{"a": [1}',
        "[1, 2]",
        "3",
        '"just text"',
        "{'a': 1}",
        '{"a": NaN}',
        '{"a": Infinity}',
        '{"a": 1e999}',
        "Write(path)",
        "[" * 100_000,
        '{"a":' * 100_000,
    ],
)
def test_what_is_not_certain_is_handed_over(raw):
    assert read_arguments(raw) == {MALFORMED: raw}


@given(st.text(alphabet=string.printable + '{}[]",:\\', max_size=40))
def test_reading_twice_gives_the_same(text):
    assert read_arguments(text) == read_arguments(text)
