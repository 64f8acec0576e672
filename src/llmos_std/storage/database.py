"""One SQLite file that many processes share, opened at its first use.

Write-ahead logging, one writer at a time, nothing created by reading. Whatever goes wrong leaves here as one
StorageError that names the file; only a broken constraint (sqlite3.IntegrityError) is the caller's to judge.
"""

from __future__ import annotations

import os
import sqlite3
import sys
from _thread import RLock
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from llmos_std.storage.encoding import DamageError
from llmos_std.storage.failures import damaged, explain, forked, locked, misfit
from llmos_std.storage.files import (
    discard,
    make_private_file,
    make_private_folder,
    open_folder_lock,
    publish,
    set_aside,
    size_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from llmos_core.errors import StorageError
    from llmos_std.storage.schema import Schema

    Rows = Callable[..., list[tuple[Any, ...]]]
    """Answers a query and its values with all rows."""

WAIT_S = 30.0
"""How long one process waits for another's transaction before it gives up; far above any real one."""

_LOG_PAGES = 250
"""How far the write-ahead log grows before SQLite folds it in; whoever opens the file first must read it all."""

_open: list[Database] = []
"""The databases that this process has open, so that a forked child can tell which files its parent had."""


class Database:
    """A file of one schema. Safe among threads and processes; one transaction at a time.

    SQLite's locks do not survive a fork: a child is refused every file that its parent had open.
    """

    def __init__(self, path: Path, schema: Schema, *, wait_s: float = WAIT_S) -> None:
        self.path = path
        self._log = path.with_name(path.name + "-wal")
        self._schema = schema
        self._wait_s = wait_s
        self._lock = RLock()
        self._connection: sqlite3.Connection | None = None
        self._owner = 0
        self._is_durable: bool | None = None
        self._has_waited = False

    def rows(self, query: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return all rows of a query; none when there is no file yet, and then none is made."""
        with self._lock, self._explained():
            connection = self._opened()
            return [] if connection is None else connection.execute(query, values).fetchall()

    def write(self, statement: str, values: Sequence[Any] = (), *, durable: bool) -> int:
        """Execute one statement as a transaction of its own and return how many rows it changed."""
        with self._lock, self._explained():
            return self._ready(durable=durable).execute(statement, values).rowcount

    @contextmanager
    def open_snapshot(self) -> Iterator[Rows]:
        """Yield what `rows` does, for queries that all see the same moment."""
        with self._lock, self._explained():
            connection = self._opened()
            if connection is None:
                yield lambda _query, _values=(): []
                return
            connection.execute("BEGIN")
            try:
                yield lambda query, values=(): connection.execute(query, values).fetchall()
            finally:
                connection.execute("ROLLBACK")

    @contextmanager
    def open_transaction(self, *, durable: bool) -> Iterator[sqlite3.Connection]:
        """Hold the only write transaction among all processes; commit at the end, roll back on any exception.

        Once it is committed it survives the death of this process; if `durable`, also a loss of power.
        """
        with self._lock, self._explained():
            connection = self._ready(durable=durable)
            try:
                connection.execute("BEGIN IMMEDIATE")
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    @property
    def is_inherited(self) -> bool:
        """True in a forked child whose parent had this file open."""
        return self._connection is not None and self._owner != os.getpid()

    def damage(self, found: str) -> StorageError:
        """Return the error to raise for a row that cannot be what was written."""
        return damaged(self.path, self._schema, found)

    def close(self) -> None:
        """Let go of the file; the next use opens it again.

        What was written durably is folded into the file itself; anything else may stay in the write-ahead log.
        """
        with self._lock:
            connection, self._connection = self._connection, None
            if connection is not None and self._owner == os.getpid():
                _open.remove(self)
                if not self._has_waited:
                    _leave_log(connection)
                connection.close()

    def _ready(self, *, durable: bool) -> sqlite3.Connection:
        """Return the connection, made if need be, with the wanted care for what is written next."""
        connection = self._opened() or self._created()
        if durable is not self._is_durable:
            connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            self._is_durable = durable
            self._has_waited |= durable
        return connection

    def _opened(self) -> sqlite3.Connection | None:
        """Return the connection to the file, None when there is no file."""
        if self._connection is not None and self._owner == os.getpid():
            return self._connection
        if any(database.is_inherited for database in _open if database.path == self.path):
            raise forked(self.path)
        size = size_of(self.path)
        if size is None:
            return None
        if size == 0:
            raise self.damage("it is empty")
        with self._open_connection(self.path) as connection:
            page_size = connection.execute("PRAGMA page_size").fetchone()[0]
            if size % page_size and not size_of(self._log):
                raise self.damage("its end is cut off")  # SQLite would read zeros there
            stamp = connection.execute("PRAGMA user_version").fetchone()[0]
            if stamp == 0 and not connection.execute("SELECT 1 FROM sqlite_master").fetchall():
                raise self.damage("it holds no tables")
            if stamp != self._schema.stamp:
                raise misfit(self.path, self._schema, stamp)
            return self._kept(connection)

    def _created(self) -> sqlite3.Connection:
        """Make the file, once among all processes, and return the connection to it.

        It is filled under another name, so under its own it is never seen unfinished.
        """
        folder, new = self.path.parent, self.path.with_name(self.path.name + ".new")
        make_private_folder(folder)
        with open_folder_lock(folder, timeout_s=self._wait_s):
            if self._opened() is None:
                discard(new, new.with_name(new.name + "-journal"))  # of a process that died just here
                make_private_file(new)
                with self._open_connection(new) as connection:
                    self._fill(connection)
                set_aside(self._log)  # it would be taken for the new file's own
                publish(new, self.path)
        return self._opened() or self._created()

    def _fill(self, connection: sqlite3.Connection) -> None:
        connection.execute("PRAGMA synchronous = OFF")  # `publish` waits for the disk, once for all
        for statement in self._schema.statements:
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {self._schema.stamp}")
        connection.execute("PRAGMA journal_mode = WAL")

    @contextmanager
    def _open_connection(self, path: Path) -> Iterator[sqlite3.Connection]:
        """Connect to a file; unless `_kept` has kept it, the connection is closed again at the end."""
        connection = sqlite3.connect(path, timeout=self._wait_s, isolation_level=None, check_same_thread=False)
        try:
            yield connection
        finally:
            if self._connection is not connection:
                connection.close()

    def _kept(self, connection: sqlite3.Connection) -> sqlite3.Connection:
        if sys.platform == "darwin":
            connection.execute("PRAGMA fullfsync = 1")  # an fsync there does not reach the disk's own cache
        connection.execute(f"PRAGMA wal_autocheckpoint = {_LOG_PAGES}")
        self._connection, self._owner = connection, os.getpid()
        _open.append(self)
        self._is_durable, self._has_waited = None, False
        return connection

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.IntegrityError:
            raise
        except DamageError as error:
            raise self.damage(str(error)) from error
        except UnicodeDecodeError as error:  # Python could not even decode SQLite's message
            raise self.damage("its schema is unreadable") from error
        except TimeoutError as error:
            raise locked(self.path) from error
        except (sqlite3.Error, OSError) as error:
            raise explain(error, self.path, self._schema) from error


def _leave_log(connection: sqlite3.Connection) -> None:
    """Keep closing from folding the write-ahead log into the file, which waits for the disk three times.

    A process that only replays would spend a third of its time on it. Whoever opens the file next finds the log.
    """
    if sys.version_info >= (3, 12):
        connection.setconfig(sqlite3.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, True)
    else:
        with suppress(sqlite3.Error, UnicodeDecodeError):  # a damaged file cannot even answer this
            connection.execute("PRAGMA synchronous = OFF")  # nothing is written from here on
        connection.interrupt()
