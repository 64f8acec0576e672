"""Law of `Broadcast`: every observer sees what was published, in order, once, except what is counted as dropped.

No observer, however slow or broken, holds up a publisher, another observer or the end of a run.
"""

import asyncio
import threading

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmos_core.runtime.broadcast import EVENT_KINDS, Broadcast
from llmos_core.types.model import Event

LONG_S = 30.0
"""A limit that no healthy run comes near."""


class Notes:
    def __init__(self):
        self.seen = []

    def see(self, event):
        self.seen.append(event)


class NotesLater:
    def __init__(self):
        self.seen = []
        self.loops = set()

    async def see(self, event):
        await asyncio.sleep(0)
        self.loops.add(asyncio.get_running_loop())
        self.seen.append(event)


class Stuck:
    """Holds on to its first event until it is let go."""

    def __init__(self):
        self.has_begun = threading.Event()
        self.let_go = threading.Event()
        self.seen = []

    def see(self, event):
        self.has_begun.set()
        self.let_go.wait(LONG_S)
        self.seen.append(event)


class RaisesOnOdd:
    def __init__(self, error=LookupError):
        self.seen = []
        self.error = error

    def see(self, event):
        if event.data["n"] % 2:
            raise self.error("odd")
        self.seen.append(event)


def numbered(count, kind="turn"):
    return [Event(kind=kind, run_id="r", data={"n": n}) for n in range(count)]


def publish_all(broadcast, events):
    for event in events:
        broadcast.publish(event)


@settings(deadline=None, max_examples=50)
@given(
    st.lists(st.sampled_from(EVENT_KINDS[:4]), max_size=30),
    st.lists(st.one_of(st.none(), st.sets(st.sampled_from(EVENT_KINDS[:4]))), max_size=4),
    st.booleans(),
)
def test_every_observer_sees_all_events_of_its_kinds_in_order(kinds, wishes, is_async):
    broadcast, observers = Broadcast(), []
    for number, wish in enumerate(wishes):
        observers.append(NotesLater() if is_async else Notes())
        broadcast.subscribe(str(number), observers[-1], kinds=wish)
    events = [Event(kind=kind, data={"n": n}) for n, kind in enumerate(kinds)]

    publish_all(broadcast, events)
    reports = broadcast.close(LONG_S)

    for observer, wish, report in zip(observers, wishes, reports, strict=True):
        assert observer.seen == [event for event in events if wish is None or event.kind in wish]
        assert (report.seen, report.dropped, report.raised) == (len(observer.seen), 0, 0)


@settings(deadline=None, max_examples=50)
@given(st.integers(1, 5), st.integers(0, 20))
def test_a_full_queue_drops_the_oldest_and_counts_them(capacity, count):
    broadcast, stuck = Broadcast(), Stuck()
    broadcast.subscribe("stuck", stuck, capacity=capacity)
    first, *events = numbered(count + 1)
    broadcast.publish(first)
    assert stuck.has_begun.wait(LONG_S)

    publish_all(broadcast, events)
    stuck.let_go.set()
    (report,) = broadcast.close(LONG_S)

    assert stuck.seen == [first, *events[-capacity:]]
    assert report.dropped == max(0, count - capacity)
    assert report.seen + report.dropped == count + 1


def test_a_stuck_observer_holds_up_neither_publishing_nor_closing_nor_others():
    broadcast, stuck, notes = Broadcast(), Stuck(), Notes()
    broadcast.subscribe("stuck", stuck)
    broadcast.subscribe("notes", notes)
    events = numbered(100)

    broadcast.publish(events[0])
    assert stuck.has_begun.wait(LONG_S)
    publish_all(broadcast, events[1:])
    wait_until_seen(broadcast, "notes", 100)
    of_stuck, of_notes = broadcast.close(0.0)

    assert notes.seen == events
    assert (of_stuck.is_stuck, of_stuck.seen, of_stuck.dropped) == (True, 0, 99)
    assert (of_notes.seen, of_notes.dropped) == (100, 0)
    stuck.let_go.set()


