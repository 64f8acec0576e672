"""Laws of `aio`: a coroutine that never waits needs no event loop; one that does carries on inside a loop."""

import asyncio
import subprocess
import sys
from functools import partial
from typing import Any

import pytest

from llmos_core import aio


def test_a_coroutine_that_never_waits_runs_without_importing_asyncio() -> None:
    code = (
        "import sys\nfrom llmos_core import aio\n"
        "async def work():\n    return await aio.call(lambda: 41) + 1\n"
        "assert aio.run(work()) == 42\nassert 'asyncio' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_coroutine_goes_on_in_a_loop_from_where_it_wanted_one() -> None:
    seen: list[str] = []

    async def work() -> str:
        seen.append("before")
        assert not aio.loop_is_running()
        await aio.need_loop()
        assert aio.loop_is_running()
        await asyncio.sleep(0)
        seen.append("after")
        return "done"

    assert aio.run(work()) == "done"
    assert seen == ["before", "after"]


def test_errors_pass_through_on_both_sides_of_the_loop() -> None:
    async def early() -> None:
        raise KeyError("early")

    async def late() -> None:
        await aio.need_loop()
        await asyncio.sleep(0)
        raise KeyError("late")

    for work in (early, late):
        with pytest.raises(KeyError, match=work.__name__):
            aio.run(work())


def test_async_plugin_code_always_finds_a_running_loop() -> None:
    async def plugin(value: int) -> int:
        await asyncio.sleep(0)
        return value + 1

    async def work() -> int:
        return await aio.call(plugin, 1)

    assert aio.run(work()) == 2


def test_run_refuses_to_nest_and_says_what_to_do() -> None:
    async def inner() -> None: ...

    async def outer() -> None:
        with pytest.raises(RuntimeError, match="await the async form"):
            aio.run(inner())

    asyncio.run(outer())


def test_waiting_for_something_else_than_a_loop_is_an_error() -> None:
    class Odd:
        def __await__(self) -> Any:
            yield "odd"

    async def work() -> None:
        await Odd()

    with pytest.raises(TypeError, match="need_loop"):
        aio.run(work())


class Callable:
    async def __call__(self) -> None: ...

    async def method(self) -> None: ...

    def plain(self) -> None: ...


@pytest.mark.parametrize(
    ("function", "is_async"),
    [
        (Callable().method, True),
        (Callable(), True),
        (partial(Callable().method), True),
        (Callable().plain, False),
        (len, False),
        (lambda: None, False),
    ],
)
def test_async_code_is_recognised_in_every_dress(function: Any, is_async: bool) -> None:
    assert aio.is_async(function) is is_async
