"""A bad configuration gives all of its problems at once, each with its place, its key, and what was expected.

Each case lists every problem as (place, rest of the sentence); {user} and {project} stand for the files.
"""

import os
from pathlib import Path
from typing import Any

import pytest
from config_worlds import World

from llmos_core.config.files import LARGEST_BYTES
from llmos_core.errors import ConfigError

Problem = tuple[str, str]

USER_FILES: dict[str, tuple[str, list[Problem]]] = {
    "an unknown key": ("[sample]\nwrod = 'x'", [("{user}:2", "sample.wrod: unknown key; did you mean 'word'?")]),
    "an unknown section": ("[sampel]\nword = 'x'", [("{user}:1", "[sampel]: unknown section; did you mean 'sample'?")]),
    "an unknown inner key": (
        "[sample.inner]\ndeep = 1",
        [("{user}:2", "sample.inner.deep: unknown key; did you mean")],
    ),
    "an unknown section in a section": ("[deep.nested]\nx = 1", [("{user}:1", "[deep.nested]: unknown section")]),
    "a key outside of sections": ("word = 'x'", [("{user}:1", "word: stands outside of any known section")]),
    "a value for a section": ("sample = 1", [("{user}:1", "sample: is a section; expected a table [sample]")]),
    "a text for a number": (
        "[sample]\ncount = '3'",
        [("{user}:2", 'sample.count: found "3", expected a whole number')],
    ),
    "a fraction for a whole number": (
        "[sample]\ncount = 2.9",
        [("{user}:2", "sample.count: found 2.9, expected a whole")],
    ),
    "a truth for a whole number": (
        "[sample]\ncount = true",
        [("{user}:2", "sample.count: found true, expected a whole")],
    ),
    "a truth for a number": ("[sample]\npart = true", [("{user}:2", "sample.part: found true, expected a number")]),
    "a truth for an amount": ("[sample]\ncost = true", [("{user}:2", "sample.cost: found true, expected an amount")]),
    "a number for a truth": ("[sample]\nready = 1", [("{user}:2", "sample.ready: found 1, expected true or false")]),
    "a text for a truth": (
        "[sample]\nready = 'false'",
        [("{user}:2", 'sample.ready: found "false", expected true or')],
    ),
    "a number for a text": ("[sample]\nword = 1", [("{user}:2", "sample.word: found 1, expected a text")]),
    "a text for an amount": (
        "[sample]\ncost = 'much'",
        [("{user}:2", 'sample.cost: found "much", expected an amount')],
    ),
    "a text for a list": (
        "[sample]\nnames = 'abc'",
        [("{user}:2", 'sample.names: found "abc", expected a list of texts')],
    ),
    "numbers in a list of texts": (
        "[sample]\nnames = [1]",
        [("{user}:2", "sample.names[0]: found 1, expected a text")],
    ),
    "a list for a table": (
        "[sample]\nlabels = ['a']",
        [("{user}:2", "sample.labels: found a list, expected a table of")],
    ),
    "numbers in a table of texts": (
        "[sample.labels]\na = 1",
        [("{user}:2", "sample.labels.a: found 1, expected a text")],
    ),
    "a text for a nested section": (
        "[sample]\ninner = 'x'",
        [("{user}:2", 'sample.inner: found "x", expected a table')],
    ),
    "a date": ("[sample]\nword = 2026-01-01", [("{user}:2", "sample.word: found 2026-01-01, expected a text")]),
    "a negative amount": ("[sample]\ncost = -1", [("{user}:2", "sample.cost: -1 is not a finite amount of 0 or more")]),
    "no number as an amount": ("[sample]\ncost = nan", [("{user}:2", "sample.cost: NaN is not a finite amount")]),
    "an endless amount": ("[sample]\nlimit = inf", [("{user}:2", "sample.limit: Infinity is not a finite amount")]),
    "a part above one": (
        "[sample]\npart = 1.5",
        [("{user}:2", "sample.part: 'part' is 1.5; expected a number from 0 to")],
    ),
    "a count below its least": (
        "[sample]\ncount = -1",
        [("{user}:2", "sample.count: 'count' is -1; expected a whole")],
    ),
    "an inner count below its least": ("sample.inner.depth = -1", [("{user}:1", "sample.inner.depth: 'depth' is -1")]),
    "two values that do not agree": ("[pair]\nlow = 5\nhigh = 3", [("{user}:2, {user}:3", "pair: 'low' (5) is above")]),
    "a secret that is too long": ("[keeper]\napi_key = 'sk-1234'", [("{user}:2", "keeper.api_key: its value is not")]),
    "a secret of the wrong type": (
        "[keeper]\napi_key = ['s']",
        [("{user}:2", "keeper.api_key: found a list, expected a")],
    ),
    "no TOML": ("[sample]\nword = ", [("{user}:2:8", "is not valid TOML: Invalid value")]),
    "an unclosed text": ("[sample]\nword = 'x", [("{user}:2:10", "is not valid TOML: Expected")]),
    "a table twice": ("[sample]\n[pair]\n[sample]\n", [("{user}:3", "is not valid TOML: Cannot declare")]),
    "a key twice": ("[sample]\ncount = 1\ncount = 2", [("{user}:3", "is not valid TOML: Cannot overwrite a value")]),
    "six problems": (
        "stray = 1\n[sample]\ncount = 'x'\npart = 9\n\n[sample.inner]\ndepth = '1'\n[pair]\nlow = 9\n[other]\n",
        [
            ("{user}:1", "stray: stands outside"),
            ("{user}:3", "sample.count: found"),
            ("{user}:4", "sample.part: 'part' is 9"),
            ("{user}:7", "sample.inner.depth: found"),
            ("{user}:9", "pair: 'low' (9) is above 'high' (2)"),
            ("{user}:10", "[other]: unknown section"),
        ],
    ),
    "lines after texts of several lines": (
        "[sample]\nword = '''\ncount = 1\n[pair]\n'''\nnames = [\n  'count = 1',\n]\ncount = 'x'\n",
        [("{user}:9", "sample.count: found")],
    ),
    "quoted and spaced keys": (
        "[ \"deep\" . 'nested-one' ]\n\"count\" = 'x'",
        [("{user}:2", "deep.nested-one.count: found")],
    ),
    "windows line ends and a byte order mark": (
        "\ufeff[sample]\r\ncount = 'x'\r\n",
        [("{user}:2", "sample.count: found")],
    ),
}


