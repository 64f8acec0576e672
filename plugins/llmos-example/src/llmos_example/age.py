"""How old a trace is. The one rule, used by the strategy and by the command."""

from datetime import UTC, datetime

from llmos_core.types.trace import Trace

DAY_S = 24 * 60 * 60


def age_days(trace: Trace, now: datetime) -> float | None:
    """Return the days since a trace was learned; None when it does not say when that was.

    `now` is aware. A trace from the future is 0 days old.
    """
    try:
        born = datetime.fromisoformat(trace.created_at)
    except ValueError:
        return None
    if born.tzinfo is None:
        born = born.replace(tzinfo=UTC)
    return max(0.0, (now - born).total_seconds() / DAY_S)


def is_stale(trace: Trace, now: datetime, days: int) -> bool:
    """Say whether a trace is older than `days`; one of unknown age is."""
    age = age_days(trace, now)
    return age is None or age >= days
