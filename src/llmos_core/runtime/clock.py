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


def sortable_id() -> str:
    """Return 26 lower-case hex digits: 12 of milliseconds since 1970, then 14 random ones. Later ids sort later."""
    return f"{time.time_ns() // 1_000_000:012x}{os.urandom(7).hex()}"
