"""Counters of a trace: counted in the index, one transaction each, and copied into the lines of the trace's file.

The row of the index is what counts; a row that is missing begins with what the file says. So nothing is lost when
the index is deleted, and nothing when a person is editing the file while a replay ends.
"""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal
from hashlib import sha256
from typing import TYPE_CHECKING

from llmos_core.errors import TraceError, UsageError
from llmos_core.types.money import usd
from llmos_core.types.record import evolve
from llmos_core.types.trace import Statistics
from llmos_std.memory import files
from llmos_std.memory.index import counters_text
from llmos_std.memory.reader import parse
from llmos_std.memory.shapes import ID_CHARS, is_id

if TYPE_CHECKING:
    import sqlite3
    from datetime import datetime

    from llmos_std.memory.index import Row
    from llmos_std.memory.library import Library

GAIN = 10
LOSS = 20
BEST = 100


def counted(before: Statistics, *, verified: bool | None, saved_usd: Decimal, at: str) -> Statistics:
    """Return the counters after one more use; only a verified outcome moves the score."""
    score = before.score
    if verified is not None:
        score = min(BEST, score + GAIN) if verified else max(0, score - LOSS)
    return evolve(
        before,
        uses=before.uses + 1,
        successes=before.successes + (verified is True),
        failures=before.failures + (verified is False),
        score=score,
        last_used=at,
        saved_usd=before.saved_usd + usd(saved_usd),
    )


def statistics_of(library: Library, trace_id: str) -> Statistics:
    """Return the counters of a trace: the index's, else the file's, else those at birth."""
    if not is_id(trace_id) or not library.is_current():
        return Statistics()
    return counters(library, trace_id)


def counters(library: Library, trace_id: str) -> Statistics:
    """Like `statistics_of`, without a look at the folder: for use inside a transaction."""
    return library.index.counters(trace_id) or _stored(library, _row(library, trace_id))


def record_outcome(
    library: Library, trace_id: str, *, verified: bool | None, saved_usd: Decimal, now: datetime
) -> Statistics:
    """Count one use, atomically among all processes, and return the new counters.

    Raises StorageError, and UsageError for what is no id.
    """
    if not is_id(trace_id):
        raise UsageError(f"{trace_id!r} is no trace id: expected {ID_CHARS} hex digits")
    at = now.isoformat(timespec="seconds").replace("+00:00", "Z")
    library.is_current()
    with library.open_writing() as connection:
        row = _row(library, trace_id)
        before = library.index.counters(trace_id) or _stored(library, row)
        after = counted(before, verified=verified, saved_usd=saved_usd, at=at)
        library.index.set_counters(connection, trace_id, after)
        if row is not None:
            with suppress(OSError):  # the row is what counts; the next outcome copies all counters again
                _copy_into_file(library, connection, row, after)
    return after


def with_counters(data: bytes, statistics: Statistics) -> bytes:
    """Return the bytes of a trace file with other counters in its front matter and every other byte as it was."""
    from llmos_std.memory.writer import counter_lines

    new = {key.encode(): line.encode() for key, line in counter_lines(statistics).items()}
    end = data.find(b"\n---", 1)
    lines = data[:end].split(b"\n")
    for at, line in enumerate(lines):
        key = line.partition(b":")[0]
        if key in new:
            lines[at] = new[key] + (b"\r" if line.endswith(b"\r") else b"")
    return b"\n".join(lines) + data[end:]


def _copy_into_file(library: Library, connection: sqlite3.Connection, row: Row, statistics: Statistics) -> None:
    """Write the counters into the file, unless it is not the one that was indexed: then a person is editing it."""
    path = library.path(row.name)
    data, seen = files.read_file(path)
    if sha256(data).digest() != row.sha256:
        return
    changed = with_counters(data, statistics)
    was_at = files.stamp_of(library.folder)
    facts = files.replace_file(path, changed, durable=False, seen=seen)
    if facts is None:
        return
    connection.execute(
        "UPDATE files SET mtime_ns = ?, size = ?, sha256 = ?, counters = ? WHERE name = ?",
        (facts.st_mtime_ns, facts.st_size, sha256(changed).digest(), counters_text(statistics), row.name),
    )
    library.follow(connection, was_at)


def _row(library: Library, trace_id: str) -> Row | None:
    """Return the file whose content has exactly this id."""
    return next((row for row in library.index.with_id(trace_id) if row.id == trace_id), None)


def _stored(library: Library, row: Row | None) -> Statistics:
    """Return the counters that the file of a trace says, those at birth when they are another program's."""
    if row is None:
        return Statistics()
    path = library.path(row.name)
    try:
        document = parse(files.read_file(path)[0], str(path))
    except (OSError, TraceError):
        return Statistics()
    return document.statistics if document.stored_id == row.id else Statistics()