def wait_until_seen(broadcast, name, count):
    """Let a last observer signal: it is only a bounded wait for another thread, not a sleep."""
    done = threading.Event()
    for _ in range(int(LONG_S * 100)):
        if next(report.seen for report in broadcast.report() if report.name == name) >= count:
            return
        done.wait(0.01)
    pytest.fail(f"{name} did not see {count} events")


@pytest.mark.parametrize("error", [LookupError, SystemExit])
def test_an_observer_that_raises_is_counted_and_goes_on(error):
    broadcast, observer = Broadcast(), RaisesOnOdd(error)
    broadcast.subscribe("odd", observer)
    publish_all(broadcast, numbered(5))
    (report,) = broadcast.close(LONG_S)
    assert [event.data["n"] for event in observer.seen] == [0, 2, 4]
    assert (report.seen, report.raised, report.last_error) == (3, 2, f"{error.__name__}: odd")


def test_an_async_observer_keeps_one_event_loop_for_all_its_events():
    broadcast, observer = Broadcast(), NotesLater()
    broadcast.subscribe("later", observer)
    publish_all(broadcast, numbered(5))
    broadcast.close(LONG_S)
    assert len(observer.loops) == 1


def test_what_an_observer_does_to_an_event_stays_with_it():
    class Spoils(Notes):
        def see(self, event):
            event.data["n"] = event.data["deep"].append(1)
            super().see(event)

    broadcast, notes = Broadcast(), Notes()
    broadcast.subscribe("spoils", Spoils())
    broadcast.subscribe("notes", notes)
    event = Event(kind="turn", data={"n": 0, "deep": []})
    broadcast.publish(event)
    broadcast.close(LONG_S)
    assert notes.seen == [Event(kind="turn", data={"n": 0, "deep": []})] == [event]


def test_an_observer_may_publish_and_close():
    class Talks(Notes):
        def see(self, event):
            super().see(event)
            if event.kind == "turn":
                broadcast.publish(Event(kind="text"))
                broadcast.close(LONG_S)

    broadcast, talks = Broadcast(), Talks()
    broadcast.subscribe("talks", talks)
    broadcast.publish(Event(kind="turn"))
    wait_until_seen(broadcast, "talks", 1)
    assert talks.seen[0] == Event(kind="turn")


def test_no_thread_is_started_before_somebody_has_something_to_see():
    before = threading.active_count()
    broadcast = Broadcast()
    broadcast.publish(Event(kind="turn"))
    broadcast.subscribe("notes", Notes(), kinds=["text"])
    broadcast.publish(Event(kind="turn"))
    assert threading.active_count() == before
    assert [attrs.astuple(report)[1:4] for report in broadcast.close()] == [(0, 0, 0)]


def test_after_closing_nothing_is_seen_and_closing_again_changes_nothing():
    broadcast, notes = Broadcast(), Notes()
    broadcast.subscribe("notes", notes)
    publish_all(broadcast, numbered(3))
    reports = broadcast.close(LONG_S)
    broadcast.publish(Event(kind="turn"))
    assert broadcast.close(LONG_S) == reports
    assert len(notes.seen) == 3


def test_where_no_thread_can_be_had_events_are_dropped_and_the_run_goes_on(monkeypatch):
    def refuse(_thread):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    broadcast = Broadcast()
    broadcast.subscribe("notes", Notes())
    publish_all(broadcast, numbered(3))
    (report,) = broadcast.close(LONG_S)
    assert (report.dropped, report.last_error) == (3, "can't start new thread")


def test_a_name_is_subscribed_once_and_a_capacity_is_at_least_one():
    broadcast = Broadcast()
    broadcast.subscribe("notes", Notes())
    with pytest.raises(ValueError, match="notes"):
        broadcast.subscribe("notes", Notes())
    with pytest.raises(ValueError, match="capacity"):
        broadcast.subscribe("other", Notes(), capacity=0)
