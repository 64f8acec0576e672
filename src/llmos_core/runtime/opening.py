"""Open what plugins contribute, once and on demand, and close it all in reverse order.

Who opens closes, in the same task. A factory may return the object itself, a context manager, or an async context
manager; only the last kind needs an event loop.
"""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any

from llmos_core import aio
from llmos_core.errors import LlmosError, PluginError
from llmos_core.plugins.loading import load_object
from llmos_core.types.tools import ToolSpec

if TYPE_CHECKING:
    from collections.abc import Callable

    from llmos_core.contrib import Contribution
    from llmos_core.protocols.context import PluginContext


_METHODS = {
    "mode": ("run",),
    "strategy": ("decide",),
    "provider": ("ready", "quote", "complete"),
    "memory": ("find", "candidates", "load", "save", "forget", "list", "statistics", "record_outcome"),
    "tool": ("call",),
    "gate": ("check",),
    "transform": ("apply",),
}
"""What an opened object of a kind, or a hook of a role, must be able to do; see llmos_core.protocols."""


class Openings:
    """The open objects of one kernel, by kind and name."""

    def __init__(
        self,
        make_context: Callable[[Contribution], PluginContext],
        is_strange: Callable[[str, str], bool] = lambda _kind, _name: False,
    ) -> None:
        """Open with these contexts; a factory of which `is_strange(kind, name)` has a limited time."""
        self._make_context = make_context
        self._is_strange = is_strange
        self._open: dict[tuple[str, str], Any] = {}
        self._stack = AsyncExitStack()

    async def get(self, kind: str, contribution: Contribution) -> Any:
        """Return the contribution's object, opening it the first time.

        Raises PluginError, naming the contribution, when its factory is missing or fails; ConfigError and other
        LlmosErrors of the factory pass through.
        """
        key = (kind, contribution.name)
        if key not in self._open:
            self._open[key] = await self._opened(kind, contribution)
        return self._open[key]

    async def _opened(self, kind: str, contribution: Contribution) -> Any:
        try:
            opening = self._limited if self._is_strange(kind, contribution.name) else self._made
            made = await opening(contribution)
            fault = _fault(kind, contribution, made)
        except LlmosError:
            raise
        except BaseException as error:  # a stranger's factory may raise anything
            from llmos_core.strangers import described, is_interruption

            if is_interruption(error):
                raise
            message = f"the {kind} '{contribution.name}' could not be opened: {described(error)}"
            raise PluginError(message, name=contribution.name) from error
        if fault:
            message = f"the {kind} '{contribution.name}' cannot be used: its factory {contribution.factory} {fault}"
            raise PluginError(message, name=contribution.name)
        return made

    async def _made(self, contribution: Contribution) -> Any:
        made = self._begun(contribution)
        if not hasattr(made, "__aenter__"):
            return made
        await aio.need_loop()
        return await self._stack.enter_async_context(made)

    def _begun(self, contribution: Contribution) -> Any:
        """Call the factory, and enter what it returns unless that needs an event loop."""
        made = load_object(contribution.factory)(self._make_context(contribution))
        is_plain = hasattr(made, "__enter__") and not hasattr(made, "__aenter__")
        return self._stack.enter_context(made) if is_plain else made

    async def _limited(self, contribution: Contribution) -> Any:
        """Do the same within a limited time: a factory that hangs is an error that names it, not the end of a run."""
        from llmos_core.runtime.interrupting import OPENING_S, open_alarm

        with open_alarm(OPENING_S):
            made = self._begun(contribution)
        if not hasattr(made, "__aenter__"):
            return made
        await aio.need_loop()
        import asyncio

        async with asyncio.timeout(OPENING_S):
            return await self._stack.enter_async_context(made)

    def on_close(self, callback: Callable[[], None]) -> None:
        """Call this as well when everything is closed, before what was opened earlier."""
        self._stack.callback(callback)

    async def close(self) -> None:
        """Close everything that was opened, last first."""
        self._open.clear()
        await self._stack.aclose()


def _fault(kind: str, contribution: Contribution, made: Any) -> str:
    """Say why what a factory returned cannot be used as what it was contributed as, "" when it can."""
    for method in _METHODS.get(contribution.role if kind == "hook" else kind, ()):
        if not callable(getattr(made, method, None)):
            return f"returned {type(made).__name__}, which has no method '{method}'"
    if kind == "tool":
        spec = made.spec
        if type(spec) is not ToolSpec:
            return f"returned a tool whose spec is {type(spec).__name__}; expected a ToolSpec"
        if spec.name != contribution.name:
            return f"returned a tool that calls itself {spec.name!r:.60}"
    return ""
