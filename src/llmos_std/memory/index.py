"""The index over the trace files: one SQLite file that is derived, believed only after a look at the file itself.

It may be deleted or damaged at any time; it is made again from the files. Keys and names are bytes, since goals and
file names may hold what SQLite does not take as text.
"""

from __future__ import annotations

import sqlite3
from decimal import Decimal
from operator import index
from typing import TYPE_CHECKING, TypeVar

from llmos_core.errors import StorageError
from llmos_core.types.trace import Statistics
from llmos_std.storage.database import Database
from llmos_std.storage.encoding import checksum
from llmos_std.storage.failures import forked
from llmos_std.storage.schema import Schema

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from contextlib import AbstractContextManager
    from pathlib import Path

    from llmos_std.memory.entries import Entry

T = TypeVar("T")

_FILES = """CREATE TABLE files (
    no INTEGER PRIMARY KEY AUTOINCREMENT, name BLOB NOT NULL UNIQUE, mtime_ns INTEGER NOT NULL, size INTEGER NOT NULL,
    sha256 BLOB NOT NULL, id TEXT NOT NULL, stored_id TEXT NOT NULL, created_at TEXT NOT NULL, goals TEXT NOT NULL,
    counters TEXT NOT NULL, problem TEXT NOT NULL)"""
_KEYS = """CREATE TABLE keys (
    key BLOB, created_at TEXT, no INTEGER, is_exact INTEGER NOT NULL, PRIMARY KEY (key, created_at, no)
    ) WITHOUT ROWID"""
_STATISTICS = """CREATE TABLE statistics (
    id TEXT PRIMARY KEY, uses INTEGER NOT NULL, successes INTEGER NOT NULL, failures INTEGER NOT NULL,
    score INTEGER NOT NULL, last_used TEXT NOT NULL, saved_usd TEXT NOT NULL, seal INTEGER NOT NULL) WITHOUT ROWID"""
_META = "CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID"

TABLES = Schema(
    name="index of traces",
    tag=0x6C49,
    version=2,
    statements=(
        _FILES,
        "CREATE INDEX files_by_id ON files (id)",
        "CREATE INDEX files_by_stored_id ON files (stored_id)",
        _KEYS,
        "CREATE INDEX keys_by_file ON keys (no)",
        _STATISTICS,
        _META,
    ),
    if_moved="nothing is lost: it is made again from the trace files",
)

BETWEEN_GOALS = "\x1e"
"""Stands between the goal and the aliases of one trace."""

MOST_PER_TEMPLATE = 16
"""How many traces are looked at under a key that is not exact: one template may stand for a whole library."""

_UNDECODABLE = 0
_BROKEN = frozenset(
    {
        _UNDECODABLE,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_NOTADB,
        sqlite3.SQLITE_ERROR,
        sqlite3.SQLITE_MISMATCH,
        sqlite3.SQLITE_CONSTRAINT,
    }
)
_MOVED = frozenset({sqlite3.SQLITE_READONLY_DBMOVED, sqlite3.SQLITE_IOERR_VNODE})
_ROW = "files.no, files.name, files.sha256, files.id"


class Row:
    """Where a trace is kept, and the digest of the bytes that were indexed. A plain class loads fastest."""

    __slots__ = ("id", "name", "no", "sha256")

    def __init__(self, no: int, name: bytes, sha256: bytes, trace_id: str) -> None:
        self.no = no
        self.name = name
        self.sha256 = sha256
        self.id = trace_id


