"""Ask before a secret is put into a call that could carry it away.

Such is a call that uses the network, that starts a program which nothing confines, or that is made after strangers'
words were read in the run: they may name a secret as well as a user can.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from llmos_core.protocols.guarding import UNCONFINED
from llmos_core.types.decision import Decision, Verdict
from llmos_std.secrets.references import OPEN, parts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from llmos_core.protocols.acting import ActionContext
    from llmos_core.protocols.context import PluginContext


class SecretUse:
    """Judges calls whose arguments hold references to secrets; every other call passes."""

    def check(self, action: ActionContext) -> Verdict:
        """Allow a secret inside the workspace, ask where it could leave."""
        names = tuple(dict.fromkeys(_names(action.call.arguments)))
        if not names:
            return Verdict(decision=Decision.ALLOW, rule="no-secret")
        way = _way_out(action)
        if not way:
            return Verdict(decision=Decision.ALLOW, rule="secret-inside")
        reason = f"{action.call.tool} would be given the secret {', '.join(names)}, and {way}"
        return Verdict(decision=Decision.ASK, reason=reason, rule="secret-outside")


def open_gate(_context: PluginContext) -> SecretUse:
    """Return the gate."""
    return SecretUse()


def _way_out(action: ActionContext) -> str:
    if action.uses_network:
        return "it uses the network"
    if action.tier == UNCONFINED:
        return "nothing confines the program that it starts"
    if action.is_tainted:
        return "words of strangers were read in this run"
    return ""


def _names(value: Any) -> Iterator[str]:
    """Yield the names in the references that a JSON value holds."""
    if isinstance(value, str):
        if OPEN in value:
            yield from (body for is_one, body in parts(value) if is_one and body[:1] != ":")
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from _names(key)
            yield from _names(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _names(each)
