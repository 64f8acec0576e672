"""Interrupt a stranger's factory that does not end by itself, without taking it to another thread.

What it makes may be bound to the thread it was made in (a database connection), so it runs here, under an alarm. Away
from the main thread there is no alarm, and only what waits asynchronously is limited.
"""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

OPENING_S = 15.0
"""Seconds that a stranger's factory has, as long as its import."""


class TooLongError(BaseException):
    """Raised in the middle of a factory; no Exception, so that its own handlers do not swallow it."""


@contextmanager
def open_alarm(seconds: float) -> Iterator[None]:
    """Raise TooLongError inside the block once `seconds` have passed."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def ring(_signal: int, _frame: Any) -> None:
        raise TooLongError(f"it did not end within {seconds:g} s")

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
