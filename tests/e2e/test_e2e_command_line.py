"""Law: the command line is read as click reads it, and every verb explains itself with an example."""

from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner
from command import Place
from hypothesis import example, given, settings
from hypothesis import strategies as st

from llmos_std.cli.group import cli
from llmos_std.cli.options import RUN, read_plainly
from llmos_std.cli.verbs import run as run_verb

NAMES = [name for option in RUN for name in option.names]
VALUES = st.one_of(
    st.sampled_from(
        ["auto", "LEARNER", "learner", "ask", "yolo", "0", "1", "5", "05", "1_0", "0.5", "1e3", "nan", "inf"]
    ),
    st.sampled_from(["", " ", " 3", "-", "-1", "--", "-y", "--json", "٣", "0.0001", "1e400", "=", "a=b"]),
    st.integers(-2, 99).map(str),
    st.floats().map(str),
    st.text(max_size=4),
)
WORDS = st.sampled_from(["write", "hello.txt", "-", "--", "", "-x", "--moed", "-yy", "--help", "-h", "-y=1", "--yes=1"])
ARGUMENTS = st.lists(
    st.one_of(
        WORDS.map(lambda word: [word]),
        st.sampled_from(NAMES).map(lambda name: [name]),
        st.tuples(st.sampled_from(NAMES), VALUES).map(list),
        st.tuples(st.sampled_from(NAMES), VALUES).map(lambda pair: [f"{pair[0]}={pair[1]}"]),
        st.sampled_from(NAMES).map(lambda name: [name[:-1]]),
        VALUES.map(lambda value: [value]),
    ),
    max_size=6,
).map(lambda groups: [argument for group in groups for argument in group])


def read_by_click(arguments: list[str]) -> dict[str, Any] | None:
    """Return what click reads from the arguments of `run`; None when it refuses them or shows help."""
    try:
        return dict(run_verb.make_context("run", list(arguments), resilient_parsing=False).params)
    except (click.ClickException, click.exceptions.Exit):
        return None


@settings(max_examples=500)
@given(ARGUMENTS)
@example(["say hello", "-y", "--max-turns", "3", "--timeout=2.5", "--mode", "mixed"])
@example(["say", "--max-cost="])
@example(["--model", "", ""])
def test_arguments_are_read_as_click_reads_them_or_left_to_click(arguments: list[str]) -> None:
    plainly = read_plainly(arguments)
    if plainly is not None:
        assert plainly == read_by_click(arguments)


@given(st.lists(st.sampled_from(["write", "a file", "-", "a.txt"]), min_size=1), st.integers(1, 99), st.booleans())
def test_plain_arguments_are_read_without_click(words: list[str], turns: int, is_json: bool) -> None:
    plainly = read_plainly([*words, "--max-turns", str(turns), *(["--json"] if is_json else [])])
    assert plainly is not None
    assert (plainly["goal"], plainly["max_turns"], plainly["as_json"]) == (tuple(words), turns, is_json)


def verbs() -> list[tuple[str, ...]]:
    """Return every verb there is, also those below a verb, as the words that call it."""

    def below(command: click.Command, path: tuple[str, ...]) -> list[tuple[str, ...]]:
        if not isinstance(command, click.Group):
            return [path]
        context = click.Context(command)
        names = command.list_commands(context)
        commands = [(name, command.get_command(context, name)) for name in names]
        return [path, *(found for name, one in commands if one is not None for found in below(one, (*path, name)))]

    return below(cli, ())


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also what runs in this process remembers nothing in the user's own home."""
    monkeypatch.setenv("LLMOS_HOME", str(tmp_path / "home"))


def test_every_verb_shows_an_example_of_itself() -> None:
    for verb in verbs():
        shown = CliRunner().invoke(cli, [*verb, "--help"], prog_name="llmos")
        assert shown.exit_code == 0
        _, found, examples = shown.output.partition("Example")
        assert found, f"the help of {verb} has no example"
        assert f"llmos {' '.join(verb)}".strip() in examples


def test_every_verb_of_the_specification_is_there() -> None:
    wanted = ["run", "chat", "demo", "init", "traces", "plugins", "config", "stats", "doctor", "completion"]
    wanted += [f"traces {name}" for name in ("list", "show", "explain", "forget", "verify", "path")]
    wanted += ["plugins list", "config show", "config path"]
    assert {*wanted} <= {" ".join(verb) for verb in verbs()}


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """An empty workspace, and no model."""
    place = Place(tmp_path)
    place.key = ""
    return place


def test_help_and_version_are_asked_for_and_so_no_error(place: Place) -> None:
    for arguments in (["--help"], ["run", "--help"], ["-h"]):
        done = place.call(*arguments)
        assert (done.code, done.err) == (0, "")
        assert "Example" in done.out
    version = place.call("--version")
    assert (version.code, version.out.startswith("llmos"), version.err) == (0, True, "")
    assert not (place.folder / ".llmos").exists()


@pytest.mark.spec("RS-004")
@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("rnu", "a goal"), "did you mean 'run'?"),
        (("run", "x", "--moed", "learner"), "--mode"),
        (("run", "x", "--mode", "learnr"), "did you mean 'LEARNER'?"),
        (("run", "x", "--max-turns", "0"), "--max-turns"),
        (("run", "x", "--timeout", "soon"), "--timeout"),
        (("run", "x", "--max-cost", "-1"), "cost"),
        (("run", "x", "--max-cost", "nan"), "cost"),
        (("run", "x", "--strategy", "cost-optimised"), "did you mean 'cost-optimized'?"),
        (("run", "x", "--provider", "litelm"), "did you mean 'litellm'?"),
        (("traces", "show", "123456"), "traces list"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_wrong_usage_is_exit_code_2_and_says_what_was_meant(
    place: Place, arguments: tuple[str, ...], says: str
) -> None:
    done = place.call(*arguments)
    assert (done.code, done.out) == (2, "")
    assert says in done.err


@pytest.mark.spec("RS-001", "RS-004")
def test_a_goal_that_nobody_takes_is_exit_code_3_with_a_kind_word(place: Place) -> None:
    (place.home / "config.toml").write_text('[model]\nprovider = "builtin"\n')
    done = place.run("write a sonnet about the sea into sea.txt")
    assert (done.code, done.result["status"], done.result["steps"]) == (3, "failed", [])
    assert "OPENAI_API_KEY" in done.result["reason"]
    assert place.names == set()
