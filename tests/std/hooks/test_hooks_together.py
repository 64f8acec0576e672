"""Law of the guarded road: what all gates together say of each kind of call in each permission mode, as documented."""

from datetime import UTC, datetime

import pytest
from hook_actions import action, classified_as, context, load

from llmos_core import aio
from llmos_core.protocols.acting import Question
from llmos_core.protocols.guarding import IN_PROCESS, UNCONFINED
from llmos_core.runtime.gates import NamedGate, action_hash, decide, judge, policy_version
from llmos_core.types.decision import Decision
from llmos_core.types.record import evolve
from llmos_core.types.tools import Effect
from llmos_std.hooks.approvals import open_approvals
from llmos_std.hooks.approver import AutoApprover
from llmos_std.hooks.config import ShellConfig
from llmos_std.hooks.plugin import llmos_hooks

MODES = ("plan", "ask", "accept-edits", "yolo")
EFFECT_OF_LEVEL = {"read": Effect.READ, "workspace": Effect.REVERSIBLE_WRITE}

TABLE = {
    # call: what plan, ask, accept-edits and yolo say
    ("Read", "a.txt", Effect.READ): "allow allow allow allow",
    ("Read", ".env", Effect.READ): "ask ask ask allow",
    ("Read", "../a.txt", Effect.READ): "deny deny deny deny",
    ("Write", "a.txt", Effect.IDEMPOTENT_WRITE): "deny ask allow allow",
    ("Write", ".bashrc", Effect.IDEMPOTENT_WRITE): "deny ask ask allow",
    ("Write", ".llmos/config.toml", Effect.IDEMPOTENT_WRITE): "deny deny deny deny",
    ("Edit", "/etc/passwd", Effect.REVERSIBLE_WRITE): "deny deny deny deny",
    ("SendMail", "", Effect.IRREVERSIBLE): "deny ask ask allow",
    ("Weather", "", Effect.READ): "allow allow allow allow",
    ("Python", "", Effect.UNKNOWN): "deny ask ask allow",
    ("WebFetch", "", Effect.READ): "ask ask ask allow",
}
COMMANDS = {
    "read": "allow allow allow allow",
    "workspace": "deny ask allow allow",
    "unknown": "deny ask ask allow",
    "destructive": "deny deny deny deny",
}


def gates(**sections):
    found = context(**sections)
    return [NamedGate(c.name, load(c.factory)(found)) for c in llmos_hooks() if "pre_tool_use" in c.moments]


def words(tool, effect, workspace, **arguments):
    asked = [action(tool, effect=effect, mode=mode, workspace=workspace, **arguments) for mode in MODES]
    return " ".join(aio.run(judge(gates(), one)).decision.value for one in asked)


@pytest.mark.parametrize(("call", "expected"), list(TABLE.items()), ids=str)
def test_each_call_in_each_mode(call, expected, tmp_path):
    tool, path, effect = call
    assert words(tool, effect, tmp_path, path=path, url="https://example.org") == expected


@pytest.mark.parametrize(("level", "expected"), list(COMMANDS.items()))
def test_each_level_of_command_in_each_mode(level, expected, tmp_path):
    with classified_as(level):
        assert words("Bash", EFFECT_OF_LEVEL.get(level, Effect.UNKNOWN), tmp_path, command="x") == expected


CALLS = [*TABLE, *(("Bash", command, Effect.UNKNOWN) for command in ("ls > l", "mytool a"))]


@pytest.mark.parametrize("tier", [IN_PROCESS, "landlock", UNCONFINED])
@pytest.mark.parametrize("is_tainted", [False, True])
@pytest.mark.parametrize("call", CALLS, ids=str)
def test_what_is_advised_where_nobody_can_be_asked_helps_and_nothing_is_left_out(call, is_tainted, tier, tmp_path):
    def verdict(mode, tier):
        asked = action(tool, effect=effect, mode=mode, workspace=tmp_path, path=text, url="https://x.org", command=text)
        return aio.run(judge(gates(), evolve(asked, is_tainted=is_tainted, tier=tier)))

    tool, text, effect = call
    for mode in MODES:
        found = verdict(mode, tier)
        if found.decision is Decision.ASK:
            by_mode = verdict("yolo", tier).decision is Decision.ALLOW
            by_sandbox = verdict(mode, "landlock").decision is Decision.ALLOW
            assert ("yolo" in found.remedy, "sandbox" in found.remedy) == (by_mode, by_sandbox)


def test_a_yes_given_once_counts_for_exactly_that_call_until_the_policy_changes(tmp_path):
    class Clock:
        def now(self):
            return datetime(2026, 11, 21, tzinfo=UTC)

    def decision(command, approver=None, **sections):
        installed = gates(**sections)
        asked = action("Bash", workspace=tmp_path, command=command)
        key = action_hash(asked.call, tmp_path, policy_version(installed), "none")
        with open_approvals(context(tmp_path)) as approvals, classified_as("unknown"):
            verdict = aio.run(judge(installed, asked))
            question = Question(action=asked, reason=verdict.reason, action_hash=key)
            return aio.run(decide(verdict, question, approvals, approver, Clock())).decision

    assert decision("make") is Decision.DENY
    assert decision("make", AutoApprover()) is Decision.ALLOW
    assert decision("make") is Decision.ALLOW
    assert decision("make ") is Decision.DENY
    assert decision("make", shell=ShellConfig(deny=("rm*",))) is Decision.DENY
