"""Store, accept and remove traces: every change of a program's file is durable before it is reported.

A trace that was learned again is the same file with one more episode as evidence; another program for the same goal
is another file, and the old one stays.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from llmos_core.errors import TraceError, UsageError
from llmos_core.types.record import evolve
from llmos_core.types.trace import Statistics, TraceState
from llmos_std.memory import files
from llmos_std.memory.counting import counters
from llmos_std.memory.document import Document
from llmos_std.memory.reader import parse
from llmos_std.memory.writer import render

if TYPE_CHECKING:
    from collections.abc import Callable

    from llmos_core.types.trace import Trace
    from llmos_std.memory.index import Row
    from llmos_std.memory.library import Library


def save(library: Library, trace: Trace) -> Trace:
    """Store a trace durably and return it as stored. Raises StorageError, or TraceError for what no file can hold."""
    data, stored = _checked(Document(trace=trace))
    library.make_folder()
    library.is_current()
    with library.open_writing() as connection:
        name, old = _file_of(library, trace.id)
        if old is not None:
            new = evolve(merged(old, trace), statistics=counters(library, trace.id))
            data, stored = _checked(new)
        if old is None or stored.trace != old.trace:
            library.write(connection, name or _free_name(library, trace), data)
    return stored.trace


def merged(old: Document, new: Trace) -> Document:
    """Return the document of a program that was learned again: its first record, and the new evidence.

    A file that a person has edited stays unaccepted: only the episode is added. Aliases of an imported trace are not
    taken over when it is learned here. A retired trace stays retired.
    """
    kept = old.trace
    episodes = _union(kept.episodes, new.episodes)
    if kept.state is TraceState.EDITED:
        return evolve(old, trace=evolve(kept, episodes=episodes))
    is_foreign = kept.state is TraceState.IMPORTED and new.state is TraceState.LEARNED
    state = kept.state if kept.state is TraceState.RETIRED and new.state is TraceState.LEARNED else new.state
    trace = evolve(
        kept,
        goal_signature=new.goal_signature,
        episodes=episodes,
        aliases=new.aliases if is_foreign else _union(kept.aliases, new.aliases),
        negative_goals=_union(kept.negative_goals, new.negative_goals),
        state=state,
    )
    return evolve(old, trace=trace, stored_id="", seal="")


def accept(library: Library, trace_id: str, mend: Callable[[Trace], Trace] | None = None) -> Trace:
    """Seal the trace as its file says it now and make it LEARNED; a program that was changed begins with new counters.

    For a person who has looked at it. `mend` may change a program that was edited or imported, for example drop checks
    that were recorded for other calls. Raises UsageError when there is none, TraceError when it cannot be read.
    """
    found = library.one(trace_id)
    if found is None:
        raise UsageError(f"there is no readable trace '{trace_id}'; see 'llmos traces list'")
    name = found[1].name
    with library.open_writing() as connection:
        old = _read(library, name)
        signature = library.signature(old.trace.goal) or old.trace.goal_signature
        trace = evolve(old.trace, state=TraceState.LEARNED, goal_signature=signature)
        is_as_learned = trace.id == old.stored_id and old.trace.state is not TraceState.IMPORTED
        if mend is not None and not is_as_learned:
            trace = mend(trace)
        is_same_program = trace.id == old.stored_id
        statistics = counters(library, trace.id) if is_same_program else Statistics()
        new = evolve(old, trace=trace, statistics=statistics, stored_id="", seal="")
        data, stored = _checked(new)
        library.write(connection, name, data)
        if not is_same_program:
            library.index.set_counters(connection, trace.id, statistics)
    return stored.trace


def forget(library: Library, trace_id: str) -> bool:
    """Remove the one trace whose id begins so, all copies of its file too; False when there was none.

    Another llmos may empty the index meanwhile, to fill it with its own keys; the file found goes all the same.
    """
    found = library.one(trace_id)
    if found is None:
        return False
    _, row = found
    with library.open_writing() as connection:
        names = {each.name for each in library.index.with_id(row.id) if each.id == row.id}
        for name in names or _still(library, row):
            library.remove(connection, name)
    return True


def _still(library: Library, row: Row) -> set[bytes]:
    """Return the name of a file if it still holds the trace that was found in it."""
    try:
        return {row.name} if _read(library, row.name).trace.id == row.id else set()
    except TraceError:
        return set()


def _file_of(library: Library, trace_id: str) -> tuple[bytes, Document | None]:
    """Return the file that holds exactly this program, and what it says; an empty name when there is none."""
    for row in library.index.with_id(trace_id):
        if row.id == trace_id:
            try:
                document = _read(library, row.name)
            except TraceError:
                continue
            if document.trace.id == trace_id:
                return row.name, document
    return b"", None


def _read(library: Library, name: bytes) -> Document:
    path = library.path(name)
    try:
        data, _ = files.read_file(path)
    except FileNotFoundError as error:
        raise TraceError(f"{path} is gone; see 'llmos traces list'", path=str(path)) from error
    except OSError as error:
        raise files.unreadable(path, error) from error
    return parse(data, str(path))


def _checked(document: Document) -> tuple[bytes, Document]:
    """Return the bytes of a document and what they say. Raises TraceError when that is not what was meant."""
    data = render(document)
    stored = parse(data, "the new trace file")
    if stored.trace.id != document.trace.id or stored.trace.state is not document.trace.state:
        raise TraceError(f"the trace {document.trace.id} does not survive being written; it was not stored")
    return data, stored


def _free_name(library: Library, trace: Trace) -> bytes:
    """Return a name for a new file that no other file has."""
    for name in files.names_for(trace):
        if not os.path.lexists(library.folder / name):
            return os.fsencode(name)
    raise TraceError(f"every name for trace {trace.id} in {library.folder} is taken; remove some of its copies")


def _union(first: tuple[str, ...], second: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*first, *second)))
