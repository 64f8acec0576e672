"""Law of the two gates that no permission mode loosens: unconfined programs ask, and so does what a tainted run risks.

Where they apply they ask, in every mode; where they do not, they have nothing to say.
"""

import pytest
from hook_actions import action, context
from hypothesis import given
from hypothesis import strategies as st

from llmos_core.protocols.guarding import UNCONFINED
from llmos_core.testing.records import actions
from llmos_core.types.decision import Decision
from llmos_core.types.record import evolve
from llmos_core.types.tools import Effect
from llmos_std.hooks.taint import open_taint
from llmos_std.hooks.unconfined import open_unconfined

TAINT, UNCONFINED_GATE = open_taint(context()), open_unconfined(context())
MODES = ("yolo", "accept-edits", "ask", "plan")


@given(actions())
def test_every_unconfined_program_is_asked_about_and_nothing_else(given_action):
    expected = Decision.ASK if given_action.tier == UNCONFINED else Decision.ALLOW
    assert UNCONFINED_GATE.check(given_action).decision is expected


@given(actions())
def test_an_untainted_run_is_not_asked(given_action):
    assert TAINT.check(evolve(given_action, is_tainted=False)).decision is Decision.ALLOW


@given(actions(), st.sampled_from(MODES))
def test_no_mode_changes_what_is_asked_in_a_tainted_run(given_action, mode):
    tainted = evolve(given_action, is_tainted=True)
    assert TAINT.check(tainted) == TAINT.check(evolve(tainted, permission_mode=mode))


@given(actions())
def test_a_tainted_run_asks_before_egress_and_before_what_is_final(given_action):
    tainted = evolve(given_action, is_tainted=True)
    if tainted.uses_network or tainted.effect.is_final:
        assert TAINT.check(tainted).decision is Decision.ASK


@pytest.mark.parametrize("tool", ["Write", "Edit"])
@pytest.mark.parametrize(
    "path",
    [
        *("AGENTS.md", "docs/claude.md", ".cursor/rules/a.mdc", ".claude/settings.json", "MEMORY.md", ".llmos/x"),
        *(".bashrc", ".github/workflows/ci.yml", ".git/hooks/pre-commit", ".env", "sub/.ssh/id_rsa", "../outside"),
    ],
)
def test_what_agents_obey_and_what_starts_by_itself_is_asked_about(tool, path):
    asked = evolve(action(tool, mode="yolo", effect=Effect.IDEMPOTENT_WRITE, path=path), is_tainted=True)
    verdict = TAINT.check(asked)
    assert (verdict.decision, verdict.rule) == (Decision.ASK, "tainted-write")
    assert path in verdict.reason


@pytest.mark.parametrize("path", ["notes.md", "src/agents.py", "memory/notes.md", "claude.txt"])
def test_an_ordinary_file_is_written_as_in_any_run(path):
    ordinary = evolve(action("Write", effect=Effect.IDEMPOTENT_WRITE, path=path), is_tainted=True)
    assert TAINT.check(ordinary).decision is Decision.ALLOW
