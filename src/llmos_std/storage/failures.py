"""Say what is wrong with a stored file: one message with the file, the finding and the next step.

Nothing is ever repaired, truncated or deleted here: a damaged file is left as it was found.
"""

from __future__ import annotations

import errno
import sqlite3
from typing import TYPE_CHECKING

from llmos_core.errors import StorageError

if TYPE_CHECKING:
    from pathlib import Path

    from llmos_std.storage.schema import Schema

_FULL_DISK = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_LOCKED = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL})
_FORBIDDEN = frozenset({sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH})


def explain(error: sqlite3.Error | OSError, path: Path, schema: Schema) -> StorageError:
    """Return the error to raise for what SQLite or the system said about `path`."""
    if isinstance(error, OSError):
        return _full(path) if error.errno in _FULL_DISK else _forbidden(path, error.strerror or str(error))
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in _DAMAGED:
        return damaged(path, schema, str(error))
    if code in _LOCKED:
        return locked(path)
    if code == sqlite3.SQLITE_FULL:
        return _full(path)
    if code in _FORBIDDEN:
        return _forbidden(path, str(error))
    return StorageError(
        f"{path} could not be read or written ({error}); what was saved before is safe; "
        "check the disk and its free space, then run again"
    )


def damaged(path: Path, schema: Schema, found: str) -> StorageError:
    """Return the error for a file whose content cannot be what was written."""
    from shlex import quote

    aside = path.parent / "damaged"
    return StorageError(
        f"{path} is damaged ({found}; expected the {schema.name} as llmos wrote it); "
        f"llmos neither repairs nor deletes it; move it aside with: "
        f"mkdir -p {quote(str(aside))} && mv {quote(str(path))}* {quote(str(aside))}; "
        f"{schema.if_moved}"
    )


def locked(path: Path) -> StorageError:
    """Return the error for a file that another process did not let go of in time."""
    return StorageError(
        f"{path} is locked by another process that does not let go of it; nothing was written; "
        f"find it with: fuser -v {path}; end it or wait, then run again"
    )


def forked(path: Path) -> StorageError:
    """Return the error for a file that the parent of this forked process had open."""
    return StorageError(
        f"{path} was opened before this process was forked, and cannot be shared across a fork; "
        "start worker processes with the 'spawn' method, or open llmos only after the fork"
    )


def misfit(path: Path, schema: Schema, stamp: int) -> StorageError:
    """Return the error for a sound database that this llmos cannot use: a newer format, or something else's file."""
    if stamp >> 16 == schema.tag:
        return StorageError(
            f"{path} was written by a newer llmos (format {stamp & 0xFFFF}, this one knows {schema.version}); "
            "it was left as it is; update with: pip install --upgrade llmos"
        )
    return StorageError(
        f"{path} is a database, but not the {schema.name} of llmos; it was left as it is; "
        "move it elsewhere and run again"
    )


def _full(path: Path) -> StorageError:
    return StorageError(
        f"{path} could not be written: no space is left for it; what was saved before is safe; "
        "free some disk space and run again"
    )


def _forbidden(path: Path, found: str) -> StorageError:
    return StorageError(
        f"{path} cannot be opened or written ({found}); expected a regular file of your own with mode 0600 "
        "in a folder that you may write; check both, then run again"
    )
