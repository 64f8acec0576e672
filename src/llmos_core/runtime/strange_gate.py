"""A gate of a stranger, kept in a thread of its own: it is opened, asked and closed there, each within a limit.

A plain function that never returns holds the thread it runs in, so it must not be the run's. Gates that come with
llmos are under its own tests and are asked directly; for the others this costs a fraction of a millisecond a call.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from llmos_core import aio
from llmos_core.errors import PluginError
from llmos_core.plugins.cells import Cell
from llmos_core.runtime.opening import Openings

if TYPE_CHECKING:
    from collections.abc import Callable

    from llmos_core.contrib import Contribution
    from llmos_core.protocols.acting import ActionContext
    from llmos_core.protocols.context import PluginContext

LIMIT_S = 5.0
"""How long a stranger's gate may take for one verdict; then it counts as DENY."""

_CLOSING_S = 1.0


class StrangeGate:
    """Stands for one contributed gate. `policy` is what the gate itself says of its rules ("" for nothing)."""

    def __init__(
        self,
        contribution: Contribution,
        make_context: Callable[[Contribution], PluginContext],
        *,
        limit_s: float = LIMIT_S,
    ) -> None:
        """Open the gate; PluginError when that fails or takes too long."""
        self._contribution, self._limit_s = contribution, limit_s
        self._cell = Cell(f"gate {contribution.name}")
        self._openings = Openings(make_context)
        try:
            self._gate, self.policy = self._cell.ask(limit_s, self._opened)
        except TimeoutError as error:
            message = f"the hook '{contribution.name}' could not be opened: {error}"
            raise PluginError(message, name=contribution.name) from None

    def check(self, action: ActionContext) -> Any:
        """Return the gate's answer, or something to await inside an event loop; TimeoutError when there is none."""
        if aio.loop_is_running():
            return self._cell.ask_in_loop(self._answer, action)
        return self._cell.ask(self._limit_s, self._answer, action)

    def close(self) -> None:
        """Close what was opened, if the gate lets that happen within a second."""
        with suppress(Exception):
            self._cell.ask(_CLOSING_S, self._run, self._openings.close)
        self._cell.close()

    def _opened(self) -> tuple[Any, str]:
        gate = self._run(self._openings.get, "hook", self._contribution)
        policy = getattr(gate, "policy", "")
        if type(policy) is not str:
            raise PluginError(f"the gate '{self._contribution.name}' has a policy that is no text")
        return gate, policy

    def _answer(self, action: ActionContext) -> Any:
        return self._run(self._gate.check, action)

    def _run(self, function: Callable[..., Any], *args: Any) -> Any:
        return aio.run(aio.call(function, *args), within=self._cell.run_loop)
