"""Law of a cell: whoever asks gets the answer, the error, or TimeoutError within the limit: no hang, nothing late."""

import asyncio
import sys
import threading
import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmos_core.errors import PluginError
from llmos_core.plugins.cells import Cell

SOON_S, AMPLE_S = 0.05, 60.0


class Odd(BaseException):
    pass


def raises(error):
    raise error


@given(st.lists(st.integers(), max_size=5))
def test_calls_are_answered_in_order_in_one_thread_that_is_not_ours(values):
    cell = Cell("test")
    answers = [cell.ask(AMPLE_S, lambda value=value: (value, threading.get_ident())) for value in values]
    assert [value for value, _ in answers] == values
    assert {thread for _, thread in answers}.isdisjoint({threading.get_ident()})
    assert len({thread for _, thread in answers}) <= 1
    cell.close()


@pytest.mark.parametrize("error", [SystemExit(3), KeyboardInterrupt(), GeneratorExit(), Odd("x")])
def test_what_is_no_exception_becomes_one(error):
    cell = Cell("test")
    with pytest.raises(PluginError, match=type(error).__name__):
        cell.ask(AMPLE_S, raises, error)
    assert cell.ask(AMPLE_S, lambda: "still there") == "still there"
    cell.close()


def test_an_exception_is_raised_where_it_was_asked_for():
    cell = Cell("test")
    with pytest.raises(LookupError, match="lost"):
        cell.ask(AMPLE_S, raises, LookupError("lost"))
    cell.close()


def test_while_a_call_hangs_every_other_is_refused_at_once_and_its_late_answer_is_dropped():
    cell, go_on = Cell("test"), threading.Event()

    def stubborn():
        while not go_on.is_set():
            try:
                go_on.wait()
            except SystemExit:
                continue
        return "late"

    with pytest.raises(TimeoutError):
        cell.ask(SOON_S, stubborn)
    with pytest.raises(TimeoutError, match="still not ended"):
        cell.ask(AMPLE_S, lambda: "never run")
    go_on.set()
    wait_until_free(cell)
    assert cell.ask(AMPLE_S, lambda: "fresh") == "fresh"
    cell.close()


def test_a_loop_that_never_ends_is_ended_after_it_was_left():
    cell = Cell("test")

    def spins():
        while True:
            pass

    with pytest.raises(TimeoutError):
        cell.ask(SOON_S, spins)
    wait_until_free(cell)
    assert "fresh" in answers(cell, attempts=5)
    cell.close()


def test_a_request_to_end_that_comes_after_the_end_keeps_nobody_waiting():
    cell = Cell("test")

    def ends_and_is_asked_to_end():
        def ask_to_end(frame, _event, _argument):
            if frame.f_code is threading.Event.set.__code__:
                sys.settrace(None)
                raise SystemExit

        sys.settrace(ask_to_end)
        return "answer"

    assert cell.ask(AMPLE_S, ends_and_is_asked_to_end) == "answer"
    cell.close()


def wait_until_free(cell):
    """Return once no overdue call is left; AssertionError after a long time."""
    until = time.monotonic() + AMPLE_S
    while cell.is_stuck:
        assert time.monotonic() < until, "the overdue call has not ended"
        time.sleep(0.001)


def answers(cell, attempts):
    """Ask a few times: a request to end that came late may have reached the thread between two calls."""
    for _ in range(attempts):
        with suppress(TimeoutError):
            yield cell.ask(AMPLE_S / attempts, lambda: "fresh")
            return


def test_in_a_loop_others_go_on_while_it_is_waited():
    cell, go_on = Cell("test"), threading.Event()

    async def both():
        asked = asyncio.ensure_future(cell.ask_in_loop(lambda: go_on.wait(AMPLE_S)))
        await asyncio.sleep(0)
        go_on.set()
        return await asked

    assert asyncio.run(both()) is True
    cell.close()


def test_whoever_stops_waiting_in_a_loop_leaves_the_call_behind():
    cell, go_on = Cell("test"), threading.Event()

    async def impatient():
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(cell.ask_in_loop(lambda: go_on.wait(AMPLE_S)), SOON_S)
        with pytest.raises(TimeoutError, match="still not ended"):
            await cell.ask_in_loop(lambda: "never run")

    asyncio.run(impatient())
    go_on.set()
    cell.close()


def test_a_cell_has_one_event_loop_for_all_its_calls():
    cell = Cell("test")

    async def loop():
        return asyncio.get_running_loop()

    first, second = (cell.ask(AMPLE_S, lambda: cell.run_loop(loop())) for _ in range(2))
    assert first is second
    cell.close()
