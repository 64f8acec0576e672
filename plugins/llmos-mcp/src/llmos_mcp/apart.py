"""Run one piece of llmos in a thread with an event loop of its own, so that a server stays awake meanwhile.

Everything a run opens (databases, connections, other servers) lives and dies in that thread.
"""

from __future__ import annotations

import asyncio
import contextvars
import threading
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

T = TypeVar("T")


async def apart(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Return what `work` returns or raise what it raises; to cancel this cancels the work, and waits for its end."""
    import anyio

    thread = _Thread(work)
    waiting = asyncio.get_running_loop().run_in_executor(None, contextvars.copy_context().run, thread.run)
    try:
        return await asyncio.shield(waiting)
    except asyncio.CancelledError:
        thread.cancel()
        with anyio.CancelScope(shield=True):
            await asyncio.wait({waiting})
        if not waiting.cancelled():
            waiting.exception()  # how the work took its end is in the journal; nobody waits for it here
        raise


class _Thread:
    """Holds the task that runs in another thread's loop."""

    def __init__(self, work: Callable[[], Coroutine[Any, Any, Any]]) -> None:
        self._work = work
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[Any] | None = None
        self._is_cancelled = False

    def run(self) -> Any:
        try:
            return asyncio.run(self._run())
        except asyncio.CancelledError:
            return None

    def cancel(self) -> None:
        with self._lock:
            self._is_cancelled = True
            if self._loop is not None and self._task is not None and not self._loop.is_closed():
                self._loop.call_soon_threadsafe(self._task.cancel)

    async def _run(self) -> Any:
        with self._lock:
            self._loop, self._task = asyncio.get_running_loop(), asyncio.current_task()
            if self._is_cancelled:
                return None
        try:
            return await self._work()
        finally:
            with self._lock:
                self._loop = None
