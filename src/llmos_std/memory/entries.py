"""What the index keeps of one trace file, made by reading it."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from llmos_core.errors import TraceError
from llmos_core.types.trace import Statistics
from llmos_std.memory.index import BETWEEN_GOALS, as_text, counters_text
from llmos_std.memory.reader import parse

if TYPE_CHECKING:
    from os import stat_result

    from llmos_std.memory.library import Library


class Entry(NamedTuple):
    """All that the index keeps of one file. `keys` are exact or not; `problem` says why the file cannot be used."""

    name: bytes
    mtime_ns: int
    size: int
    sha256: bytes
    id: str = ""
    stored_id: str = ""
    created_at: str = ""
    goals: str = ""
    counters: str = ""
    problem: str = ""
    keys: tuple[tuple[bytes, bool], ...] = ()
    statistics: Statistics = Statistics()


def entry_of(library: Library, name: bytes, data: bytes, facts: stat_result) -> Entry:
    """Return what the index keeps of a file with this content."""
    known = Entry(name=name, mtime_ns=facts.st_mtime_ns, size=facts.st_size, sha256=sha256(data).digest())
    try:
        document = parse(data, str(library.path(name)))
    except TraceError as error:
        return known._replace(problem=as_text(str(error)))
    trace = document.trace
    return known._replace(
        id=trace.id,
        stored_id=document.stored_id,
        created_at=as_text(trace.created_at),
        goals=as_text(BETWEEN_GOALS.join((trace.goal, *trace.aliases))),
        counters=counters_text(document.statistics),
        keys=library.keys(trace),
        statistics=document.statistics,
    )
