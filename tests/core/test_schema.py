"""Law: for every schema and every JSON value, `problems` finds something exactly when jsonschema does."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from llmos_core.types.schema import problems

NAMES = st.sampled_from(["a", "b", "c"])
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 3),
    st.sampled_from([0.0, 1.0, -1.5, 2.5]),
    st.sampled_from(["", "a", "ab"]),
)
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3))
TYPES = st.sampled_from(["null", "boolean", "integer", "number", "string", "array", "object"])
BOUNDS = st.integers(-2, 2) | st.sampled_from([0.5, -0.5])


def keywords(inner):
    """Schemas over `inner`, in the keywords that are checked here and one that is not."""
    return st.fixed_dictionaries(
        {},
        optional={
            "type": TYPES | st.lists(TYPES, min_size=1, max_size=3, unique=True),
            "properties": st.dictionaries(NAMES, inner, max_size=3),
            "required": st.lists(NAMES, max_size=2, unique=True),
            "additionalProperties": inner,
            "enum": st.lists(VALUES, min_size=1, max_size=3),
            "items": inner,
            "minimum": BOUNDS,
            "maximum": BOUNDS,
            "minLength": st.integers(0, 2),
            "anyOf": st.lists(inner, min_size=1, max_size=2),
            "title": st.just("a title"),
            "maxLength": st.integers(0, 2),
        },
    )


SCHEMAS = st.recursive(st.booleans() | keywords(st.booleans()), keywords, max_leaves=6)


@given(SCHEMAS, VALUES)
def test_it_finds_a_problem_exactly_when_jsonschema_does(schema, value):
    assert (not problems(schema, value)) == Draft202012Validator(schema).is_valid(value)


READ = {
    "type": "object",
    "properties": {"path": {"type": "string", "minLength": 1}, "limit": {"type": "integer", "minimum": 1}},
    "required": ["path"],
    "additionalProperties": False,
}


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({}, ["path is missing"]),
        ({"path": 3}, ["path", "string", "3"]),
        ({"path": ""}, ["path", "at least 1"]),
        ({"path": "a", "limit": 0}, ["limit", "at least 1", "0"]),
        ({"path": "a", "limit": True}, ["limit", "integer", "true"]),
        ({"path": "a", "lines": 2}, ["lines", "unknown", "path, limit"]),
        ([], ["object", "[]"]),
    ],
)
def test_each_problem_names_the_place_what_was_expected_and_what_was_found(value, words):
    (found,) = problems(READ, value)
    assert all(word in found for word in words)


def test_every_problem_is_listed_at_once():
    assert len(problems(READ, {"limit": 0, "x": 1})) == 3


def test_places_inside_lists_are_named():
    schema = {"properties": {"rows": {"items": {"properties": {"n": {"type": "integer"}}}}}}
    (found,) = problems(schema, {"rows": [{"n": 1}, {"n": "x"}]})
    assert found.startswith("rows[1].n:")


def test_a_keyword_that_is_not_checked_here_is_not_left_out():
    assert problems({"type": "string", "pattern": "^a"}, "b")
    assert not problems({"type": "string", "pattern": "^a"}, "ab")


def test_a_broken_schema_is_a_problem_and_no_crash():
    (found,) = problems({"type": "sting"}, "b")
    assert "schema itself is broken" in found


def test_a_long_value_is_shown_in_part():
    (found,) = problems({"type": "integer"}, "x" * 10_000)
    assert len(found) < 200


def test_plain_tool_schemas_need_no_jsonschema():
    steps = ("import sys", "from llmos_core.types.schema import problems", f"problems({READ!r}, {{}})")
    code = "; ".join((*steps, "sys.exit('jsonschema' in sys.modules)"))
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
