"""A thread in which a stranger's code runs, one call after the other, so that whoever waits may stop waiting.

Python cannot end a call that never returns; it can only be left behind. A late answer is never taken, and while an
overdue call has not ended, every further one is refused at once. What holds the interpreter itself (native code that
never lets other threads run) cannot be left behind.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from llmos_core.errors import PluginError

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Coroutine


class Cell:
    """One such thread, started at the first call. It never keeps the process alive."""

    def __init__(self, name: str) -> None:
        from queue import SimpleQueue

        self._name = name
        self._calls: SimpleQueue[_Call | None] = SimpleQueue()
        self._thread: Any = None
        self._overdue: _Call | None = None
        self._runner: asyncio.Runner | None = None

    @property
    def is_stuck(self) -> bool:
        """Whether an overdue call still has not ended."""
        return self._overdue is not None and not self._overdue.has_ended

    def ask(self, timeout_s: float, function: Callable[..., Any], *args: Any) -> Any:
        """Return what `function` returns, or raise what it raises.

        TimeoutError after `timeout_s`, or at once while the cell is stuck. What is no `Exception` (SystemExit, even
        KeyboardInterrupt: nobody presses keys in this thread) becomes a PluginError.
        """
        call = self._begun(function, args)
        if not call.wait(timeout_s):
            self._leave(call)
            raise TimeoutError(f"no answer within {timeout_s:g} s")
        return call.result()

    async def ask_in_loop(self, function: Callable[..., Any], *args: Any) -> Any:
        """Do as `ask`, without holding the running event loop; whoever cancels this leaves the call behind."""
        import asyncio

        loop = asyncio.get_running_loop()
        answered = loop.create_future()

        def note() -> None:
            if not answered.done():
                answered.set_result(None)

        def tell() -> None:
            with suppress(RuntimeError):  # the loop was closed meanwhile
                loop.call_soon_threadsafe(note)

        call = self._begun(function, args, tell)
        try:
            await answered
        finally:
            if not call.has_ended:
                self._leave(call)
        return call.result()

    def run_loop(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
        """Run a coroutine in this cell's own event loop; only for functions that were asked of this cell."""
        import asyncio

        if self._runner is None:
            self._runner = asyncio.Runner()
        return self._runner.run(coroutine)

    def close(self) -> None:
        """Let the thread end when it has nothing left to do; it is not waited for."""
        if self._thread is not None:
            self._calls.put(None)

    def _begun(
        self, function: Callable[..., Any], args: tuple[Any, ...], tell: Callable[[], None] | None = None
    ) -> _Call:
        if self.is_stuck:
            raise TimeoutError("an earlier call has still not ended")
        call = _Call(function, args, tell)
        self._calls.put(call)
        if self._thread is None or not self._thread.is_alive():  # whoever was asked to end may have taken it along
            import threading

            self._thread = threading.Thread(target=self._work, name=f"llmos cell: {self._name}", daemon=True)
            self._thread.start()
        return call

    def _leave(self, call: _Call) -> None:
        """Go on without the call, and ask Python to end it, which works for code that runs Python now and then."""
        self._overdue = call
        with suppress(ImportError, AttributeError):
            import ctypes

            ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(self._thread.ident), ctypes.py_object(SystemExit))

    def _work(self) -> None:
        while (call := self._calls.get()) is not None:
            call.run()
        if self._runner is not None:
            self._runner.close()


class _Call:
    """One call, its end, and who wants to know of it."""

    def __init__(self, function: Callable[..., Any], args: tuple[Any, ...], tell: Callable[[], None] | None) -> None:
        from threading import Event

        self._function, self._args, self._tell = function, args, tell
        self._ended = Event()
        self._value: Any = None
        self._error: BaseException | None = None

    @property
    def has_ended(self) -> bool:
        return self._ended.is_set()

    def wait(self, timeout_s: float) -> bool:
        return self._ended.wait(timeout_s)

    def run(self) -> None:
        try:
            self._value = self._function(*self._args)
        except BaseException as error:  # noqa: BLE001 – a stranger's code may raise anything; it is raised where asked
            self._error = error
        try:
            self._tell_end()
        except SystemExit:  # the request to end came only now
            self._tell_end()

    def _tell_end(self) -> None:
        self._ended.set()
        if self._tell is not None:
            self._tell()

    def result(self) -> Any:
        """Return the value or raise the error of a call that has ended."""
        if self._error is None:
            return self._value
        if isinstance(self._error, Exception):
            raise self._error
        from llmos_core.strangers import described

        raise PluginError(f"raised {described(self._error)}") from None
