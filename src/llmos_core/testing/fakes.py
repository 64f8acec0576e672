"""Small stand-ins for tests: they hold everything in memory, never wait, and say what they were asked."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

from llmos_core.errors import NoModelError
from llmos_core.protocols.context import Paths, PluginContext
from llmos_core.types.json import text_digest
from llmos_core.types.model import Event, ModelReply, ModelRequest, Quote
from llmos_core.types.money import ZERO
from llmos_core.types.record import evolve
from llmos_core.types.trace import Statistics, Trace, score_after

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


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


def plain_keys(goal: str) -> tuple[str, ...]:
    """Return two index keys of a goal: one of its words in order, one of its first word alone."""
    words = goal.split()
    return (f"exact:{text_digest(' '.join(words))[:32]}", f"first:{text_digest(words[0] if words else '')[:32]}")


def plugin_context(
    folder: Path,
    *,
    sections: Mapping[str, Any] | None = None,
    config: Any = None,
    environ: Mapping[str, str] | None = None,
) -> PluginContext:
    """Return what a factory is given, with every path inside `folder` and `plain_keys` for a matcher."""
    paths = Paths(
        workspace=folder / "workspace",
        user_config=folder / "config",
        user_data=folder / "data",
        user_state=folder / "state",
        user_cache=folder / "cache",
    )
    return PluginContext(
        paths=paths,
        clock=FixedClock(),
        new_id=counting_ids(),
        environ=dict(environ or {}),
        section=dict(sections or {}).__getitem__,
        config=config,
        goal_keys=plain_keys,
        goal_keys_version="plain",
    )


class FakeProvider:
    """Gives prepared replies in order and keeps the requests; raises NoModelError when none is left."""

    def __init__(self, replies: Iterable[ModelReply] = ()) -> None:
        self._replies = iter(replies)
        self.requests: list[ModelRequest] = []

    def ready(self) -> str:
        """Return "": it is always ready."""
        return ""

    def quote(self, _request: ModelRequest) -> Quote:
        """Return a price of nothing."""
        return Quote(cost_usd=ZERO, model="fake")

    def complete(self, request: ModelRequest, on_text: Callable[[str], None]) -> ModelReply:
        """Return the next prepared reply, streaming its text in one piece."""
        self.requests.append(request)
        reply = next(self._replies, None)
        if reply is None:
            raise NoModelError(f"the fake provider was asked {len(self.requests)} times and has no reply left")
        if reply.text:
            on_text(reply.text)
        return reply


class RecordingObserver:
    """Keeps every event it sees."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def see(self, event: Event) -> None:
        """Keep the event."""
        self.events.append(event)

    def kinds(self) -> tuple[str, ...]:
        """Return the kinds of the events in order."""
        return tuple(event.kind for event in self.events)


class MemoryDict:
    """A memory backend in a dictionary; nothing outlives it."""

    def __init__(self, goal_keys: Callable[[str], tuple[str, ...]] = plain_keys) -> None:
        self._goal_keys = goal_keys
        self._traces: dict[str, Trace] = {}
        self._statistics: dict[str, Statistics] = {}

    def find(self, key: str) -> tuple[Trace, ...]:
        """Return the traces filed under an index key, newest first."""
        return tuple(trace for trace in self.list() if key in self._keys(trace))

    def candidates(self, goal: str, limit: int = 5) -> tuple[tuple[Trace, float], ...]:
        """Return the traces that share most words with the goal, best first."""
        scored = ((trace, _overlap(goal, trace.goal)) for trace in self.list())
        return tuple(sorted((pair for pair in scored if pair[1] > 0), key=lambda pair: -pair[1])[:limit])

    def load(self, trace_id: str) -> Trace | None:
        """Return one trace by id or unambiguous id prefix."""
        found = [trace for known, trace in self._traces.items() if trace_id and known.startswith(trace_id)]
        return found[0] if len(found) == 1 else None

    def save(self, trace: Trace) -> Trace:
        """Keep a trace under its id, as the newest."""
        self._traces.pop(trace.id, None)
        self._traces[trace.id] = trace
        return trace

    def forget(self, trace_id: str) -> bool:
        """Remove one trace and its counters."""
        self._statistics.pop(trace_id, None)
        return self._traces.pop(trace_id, None) is not None

    def list(self) -> Iterator[Trace]:
        """Yield every trace, newest first."""
        return reversed(tuple(self._traces.values()))

    def problems(self) -> tuple[str, ...]:
        """Return nothing: there are no files to be broken."""
        return ()

    def path(self, _trace_id: str) -> str:
        """Return "": no trace is a file."""
        return ""

    def statistics(self, trace_id: str) -> Statistics:
        """Return the counters of a trace."""
        return self._statistics.get(trace_id, Statistics())

    def record_outcome(self, trace_id: str, *, verified: bool | None, saved_usd: Decimal = ZERO) -> Statistics:
        """Count one use."""
        old = self.statistics(trace_id)
        self._statistics[trace_id] = evolve(
            old,
            uses=old.uses + 1,
            successes=old.successes + (verified is True),
            failures=old.failures + (verified is False),
            score=score_after(old.score, verified=verified),
            last_used=NOON.isoformat(),
            saved_usd=old.saved_usd + saved_usd,
        )
        return self._statistics[trace_id]

    def _keys(self, trace: Trace) -> set[str]:
        return {key for goal in (trace.goal, *trace.aliases) for key in self._goal_keys(goal)}


def _overlap(one: str, other: str) -> float:
    here, there = set(one.lower().split()), set(other.lower().split())
    return len(here & there) / len(here | there) if here | there else 0.0
