"""A configuration that chooses a contribution by name is wrong when nobody offers it, and says so at the name's place.

Laws: each layer's names are judged, hidden or not; the default needs not be a name; while a plugin is disabled or
broken, the name may be its own, and is a note.
"""

from pathlib import Path
from typing import Any

import pytest
from config_worlds import World

from llmos_core.config.fields import name_of, text
from llmos_core.config.loading import Config, load_config
from llmos_core.errors import ConfigError
from llmos_core.types.record import Record

OFFERED = {("strategy", "calm"), ("memory", "shelf")}


class Chosen(Record):
    """Section `chosen`: a name of each kind, and a text."""

    strategy: str = name_of("strategy", "auto", help="who chooses")
    backend: str = name_of("memory", "shelf", help="who keeps")
    remark: str = text("", help="any text")


def absence(kind: str, name: str) -> str:
    return "" if (kind, name) in OFFERED else f"no {kind} named '{name}'"


def load(root: Path, user: str, *, is_complete: bool = True, environ: Any = None, **more: Any) -> Config:
    world = World(root)
    world.write(user=user)
    sources = world.sources(environ, **more)
    return load_config(sources, {"chosen": Chosen}, is_complete=is_complete, plugins="p", absence=absence)


def problems(root: Path, user: str, **more: Any) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(root, user, **more)
    return [problem.rpartition("/")[2] for problem in caught.value.problems]


@pytest.mark.spec("CG-006")
def test_every_unknown_name_of_every_layer_is_named_with_its_place(tmp_path: Path) -> None:
    assert problems(
        tmp_path,
        '[chosen]\nstrategy = "clam"\nbackend = "shlef"\n',
        environ={"LLMOS_CHOSEN__STRATEGY": "calmer"},
        explicit={"chosen.strategy": "calm"},
    ) == [
        "config.toml:2: chosen.strategy: no strategy named 'clam'",
        "config.toml:3: chosen.backend: no memory named 'shlef'",
        "LLMOS_CHOSEN__STRATEGY: chosen.strategy: no strategy named 'calmer'",
    ]


def test_what_is_given_for_this_time_is_judged_as_well(tmp_path: Path) -> None:
    found = problems(tmp_path, "", explicit={"chosen.strategy": "clam"}, explicit_from="command line")
    assert found == ["command line: chosen.strategy: no strategy named 'clam'"]


def test_names_that_are_offered_defaults_and_other_texts_are_right(tmp_path: Path) -> None:
    config = load(tmp_path, '[chosen]\nstrategy = "calm"\nbackend = "shelf"\nremark = "clam"\n')
    assert (config.section("chosen").strategy, config.notes) == ("calm", ())
    assert load(tmp_path, '[chosen]\nstrategy = "auto"\n').notes == ()


@pytest.mark.spec("CG-006")
def test_while_a_plugin_is_missing_the_name_may_be_its_own(tmp_path: Path) -> None:
    config = load(tmp_path, '[chosen]\nstrategy = "clam"\n', is_complete=False)
    (note,) = config.notes
    assert note.endswith("config.toml:2: chosen.strategy: no strategy named 'clam'")
    assert config.section("chosen").strategy == "clam"


def test_a_value_of_another_type_is_only_that(tmp_path: Path) -> None:
    assert problems(tmp_path, "[chosen]\nstrategy = 3\n") == [
        "config.toml:2: chosen.strategy: found 3, expected a text"
    ]
