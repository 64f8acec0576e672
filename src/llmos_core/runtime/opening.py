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

if TYPE_CHECKING:
    from collections.abc import Callable

    from llmos_core.contrib import Contribution
    from llmos_core.protocols.context import PluginContext


class Openings:
    """The open objects of one kernel, by kind and name."""

    def __init__(self, make_context: Callable[[Contribution], PluginContext]) -> None:
        self._make_context = make_context
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
            factory = load_object(contribution.factory)
            made = factory(self._make_context(contribution))
            if hasattr(made, "__aenter__"):
                await aio.need_loop()
                return await self._stack.enter_async_context(made)
            if hasattr(made, "__enter__"):
                return self._stack.enter_context(made)
        except LlmosError:
            raise
        except Exception as error:  # a stranger's factory may raise anything
            message = f"the {kind} '{contribution.name}' could not be opened: {type(error).__name__}: {error}"
            raise PluginError(message, name=contribution.name) from error
        return made

    async def close(self) -> None:
        """Close everything that was opened, last first."""
        self._open.clear()
        await self._stack.aclose()
