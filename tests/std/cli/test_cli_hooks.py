"""Law of `llmos hooks`: it shows which hooks a run here would ask and what they would answer, and calls no tool."""

import json

import pytest

GUARD = """from llmos_std.hooks.api import change, deny, pre_tool_use, stop
@pre_tool_use("Write", after=("to_b",))
def no_snow(event):
    return deny("no snow") if "snow" in event.arguments["content"] else None
@pre_tool_use("Write")
def to_b(event):
    return change({**event.arguments, "path": "b.txt"}) if event.arguments["path"] == "a.txt" else None
@stop
def last(event):
    return None
"""
SETTINGS = {
    "hooks": {"PreToolUse": [{"matcher": "Bash", "hooks": [{"type": "command", "command": "cat > event.json"}]}]}
}
CALL = {"path": "a.txt", "content": "rain"}


@pytest.fixture
def guarded(shell):
    shell.put(".llmos/plugins/guard.py", GUARD)
    shell.put(".llmos/hooks.json", json.dumps(SETTINGS))
    shell("trust", "-y")
    return shell


def test_without_hooks_there_is_nothing_to_list_or_ask(shell):
    for arguments in (["list"], ["test", "Stop"]):
        code, out, _ = shell("hooks", *arguments)
        assert code == 0
        assert "no hooks are in force" in out


def test_the_list_has_every_hook_in_the_order_in_which_it_is_asked(guarded):
    code, out, _ = guarded("hooks", "list")
    assert code == 0
    assert [line.split()[0] for line in out.splitlines()] == ["pre_tool_use"] * 3 + ["stop"]
    assert out.index("to_b") < out.index("no_snow")
    assert "cat > event.json" in out


@pytest.mark.parametrize(("content", "code", "word"), [("rain", 0, "allow"), ("snow", 4, "deny")])
def test_an_event_is_answered_and_nothing_is_called(guarded, content, code, word):
    given = json.dumps({**CALL, "content": content})
    found, out, _ = guarded("hooks", "test", "PreToolUse", "--tool", "Write", "--input", given)
    assert found == code
    assert f"together: {word}" in out
    assert not (guarded.workspace / "b.txt").exists()
    assert ('"path":"b.txt"' in out.splitlines()[-2]) or code == 4


def test_both_spellings_of_an_event_ask_the_same(guarded):
    asked = [guarded("hooks", "test", name, "--tool", "Write", "--input", json.dumps(CALL)) for name in NAMES]
    assert asked[0] == asked[1]


NAMES = ("PreToolUse", "pre_tool_use")


def test_a_command_is_really_asked(guarded):
    code, _, _ = guarded("hooks", "test", "PreToolUse", "--tool", "Bash", "--input", '{"command": "ls"}')
    assert code == 0
    assert json.loads((guarded.workspace / "event.json").read_text())["tool_input"] == {"command": "ls"}


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        (["PreToolUze", "--tool", "Write"], "PreToolUse"),
        (["PreToolUse"], "--tool"),
        (["PreToolUse", "--tool", "Write", "--input", "{"], "JSON"),
        (["PreToolUse", "--tool", "Write", "--input", "[]"], "object"),
    ],
)
def test_a_question_that_cannot_be_asked_is_wrong_usage(guarded, arguments, found):
    code, _, err = guarded("hooks", "test", *arguments)
    assert code == 2
    assert found in err


def test_changed_hooks_are_held_back_and_that_is_said(guarded):
    guarded.put(".llmos/plugins/guard.py", GUARD + "\n")
    for arguments in (["list"], ["test", "Stop"]):
        code, out, _ = guarded("hooks", *arguments)
        assert code == 4
        assert "llmos trust" in out


def test_trust_shows_the_scripts_that_commands_name(shell):
    shell.put("scripts/check.sh", "exit 0  # a guard")
    shell.put(".llmos/hooks.json", json.dumps(SETTINGS).replace("cat > event.json", "sh scripts/check.sh"))
    _, out, _ = shell("trust", "-y")
    assert "--- scripts/check.sh" in out
    assert "# a guard" in out


def test_when_the_hooks_are_gone_trusting_what_is_there_lets_go(guarded):
    (guarded.workspace / ".llmos/hooks.json").unlink()
    (guarded.workspace / ".llmos/plugins/guard.py").unlink()
    assert guarded("run", "create a file c.txt that says hello")[0] == 4
    assert guarded("trust", "-y")[0] == 0
    assert guarded("run", "create a file c.txt that says hello")[0] == 0
