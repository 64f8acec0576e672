"""The gate that asks before every program where nothing confines it.

No permission mode loosens it, and no command is harmless enough: what a program does with all the user's rights, its
name does not say. Where nobody can be asked, nothing is started.
"""

from llmos_core.protocols.acting import ActionContext
from llmos_core.protocols.context import PluginContext
from llmos_core.protocols.guarding import UNCONFINED
from llmos_core.types.decision import Verdict
from llmos_core.types.record import evolve
from llmos_std.hooks.verdicts import allow, ask

_REMEDY = "where a sandbox confines programs (see 'llmos doctor')"


class Unconfined:
    """Judges by the tier alone."""

    policy = "1"

    def check(self, action: ActionContext) -> Verdict:
        """Ask where a program would run unconfined."""
        if action.tier != UNCONFINED:
            return allow("confined")
        reason = f"no sandbox confines programs here, so what {action.call.tool} starts has all your rights"
        return evolve(ask("unconfined", reason), remedy=_REMEDY)


def open_unconfined(_context: PluginContext) -> Unconfined:
    """Return the gate."""
    return Unconfined()
