"""A thread with an event loop of its own, in which everything that belongs to servers lives.

So a tool that keeps the run's loop busy disturbs no conversation, a conversation outlives the loop in which it began,
and no loop that ends in a hurry (`asyncio.run` cancels every task it finds, the SDK's among them) can break one in two.
"""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Coroutine

T = TypeVar("T")
_GOODBYE_S = 5.0


class Lane:
    """Runs coroutines in its thread, which begins with the first; unclosed, it keeps no program from ending."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    @property
    def is_open(self) -> bool:
        """Whether anything was ever run here."""
        return self._loop is not None

    async def do(self, work: Coroutine[object, object, T]) -> T:
        """Return what the work returns or raise what it raises; to cancel this cancels the work."""
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            self._thread = threading.Thread(target=_run, args=(self._loop,), name="llmos-mcp", daemon=True)
            self._thread.start()
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self._loop))

    def close(self) -> None:
        """End the thread."""
        if self._loop is not None and self._thread is not None:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(_GOODBYE_S)
            self._loop = self._thread = None


def _run(loop: asyncio.AbstractEventLoop) -> None:
    try:
        loop.run_forever()
    finally:
        loop.close()
