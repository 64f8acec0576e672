"""The user's remembered yeses, in one private SQLite file among the user's own state, never in a project.

A yes is bound to the hash of exactly one call; what cannot be read is no yes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from llmos_core.errors import StorageError
from llmos_core.types.record import Record
from llmos_std.private_db import open_to_read, open_to_write

if TYPE_CHECKING:
    from pathlib import Path

    from llmos_core.protocols.context import PluginContext

FILE_NAME = "approvals.db"
SCHEMA = "CREATE TABLE IF NOT EXISTS approvals (action_hash TEXT PRIMARY KEY, summary TEXT NOT NULL, at TEXT NOT NULL)"
SHORTEST_PREFIX = 8


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Approval(Record):
    """One remembered yes: the hash of its call, one line for people, and when it was first given (UTC ISO 8601)."""

    action_hash: str
    summary: str
    at: str


class SqliteApprovals:
    """Approvals that outlive the process and are shared by all of the user's processes; made at the first yes."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def is_approved(self, action_hash: str) -> bool:
        """Say whether the user has said yes to exactly this call; False also when the file cannot be believed."""
        try:
            with open_to_read(self._path) as connection:
                if connection is None:
                    return False
                query = "SELECT 1 FROM approvals WHERE action_hash = ?"
                return connection.execute(query, (action_hash,)).fetchone() is not None
        except StorageError:
            return False

    def remember(self, action_hash: str, *, summary: str, at: str) -> None:
        """Keep a yes durably; the first one to a call stays. Raises StorageError when it cannot be kept."""
        with open_to_write(self._path, SCHEMA) as connection:
            connection.execute("INSERT OR IGNORE INTO approvals VALUES (?, ?, ?)", (action_hash, summary, at))

    def list(self) -> tuple[Approval, ...]:
        """Return every remembered yes, newest first. Raises StorageError when the file cannot be read."""
        with open_to_read(self._path) as connection:
            if connection is None:
                return ()
            rows = connection.execute("SELECT action_hash, summary, at FROM approvals ORDER BY at DESC, action_hash")
            return tuple(Approval(action_hash=key, summary=summary, at=at) for key, summary, at in rows)

    def forget(self, prefix: str) -> int:
        """Take back every yes whose hash starts with `prefix` (8 characters or more) and return how many there were.

        Raises ValueError for a shorter prefix, StorageError when the file cannot be written.
        """
        if len(prefix) < SHORTEST_PREFIX:
            raise ValueError(f"{prefix!r} is too short: give at least {SHORTEST_PREFIX} characters of the hash")
        return self._delete("WHERE substr(action_hash, 1, length(?)) = ?", (prefix, prefix))

    def forget_all(self) -> int:
        """Take back every yes and return how many there were. Raises StorageError when the file cannot be written."""
        return self._delete("", ())

    def _delete(self, where: str, values: tuple[str, ...]) -> int:
        if not self._path.exists():
            return 0
        with open_to_write(self._path, SCHEMA) as connection:
            return connection.execute(f"DELETE FROM approvals {where}", values).rowcount  # noqa: S608 – our own text


class NoApprovals:
    """Remembers nothing: every ask is asked again."""

    def is_approved(self, action_hash: str) -> bool:  # noqa: ARG002 – the protocol's parameter
        """Say no."""
        return False

    def remember(self, action_hash: str, *, summary: str, at: str) -> None:
        """Let it pass."""


def open_approvals(context: PluginContext) -> SqliteApprovals | NoApprovals:
    """Return the user's approvals, or none at all when `permissions.remember_approvals` is off."""
    if not context.section("permissions").remember_approvals:
        return NoApprovals()
    return SqliteApprovals(context.paths.user_state / FILE_NAME)
