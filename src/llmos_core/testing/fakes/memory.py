"""A memory backend without files."""

from collections.abc import Callable, Iterator
from decimal import Decimal

from llmos_core.testing.fakes.clock import NOON
from llmos_core.testing.fakes.context import plain_keys
from llmos_core.types.money import ZERO
from llmos_core.types.record import evolve
from llmos_core.types.trace import Statistics, Trace, score_after


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
