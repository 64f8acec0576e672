"""The gate of tainted runs: once strangers' words were read, what they could be after is asked about in every mode.

That is sending something away, writing what starts by itself or what agents obey, and whatever cannot be taken back.
A yes that was remembered from a run that was not tainted does not count here: it is bound to another hash.
"""

from llmos_core.protocols.acting import ActionContext
from llmos_core.protocols.context import PluginContext
from llmos_core.types.decision import Verdict
from llmos_std.hooks.path_jail import WRITERS, places_of
from llmos_std.hooks.verdicts import allow, ask
from llmos_std.protected import is_instruction, is_sealed, is_secret, is_self_starting

_BECAUSE = "and text from outside was read in this run, which may be what asks for it"


class Taint:
    """Judges by what a call could carry away or leave behind."""

    policy = "1"

    def check(self, action: ActionContext) -> Verdict:
        """Ask, in a tainted run, about egress, protected files, memory and what is final; allow the rest."""
        if not action.is_tainted:
            return allow("untainted")
        tool = action.call.tool
        if action.uses_network:
            return ask("tainted-egress", f"{tool} reaches beyond this machine, {_BECAUSE}")
        if tool in WRITERS and (what := _protected(action)):
            return ask("tainted-write", f"{tool} would change {what}, {_BECAUSE}")
        if action.effect.is_final:
            return ask("tainted-final", f"what {tool} does cannot be taken back, {_BECAUSE}")
        return allow("tainted-harmless")


def _protected(action: ActionContext) -> str:
    """Return what is special about the file that a call writes, "" for an ordinary one."""
    path = action.call.arguments.get("path")
    places = places_of(action.workspace, path)
    if places is None:
        return f"{path!r}, outside the workspace"
    if any(is_instruction(place) or is_sealed(place) for place in places):
        return f"{path!r}, which agents remember or obey"
    if any(is_self_starting(place) or is_secret(place) for place in places):
        return f"{path!r}, a protected file"
    return ""


def open_taint(_context: PluginContext) -> Taint:
    """Return the gate."""
    return Taint()
