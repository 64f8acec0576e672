"""Every layer lies over the one before; every value knows where it came from; a remembered load equals a checked one.

Law: for any combination of layers the result is that of a reference merge, cold and warm.
"""

import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import attrs
import pytest
from config_worlds import SECTIONS, Inner, Sample, World
from hypothesis import given
from hypothesis import strategies as st

from llmos_core.config.tables import merged, plain
from llmos_core.errors import ConfigError, PluginError, UsageError

words = st.text("abc ÄÖ\"'\\\n#=[]", max_size=5)
amounts = st.one_of(st.integers(0, 99), st.floats(0, 9, allow_nan=False), st.decimals(0, 9, places=3).map(str))
tables = st.dictionaries(st.sampled_from(["x", "y", "a.b"]), words, max_size=2)
FIELDS: Mapping[str, st.SearchStrategy[Any]] = {
    "word": words,
    "count": st.integers(0, 2**60),
    "part": st.floats(0, 1) | st.sampled_from([0, 1]),
    "ready": st.booleans(),
    "cost": amounts,
    "limit": amounts,
    "names": st.lists(words, max_size=3),
    "labels": tables,
    "extra": st.dictionaries(st.sampled_from("xy"), st.integers() | tables, max_size=2),
    "inner": st.fixed_dictionaries({}, optional={"depth": st.integers(0, 9), "label": words}),
}
values = st.fixed_dictionaries({}, optional=FIELDS)
layers = st.fixed_dictionaries({}, optional={"sample": values, "deep.nested-one": values})
variables = st.fixed_dictionaries(
    {},
    optional={
        "LLMOS_SAMPLE__WORD": words,
        "LLMOS_SAMPLE__COUNT": st.integers(0, 99).map(str),
        "LLMOS_SAMPLE__READY": st.sampled_from(["true", "False"]),
        "LLMOS_DEEP__NESTED_ONE__COST": st.integers(0, 99).map(str),
        "LLMOS_DEEP__NESTED_ONE__INNER__DEPTH": st.integers(0, 9).map(str),
        "LLMOS_DEEP__NESTED_ONE__NAMES": st.lists(st.sampled_from(["a", "b"]), max_size=2).map(",".join),
    },
)


def as_toml(layer: Mapping[str, Any]) -> dict[str, Any]:
    tree = {key: table for key, table in layer.items() if key == "sample"}
    return tree | ({"deep": {"nested-one": layer["deep.nested-one"]}} if "deep.nested-one" in layer else {})


def as_tables(environ: Mapping[str, str]) -> dict[str, Any]:
    """The reference reading of the variables above."""
    found: dict[str, dict[str, Any]] = {"sample": {}, "deep.nested-one": {}}
    for name, value in environ.items():
        key = name.rpartition("__")[2].lower()
        if key == "depth":
            found["deep.nested-one"]["inner"] = {"depth": int(value)}
        elif key == "names":
            found["deep.nested-one"]["names"] = value.split(",") if value else []
        else:
            read = {"word": str, "count": int, "ready": lambda text: text == "true", "cost": str}[key]
            found["deep.nested-one" if key == "cost" else "sample"][key] = read(value)
    return found


def reference(layers: list[Mapping[str, Mapping[str, Any]]], name: str) -> Sample:
    """Lay the layers over one another, one path of keys after the other."""
    result: dict[str, Any] = {}

    def lay(above: Mapping[str, Any], below: dict[str, Any]) -> None:
        for key, value in above.items():
            if isinstance(value, Mapping) and isinstance(below.get(key), dict):
                lay(value, below[key])
            else:
                below[key] = json.loads(json.dumps(value))

    for layer in layers:
        lay(layer.get(name, {}), result)
    inner = Inner(**result.pop("inner", {}))
    return Sample(**{**result, "names": tuple(result.get("names", ()))}, inner=inner)


@given(layers, layers, layers, variables, layers)
def test_any_layers_make_what_the_reference_makes(
    preset: dict[str, Any],
    user: dict[str, Any],
    project: dict[str, Any],
    environ: dict[str, str],
    given: dict[str, Any],
) -> None:
    with TemporaryDirectory() as root:
        world = World(Path(root))
        world.write(as_toml(user), as_toml(project))
        explicit = {f"{section}.{key}": value for section, table in given.items() for key, value in table.items()}
        chosen = {"preset": "p", "presets": {"p": as_toml(preset)}, "explicit": explicit}
        cold, warm = world.load(environ, **chosen), world.load(environ, **chosen)
        expected_layers = [preset, user, project, as_tables(environ), given]
        for name in ("sample", "deep.nested-one"):
            expected = reference(expected_layers, name)
            assert cold.section(name) == expected
            assert warm.section(name) == expected
        assert cold.to_dict() == warm.to_dict()


