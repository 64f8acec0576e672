"""Hooks of strangers, each kept in a thread of its own: opened, asked and closed there, each within a limit.

A plain function that never returns holds the thread it runs in, so it must not be the run's. Hooks that come with
llmos are under its own tests and are asked directly; for the others this costs a fraction of a millisecond a call.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from llmos_core import aio
from llmos_core.contrib import Role
from llmos_core.errors import PluginError
from llmos_core.plugins.cells import Cell
from llmos_core.runtime.opening import Openings

if TYPE_CHECKING:
    from collections.abc import Callable

    from llmos_core.contrib import Contribution
    from llmos_core.protocols.acting import ActionContext
    from llmos_core.protocols.context import PluginContext

LIMIT_S = 5.0
"""How long a stranger's hook may take to open, and to answer once unless it says so itself."""

_CLOSING_S = 1.0


def open_apart(
    contribution: Contribution,
    make_context: Callable[[Contribution], PluginContext],
    on_close: Callable[[Callable[[], None]], None],
) -> Any:
    """Return what stands for a stranger's gate or transform, an observer itself: it has a thread for its events.

    PluginError when it cannot be opened. `on_close` is told how to close it.
    """
    stands_for = {Role.GATE: StrangeGate, Role.TRANSFORM: StrangeTransform}
    hook = stands_for.get(Role(contribution.role), StrangeHook)(contribution, make_context)
    on_close(hook.close)
    return hook.hook if contribution.role == Role.OBSERVER else hook


class StrangeHook:
    """One contributed hook, opened in its own thread. `hook` is what its factory made, for who needs no limit."""

    def __init__(
        self,
        contribution: Contribution,
        make_context: Callable[[Contribution], PluginContext],
        *,
        limit_s: float = LIMIT_S,
    ) -> None:
        """Open the hook; PluginError when that fails or takes too long."""
        self._contribution, self._limit_s = contribution, limit_s
        self._cell = Cell(f"hook {contribution.name}")
        self._openings = Openings(make_context)
        try:
            self.hook = self._cell.ask(limit_s, self._opened)
        except TimeoutError as error:
            message = f"the hook '{contribution.name}' could not be opened: {error}"
            raise PluginError(message, name=contribution.name) from None

    def close(self) -> None:
        """Close what was opened, if the hook lets that happen within a second."""
        with suppress(Exception):
            self._cell.ask(_CLOSING_S, self._run, self._openings.close)
        self._cell.close()

    def _opened(self) -> Any:
        return self._run(self._openings.get, "hook", self._contribution)

    def _ask(self, method: str, *args: Any) -> Any:
        """Return the answer, or something to await inside an event loop; TimeoutError when there is none."""
        if aio.loop_is_running():
            return self._cell.ask_in_loop(self._answer, method, *args)
        return self._cell.ask(self._limit_s, self._answer, method, *args)

    def _answer(self, method: str, *args: Any) -> Any:
        return self._run(getattr(self.hook, method), *args)

    def _run(self, function: Callable[..., Any], *args: Any) -> Any:
        return aio.run(aio.call(function, *args), within=self._cell.run_loop)


class StrangeGate(StrangeHook):
    """Stands for one contributed gate. `policy` is what the gate itself says of its rules ("" for nothing)."""

    policy = ""

    def check(self, action: ActionContext) -> Any:
        """Return the gate's answer, or something to await inside an event loop; TimeoutError when there is none."""
        return self._ask("check", action)

    def _opened(self) -> Any:
        gate = super()._opened()
        self.policy = getattr(gate, "policy", "")
        if type(self.policy) is not str:
            raise PluginError(f"the gate '{self._contribution.name}' has a policy that is no text")
        return gate


class StrangeTransform(StrangeHook):
    """Stands for one contributed transform. `timeout_s` is how long it may take."""

    def apply(self, moment: str, value: Any) -> Any:
        """Return the transform's value, or something to await inside an event loop; TimeoutError when there is none."""
        return self._ask("apply", moment, value)

    @property
    def timeout_s(self) -> float:
        """Seconds: what the transform itself says, else the usual limit."""
        return self._limit_s

    def _opened(self) -> Any:
        transform = super()._opened()
        self._limit_s = float(getattr(transform, "timeout_s", self._limit_s))
        return transform