class Index:
    """The index of one folder of traces. Everything raises StorageError when its file cannot be used."""

    def __init__(self, folder: Path, keys_version: str) -> None:
        self.database = Database(folder / "index.db", TABLES)
        self._keys_version = keys_version

    def close(self) -> None:
        """Close the file; the next use opens it again."""
        self.database.close()

    def mended(self, work: Callable[[], T]) -> T:
        """Return what `work` returns; should the index be broken, it is thrown away and the work done again."""
        try:
            return work()
        except (StorageError, sqlite3.IntegrityError) as error:
            if not self._is_mendable(error):
                raise
        self._mend()
        return work()

    def open_transaction(self) -> AbstractContextManager[sqlite3.Connection]:
        """Hold the only write transaction among all processes: also the one lock for writing trace files."""
        return self.database.open_transaction(durable=False)

    def is_at(self, stamp: str) -> bool:
        """Say whether the index was brought up to the folder as it is at `stamp`, with the keys of today."""
        meta = self._meta()
        return meta.get("stamp") == stamp and meta.get("keys_version") == self._keys_version

    def begin_again_if_keys_changed(self) -> None:
        """Empty the index when its keys were made by another matcher; counters stay."""
        if self._meta().get("keys_version") == self._keys_version:
            return
        with self.open_transaction() as connection:
            for table in ("files", "keys", "meta"):
                connection.execute(f"DELETE FROM {table}")  # noqa: S608 – our own names
            connection.execute("DROP TABLE IF EXISTS vocabulary")
            connection.execute("DROP TABLE IF EXISTS words")
            connection.execute("INSERT INTO meta VALUES ('keys_version', ?)", (self._keys_version,))

    def set_stamp(self, connection: sqlite3.Connection, stamp: str) -> None:
        """Note that the index is up to the folder as it is at `stamp`."""
        connection.execute("INSERT OR REPLACE INTO meta VALUES ('stamp', ?)", (stamp,))

    def under(self, key: bytes) -> list[Row]:
        """Return the files under a key, newest first."""
        query = (
            f"SELECT {_ROW}, is_exact FROM keys JOIN files ON files.no = keys.no WHERE key = ?"  # noqa: S608
            " ORDER BY keys.created_at DESC, keys.no DESC LIMIT ?"
        )
        found = self.database.rows(query, (key, MOST_PER_TEMPLATE))
        if len(found) == MOST_PER_TEMPLATE and found[0][4]:
            found = self.database.rows(query, (key, -1))
        return [Row(*row[:4]) for row in found]

    def with_id(self, prefix: str) -> list[Row]:
        """Return the files whose content has an id that begins so; if none has, those that carry such an id."""
        for column in ("id", "stored_id"):
            query = f"SELECT {_ROW} FROM files WHERE {column} >= ? AND {column} < ? ORDER BY id, name"  # noqa: S608
            if found := self.database.rows(query, (prefix, prefix + "g")):
                return [Row(*row) for row in found]
        return []

    def newest_first(self) -> list[Row]:
        """Return every file that could be read as a trace."""
        query = f"SELECT {_ROW} FROM files WHERE problem = '' ORDER BY created_at DESC, id DESC, name"  # noqa: S608
        return [Row(*row) for row in self.database.rows(query)]

    def put(self, connection: sqlite3.Connection, entry: Entry) -> None:
        """Replace what is known of a file; it gets a new number.

        Counters that were changed in a known file, by hand or by what the index has lost, count from now on.
        """
        known = connection.execute("SELECT id, counters FROM files WHERE name = ?", (entry.name,)).fetchone()
        is_same = bool(known and entry.id) and known[0] == entry.id == entry.stored_id
        if is_same and known[1] != entry.counters:
            self.set_counters(connection, entry.id, entry.statistics)
        self.drop(connection, [entry.name])
        made = connection.execute(
            "INSERT INTO files (name, mtime_ns, size, sha256, id, stored_id, created_at, goals, counters, problem)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            entry[:10],
        )
        connection.executemany(
            "INSERT OR IGNORE INTO keys VALUES (?, ?, ?, ?)",
            [(key, entry.created_at, made.lastrowid, is_exact) for key, is_exact in entry.keys],
        )

    def set_counters(self, connection: sqlite3.Connection, trace_id: str, statistics: Statistics) -> None:
        """Write the counters of a trace."""
        values = (
            trace_id,
            statistics.uses,
            statistics.successes,
            statistics.failures,
            statistics.score,
            as_text(statistics.last_used),
            str(statistics.saved_usd),
        )
        sealed = (*values, checksum(*values))
        connection.execute("INSERT OR REPLACE INTO statistics VALUES (?, ?, ?, ?, ?, ?, ?, ?)", sealed)

    def counters(self, trace_id: str) -> Statistics | None:
        """Return the counters of a trace, None when the index has none."""
        query = "SELECT uses, successes, failures, score, last_used, saved_usd, seal FROM statistics WHERE id = ?"
        for *counts, last_used, saved, seal in self.database.rows(query, (trace_id,)):
            if seal != checksum(trace_id, *counts, last_used, saved):
                raise self.database.damage("its counters fail their checksum")
            try:
                uses, successes, failures, score = map(index, counts)
                amount = Decimal(saved)
            except (TypeError, ArithmeticError):
                raise self.database.damage("its counters are no numbers") from None
            return Statistics(
                uses=uses,
                successes=successes,
                failures=failures,
                score=score,
                last_used=last_used,
                saved_usd=amount,
            )
        return None

    def forget(self, connection: sqlite3.Connection, names: Iterable[bytes]) -> None:
        """Forget files that are gone, and the counters of traces that no other file holds."""
        for name in names:
            ids = connection.execute("SELECT id FROM files WHERE name = ?", (name,)).fetchall()
            self.drop(connection, [name])
            connection.executemany("DELETE FROM statistics WHERE id = ? AND id NOT IN (SELECT id FROM files)", ids)

    def drop(self, connection: sqlite3.Connection, names: Iterable[bytes]) -> None:
        """Forget these files for now, not their counters; unknown ones do no harm."""
        for name in names:
            for (no,) in connection.execute("SELECT no FROM files WHERE name = ?", (name,)).fetchall():
                connection.execute("DELETE FROM keys WHERE no = ?", (no,))
                connection.execute("DELETE FROM files WHERE no = ?", (no,))

    def _meta(self) -> dict[str, str]:
        return dict(self.database.rows("SELECT name, value FROM meta"))

    def _is_mendable(self, error: Exception) -> bool:
        """Say whether an error means that the file is broken, is none of ours, or is no longer where it was."""
        cause, path = error.__cause__ or error, self.database.path
        if str(error).startswith(f"{path} is damaged"):
            return True
        if isinstance(cause, sqlite3.Error):
            code: int = getattr(cause, "sqlite_errorcode", 0)
            return code in _MOVED or (code & 0xFF) in _BROKEN
        return cause is error and str(path) in str(error) and str(error) != str(forked(path))

    def _mend(self) -> None:
        """Open the file anew, without it if it is broken; one that another process has made again stays."""
        from llmos_std.storage.files import open_folder_lock

        path = self.database.path
        self.database.close()
        with open_folder_lock(path.parent, timeout_s=30.0):
            if self._is_sound() or not path.exists():
                return
            self.database.close()
            for name in (f"{path.name}-wal", f"{path.name}-shm", path.name):
                (path.parent / name).unlink(missing_ok=True)

    def _is_sound(self) -> bool:
        try:
            for (trace_id,) in self.database.rows("SELECT id FROM statistics"):
                self.counters(trace_id)
            tables = {text for (text,) in self.database.rows("SELECT sql FROM sqlite_master")}
            return tables >= set(TABLES.statements) and self.database.rows("PRAGMA integrity_check") == [("ok",)]
        except StorageError:
            return False


def as_text(text: str) -> str:
    """Return `text` as SQLite takes it: what is no Unicode becomes question marks."""
    return text.encode("utf-8", "replace").decode()


def counters_text(statistics: Statistics) -> str:
    """Return counters as one text: equal texts are equal counters."""
    one = statistics
    return as_text(f"{one.uses} {one.successes} {one.failures} {one.score} {one.saved_usd.normalize()} {one.last_used}")
