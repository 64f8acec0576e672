"""The memory of traces: Markdown files that people own, found through an index that may be deleted.

Opening it does no I/O, and looking a goal up loads nothing but one row and one file. What is rarely needed is imported
when it is needed: a replay only finds and counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmos_core.types.money import ZERO
from llmos_std.memory.library import Library

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from decimal import Decimal
    from types import TracebackType
    from typing import Self

    from llmos_core.protocols.context import PluginContext
    from llmos_core.types.trace import Statistics, Trace
    from llmos_std.memory.index import Row


def open_memory(context: PluginContext) -> MarkdownMemory:
    """Return the memory of a workspace; it is also the context manager that closes it."""
    return MarkdownMemory(context)


class MarkdownMemory:
    """The traces of one workspace (see `llmos_core.protocols.storing.MemoryBackend`).

    Every method may raise StorageError: the folder or the index cannot be read or written.
    """

    def __init__(self, context: PluginContext) -> None:
        self._library = Library(context)
        self._index = self._library.index
        self._clock = context.clock

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the index; the next use opens it again."""
        self._index.close()

    def find(self, key: str) -> tuple[Trace, ...]:
        """Return the traces under an index key, newest first; under one that is not exact at most the 16 newest."""

        def found() -> tuple[Trace, ...]:
            if not self._library.is_current():
                return ()
            return tuple(document.trace for document in self._library.under(key))

        return self._index.mended(found)

    def candidates(self, goal: str, limit: int = 5) -> tuple[tuple[Trace, float], ...]:
        """Return at most `limit` traces whose goals share words, best first, each with the share of them (0–1)."""
        from llmos_std.memory import words

        return self._index.mended(lambda: words.candidates(self._library, goal, limit))

    def goals(self, after: int) -> Iterator[tuple[int, str, str]]:
        """Yield (number, trace id, wording) of every wording that came since `after`, by ascending number."""
        from llmos_std.memory import words

        yield from self._index.mended(lambda: words.goals(self._library, after))

    def load(self, trace_id: str) -> Trace | None:
        """Return one trace by id or id prefix; None when there is none, UsageError when the prefix fits several."""
        found = self._index.mended(lambda: self._library.one(trace_id))
        return None if found is None else found[0].trace

    def save(self, trace: Trace) -> Trace:
        """Store durably and return the trace as stored; the same program again only adds its episodes as evidence.

        Raises TraceError when the trace holds what no file can (NaN, an object that is not JSON).
        """
        from llmos_std.memory import keeping

        return self._index.mended(lambda: keeping.save(self._library, trace))

    def accept(self, trace_id: str, mend: Callable[[Trace], Trace] | None = None) -> Trace:
        """Seal a trace as a person has left it, make it LEARNED and return it; UsageError when there is none.

        `mend` is applied to a program that was edited or imported, before it is sealed.
        """
        from llmos_std.memory import keeping

        return self._index.mended(lambda: keeping.accept(self._library, trace_id, mend))

    def forget(self, trace_id: str) -> bool:
        """Remove one trace by id or id prefix; False when there was none."""
        from llmos_std.memory import keeping

        return self._index.mended(lambda: keeping.forget(self._library, trace_id))

    def list(self) -> Iterator[Trace]:
        """Yield every readable trace once, newest first; the others are reported by `problems`."""
        seen = set()
        for row in self._index.mended(self._rows):
            found = self._library.opened(row)
            if found is not None and found[1].id not in seen:
                seen.add(found[1].id)
                yield found[0].trace

    def problems(self) -> tuple[str, ...]:
        """Return one sentence per file that cannot be used, naming it and the next step; never raises."""
        from llmos_std.memory import review

        return review.problems(self._library)

    def verify(self, trace_id: str) -> tuple[str, ...]:
        """Return one sentence per reason why a trace may not act as it is; none when it may."""
        from llmos_std.memory import review

        return self._index.mended(lambda: review.verify(self._library, trace_id))

    def path(self, trace_id: str) -> str:
        """Return the path of the trace's file, "" when there is no such trace."""
        found = self._index.mended(lambda: self._library.one(trace_id))
        return "" if found is None else str(self._library.path(found[1].name))

    def refresh(self) -> None:
        """Notice every change by hand, also to files edited in place, with one look at each file."""
        if self._library.is_current():
            self._index.mended(self._library.scan)

    def statistics(self, trace_id: str) -> Statistics:
        """Return the counters of a trace (its full id); all at birth when it was never used."""
        from llmos_std.memory import counting

        return self._index.mended(lambda: counting.statistics_of(self._library, trace_id))

    def record_outcome(self, trace_id: str, *, verified: bool | None, saved_usd: Decimal = ZERO) -> Statistics:
        """Count one use atomically among all processes and return the new counters."""
        from llmos_std.memory import counting

        now = self._clock.now()
        return self._index.mended(
            lambda: counting.record_outcome(self._library, trace_id, verified=verified, saved_usd=saved_usd, now=now)
        )

    def _rows(self) -> tuple[Row, ...]:
        return tuple(self._index.newest_first()) if self._library.is_scanned() else ()
