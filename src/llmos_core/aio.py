"""Run coroutines, and start an event loop only when one of them really has to wait.

Importing asyncio costs more than a whole replay of file steps. So `run` first drives a coroutine by
hand; code that needs the loop says `await need_loop()` before it touches asyncio, and from there on the
very same coroutine continues inside `asyncio.run`. Plain functions never need it; `call` is the one
adapter through which plugin code, plain or async, is called.
"""

import sys
from collections.abc import Awaitable, Callable, Coroutine, Generator
from typing import Any, ParamSpec, TypeVar, cast

P = ParamSpec("P")
T = TypeVar("T")

_CO_COROUTINE = 0x80


class _LoopWanted:
    """What a coroutine yields to `run` when it must continue inside an event loop."""

    def __await__(self) -> Generator["_LoopWanted", None, None]:
        yield self


class _Continued:
    """An awaitable that carries on with a coroutine that has already been started."""

    def __init__(self, coroutine: Coroutine[Any, Any, Any]) -> None:
        self._coroutine = coroutine

    def __await__(self) -> Generator[Any, Any, Any]:
        return self._coroutine.__await__()


def loop_is_running() -> bool:
    """Say whether the caller is inside an asyncio event loop, without importing asyncio."""
    asyncio = sys.modules.get("asyncio")
    if asyncio is None:
        return False
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


async def need_loop() -> None:
    """Return once an event loop is running; free when it already is."""
    if not loop_is_running():
        await _LoopWanted()


def run(coroutine: Coroutine[Any, Any, T], within: Callable[[Coroutine[Any, Any, T]], T] | None = None) -> T:
    """Drive `coroutine` to its end and return its value; must not be called from inside an event loop.

    When a loop is needed, `within` runs the rest; `asyncio.run` unless it is given.
    """
    if loop_is_running():
        coroutine.close()
        message = "llmos: run() was called inside a running event loop; await the async form instead"
        raise RuntimeError(message)
    try:
        wanted = coroutine.send(None)
    except StopIteration as stop:
        return cast("T", stop.value)
    if not isinstance(wanted, _LoopWanted):
        coroutine.close()
        message = f"a coroutine waited for {wanted!r} before `await need_loop()`"
        raise TypeError(message)
    import asyncio

    async def continued() -> T:
        return cast("T", await _Continued(coroutine))

    return (within or asyncio.run)(continued())


def is_async(function: Callable[..., object]) -> bool:
    """Say whether calling `function` makes a coroutine (also for bound methods, partials and callables)."""
    target: Any = function
    while hasattr(target, "func"):
        target = target.func
    code = getattr(target, "__code__", None) or getattr(getattr(target, "__func__", None), "__code__", None)
    if code is None:
        code = getattr(getattr(type(target).__call__, "__func__", type(target).__call__), "__code__", None)
    return code is not None and bool(code.co_flags & _CO_COROUTINE)


async def call(function: Callable[P, T | Awaitable[T]], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call plugin code that may be plain or async; async code always finds a running event loop."""
    if is_async(function):
        await need_loop()
    value = function(*args, **kwargs)
    if hasattr(value, "__await__"):
        await need_loop()
        return await value
    return value
