"""What is wrong with the stored traces, in sentences that name the file and the next step."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from llmos_core.errors import StorageError, UsageError
from llmos_core.types.trace import TraceState

if TYPE_CHECKING:
    from collections.abc import Iterator

    from llmos_std.memory.document import Document
    from llmos_std.memory.library import Library


def problems(library: Library) -> tuple[str, ...]:
    """Return one sentence per file that cannot be used: unreadable, broken, cut, or a copy of another. Never raises."""
    try:
        return library.index.mended(lambda: _problems(library))
    except StorageError as error:
        return (str(error),)


def _problems(library: Library) -> tuple[str, ...]:
    if not library.is_current():
        return ()
    closed = library.scan()
    broken = library.index.database.rows("SELECT problem FROM files WHERE problem != '' ORDER BY name")
    remedy = "mend that line, restore the file from a copy, or remove it and learn the goal again"
    return (*closed, *(f"{problem}; {remedy}" for (problem,) in broken), *_copies(library))


def verify(library: Library, trace_id: str) -> tuple[str, ...]:
    """Return one sentence per reason why a trace may not act as it is; none when it may.

    Raises UsageError when there is no such trace.
    """
    found = library.one(trace_id)
    if found is None:
        raise UsageError(f"there is no readable trace '{trace_id}'; see 'llmos traces list'")
    document, row = found
    path = library.path(row.name)
    copies = [each for each in _copies(library) if str(path) in each]
    return (*(f"{path}: {finding}" for finding in _findings(library, document)), *copies)


def _findings(library: Library, document: Document) -> Iterator[str]:
    trace = document.trace
    accept = f"look at it, then run 'llmos traces verify {trace.id} --accept'"
    if trace.state is TraceState.EDITED:
        if document.stored_id != trace.id:
            yield f"the program was changed by hand (it was {document.stored_id}, it is {trace.id}); {accept}"
        elif document.seal != trace.seal:
            yield f"what it matches was changed by hand (aliases, negative goals or signature); {accept}"
        else:
            yield f"it was changed by hand; {accept}"
    elif trace.state is not TraceState.LEARNED:
        yield f"it is {trace.state.value} and does not act; {accept}"
    signature = library.signature(trace.goal)
    if signature and signature != trace.goal_signature:
        yield f"its goal signature {trace.goal_signature} is not that of its goal, {signature}; {accept}"


def _copies(library: Library) -> list[str]:
    """Return one sentence per file whose trace is also in another file."""
    query = (
        "SELECT name, id, (SELECT min(name) FROM files AS first WHERE first.id = files.id) AS one FROM files"
        " WHERE id != '' AND name != one ORDER BY name"
    )
    return [
        f"{library.path(name)} holds trace {trace_id} again, which {os.fsdecode(one)} holds too; remove one of them"
        for name, trace_id, one in library.index.database.rows(query)
    ]
