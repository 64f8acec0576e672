"""The gate of the four permission modes: how much may happen without asking.

It looks at a call's effect, never at who asked for it: model, trace and program have the same rights.
"""

from llmos_core.protocols.acting import ActionContext
from llmos_core.protocols.context import PluginContext
from llmos_core.types.decision import Decision, Verdict
from llmos_std.hooks.config import MODES
from llmos_std.hooks.path_jail import WRITERS
from llmos_std.hooks.shell_policy import CommandPolicy, open_command_policy
from llmos_std.hooks.verdicts import allow, ask, deny, unless_yolo


class PermissionMode:
    """Judges every call by the run's permission mode; an unknown mode allows nothing."""

    def __init__(self, commands: CommandPolicy) -> None:
        self._commands = commands
        self.policy = commands.version

    def check(self, action: ActionContext) -> Verdict:
        """Allow what changes nothing; beyond that, what the mode says."""
        mode = action.permission_mode
        if mode not in MODES:
            return deny("unknown-mode", f"there is no permission mode {mode!r}; choose one of {', '.join(MODES)}")
        if action.effect.is_safe:
            return allow("changes-nothing")
        match mode:
            case "yolo":
                return allow("yolo")
            case "plan":
                return deny("plan", f"{action.call.tool} would change something, and mode plan only looks")
            case "ask":
                return unless_yolo(self._ask(action), action)
            case _:
                return unless_yolo(self._accept_edits(action), action)

    def _ask(self, action: ActionContext) -> Verdict:
        known = self._commands.judge(action)
        if known is not None and known.decision is Decision.DENY:
            return known
        return ask("ask", f"{action.call.tool} would change something ({action.effect.value})")

    def _accept_edits(self, action: ActionContext) -> Verdict:
        if action.call.tool in WRITERS and not action.effect.is_final:
            return allow("accept-edits")
        known = self._commands.judge(action)
        if known is not None:
            return known
        return ask("accept-edits", f"{action.call.tool} is no file edit and would change something")


def open_permission_mode(context: PluginContext) -> PermissionMode:
    """Return the gate."""
    return PermissionMode(open_command_policy(context))
