"""Small SQLite files that only their user may read or write, shared safely among processes.

A file that others may write to is not believed: what is kept here are the user's own decisions.
"""

from __future__ import annotations

import os
import sqlite3
import stat
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from llmos_core.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BUSY_TIMEOUT_S = 10.0


@contextmanager
def open_to_read(path: Path) -> Iterator[sqlite3.Connection | None]:
    """Give a connection for reading, or None when the file does not exist; nothing is ever created.

    Raises StorageError when the file is damaged, unreadable, or writable by others.
    """
    if not path.exists():
        yield None
        return
    with _as_storage_errors(path), closing(_connect(path)) as connection:
        yield connection


@contextmanager
def open_to_write(path: Path, schema: str) -> Iterator[sqlite3.Connection]:
    """Give a connection inside one transaction, committed durably at the end, rolled back on an error.

    The file (0600), its folder (0700) and the tables of `schema`, one statement, are made when missing. Raises
    StorageError when that is impossible or when others may write to the file.
    """
    with _as_storage_errors(path):
        _create(path)
        with closing(_connect(path)) as connection:
            connection.execute("PRAGMA synchronous=FULL")
            connection.execute("BEGIN IMMEDIATE")
            try:
                connection.execute(schema)
                yield connection
            except BaseException:
                connection.rollback()
                raise
            connection.commit()


def make_private_folder(folder: Path) -> None:
    """Make a folder and its missing parents, each readable by its owner alone (0700); existing ones stay as they are."""
    missing = [folder, *folder.parents]
    for each in reversed([one for one in missing if not one.exists()]):
        each.mkdir(mode=0o700, exist_ok=True)


def _create(path: Path) -> None:
    make_private_folder(path.parent)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))


def _connect(path: Path) -> sqlite3.Connection:
    facts = path.stat()
    if facts.st_mode & (stat.S_IWGRP | stat.S_IWOTH) or facts.st_uid not in (os.geteuid(), 0):
        raise StorageError(f"{path}: others may write to this file, so it is not believed; check it, then chmod 600 it")
    return sqlite3.connect(path, timeout=BUSY_TIMEOUT_S, isolation_level=None)


@contextmanager
def _as_storage_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise StorageError(f"{path}: {error}; if the file is damaged, move it away and decide again") from error
    except OSError as error:
        raise StorageError(f"{path}: {error.strerror or error}; make the folder writable, or move it") from error
