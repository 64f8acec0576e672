"""Law: at most `retries` more attempts, each exactly as late as the server asked, and none after the deadline."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmos_core import aio
from llmos_std.providers.litellm.failures import CallFailureError
from llmos_std.providers.litellm.retrying import retry_after_s, with_retries
from servers.asking import HandClock

NOW = datetime(2026, 5, 17, 12, 0, 0, tzinfo=UTC)


class Failing:
    """Fails in the given ways, one after the other, then answers."""

    def __init__(self, *failures):
        self.left = list(failures)
        self.attempts = 0

    async def __call__(self):
        self.attempts += 1
        if self.left:
            raise self.left.pop(0)
        return "answer"


def failure(*, wait_s=None, is_retryable=True):
    return CallFailureError("no", is_retryable=is_retryable, wait_s=wait_s)


def tried(attempt, clock, *, retries=3, delay_s=1.0, within_s=1e9):
    return aio.run(
        with_retries(
            attempt,
            retries=retries,
            delay_s=delay_s,
            left_s=lambda: within_s - clock.monotonic(),
            sleep=clock.sleep,
            chance=lambda: 0.0,
        )
    )


@given(st.integers(min_value=0, max_value=5), st.integers(min_value=0, max_value=8))
def test_the_number_of_attempts_is_bounded(retries, failures):
    clock, attempt = HandClock(), Failing(*(failure() for _ in range(failures)))
    if failures <= retries:
        assert tried(attempt, clock, retries=retries) == "answer"
    else:
        with pytest.raises(CallFailureError):
            tried(attempt, clock, retries=retries)
    assert attempt.attempts == min(failures, retries) + 1


@given(st.lists(st.floats(min_value=0, max_value=1000), max_size=3))
def test_every_wait_is_the_one_that_was_asked_for(waits):
    clock, attempt = HandClock(), Failing(*(failure(wait_s=wait) for wait in waits))
    assert tried(attempt, clock) == "answer"
    assert clock.slept == waits


def test_own_waits_double():
    clock = HandClock()
    tried(Failing(*(failure() for _ in range(3))), clock, delay_s=0.5)
    assert clock.slept == [0.5, 1.0, 2.0]


def test_what_cannot_succeed_is_not_tried_again():
    clock, attempt = HandClock(), Failing(failure(is_retryable=False))
    with pytest.raises(CallFailureError):
        tried(attempt, clock)
    assert (attempt.attempts, clock.slept) == (1, [])


def test_nobody_waits_past_the_deadline():
    clock, attempt = HandClock(), Failing(failure(wait_s=31))
    with pytest.raises(CallFailureError):
        tried(attempt, clock, within_s=30)
    assert (attempt.attempts, clock.slept) == (1, [])


@given(st.floats(min_value=0, max_value=1e6))
def test_seconds_are_read_whole_or_not(seconds):
    assert retry_after_s({"Retry-After": str(seconds)}, NOW) == seconds
    assert retry_after_s({"retry-after-ms": str(seconds), "retry-after": "9"}, NOW) == seconds / 1000


@given(st.integers(min_value=-1000, max_value=100_000))
def test_a_date_is_read_against_the_clock(seconds):
    moment = format_datetime(NOW + timedelta(seconds=seconds), usegmt=True)
    assert retry_after_s({"retry-after": moment}, NOW) == max(0, seconds)


@pytest.mark.parametrize("value", ["", "soon", "nan", "inf", "1,5", "Sun, 99 Foo 2026 12:00:00 GMT"])
def test_what_cannot_be_read_says_nothing(value):
    assert retry_after_s({"retry-after": value}, NOW) is None


def test_a_negative_wait_is_none():
    assert retry_after_s({"retry-after": "-5"}, NOW) == 0
