"""Law of every gate of ours: it keeps the laws that llmos asks of a stranger's gate."""

import attrs
import pytest
from hook_actions import action, classified_as, context
from hypothesis import given
from hypothesis import strategies as st

from llmos_core.testing.records import ORIGINS, PERMISSION_MODES
from llmos_core.testing.suites.gate import gate_suite
from llmos_core.types.tools import Effect
from llmos_std.hooks.budget import open_budget
from llmos_std.hooks.path_jail import open_path_jail
from llmos_std.hooks.permission_mode import open_permission_mode
from llmos_std.hooks.shell_policy import open_shell_policy
from llmos_std.hooks.taint import open_taint
from llmos_std.hooks.unconfined import open_unconfined

OPENERS = [open_budget, open_path_jail, open_shell_policy, open_permission_mode, open_taint, open_unconfined]

TestBudget = gate_suite(lambda: open_budget(context()))
TestPathJail = gate_suite(lambda: open_path_jail(context()))
TestShellPolicy = gate_suite(lambda: open_shell_policy(context()))
TestPermissionMode = gate_suite(lambda: open_permission_mode(context()))
TestTaint = gate_suite(lambda: open_taint(context()))
TestUnconfined = gate_suite(lambda: open_unconfined(context()))

calls = st.sampled_from(
    [
        ("Read", {"path": ".env"}),
        ("Write", {"path": "a"}),
        ("Write", {"path": "../a"}),
        ("Edit", {"path": ".bashrc"}),
        ("Glob", {"pattern": "/*"}),
        ("Bash", {"command": "some command"}),
        ("Bash", {"command": "cat .env"}),
        ("Python", {"code": "1"}),
        ("WebFetch", {"url": "https://example.org"}),
        ("model", {"quote_usd": None, "max_cost_usd": "1"}),
    ]
)
levels = st.sampled_from(["read", "workspace", "unknown", "destructive"])


@pytest.mark.parametrize("opener", OPENERS)
@given(call=calls, level=levels, effect=st.sampled_from(Effect))
def test_for_the_calls_it_knows_a_stricter_mode_never_loosens_and_nobody_is_preferred(opener, call, level, effect):
    tool, arguments = call
    gate, asked = opener(context()), action(tool, effect=effect, **arguments)
    with classified_as(level):
        by_mode = [gate.check(attrs.evolve(asked, permission_mode=mode)).decision.rank for mode in PERMISSION_MODES]
        by_origin = {gate.check(attrs.evolve(asked, origin=origin)).decision for origin in ORIGINS}
    assert by_mode == sorted(by_mode)
    assert len(by_origin) == 1
