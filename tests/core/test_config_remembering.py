"""What was found right is remembered: a warm start imports neither tomllib nor cattrs and gives the same sections.

Law: a cache that is damaged in any way, or belongs to other bytes, variables, presets or plugins, counts as absent.
"""

import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import dedent

import pytest
from config_worlds import SECTIONS, Pair, World
from hypothesis import given
from hypothesis import strategies as st

from llmos_core.errors import ConfigError
from llmos_core.remembering import MOST_KEPT, recall, remember


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def cache_files(world: World) -> list[Path]:
    return sorted(world.paths.user_cache.glob("*"))


@given(st.data())
def test_a_damaged_cache_is_ignored(data: st.DataObject) -> None:
    with TemporaryDirectory() as root:
        world = World(Path(root))
        world.write(user={"sample": {"word": "right", "cost": "0.25"}})
        expected = world.load().to_dict()
        (file,) = cache_files(world)
        content = bytearray(file.read_bytes())
        position = data.draw(st.integers(0, len(content) - 1))
        if data.draw(st.booleans()):
            content[position] ^= data.draw(st.integers(1, 255))
        else:
            del content[position:]
        file.write_bytes(bytes(content))
        assert world.sources().remembered is None
        assert world.load().to_dict() == expected
        assert world.sources().remembered is not None


def test_nothing_set_means_nothing_kept(world: World) -> None:
    config = world.load(explicit={"sample.count": 5})
    assert (config.section("sample").count, config.section("pair")) == (5, Pair())
    assert cache_files(world) == []


def test_what_was_given_for_once_is_not_kept(world: World) -> None:
    world.write(user={"sample": {"word": "u"}})
    assert world.load(explicit={"sample.word": "given", "sample.names": ["a"]}).section("sample").word == "given"
    assert world.load().section("sample").word == "u"
    assert "given" not in cache_files(world)[0].read_text()


def test_what_only_given_values_make_right_is_not_kept(world: World) -> None:
    world.write(user={"pair": {"low": 5}})
    assert world.load(explicit={"pair.high": 9}).section("pair") == Pair(low=5, high=9)
    assert cache_files(world) == []
    with pytest.raises(ConfigError):
        world.load()


def test_a_warm_load_still_refuses_wrong_given_values_with_the_same_words(world: World) -> None:
    def complaint() -> tuple[str, ...]:
        with pytest.raises(ConfigError) as caught:
            world.load(explicit={"pair.low": 7, "sample.count": -1})
        return caught.value.problems

    world.write(user={"pair": {"high": 6}})
    cold = complaint()
    assert world.load().section("pair") == Pair(high=6)
    assert complaint() == cold
    assert len(cold) == 2


@pytest.mark.parametrize("change", ["file", "project", "variable", "preset", "plugins"])
def test_any_change_is_noticed(world: World, change: str) -> None:
    world.write(user={"sample": {"word": "old"}}, project={"sample": {"count": 1}})
    presets = {"a": {"sample": {"part": 0.1}}, "b": {"sample": {"part": 0.2}}}
    world.load(preset="a", presets=presets)
    if change == "file":
        world.write(user={"sample": {"word": "new"}}, project={"sample": {"count": 1}})
        assert world.load(preset="a", presets=presets).section("sample").word == "new"
    elif change == "project":
        world.write(user={"sample": {"word": "old"}}, project={"sample": {"count": 2}})
        assert world.load(preset="a", presets=presets).section("sample").count == 2
    elif change == "variable":
        found = world.load({"LLMOS_SAMPLE__COUNT": "3"}, preset="a", presets=presets)
        assert found.section("sample").count == 3
    elif change == "preset":
        assert world.load(preset="b", presets=presets).section("sample").part == 0.2
    else:
        sections = {**SECTIONS, "sample": SECTIONS["pair"]}
        with pytest.raises(ConfigError):
            world.load(preset="a", presets=presets, sections=sections, plugins="p2")


def test_a_class_that_changed_unnoticed_is_checked_again(world: World) -> None:
    world.write(user={"sample": {"word": "old"}})
    world.load()
    with pytest.raises(ConfigError) as caught:
        world.load(sections={**SECTIONS, "sample": Pair}).section("sample")
    assert "sample.word: unknown key" in caught.value.problems[0]


