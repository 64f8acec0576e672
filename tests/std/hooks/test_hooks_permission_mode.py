"""Law of permission modes: what changes nothing always passes; plan denies, ask asks, accept-edits lets files change.

The modes are ordered: yolo is never stricter than accept-edits, accept-edits never than ask, ask never than plan.
"""

import pytest
from hook_actions import action, classified_as, context, without_classifier
from hypothesis import given
from hypothesis import strategies as st

from llmos_core.types.decision import Decision
from llmos_core.types.tools import Effect
from llmos_std.hooks.permission_mode import open_permission_mode

GATE = open_permission_mode(context())
LEVELS = {"read": Decision.ALLOW, "workspace": Decision.ALLOW, "unknown": Decision.ASK, "destructive": Decision.DENY}
tools = st.sampled_from(["Write", "Edit", "Bash", "Python", "WebFetch", "Read", "SendMail", "mcp.delete"])


def judged(tool, mode, effect=Effect.UNKNOWN, **arguments):
    return GATE.check(action(tool, mode=mode, effect=effect, **arguments)).decision


@given(tools, st.sampled_from(["yolo", "accept-edits", "ask", "plan"]), st.sampled_from([Effect.PURE, Effect.READ]))
def test_what_changes_nothing_passes_in_every_mode(tool, mode, effect):
    assert judged(tool, mode, effect) is Decision.ALLOW


@given(tools, st.sampled_from(Effect), st.sampled_from(list(LEVELS)))
def test_the_modes_are_ordered(tool, effect, level):
    with classified_as(level):
        found = [
            judged(tool, mode, effect, command="x", url="http://x") for mode in ("yolo", "accept-edits", "ask", "plan")
        ]
    assert found == sorted(found, key=lambda decision: decision.rank)


@given(st.text(max_size=10), st.sampled_from(Effect))
def test_an_unknown_mode_allows_nothing(mode, effect):
    if mode not in ("yolo", "accept-edits", "ask", "plan"):
        assert judged("Read", mode, effect) is Decision.DENY


writes = pytest.mark.parametrize("effect", [e for e in Effect if not e.is_safe])


@writes
def test_plan_only_looks(effect):
    assert judged("Write", "plan", effect) is Decision.DENY


@writes
def test_ask_asks_before_every_change(effect):
    assert judged("Write", "ask", effect) is Decision.ASK


@writes
def test_yolo_lets_every_change_pass(effect):
    assert judged("SendMail", "yolo", effect) is Decision.ALLOW


@pytest.mark.parametrize("tool", ["Write", "Edit"])
def test_accept_edits_lets_file_tools_write(tool):
    for effect in (Effect.IDEMPOTENT_WRITE, Effect.REVERSIBLE_WRITE):
        assert judged(tool, "accept-edits", effect) is Decision.ALLOW
    for effect in (Effect.IRREVERSIBLE, Effect.UNKNOWN):
        assert judged(tool, "accept-edits", effect) is Decision.ASK


@pytest.mark.parametrize(("level", "decision"), LEVELS.items())
def test_accept_edits_judges_commands_by_their_level(level, decision):
    with classified_as(level):
        assert judged("Bash", "accept-edits", command="x") is decision


def test_accept_edits_asks_about_commands_that_nobody_can_classify():
    with without_classifier():
        assert judged("Bash", "accept-edits", command="ls") is Decision.ASK


@writes
def test_accept_edits_asks_about_changes_by_other_tools(effect):
    assert judged("SendMail", "accept-edits", effect) is Decision.ASK
    assert judged("Python", "accept-edits", effect, code="1") is Decision.ASK
