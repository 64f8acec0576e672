"""A clock that stands still, and ids that count."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
"""When fixed clocks stand still unless told otherwise."""


class FixedClock:
    """A clock that only moves when it is told to."""

    def __init__(self, start: datetime = NOON) -> None:
        self._now = start
        self._seconds = 0.0

    def now(self) -> datetime:
        """Return the set time."""
        return self._now

    def monotonic(self) -> float:
        """Return the seconds that were advanced."""
        return self._seconds

    def advance(self, seconds: float) -> None:
        """Let `seconds` pass."""
        self._now += timedelta(seconds=seconds)
        self._seconds += seconds


def counting_ids(prefix: str = "id") -> Callable[[], str]:
    """Return a maker of sortable ids: id-000001, then id-000002."""
    numbers = count(1)
    return lambda: f"{prefix}-{next(numbers):06}"