def test_an_unreadable_file_is_no_absent_file(world: World) -> None:
    environ = {"LLMOS_SAMPLE__COUNT": "3"}
    world.load(environ)
    world.paths.user_config.mkdir()
    with pytest.raises(ConfigError):
        world.load(environ)


def test_a_cache_folder_that_cannot_be_made_changes_nothing(world: World) -> None:
    world.paths.user_cache.write_text("in the way")
    world.write(user={"sample": {"word": "u"}})
    assert world.load().section("sample").word == "u"


def test_values_that_json_cannot_keep_are_checked_every_time(world: World) -> None:
    world.write(user="[sample.extra]\nday = 2026-01-01\n")
    for _ in range(2):
        assert str(world.load().section("sample").extra["day"]) == "2026-01-01"
    assert cache_files(world) == []


def test_the_cache_is_private_and_stays_small(tmp_path: Path) -> None:
    for number in range(MOST_KEPT + 5):
        remember(tmp_path / "cache", f"{number:032d}", {"number": number})
    files = list((tmp_path / "cache").iterdir())
    assert len(files) == MOST_KEPT
    assert all(file.stat().st_mode & 0o077 == 0 for file in files)
    assert recall(tmp_path / "cache", f"{MOST_KEPT:032d}") == {"number": MOST_KEPT}
    assert recall(tmp_path / "cache", "0" * 32) is None


def test_switches_are_known_without_parsing(world: World) -> None:
    world.write(user="[plugins]\ndisabled = ['a']\n[llmos.prefer]\ntool.Read = 'x'\n")
    for switches in (world.sources().switches(), world.sources(explicit={"plugins.disabled": ("b",)}).switches()):
        assert dict(switches.prefer) == {"tool.Read": "x"}
    assert world.sources(explicit={"plugins.disabled": ("b",)}).switches().disabled == ("b",)
    assert world.sources({"LLMOS_PLUGINS__DISABLED": "c,d"}).switches().disabled == ("c", "d")


def test_a_project_cannot_switch_plugins(world: World) -> None:
    world.write(project="[plugins]\ndisabled = ['std-hooks']\n[llmos.prefer]\n'hook.budget' = 'lax'\n")
    switches = world.sources().switches()
    assert (switches.disabled, dict(switches.prefer)) == ((), {})


@pytest.mark.parametrize("table", ["disabled = 'a'", "disabled = [1]\nprefer = 3", "prefer = {x = 1}", "= broken"])
def test_wrongly_written_switches_count_as_unset(world: World, table: str) -> None:
    world.write(user=f"[plugins]\n{table}\n")
    switches = world.sources().switches()
    assert (switches.disabled, dict(switches.prefer)) == ((), {})


def test_a_warm_start_imports_neither_parser_nor_structuring(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[kernel]\nbudget_usd = 5\n[model]\nmodel = 'm'\n")
    code = dedent("""
        import json, sys
        from llmos_core.config.loading import load_config
        from llmos_core.config.paths import find_paths
        from llmos_core.config.sources import read_sources
        from llmos_core.plugins.discovery import discover
        from llmos_core.plugins.host import PluginHost
        from llmos_core.plugins.registry import Registry
        sources = read_sources(find_paths(), explicit={"model.max_turns": 3})
        switches = sources.switches()
        registry = Registry(PluginHost(discover(), disabled=switches.disabled), prefer=switches.prefer)
        config = load_config(sources, registry.sections(), plugins=registry.fingerprint)
        kernel, model, memory = (config.section(name) for name in ("kernel", "model", "memory"))
        found = [str(kernel.budget_usd), model.model, memory.strict]
        heavy = {"tomllib", "cattrs", "platformdirs", "importlib.metadata", "asyncio", "logging", "tempfile", "difflib"}
        print(json.dumps([found, sorted(heavy & set(sys.modules))]))
    """)
    env = {"LLMOS_HOME": str(tmp_path), "HOME": str(tmp_path)}
    command = [sys.executable, "-c", code]
    runs = [subprocess.run(command, capture_output=True, text=True, check=True, env=env) for _ in range(2)]
    cold, warm = (json.loads(run.stdout) for run in runs)
    assert cold[0] == warm[0] == ["5", "m", True]
    assert warm[1] == []