def problems(world: World, environ: dict[str, str] | None = None, **more: Any) -> list[str]:
    """Return the problems of a world, the same ones whether asked once or twice."""
    found = []
    for _ in range(2):
        with pytest.raises(ConfigError) as caught:
            world.load(environ, **more)
        found.append(caught.value.problems)
    assert found[0] == found[1]
    assert str(caught.value) == "\n".join(found[0])
    return list(found[0])


def assert_same(world: World, found: list[str], expected: list[Problem]) -> None:
    files = {"user": world.paths.user_config, "project": world.project_file}
    left = list(found)
    for place, rest in expected:
        start = f"{place.format(**files)}"
        matching = [p for p in left if p.startswith((f"{start}: ", f"{start}:")) and rest in p]
        assert len(matching) == 1, (start, rest, found)
        left.remove(matching[0])
    assert left == []


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


@pytest.mark.parametrize("case", USER_FILES)
def test_every_problem_of_a_file_is_listed(world: World, case: str) -> None:
    content, expected = USER_FILES[case]
    world.write(user=content)
    assert_same(world, problems(world), expected)


def test_problems_of_all_layers_come_together(world: World) -> None:
    world.write(user="[sample]\ncount = 'x'\n", project="[sample]\npart = 'x'\nowned = 'theirs'\n")
    found = problems(
        world,
        {"LLMOS_SAMPLE__READY": "1", "LLMOS_SAMPEL__WORD": "x", "LLMOS_SAMPLE__WROD": "y"},
        preset="p",
        presets={"p": {"sample": {"word": 1}}},
        explicit={"sample.cost": -1, "smple.x": 1},
        explicit_from="command line",
    )
    expected = [
        ("{user}:2", "sample.count: found"),
        ("{project}:2", "sample.part: found"),
        ("{project}:3", "sample.owned: may only be set in your own configuration, not by a project"),
        ("LLMOS_SAMPLE__READY", 'sample.ready: found "1", expected true or false'),
        ("LLMOS_SAMPEL__WORD", "names no known section; did you mean 'sample'?"),
        ("LLMOS_SAMPLE__WROD", "sample.wrod: unknown key; did you mean 'word'?"),
        ("preset p", "sample.word: found 1, expected a text"),
        ("command line", "sample.cost: -1 is not a finite amount"),
        ("command line", "[smple]: unknown section; did you mean 'sample'?"),
    ]
    assert_same(world, found, expected)


