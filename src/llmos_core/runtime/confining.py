"""How a call is confined today, and what that makes of its effect: the one place where confinement counts.

A program that can change nothing but a workspace which can be put back has done nothing final, whatever it was. What
is recorded of a step stays what the call could do by itself; a trace that was learned confined is judged anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from llmos_core.protocols.guarding import IN_PROCESS, UNCONFINED
from llmos_core.types.record import Record
from llmos_core.types.tools import Effect

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from llmos_core.protocols.guarding import Sandbox
    from llmos_core.types.tools import ToolCall

    OpenGuard = Callable[[str], Awaitable[Any]]

BROKEN = "broken"
"""The tier that is recorded where a sandbox is contributed and cannot be had: nothing runs there."""


class Confinement(Record):
    """What holds the programs of one tool. `is_undoable`: all they can change is a workspace that can be put back."""

    tier: str = IN_PROCESS
    sandbox: Sandbox | None = None
    is_undoable: bool = False

    @property
    def standing(self) -> str:
        """What a yes to a call is bound to: the tier, and whether what the call did could be undone."""
        is_program = self.tier not in (IN_PROCESS, UNCONFINED)
        return f"{self.tier}, not to be undone" if is_program and not self.is_undoable else self.tier

    def effect(self, own: Effect) -> Effect:
        """Return what a call can do under this confinement, given what it could do by itself."""
        return Effect.REVERSIBLE_WRITE if self.is_undoable and own.is_final else own


NO_PROGRAM = Confinement()
"""The confinement of a tool that starts no program."""


async def confinement_of(tool: Any, open_guard: OpenGuard) -> Confinement:
    """Return how the programs of a tool are confined now; `open_guard` opens the service of a role, None for none.

    Raises what opening a contributed sandbox or its snapshots raises: then no program may be started.
    """
    if not starts_programs(tool):
        return NO_PROGRAM
    sandbox = await open_guard("sandbox")
    if sandbox is None:
        return Confinement(tier=UNCONFINED)
    tier = str(sandbox.tier)
    is_confining = tier not in (UNCONFINED, IN_PROCESS) and sandbox.is_confining is True
    return Confinement(tier=tier, sandbox=sandbox, is_undoable=is_confining and await _can_keep(open_guard))


async def _can_keep(open_guard: OpenGuard) -> bool:
    snapshots = await open_guard("snapshots")
    return snapshots is not None and snapshots.can_keep() is True


def starts_programs(tool: Any) -> bool:
    """Say whether a tool says of itself that it starts programs."""
    return getattr(tool, "starts_programs", False) is True


def effect_of(tool: Any, call: ToolCall) -> Effect:
    """Return what this very call could do by itself; a tool that cannot tell counts as unknown."""
    judge_effect = getattr(tool, "effect_of", None)
    if judge_effect is None:
        declared: Effect = tool.spec.effect
        return declared
    try:
        return Effect(judge_effect(call.arguments))
    except Exception:  # noqa: BLE001 – plugin code; not knowing is the safe answer
        return Effect.UNKNOWN


def worse(one: Effect, other: Effect) -> Effect:
    """Return the one of two effects that may do more harm."""
    order = list(Effect)
    return max(one, other, key=order.index)
