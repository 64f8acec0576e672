"""Law: the JSON Schema accepts whatever the check accepts, for sections of every type; it refuses what it can know.

The other direction, for real files, is held in tests/spec/test_config_spec.py.
"""

import tomllib
from math import isnan
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from config_worlds import SECTIONS, World
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from test_config_checking import RIGHT, WRONG
from test_config_layers import as_toml, layers

from llmos_core.config.schema import schema_of
from llmos_core.errors import PluginError

SCHEMA = schema_of(SECTIONS, presets=("testing",))
VALIDATOR = Draft202012Validator(SCHEMA)


def test_it_is_a_schema_of_its_dialect() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"


@pytest.mark.spec("CG-030")
@given(layers)
def test_what_the_check_accepts_the_schema_accepts(layer: dict[str, Any]) -> None:
    with TemporaryDirectory() as root:
        world = World(Path(root))
        world.write(as_toml(layer))
        world.load(presets={"testing": {}})
        tree = tomllib.loads(world.paths.user_config.read_text())
    assert [error.message for error in VALIDATOR.iter_errors({"preset": "testing", **tree})] == []


@pytest.mark.spec("CG-030")
@given(st.sampled_from(sorted(WRONG)).flatmap(lambda key: st.tuples(st.just(key), st.sampled_from(WRONG[key]))))
def test_what_it_can_know_it_refuses(mistake: tuple[str, Any]) -> None:
    key, value = mistake
    is_beyond_it = isinstance(value, float) and (isnan(value) or (key, value) == ("count", 2.0))
    assert VALIDATOR.is_valid({"sample": {**RIGHT, key: value}}) is is_beyond_it


def test_it_says_help_unit_default_and_words() -> None:
    cost = SCHEMA["properties"]["sample"]["properties"]["cost"]
    assert (cost["description"], cost["default"], cost["x-unit"]) == ("a cost; unit: USD", "1.5", "USD")
    assert SCHEMA["properties"]["sample"]["properties"]["part"]["maximum"] == 1
    assert SCHEMA["properties"]["preset"]["enum"] == ["testing"]
    assert SCHEMA["properties"]["sample"]["description"] == "Every type that a section may have."


def test_a_project_is_not_offered_what_is_the_users() -> None:
    project = schema_of(SECTIONS, project=True)
    assert "owned" in SCHEMA["properties"]["sample"]["properties"]
    assert "owned" not in project["properties"]["sample"]["properties"]


def test_sections_of_sections_share_a_table() -> None:
    both = {"sample.inner-one": SECTIONS["pair"], "sample": SECTIONS["sample"]}
    for order in (both, dict(reversed(both.items()))):
        validator = Draft202012Validator(schema_of(order))
        assert validator.is_valid({"sample": {"word": "a", "inner-one": {"low": 1}}})
        assert not validator.is_valid({"sample": {"word": 1}})
        assert not validator.is_valid({"sample": {"inner-one": {"low": "a"}}})


class Broken(dict[str, Any]):
    def __getitem__(self, name: str) -> Any:
        raise PluginError("its module is broken", name=name)


def test_a_broken_section_and_a_missing_plugin_leave_editors_in_peace() -> None:
    validator = Draft202012Validator(schema_of(Broken({"lost": None}), is_complete=False))
    assert validator.is_valid({"lost": {"anything": 1}, "unheard-of": {"x": 1}})
    assert not validator.is_valid({"lost": 3})
