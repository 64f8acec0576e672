"""The user's remembered yeses, in one private SQLite file among the user's own state, never in a project.

A yes is bound to the hash of exactly one call; what cannot be read is no yes.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from llmos_core.errors import StorageError
from llmos_core.types.record import Record
from llmos_std.storage.database import Database
from llmos_std.storage.ownership import require_own
from llmos_std.storage.schema import Schema

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from llmos_core.protocols.context import PluginContext

FILE_NAME = "approvals.db"
SHORTEST_PREFIX = 8
SCHEMA = Schema(
    name="approvals",
    tag=21,
    version=1,
    statements=(
        "CREATE TABLE approvals (action_hash TEXT PRIMARY KEY, summary TEXT NOT NULL, at TEXT NOT NULL) WITHOUT ROWID",
    ),
    if_moved="every call that you once said yes to is asked about again",
)


class Approval(Record):
    """One remembered yes: the hash of its call, one line for people, and when it was first given (UTC ISO 8601)."""

    action_hash: str
    summary: str
    at: str


class SqliteApprovals:
    """Approvals that outlive the process and are shared by all of the user's processes; made at the first yes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = Database(path, SCHEMA)

    def is_approved(self, action_hash: str) -> bool:
        """Say whether the user has said yes to exactly this call; False also when the file cannot be believed."""
        query = "SELECT 1 FROM approvals WHERE action_hash = ?"
        try:
            return bool(self._rows(query, action_hash))
        except StorageError:
            return False

    def remember(self, action_hash: str, *, summary: str, at: str) -> None:
        """Keep a yes durably; of several to one call the first stays. Raises StorageError when it cannot be kept."""
        self._write("INSERT OR IGNORE INTO approvals VALUES (?, ?, ?)", action_hash, summary, at)

    def list(self) -> tuple[Approval, ...]:
        """Return every remembered yes, newest first. Raises StorageError when the file cannot be read."""
        rows = self._rows("SELECT action_hash, summary, at FROM approvals ORDER BY at DESC, action_hash")
        return tuple(Approval(action_hash=key, summary=summary, at=at) for key, summary, at in rows)

    def forget(self, prefix: str) -> int:
        """Take back every yes whose hash starts with `prefix` (8 characters or more) and return how many there were.

        Raises ValueError for a shorter prefix, StorageError when the file cannot be written.
        """
        if len(prefix) < SHORTEST_PREFIX:
            raise ValueError(f"{prefix!r} is too short: give at least {SHORTEST_PREFIX} characters of the hash")
        statement = "DELETE FROM approvals WHERE substr(action_hash, 1, ?) = ?"
        return self._write(statement, len(prefix), prefix) if self._path.exists() else 0

    def forget_all(self) -> int:
        """Take back every yes and return how many there were. Raises StorageError when the file cannot be written."""
        return self._write("DELETE FROM approvals") if self._path.exists() else 0

    def close(self) -> None:
        """Close the file; the next use opens it again."""
        self._file.close()

    def _rows(self, query: str, *values: object) -> Sequence[tuple[Any, ...]]:
        require_own(self._path)
        return self._file.rows(query, values)

    def _write(self, statement: str, *values: object) -> int:
        require_own(self._path)
        return self._file.write(statement, values, durable=True)


class NoApprovals:
    """Remembers nothing: every ask is asked again."""

    def is_approved(self, action_hash: str) -> bool:  # noqa: ARG002 – the protocol's parameter
        """Say no."""
        return False

    def remember(self, action_hash: str, *, summary: str, at: str) -> None:
        """Let it pass."""


@contextmanager
def open_approvals(context: PluginContext) -> Iterator[SqliteApprovals | NoApprovals]:
    """Give the user's approvals, or none at all when `permissions.remember_approvals` is off."""
    if not context.section("permissions").remember_approvals:
        yield NoApprovals()
        return
    approvals = SqliteApprovals(context.paths.user_state / FILE_NAME)
    try:
        yield approvals
    finally:
        approvals.close()
