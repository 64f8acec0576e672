"""Call plugin code and wait for its answer, but not for ever.

Only async code can be timed: a plain function holds the thread until it returns.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from llmos_core import aio

if TYPE_CHECKING:
    import asyncio

P = ParamSpec("P")
T = TypeVar("T")


async def call_within(
    timeout_s: float, function: Callable[P, T | Awaitable[T]], *args: P.args, **kwargs: P.kwargs
) -> T:
    """Return what `function` answers; an async one that needs longer is cancelled and raises TimeoutError.

    A late answer is never taken, not even from code that refuses to be cancelled.
    """
    if aio.is_async(function):
        await aio.need_loop()
    answer = function(*args, **kwargs)
    if not isinstance(answer, Awaitable):
        return answer
    await aio.need_loop()
    return await _wait(answer, timeout_s)


async def _wait(answer: Awaitable[T], timeout_s: float) -> T:
    """Await `answer` in a task of its own, so that its end never depends on its good will."""
    import asyncio

    task = asyncio.ensure_future(answer)
    try:
        done, _ = await asyncio.wait({task}, timeout=timeout_s)
    finally:
        if not task.done():
            task.add_done_callback(_forget)
            task.cancel()
    if not done:
        raise TimeoutError(f"no answer within {timeout_s:g} s")
    if task.cancelled():
        raise RuntimeError("it cancelled itself")  # nobody cancelled the run, so this is not its end
    return task.result()


def _forget(task: asyncio.Future[T]) -> None:
    """Look at an abandoned task's end, so that nobody complains that it was never looked at."""
    if not task.cancelled():
        task.exception()
