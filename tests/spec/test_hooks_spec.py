"""Law: what llmos tells hooks and understands of them is what specs/hooks/1 describes, no more and no less."""

import json
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from llmos_core.contrib import MOMENTS
from llmos_std.hooks.entry import Entry
from llmos_std.hooks.events import NAMES
from llmos_std.hooks.form import MOST_SECONDS, read_json
from llmos_std.hooks.panel import Panel
from llmos_std.hooks.replies import ReplyError, answer_of
from llmos_std.hooks.seats import seats_of
from worlds.kernel import World
from worlds.programs import model_of, programs
from worlds.shelf import Shelf

SPEC = Path(__file__).parents[2] / "specs" / "hooks" / "1"


def schema(name: str) -> Draft202012Validator:
    value = json.loads((SPEC / f"{name}.schema.json").read_text("utf-8"))
    Draft202012Validator.check_schema(value)
    return Draft202012Validator(value)


SETTINGS, EVENT, ANSWER = schema("settings"), schema("event"), schema("answer")


def vectors(kind: str, group: str) -> Any:
    return pytest.mark.parametrize(
        "path", sorted((SPEC / "vectors" / kind / group).glob("*.json")), ids=lambda path: path.stem
    )


@pytest.mark.spec("HK-050")
@vectors("settings", "valid")
def test_valid_settings_satisfy_the_schema_and_are_read(path: Path) -> None:
    SETTINGS.validate(json.loads(path.read_text("utf-8")))
    assert not [hook.problem for hook in read_json(path.read_bytes(), path.name).commands if hook.problem]


@pytest.mark.spec("HK-050")
@vectors("settings", "invalid")
def test_invalid_settings_break_the_schema_and_hold_a_hook_that_fails(path: Path) -> None:
    assert not SETTINGS.is_valid(json.loads(path.read_text("utf-8")))
    assert [hook.problem for hook in read_json(path.read_bytes(), path.name).commands if hook.problem]


values = st.none() | st.booleans() | st.integers(-1, 700) | st.text("abc/. ", max_size=3) | st.just(["x"])
hook_tables = st.fixed_dictionaries(
    {"command": values | st.just("./check.sh")},
    optional={
        "type": st.sampled_from(["command", "prompt", 1]),
        "timeout": values,
        "name": values,
        "after": values,
        "odd": values,
    },
)
groups = st.fixed_dictionaries(
    {"hooks": st.lists(hook_tables, min_size=1, max_size=2)},
    optional={"matcher": st.text("abc", max_size=3) | st.just(7)},
)


@pytest.mark.spec("HK-050")
@given(st.sampled_from([*NAMES, *NAMES.values(), "PreTooluse"]), st.lists(groups | hook_tables, max_size=2))
def test_settings_are_read_without_a_problem_exactly_when_the_schema_takes_them(event: str, given_groups: Any) -> None:
    value = {"hooks": {event: given_groups}}
    found = read_json(json.dumps(value).encode(), "here").commands
    assert SETTINGS.is_valid(value) is not any(hook.problem for hook in found)


@pytest.mark.spec("HK-014")
@vectors("events", "valid")
def test_a_valid_event_satisfies_the_schema(path: Path) -> None:
    EVENT.validate(json.loads(path.read_text("utf-8")))


@pytest.mark.spec("HK-014")
@vectors("events", "invalid")
def test_an_invalid_event_breaks_the_schema(path: Path) -> None:
    assert not EVENT.is_valid(json.loads(path.read_text("utf-8")))


class Listening:
    """A source of one hook for each moment, which notes what it is told."""

    policy = "listening"

    def __init__(self, log: list[Any]) -> None:
        self._entries = tuple(
            Entry(name=moment, moment=moment, ask=log.append, source="test", shown=moment) for moment in MOMENTS
        )

    @property
    def limits_s(self) -> list[float]:
        return [entry.timeout_s for entry in self._entries]

    def entries(self) -> tuple[Entry, ...]:
        return self._entries

    def close(self) -> None:
        """Nothing is open."""


@pytest.mark.spec("HK-014")
@settings(max_examples=15, deadline=None)
@given(programs())
def test_every_event_of_a_run_satisfies_the_schema(case: Any) -> None:
    notes, program = case
    log: list[Any] = []
    with TemporaryDirectory() as folder:
        world = World(Path(folder), Shelf(**notes))
        panel = Panel(Listening(log), workspace=Path(folder), permission_mode="accept-edits")
        world.run("tidy the shelf", model_of(program), parts={"hooks": seats_of(panel)}, max_turns=20)
    for event in log:
        EVENT.validate(event)
    assert {event["hook_event_name"] for event in log} == set(NAMES.values())


@pytest.mark.spec("HK-025")
@vectors("answers", "valid")
def test_a_valid_answer_satisfies_the_schema_and_is_understood(path: Path) -> None:
    ANSWER.validate(json.loads(path.read_text("utf-8")))
    answer_of("pre_tool_use", 0, path.read_bytes(), b"")


@pytest.mark.spec("HK-025")
@vectors("answers", "invalid")
def test_an_invalid_answer_is_no_answer(path: Path) -> None:
    with suppress(ValueError):
        assert not ANSWER.is_valid(json.loads(path.read_text("utf-8")))
    with pytest.raises(ReplyError):
        answer_of("pre_tool_use", 0, path.read_bytes(), b"")


parts = (
    st.none() | st.booleans() | st.sampled_from(["allow", "ask", "deny", "block", "", "x"]) | st.just({}) | st.just([])
)
specific = st.fixed_dictionaries(
    {},
    optional={
        "hookEventName": st.sampled_from(["PreToolUse", "PostToolUse", "pre_tool_use", "", None, 1]),
        "permissionDecision": parts,
        "permissionDecisionReason": parts,
        "updatedInput": parts,
        "additionalContext": parts,
        "updatedToolOutput": parts,
        "odd": parts,
    },
)
replies = st.fixed_dictionaries(
    {},
    optional={
        "continue": parts,
        "stopReason": parts,
        "suppressOutput": parts,
        "systemMessage": parts,
        "decision": parts,
        "reason": parts,
        "hookSpecificOutput": specific | parts,
        "odd": parts,
    },
)


@pytest.mark.spec("HK-025")
@settings(max_examples=400)
@given(replies)
def test_an_answer_is_understood_exactly_when_the_schema_takes_it(reply: dict[str, Any]) -> None:
    try:
        answer_of("pre_tool_use", 0, json.dumps(reply).encode(), b"")
    except ReplyError:
        assert not ANSWER.is_valid(reply)
    else:
        ANSWER.validate(reply)


def test_the_schema_and_the_reader_agree_on_the_longest_time() -> None:
    seconds = json.loads((SPEC / "settings.schema.json").read_text("utf-8"))["$defs"]["seconds"]
    assert seconds["maximum"] == MOST_SECONDS
