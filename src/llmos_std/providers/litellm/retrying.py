"""When to ask again, and when not: a bounded number of times, and exactly as late as the server says.

tenacity counts and waits; this module decides. A wait that would outlive the deadline ends the attempts at once.
"""

import math
import random
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

from llmos_std.providers.litellm.failures import CallFailureError

T = TypeVar("T")
Sleep = Callable[[float], Awaitable[None]]

_JITTER = 0.25


def retry_after_s(headers: Mapping[str, str], now: datetime) -> float | None:
    """Return the seconds that a server wants us to wait, ≥ 0; None when it says nothing that can be read.

    Understood are `retry-after-ms`, and `retry-after` as seconds (whole or not) or as an HTTP date.
    """
    named = {name.lower(): value.strip() for name, value in headers.items()}
    if (milliseconds := _number(named.get("retry-after-ms", ""))) is not None:
        return milliseconds / 1000
    wanted = named.get("retry-after", "")
    seconds = _number(wanted)
    return seconds if seconds is not None else _until(wanted, now)


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return max(0.0, value) if math.isfinite(value) else None


def _until(text: str, now: datetime) -> float | None:
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    return max(0.0, (aware - now).total_seconds())


async def with_retries(
    attempt: Callable[[], Awaitable[T]],
    *,
    retries: int,
    delay_s: float,
    left_s: Callable[[], float],
    sleep: Sleep,
    chance: Callable[[], float] = random.random,
) -> T:
    """Return what `attempt` returns; after a retryable CallFailureError try again, at most `retries` times.

    Waits what the server asked for, else `delay_s` doubled each time and up to a quarter more (`chance` gives 0–1).
    Raises the last failure when the retries are used up, or when the next wait is longer than `left_s()`.
    """
    from tenacity import AsyncRetrying, RetryCallState, retry_if_exception

    def wait(state: RetryCallState) -> float:
        failure = state.outcome.exception() if state.outcome else None
        asked_s = getattr(failure, "wait_s", None)
        own_s = delay_s * 2.0 ** (state.attempt_number - 1) * (1 + _JITTER * chance())
        return own_s if asked_s is None else asked_s

    def stop(state: RetryCallState) -> bool:
        return state.attempt_number > retries or state.upcoming_sleep >= left_s()

    def is_retryable(error: BaseException) -> bool:
        return isinstance(error, CallFailureError) and error.is_retryable

    retrying = AsyncRetrying(retry=retry_if_exception(is_retryable), wait=wait, stop=stop, sleep=sleep, reraise=True)
    return await retrying(attempt)
