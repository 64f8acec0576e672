"""Law: hooks are read from JSON and TOML alike; what cannot be understood is a hook that fails, and so denies."""

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmos_core.contrib import MOMENTS
from llmos_std.hooks.events import ELSEWHERE, NAMES
from llmos_std.hooks.form import MOST_SECONDS, read_json, read_table

COMMAND = {"type": "command", "command": "./check.sh", "timeout": 10}
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=10,
)


@pytest.mark.spec("HK-010", "HK-050")
@given(st.sampled_from(MOMENTS), st.sampled_from(["", "Bash", "Bash|Write", "mcp__.*"]), st.booleans())
def test_both_spellings_and_both_shapes_mean_the_same(moment, matcher, is_flat):
    group = {**COMMAND, "matcher": matcher} if is_flat else {"matcher": matcher, "hooks": [COMMAND]}
    ours, theirs = (read_table({name: [group]}, "here").commands for name in (moment, NAMES[moment]))
    assert ours == theirs
    (found,) = ours
    assert (found.moment, found.matcher, found.command, found.timeout_s) == (moment, matcher, "./check.sh", 10.0)
    assert found.problem == ""


@pytest.mark.spec("HK-050")
@given(st.dictionaries(st.sampled_from([*NAMES, *NAMES.values()]), json_values, min_size=1, max_size=3))
def test_any_value_is_hooks_that_run_or_hooks_that_fail(table):
    found = read_table(table, "here").commands
    assert all(bool(hook.problem) != bool(hook.command) for hook in found)
    written = sum(_claims(groups) for groups in table.values())
    assert len(found) >= written, "what was written has vanished"


def _claims(groups: Any) -> int:
    """Count what must not vanish: a value that is no list, and each member that is no empty group."""
    if not isinstance(groups, list):
        return 1
    return sum(1 for group in groups if not (isinstance(group, dict) and group.get("hooks") == []))


@pytest.mark.spec("HK-050")
@pytest.mark.parametrize(
    "change",
    [
        {"type": "prompt"},
        {"type": 7},
        {"command": ""},
        {"command": None},
        {"command": ["ls"]},
        {"command": "a\0b"},
        {"timeout": 0},
        {"timeout": MOST_SECONDS + 1},
        {"timeout": True},
        {"timeout": "10"},
        {"name": 1},
        {"after": "other"},
        {"if": "Bash(rm *)"},
        {"async": True},
    ],
    ids=str,
)
def test_a_hook_that_cannot_be_run_as_meant_fails_where_it_stands(change):
    group = {"matcher": "Bash", "hooks": [{**COMMAND, **change}]}
    (found,) = read_table({"PreToolUse": [group]}, "here").commands
    assert found.problem
    assert found.command == ""
    assert (found.moment, found.matcher) == ("pre_tool_use", "Bash")


@pytest.mark.spec("HK-050")
@pytest.mark.parametrize("matcher", [7, ["Bash"], "(", "*Bash("])
def test_a_matcher_that_is_none_fails_for_every_tool(matcher):
    (found,) = read_table({"PreToolUse": [{"matcher": matcher, "hooks": [COMMAND]}]}, "here").commands
    assert found.problem
    assert found.matcher == ""


@pytest.mark.spec("HK-050")
@pytest.mark.parametrize("data", [b"", b"\xff", b"[]", b"{}", b'{"hooks": []}', b"{" * 100_000, b'{"PreToolUse": []}'])
def test_a_file_that_is_no_hooks_file_is_one_hook_that_fails_before_any_tool(data):
    (found,) = read_json(data, "hooks.json").commands
    assert (found.moment, found.matcher) == ("pre_tool_use", "")
    assert "hooks.json" in found.problem


@pytest.mark.spec("HK-050")
def test_a_misspelt_event_fails_before_any_tool_and_says_what_was_meant():
    (found,) = read_table({"PreTooluse": [{"hooks": [COMMAND]}]}, "here").commands
    assert found.moment == "pre_tool_use"
    assert "PreToolUse" in found.problem


@pytest.mark.spec("HK-052")
@pytest.mark.parametrize("event", sorted(ELSEWHERE))
def test_an_event_that_only_others_have_is_named_and_left_out(event):
    found = read_table({event: [{"hooks": [COMMAND]}]}, "here")
    assert found.commands == ()
    assert event in found.notes[0]


def test_toml_says_what_json_says():
    group = '[[hooks.PreToolUse]]\nmatcher = "Bash"\n'
    toml = group + '[[hooks.PreToolUse.hooks]]\ntype = "command"\ncommand = "c"\ntimeout = 3\n'
    value = {
        "hooks": {"PreToolUse": [{"matcher": "Bash", "hooks": [{"type": "command", "command": "c", "timeout": 3}]}]}
    }
    assert tomllib.loads(toml) == value
    assert read_json(json.dumps(value).encode(), "x") == read_table(tomllib.loads(toml)["hooks"], "x")


VECTORS = Path(__file__).parents[3] / "specs" / "hooks" / "1" / "vectors" / "settings"


@pytest.mark.spec("HK-050")
@pytest.mark.parametrize("path", sorted((VECTORS / "valid").glob("*.json")), ids=lambda path: path.stem)
def test_a_valid_vector_is_read_without_a_problem(path):
    found = read_json(path.read_bytes(), path.name)
    assert found.commands
    assert not [hook.problem for hook in found.commands if hook.problem]


@pytest.mark.spec("HK-050")
@pytest.mark.parametrize("path", sorted((VECTORS / "invalid").glob("*.json")), ids=lambda path: path.stem)
def test_an_invalid_vector_has_a_hook_that_fails(path):
    assert [hook.problem for hook in read_json(path.read_bytes(), path.name).commands if hook.problem]
