"""Cancel a call of a part that waits, and see whether it lets itself be cancelled."""

from collections.abc import Callable
from typing import Any

from llmos_core import aio

PATIENCE_S = 60.0
"""How long a cancelled call may take to end: the machine may be busy."""


def outcome_of_cancelling(function: Callable[..., Any], *args: Any) -> str:
    """Cancel a call after its first step, and say what is wrong with how it took that; "" when nothing is.

    A plain function cannot be cancelled, and one that is done at once need not be: both are right.
    """
    return aio.run(_cancelled(function, *args)) if aio.is_async(function) else ""


async def _cancelled(function: Callable[..., Any], *args: Any) -> str:
    await aio.need_loop()
    import asyncio

    task = asyncio.ensure_future(aio.call(function, *args))
    await asyncio.sleep(0)
    if task.done():
        task.exception()
        return ""
    task.cancel()
    await asyncio.wait([task], timeout=PATIENCE_S)
    if not task.done():
        return f"it was cancelled and is still busy after {PATIENCE_S:g} s"
    if task.cancelled():
        return ""
    return f"it was cancelled and ended with {task.exception() or task.result()!r}"
