"""The laws of an Observer: it takes every event in any order, changes none, answers nothing and prints nothing."""

import contextlib
import copy
import io
from collections.abc import Callable
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from llmos_core import aio
from llmos_core.protocols.acting import Observer
from llmos_core.testing.building import FEW, make_suite
from llmos_core.testing.records import events
from llmos_core.types.model import Event


def observer_suite(factory: Callable[[], Observer], *, bounds: settings = FEW) -> type:
    """Return the laws for the observers that `factory` makes."""
    draws = {"seen": st.lists(events(), min_size=1, max_size=5)}
    return make_suite(ObserverLaws, draws=draws, bounds=bounds, factory=staticmethod(factory))


class ObserverLaws:
    """What every observer must do; each example begins with a new one."""

    factory: Callable[[], Observer]

    def test_every_event_is_taken(self, seen: list[Event]) -> None:
        """Else events are lost and `llmos doctor` names your observer.

        Events come in any order, of kinds unknown today, and with any JSON as data: ignore what you do not know.
        """
        _show(self.factory(), seen)

    def test_events_are_left_alone(self, seen: list[Event]) -> None:
        """Else what you write into an event is what a later reader sees. Copy the data before you change it."""
        before = copy.deepcopy(seen)
        _tolerant(self.factory(), seen)
        assert seen == before

    def test_nothing_is_answered(self, seen: list[Event]) -> None:
        """Else somebody may come to rely on an answer that llmos drops. Observers only see: return None."""
        answers = _tolerant(self.factory(), seen)
        assert all(answer is None for answer in answers), f"it answered {answers!r}"

    def test_standard_output_stays_clean(self, seen: list[Event]) -> None:
        """Else `llmos run --json` is no JSON any more. Write to a file or to standard error."""
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            _tolerant(self.factory(), seen)
        assert printed.getvalue() == "", f"it printed {printed.getvalue()!r}"


def _show(observer: Observer, seen: list[Event]) -> list[Any]:
    async def all_of_them() -> list[Any]:
        return [await aio.call(observer.see, event) for event in seen]

    return aio.run(all_of_them())


def _tolerant(observer: Observer, seen: list[Event]) -> list[Any]:
    """Show the events, whatever the observer raises: that is for test_every_event_is_taken to judge."""
    answers: list[Any] = []
    for event in seen:
        with contextlib.suppress(Exception):
            answers.append(aio.run(aio.call(observer.see, event)))
    return answers