@given(st.lists(layers, max_size=4))
def test_merging_is_associative_and_changes_no_layer(given_layers: list[dict[str, Any]]) -> None:
    before = json.dumps(given_layers)
    one_by_one: dict[str, Any] = {}
    for layer in given_layers:
        one_by_one = merged([one_by_one, layer])
    assert one_by_one == merged(given_layers)
    assert json.dumps(given_layers) == before


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_every_value_says_where_it_came_from(world: World) -> None:
    world.write(user="# mine\n[sample]\nword = 'u'\n\ncount = 1\n", project="[sample]\ncount = 2\npart = 1\n")
    config = world.load(
        {"LLMOS_SAMPLE__PART": "0.25"},
        preset="p",
        presets={"p": {"sample": {"ready": True}}},
        explicit={"sample.cost": 2},
        explicit_from="command line",
    )
    origins = {key: config.origin(f"sample.{key}") for key in ("word", "count", "part", "ready", "cost", "names")}
    assert origins == {
        "word": f"{world.paths.user_config}:3",
        "count": f"{world.project_file}:2",
        "part": "LLMOS_SAMPLE__PART",
        "ready": "preset p",
        "cost": "command line",
        "names": "default",
    }
    with pytest.raises(UsageError):
        config.origin("smple.word")


def test_the_project_counts_only_when_it_is_handed_in(world: World) -> None:
    world.write(project={"sample": {"word": "project"}})
    assert world.load().section("sample").word == "project"
    assert world.load(project_file=None).section("sample").word == "word"


def test_explaining_tells_value_default_origin_help_and_unit(world: World) -> None:
    world.write(user={"sample": {"cost": "0.250"}})
    (setting,) = world.load().explain("sample.cost")
    assert attrs.asdict(setting) == {
        "key": "sample.cost",
        "value": "0.250",
        "default": "1.5",
        "origin": f"{world.paths.user_config}:2",
        "help": "a cost",
        "unit": "USD",
        "user_only": False,
        "said": ({"layer": "your file", "place": f"{world.paths.user_config}:2", "value": "0.250", "wins": True},),
    }
    assert {s.key.rpartition(".")[0] for s in world.load().explain()} == set(SECTIONS)
    assert {s.key for s in world.load().explain("pair")} == {"pair.low", "pair.high"}


def test_a_section_that_nobody_owns_is_named(world: World) -> None:
    with pytest.raises(PluginError) as caught:
        world.load().section("sampel")
    assert "did you mean 'sample'?" in str(caught.value)


def test_careless_sections_work_alike_cold_and_warm(world: World) -> None:
    world.write(user={"careless": {"names": ["a"], "cost": 0.1, "inner": {"depth": 4}}})
    for _ in range(3):
        found = world.load().section("careless")
        assert (found.names, found.cost, found.inner) == (("a",), Decimal("0.1"), Inner(depth=4))


def test_sections_of_missing_plugins_are_doubts_not_errors(world: World) -> None:
    world.write(user={"absent": {"x": 1}, "sample": {"word": "u"}})
    with pytest.raises(ConfigError):
        world.load()
    for _ in range(2):
        config = world.load(is_complete=False)
        assert config.section("sample").word == "u"
        assert "[absent]: unknown section" in config.notes[0]
    with pytest.raises(ConfigError):
        world.load()


class Broken(dict[str, Any]):
    def __getitem__(self, name: str) -> Any:
        if name == "pair":
            raise PluginError("its module is broken", name=name)
        return super().__getitem__(name)


def test_a_section_whose_class_is_broken_stops_only_who_asks_for_it(world: World) -> None:
    world.write(user={"pair": {"low": 1}, "sample": {"word": "u"}})
    for explicit in ({}, {"pair.low": 1}):
        config = world.load(sections=Broken(SECTIONS), explicit=explicit)
        assert config.section("sample").word == "u"
        assert "pair" not in config.to_dict()
        with pytest.raises(PluginError):
            config.section("pair")


def test_a_subsection_and_a_section_share_a_table(world: World) -> None:
    sections = {"sample": Sample, "sample.inner-one": Inner}
    world.write(user="[sample]\nword = 'a'\n[sample.inner-one]\ndepth = 7\n")
    config = world.load(sections=sections)
    assert (config.section("sample").word, config.section("sample.inner-one").depth) == ("a", 7)


@given(values)
def test_plain_values_make_the_section_again(table: dict[str, Any]) -> None:
    section = Sample(**{**table, "names": tuple(table.get("names", ())), "inner": Inner(**table.get("inner", {}))})
    assert Sample(**json.loads(json.dumps(plain(section)))) == section
