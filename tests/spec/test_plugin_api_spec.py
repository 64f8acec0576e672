"""Law: the schema of specs/plugin-api/1 and the program accept the same contributions.

What becomes of plugins that break a rule is shown in tests/core/test_plugins_*, test_gates_* and tests/e2e.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from llmos_core.contrib import HOOKS, MOMENTS, Contribution, Role
from llmos_core.errors import PluginError
from llmos_core.plugins.offers import checked

SPEC = Path(__file__).parents[2] / "specs" / "plugin-api" / "1"
SCHEMA = json.loads((SPEC / "schema.json").read_text("utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)
VALID = sorted((SPEC / "vectors" / "valid").glob("*.json"))
INVALID = sorted((SPEC / "vectors" / "invalid").glob("*.json"))


def is_accepted(value: dict[str, Any]) -> bool:
    """Say whether the program takes a contribution that was written as JSON."""
    fields = {name: tuple(given) if isinstance(given, list) else given for name, given in value["contribution"].items()}
    try:
        return bool(checked(value["kind"], (Contribution(**fields),)))
    except (PluginError, TypeError):
        return False


@pytest.mark.spec("PA-020", "PA-021", "PA-022", "PA-023", "PA-024")
@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_a_valid_vector_is_accepted_by_schema_and_program(path: Path) -> None:
    value = json.loads(path.read_text("utf-8"))
    assert list(VALIDATOR.iter_errors(value)) == []
    assert is_accepted(value)


@pytest.mark.spec("PA-020", "PA-021", "PA-022", "PA-023", "PA-024")
@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_an_invalid_vector_is_refused_by_schema_and_program(path: Path) -> None:
    value = json.loads(path.read_text("utf-8"))
    assert list(VALIDATOR.iter_errors(value))
    assert not is_accepted(value)


NAMES = st.sampled_from(["", "a", "A-b.c_d", " ", "a b", "-a", "ä", "a\n", "a" * 100, "a" * 101])
PATHS = st.sampled_from(["", "a", "a:b", "a.b:c.d", "a:b:c", ":b", "a:", "a.:b", "a:b\n", "a b:c", "a" * 299 + ":b"])
TEXTS = st.sampled_from(["", "x", "ü – ö", "a\nb", "a\x1b[0m", "\x7f", "x" * 300, "x" * 301])
WRONG = {
    "name": NAMES,
    "summary": TEXTS,
    "factory": PATHS,
    "section": NAMES,
    "config": PATHS,
    "replaces": NAMES,
    "role": st.one_of(NAMES, st.sampled_from(list(Role)).map(str)),
    "moments": st.lists(st.sampled_from([*MOMENTS, "", "never"]), max_size=2),
    "after": st.lists(NAMES, max_size=2),
}
"""Field → values of which some are right."""

CHANGES = st.lists(st.sampled_from(sorted(WRONG)), max_size=3, unique=True).flatmap(
    lambda fields: st.fixed_dictionaries({field: WRONG[field] for field in fields})
)


@pytest.mark.spec("PA-020")
@given(st.sampled_from(VALID), CHANGES, st.one_of(st.none(), st.sampled_from(sorted(HOOKS))))
def test_schema_and_program_agree(path: Path, changes: dict[str, Any], kind: str | None) -> None:
    valid = json.loads(path.read_text("utf-8"))
    value = {"kind": kind or valid["kind"], "contribution": {**valid["contribution"], **changes}}
    assert VALIDATOR.is_valid(value) is is_accepted(value), value


def test_the_schema_knows_every_field_kind_role_and_moment() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    contribution = SCHEMA["properties"]["contribution"]["properties"]
    assert set(contribution) == set(Contribution.__fields__)
    assert set(SCHEMA["properties"]["kind"]["enum"]) == set(HOOKS)
    of_hooks = SCHEMA["allOf"][-1]["then"]["properties"]["contribution"]["properties"]
    assert of_hooks["role"]["enum"] == [role.value for role in Role]
    assert tuple(of_hooks["moments"]["items"]["enum"]) == MOMENTS
