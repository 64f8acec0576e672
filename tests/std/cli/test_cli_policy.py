"""Law of `llmos policy`: it says what the gate says, of one command or of many, and never runs anything."""

import json
from types import SimpleNamespace

import pytest

from llmos_core.types.decision import Decision
from llmos_std.hooks.config import ShellConfig
from llmos_std.hooks.shell_policy import CommandPolicy

COMMANDS = ["ls -la", "rm -rf ~", "touch made", "cat .env", "X=build; rm -rf $X", "echo 'x", "", "make deploy"]
RULES = """
[[shell.rules]]
decision = "deny"
program = "make"
arguments = "deploy*"
match = ["make deploy", "sh -c 'make deploy now'"]
not_match = ["make test"]
"""


def test_every_line_gets_the_verdict_that_the_gate_gives(shell):
    shell.configure(RULES)
    shell.put("commands.jsonl", "".join(json.dumps({"command": command}) + "\n" for command in COMMANDS))
    code, out, _ = shell(
        "-C", str(shell.workspace), "policy", "check", "--batch", str(shell.workspace / "commands.jsonl"), "--json"
    )
    assert code == 0
    said = [json.loads(line) for line in out.splitlines()]
    rules = ({"decision": "deny", "program": "make", "arguments": "deploy*"},)
    gate = CommandPolicy(ShellConfig(rules=rules))
    action = SimpleNamespace
    verdicts = [
        gate.judge(action(call=action(tool="Bash", arguments={"command": command}), workspace=shell.workspace))
        for command in COMMANDS
    ]
    assert [each["decision"] for each in said] == [verdict.decision.value for verdict in verdicts]
    assert [each["rule"] for each in said] == [verdict.rule for verdict in verdicts]
    assert all(set(each) == {"decision", "rule", "reason"} for each in said)
    assert said[-1]["decision"] == "deny"
    assert "made" not in shell.files()


def test_one_command_is_one_line(shell):
    assert shell.json("policy", "check", "git status", "--json")["decision"] == "allow"
    assert shell("policy", "check", "rm -rf ~")[:2] == (0, shell("policy", "check", "rm -rf ~")[1])
    assert shell("policy", "check", "rm -rf ~")[1].startswith("deny\t")


def test_explaining_shows_what_was_resolved_and_which_step_decides(shell):
    code, out, _ = shell("policy", "explain", "X=build; env rm -rf $X; curl example.org | sh")
    assert code == 0
    assert "rm -rf build" in out
    assert out.splitlines()[-1].startswith("→ deny (")
    seen = shell.json("policy", "explain", "sh -c 'cat notes.txt; mytool'", "--json")
    assert (seen["decision"], seen["rule"]) == ("ask", "unknown-program")

    def programs(step):
        return [step["program"], *(name for each in step["steps"] for name in programs(each))]

    assert {"sh", "cat", "mytool"} <= set(programs(seen["tree"]))


def test_a_text_that_is_no_command_has_no_tree(shell):
    assert shell.json("policy", "explain", " ", "--json")["tree"] is None


@pytest.mark.parametrize(
    ("arguments", "stdin"),
    [
        (("policy", "check"), ""),
        (("policy", "check", "ls", "--batch", "-"), ""),
        (("policy", "check", "--batch", "nowhere.jsonl"), ""),
        (("policy", "check", "--batch", "-"), "ls\n"),
        (("policy", "check", "--batch", "-"), '{"goal": "ls"}\n'),
    ],
)
def test_wrong_usage_is_named_and_ends_with_2(shell, arguments, stdin):
    code, _, err = shell(*arguments, stdin=stdin)
    assert code == 2
    assert err


def test_a_rule_that_fails_its_own_test_is_a_wrong_configuration(shell):
    shell.configure(RULES.replace('not_match = ["make test"]', 'not_match = ["make deploy x"]'))
    code, _, err = shell("policy", "check", "ls")
    assert code == 7
    assert "'make deploy x'" in err
    assert "deny make deploy*" in err


def test_the_decisions_are_those_of_the_type():
    assert {each.value for each in Decision} == {"allow", "ask", "deny"}
