"""The trace files of one workspace together with their index: what every operation of the memory stands on.

The index only says where to look. A file is read, and its digest compared, each time before it is used, so a stale
index can never make an edited, replaced or deleted trace run.
"""

from __future__ import annotations

import os
from contextlib import suppress
from hashlib import sha256
from typing import TYPE_CHECKING

from llmos_core.errors import TraceError
from llmos_std.memory import files
from llmos_std.memory.index import Index, Row
from llmos_std.memory.reader import parse
from llmos_std.memory.shapes import ID_CHARS, is_id

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from llmos_core.protocols.context import PluginContext
    from llmos_core.types.trace import Trace
    from llmos_std.memory.document import Document
    from llmos_std.memory.entries import Entry


class Library:
    """One folder of traces. Making it does no I/O."""

    def __init__(self, context: PluginContext) -> None:
        self.folder = context.paths.traces
        self.index = Index(context.paths.state, context.goal_keys_version)
        self._goal_keys = context.goal_keys
        self._is_scanned = False

    def path(self, name: bytes) -> Path:
        """Return the path of a trace file."""
        return self.folder / os.fsdecode(name)

    def is_current(self) -> bool:
        """Bring the index up to the folder if a file came, went or was renamed; False when there is no folder."""
        stamp = files.stamp_of(self.folder)
        if stamp is None or self.index.is_at(stamp):
            return stamp is not None
        with self.index.open_transaction():  # a writer of ours may be between its file and its commit
            stamp = files.stamp_of(self.folder)
            is_at = stamp is None or self.index.is_at(stamp)
        if not is_at:
            self.scan(only_if_behind=True)
        return stamp is not None

    def is_scanned(self) -> bool:
        """Like `is_current`, and notice files that were edited in place too: one look at every file, once a process."""
        if self._is_scanned:
            return self.is_current()
        if files.stamp_of(self.folder) is None:
            return False
        self.scan()
        return True

    def scan(self, *, only_if_behind: bool = False) -> tuple[str, ...]:
        """Bring the index up to the folder with a look at every file; return what could not even be opened."""
        from llmos_std.memory.scan import scan

        problems = scan(self, only_if_behind=only_if_behind)
        self._is_scanned |= problems is not None
        return problems or ()

    def opened(self, row: Row) -> tuple[Document, Row] | None:
        """Return what the file of a row says now; None, and the index follows, when it is gone or no trace any more."""
        try:
            data, facts = files.read_file(self.path(row.name))
        except FileNotFoundError:
            with self.index.open_transaction() as connection:
                self.index.forget(connection, [row.name])
            return None
        except OSError as error:
            if not os.access(self.folder, os.R_OK | os.X_OK):
                raise files.unreadable(self.folder, error) from error
            return None
        if sha256(data).digest() != row.sha256:
            from llmos_std.memory.entries import entry_of

            entry = entry_of(self, row.name, data, facts)
            with self.index.open_transaction() as connection:
                self.put(connection, [entry])
            if entry.problem:
                return None
            row = Row(row.no, row.name, entry.sha256, entry.id)
        try:
            return parse(data, str(self.path(row.name))), row
        except TraceError:
            return None

    def under(self, key: str) -> Iterator[Document]:
        """Yield the documents whose goal or alias has this key now, newest first, each trace once."""
        wanted = encoded(key)
        seen = set()
        for row in self.index.under(wanted):
            found = self.opened(row)
            if found is None or found[1].id in seen:
                continue
            document, now = found
            if now is row or wanted in (each for each, _ in self.keys(document.trace)):
                seen.add(now.id)
                yield document

    def one(self, prefix: str) -> tuple[Document, Row] | None:
        """Return the one trace whose id begins so, None when there is none; UsageError when there are several."""
        prefix = prefix.lower()
        if not prefix or not is_id(prefix.ljust(ID_CHARS, "0")) or not self.is_current():
            return None
        rows = self.index.with_id(prefix)
        if not rows and not self._is_scanned:
            self.scan()
            rows = self.index.with_id(prefix)
        ids = sorted({row.id for row in rows})
        if len(ids) > 1:
            from llmos_core.errors import UsageError

            raise UsageError(f"'{prefix}' begins {len(ids)} trace ids: {', '.join(ids[:10])}; give more of it")
        return next(filter(None, map(self.opened, rows)), None)

    def keys(self, trace: Trace) -> tuple[tuple[bytes, bool], ...]:
        """Return the keys a trace is filed under: all of its goal's, and the exact one of every alias."""
        own = self._goal_keys(trace.goal) or (trace.goal_signature,)
        aliases = (key for alias in trace.aliases for key in self._goal_keys(alias)[:1])
        is_exact = dict.fromkeys((*own[:1], *aliases), True)
        return tuple((encoded(key), key in is_exact) for key in dict.fromkeys((*is_exact, *own)))

    def signature(self, goal: str) -> str:
        """Return the first key of a goal, "" when no matcher makes any."""
        return next(iter(self._goal_keys(goal)), "")

    def put(self, connection: sqlite3.Connection, entries: Iterable[Entry]) -> None:
        """Index these files, but not one that was changed since it was read: whoever did that indexes it too."""
        for entry in entries:
            with suppress(FileNotFoundError):
                facts = self.path(entry.name).lstat()
                if (facts.st_mtime_ns, facts.st_size) == (entry.mtime_ns, entry.size):
                    self.index.put(connection, entry)

    def open_writing(self) -> AbstractContextManager[sqlite3.Connection]:
        """Hold the one lock for writing trace files and index."""
        return self.index.open_transaction()

    def write(self, connection: sqlite3.Connection, name: bytes, data: bytes) -> None:
        """Write a whole trace file durably and index it. Raises StorageError; a failure leaves what was there."""
        from llmos_std.memory.entries import entry_of

        path = self.path(name)
        was_at = files.stamp_of(self.folder)
        try:
            facts = files.replace_file(path, data, durable=True)
        except OSError as error:
            raise files.unwritable(path, error) from error
        if facts is not None:
            self.put(connection, [entry_of(self, name, data, facts)])
        self.follow(connection, was_at)

    def remove(self, connection: sqlite3.Connection, name: bytes) -> None:
        """Remove a trace file durably and from the index. Raises StorageError."""
        was_at = files.stamp_of(self.folder)
        try:
            files.remove_file(self.path(name))
        except OSError as error:
            raise files.unwritable(self.path(name), error) from error
        self.index.forget(connection, [name])
        self.follow(connection, was_at)

    def follow(self, connection: sqlite3.Connection, was_at: str | None) -> None:
        """After a change of our own to the folder: if the index was up to it before, it still is."""
        if was_at is None or not self.index.is_at(was_at):
            return
        now_at = files.mark(self.folder)
        if now_at is not None:
            self.index.set_stamp(connection, now_at)

    def make_folder(self) -> None:
        """Make the folder of traces, for its owner alone. Raises StorageError."""
        from llmos_std.storage.files import make_private_folder

        try:
            make_private_folder(self.folder)
        except OSError as error:
            raise files.unwritable(self.folder, error) from error


def encoded(key: str) -> bytes:
    """Return a key as the bytes that the index keeps: any text, different ones for different keys."""
    return key.encode("utf-8", "surrogatepass")
