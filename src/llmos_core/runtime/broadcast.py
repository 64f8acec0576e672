"""Tell observers what happens, each through its own bounded queue and thread.

An observer can be slow, stuck or broken: publishing never waits for it, and nothing it does reaches the run.
"""

import threading
import time
from collections import deque
from collections.abc import Awaitable, Iterable
from copy import deepcopy
from typing import TYPE_CHECKING

from llmos_core.protocols.acting import Observer
from llmos_core.types.model import Event
from llmos_core.types.record import Record, evolve

if TYPE_CHECKING:
    import asyncio

CAPACITY = 1000

EVENT_KINDS = (
    "run_started",
    "run_ended",
    "mode_chosen",
    "turn",
    "text",
    "step_started",
    "step_ended",
    "step_asked",
    "step_denied",
    "surprise",
    "model_call_started",
    "model_call_ended",
    "budget_event",
    "low_battery",
    "trace_learned",
    "trace_used",
    "unconfined",
    "plugin_problem",
)
"""The kinds of event that llmos itself publishes; a plugin may publish others."""


class ObserverReport(Record):
    """The number of one observer's events that were seen, dropped (queue full, or closed too early) and raised on.

    `last_error` is the newest thing it raised; `is_stuck` is True when it was still busy after closing.
    """

    name: str
    seen: int = 0
    dropped: int = 0
    raised: int = 0
    last_error: str = ""
    is_stuck: bool = False


class Broadcast:
    """Publishes events to any number of observers. Every method may be called from any thread."""

    def __init__(self) -> None:
        self._lanes: dict[str, _Lane] = {}
        self._subscribing = threading.Lock()
        self._is_closed = False

    def subscribe(
        self, name: str, observer: Observer, *, kinds: Iterable[str] | None = None, capacity: int = CAPACITY
    ) -> None:
        """From now on show `observer` every event of `kinds` (None: of all kinds), in the order they were published.

        At most `capacity` (≥ 1) events wait; then the oldest is dropped. Raises ValueError when the name is taken.
        """
        if capacity < 1:
            raise ValueError(f"the capacity of observer {name!r} is {capacity}, expected 1 or more")
        lane = _Lane(name, observer, None if kinds is None else frozenset(kinds), capacity)
        with self._subscribing:
            if name in self._lanes:
                raise ValueError(f"there is already an observer named {name!r}")
            self._lanes = {**self._lanes, name: lane}

    def publish(self, event: Event) -> None:
        """Queue an event for those who want it and return at once; never raises. Its data belongs to the broadcast."""
        if self._is_closed:
            return
        for lane in self._lanes.values():
            if lane.kinds is None or event.kind in lane.kinds:
                lane.put(event)

    def report(self) -> tuple[ObserverReport, ...]:
        """Return how each observer has fared so far, in the order of subscription."""
        return tuple(lane.report() for lane in self._lanes.values())

    def close(self, timeout_s: float = 2.0) -> tuple[ObserverReport, ...]:
        """Take no more events, let the observers see what is queued for at most `timeout_s` in all, and report.

        What was not seen by then counts as dropped. An observer that is stuck is left behind in its daemon thread.
        """
        self._is_closed = True
        deadline = time.monotonic() + timeout_s
        for lane in self._lanes.values():
            lane.finish()
        for lane in self._lanes.values():
            lane.wait_until(deadline)
        return self.report()


class _Lane:
    """One observer's queue, thread and counters. Its lock is held for moments only, never while the observer runs."""

    def __init__(self, name: str, observer: Observer, kinds: frozenset[str] | None, capacity: int) -> None:
        self.name = name
        self.kinds = kinds
        self._observer = observer
        self._queue: deque[Event] = deque()
        self._capacity = capacity
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._is_finishing = False
        self._seen = self._dropped = self._raised = 0
        self._last_error = ""

    def put(self, event: Event) -> None:
        with self._changed:
            if len(self._queue) >= self._capacity:
                self._queue.popleft()
                self._dropped += 1
            self._queue.append(event)
            if self._thread is None:
                self._start()
            self._changed.notify()

    def _start(self) -> None:
        thread = threading.Thread(target=self._work, name=f"llmos-observer-{self.name}", daemon=True)
        try:
            thread.start()
        except RuntimeError as error:  # no thread to be had: the events wait, and are counted as dropped at the end
            self._last_error = str(error)
        else:
            self._thread = thread

    def finish(self) -> None:
        with self._changed:
            self._is_finishing = True
            self._changed.notify()

    def wait_until(self, deadline: float) -> None:
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(max(0.0, deadline - time.monotonic()))
        with self._changed:
            self._dropped += len(self._queue)
            self._queue.clear()

    def report(self) -> ObserverReport:
        with self._changed:
            return ObserverReport(
                name=self.name,
                seen=self._seen,
                dropped=self._dropped,
                raised=self._raised,
                last_error=self._last_error,
                is_stuck=self._is_finishing and self._thread is not None and self._thread.is_alive(),
            )

    def _work(self) -> None:
        teller = _Teller(self._observer)
        while (event := self._next()) is not None:
            try:
                teller.tell(event)
            except BaseException as error:  # noqa: BLE001 – an observer is plugin code; even its sys.exit ends nothing
                self._count(error)
            else:
                self._count(None)
        teller.close()

    def _next(self) -> Event | None:
        with self._changed:
            while not self._queue:
                if self._is_finishing:
                    return None
                self._changed.wait()
            return self._queue.popleft()

    def _count(self, error: BaseException | None) -> None:
        with self._changed:
            if error is None:
                self._seen += 1
            else:
                self._raised += 1
                self._last_error = f"{type(error).__name__}: {error}"


class _Teller:
    """Calls one observer, plain or async; an async one keeps one event loop for all its events."""

    def __init__(self, observer: Observer) -> None:
        self._observer = observer
        self._runner: asyncio.Runner | None = None

    def tell(self, event: Event) -> None:
        """Show the observer its own copy of the event: what it does to it stays with it."""
        answer = self._observer.see(evolve(event, data=deepcopy(event.data)))
        if answer is not None and hasattr(answer, "__await__"):
            self._wait_for(answer)

    def _wait_for(self, answer: Awaitable[None]) -> None:
        import asyncio

        async def end_of() -> None:
            await answer

        if self._runner is None:
            self._runner = asyncio.Runner()
        self._runner.run(end_of())

    def close(self) -> None:
        if self._runner is not None:
            self._runner.close()
