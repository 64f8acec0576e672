"""Law: in no minute more requests or tokens than allowed, except one request that is alone; the first never waits."""

from hypothesis import given
from hypothesis import strategies as st

from llmos_core import aio
from llmos_std.providers.litellm.limiting import WINDOW_S, Limiter
from servers.asking import HandClock

gaps_s = st.integers(min_value=0, max_value=320).map(lambda eighths: eighths / 8)  # sums of these are exact
arrivals = st.lists(st.tuples(gaps_s, st.integers(min_value=0, max_value=150)), min_size=1, max_size=25)


def limiter_of(clock, **limits):
    return Limiter(**{"rpm": 0, "tpm": 0, **limits}, monotonic=clock.monotonic, sleep=clock.sleep)


def enter(limiter, tokens=1, within_s=1e9):
    return aio.run(limiter.enter(tokens, within_s=within_s))


@given(arrivals, st.integers(min_value=1, max_value=6), st.integers(min_value=1, max_value=200))
def test_no_minute_holds_more_than_is_allowed(gaps, rpm, tpm):
    clock = HandClock()
    limiter = limiter_of(clock, rpm=rpm, tpm=tpm)
    entries = []
    for gap_s, tokens in gaps:
        clock.pass_s(gap_s)
        entries.append(enter(limiter, tokens))
    for entry in entries:
        window = [other for other in entries if entry.at - WINDOW_S < other.at <= entry.at]
        assert len(window) <= rpm
        assert len(window) == 1 or sum(one.tokens for one in window) <= tpm


@given(st.integers(min_value=0, max_value=10**9), st.integers(min_value=1, max_value=10))
def test_the_first_request_never_waits_however_large(tokens, tpm):
    clock = HandClock()
    assert enter(limiter_of(clock, rpm=1, tpm=tpm), tokens, within_s=0) is not None
    assert clock.slept == []


def test_without_limits_nothing_waits():
    clock = HandClock()
    limiter = limiter_of(clock)
    assert all(enter(limiter, 10**6) for _ in range(200))
    assert clock.slept == []


def test_a_wait_that_is_too_long_is_refused_at_once():
    clock = HandClock()
    limiter = limiter_of(clock, rpm=1)
    enter(limiter)
    assert enter(limiter, within_s=WINDOW_S - 1) is None
    assert clock.slept == []
    assert enter(limiter, within_s=WINDOW_S) is not None
    assert clock.slept == [WINDOW_S]


def test_tokens_are_corrected_when_they_are_known():
    clock = HandClock()
    limiter = limiter_of(clock, tpm=100)
    entry = enter(limiter, 90)
    entry.tokens = 10
    assert enter(limiter, 90, within_s=0) is not None
    assert clock.slept == []


def test_two_that_wait_for_the_same_room_do_not_both_get_it():
    import asyncio

    clock = HandClock()

    async def both():
        limiter = limiter_of(clock, rpm=1)
        return await asyncio.gather(*(limiter.enter(1, within_s=1e9) for _ in range(3)))

    assert [entry.at for entry in asyncio.run(both())] == [0.0, WINDOW_S, 2 * WINDOW_S]
