"""The real clock and real ids, used unless others are injected."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime


class SystemClock:
    """The machine's time."""

    def now(self) -> datetime:
        """Return the aware UTC time."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return seconds since some fixed moment."""
        return time.monotonic()


_last_id = [0]


def sortable_id() -> str:
    """Return 26 lower-case hex digits: 12 of milliseconds since 1970, then 14 random ones.

    Later ids of one process sort later, also within a millisecond and when the machine's time is set back.
    """
    milliseconds = max(0, time.time_ns() // 1_000_000)
    fresh = milliseconds << 56 | int.from_bytes(os.urandom(7))
    if fresh <= _last_id[0]:
        fresh = _last_id[0] + 1 + int.from_bytes(os.urandom(4))
    _last_id[0] = fresh
    return f"{fresh:026x}"