def test_a_wrong_value_is_reported_even_where_a_later_layer_hides_it(world: World) -> None:
    world.write(user="[sample]\ncount = 'x'\n")
    assert_same(world, problems(world, explicit={"sample.count": 1}), [("{user}:2", "sample.count: found")])


def test_an_unknown_preset_names_the_nearest(world: World) -> None:
    (problem,) = problems(world, preset="tseting", presets={"testing": {}}, explicit_from="command line")
    assert problem == "command line: no preset named 'tseting'; did you mean 'testing'?"


def test_a_secret_is_never_shown(world: World) -> None:
    world.write(user="[keeper]\napi_key = 'sk-1234'\n")
    assert "1234" not in problems(world)[0]


def test_a_long_text_is_shortened(world: World) -> None:
    world.write(user=f"[sample]\ncount = '{'x' * 5000}'\n")
    assert len(problems(world)[0]) < 300


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"[sample]\nword = '\xff'\n", ":2: is not UTF-8 text"),
        (b"x = 1\n" * 200_000, f"larger than {LARGEST_BYTES:,} bytes"),
        (b"x = " + b"[" * 5000, "is nested too deeply"),
        (b"x = '\x00'", ":1: is not UTF-8 text (it holds zero bytes"),
        ("x = 1".encode("utf-16"), ":1: is not UTF-8 text but UTF-16"),
        (b"x = 1" + b"0" * 5000, "is not valid TOML: Exceeds the limit"),
    ],
)
def test_bytes_that_are_no_configuration(world: World, content: bytes, said: str) -> None:
    world.write(user=content)
    (problem,) = problems(world)
    assert problem.startswith(str(world.paths.user_config))
    assert said in problem


def test_a_folder_in_place_of_a_file(world: World) -> None:
    world.paths.user_config.mkdir()
    assert problems(world) == [f"{world.paths.user_config}: is a folder; expected a TOML file"]


def test_a_pipe_in_place_of_a_file_does_not_hang(world: World) -> None:
    os.mkfifo(world.paths.user_config)
    assert "is no regular file" in problems(world)[0]


def test_a_file_that_may_not_be_read(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.write(user="x = 1")

    def refuse(*_args: object, **_more: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    assert problems(world) == [f"{world.paths.user_config}: cannot be read: Permission denied"]


def test_a_path_through_a_file(world: World) -> None:
    world.write(user="")
    project = world.paths.user_config / "config.toml"
    assert problems(world, project_file=project) == [f"{project}: cannot be read: Not a directory"]


def test_a_named_file_must_exist_and_a_usual_one_need_not(world: World) -> None:
    world.load({})
    (problem,) = problems(world, {"LLMOS_CONFIG": str(world.paths.user_config)})
    assert "there is no such file" in problem


def test_an_empty_device_counts_as_an_empty_file(world: World) -> None:
    world.paths.user_config.symlink_to("/dev/null")
    assert world.load({"LLMOS_CONFIG": "/dev/null"}).section("sample").word == "word"
    world.paths.user_config.unlink()
    world.paths.user_config.symlink_to("/dev/zero")
    assert "larger than" in problems(world)[0]
