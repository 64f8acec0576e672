"""Which projects' own files the user has trusted: one private SQLite file among the user's own state.

Trust is given to content, not to a place: a workspace is trusted while its files are exactly those the user saw.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from llmos_core.errors import StorageError
from llmos_core.types.record import Record
from llmos_std.storage.database import Database
from llmos_std.storage.ownership import require_own
from llmos_std.storage.schema import Schema
from llmos_std.trust.project import read_project

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

FILE_NAME = "trust.db"
CREATE = (
    "CREATE TABLE trusted (workspace TEXT, content_digest TEXT, at TEXT NOT NULL,"
    " PRIMARY KEY (workspace, content_digest)) WITHOUT ROWID"
)
SCHEMA = Schema(
    name="trust store",
    tag=22,
    version=1,
    statements=(CREATE,),
    if_moved="every project with configuration or plugins of its own must be trusted again",
)


class TrustState(StrEnum):
    """How a project's own files stand: none there, trusted as they are, never trusted, or changed since."""

    NOTHING = "nothing"
    TRUSTED = "trusted"
    NEW = "new"
    CHANGED = "changed"


class TrustStatus(Record):
    """One workspace's state, the digest of its files now, and when they were last trusted (UTC ISO 8601, or "").

    `problem` says why files could not be read; what cannot be read is never trusted.
    """

    workspace: Path
    state: TrustState
    content_digest: str = ""
    trusted_at: str = ""
    problem: str = ""


class TrustStore:
    """The user's trust decisions. Reading creates nothing; a store that cannot be believed trusts nothing."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = Database(path, SCHEMA)

    def is_trusted(self, workspace: Path, content_digest: str) -> bool:
        """Say whether the user has trusted exactly this content in this workspace, and not revoked it."""
        try:
            return content_digest in self._trusted(workspace)
        except StorageError:
            return False

    def trust(self, workspace: Path, content_digest: str, *, at: str) -> None:
        """Trust this content in this workspace, durably; `at` is UTC ISO 8601. Raises StorageError."""
        statement = "INSERT OR REPLACE INTO trusted VALUES (?, ?, ?)"
        self._write(statement, _key(workspace), content_digest, at)

    def revoke(self, workspace: Path) -> bool:
        """Trust nothing in this workspace any more; False when nothing was trusted. Raises StorageError."""
        if not self._path.exists():
            return False
        return self._write("DELETE FROM trusted WHERE workspace = ?", _key(workspace)) > 0

    def status(self, workspaces: Iterable[Path]) -> list[TrustStatus]:
        """Return how the files of each workspace stand now, in the order given. Raises StorageError for the store."""
        return [self._status(workspace) for workspace in workspaces]

    def close(self) -> None:
        """Close the file; the next use opens it again."""
        self._file.close()

    def _status(self, workspace: Path) -> TrustStatus:
        trusted = self._trusted(workspace)
        newest = max(trusted.values(), default="")
        try:
            project = read_project(workspace)
        except StorageError as error:
            state = TrustState.CHANGED if trusted else TrustState.NEW
            return TrustStatus(workspace=workspace, state=state, trusted_at=newest, problem=str(error))
        if project.is_empty:
            return TrustStatus(workspace=workspace, state=TrustState.NOTHING, trusted_at=newest)
        if project.digest in trusted:
            state, newest = TrustState.TRUSTED, trusted[project.digest]
        else:
            state = TrustState.CHANGED if trusted else TrustState.NEW
        return TrustStatus(workspace=workspace, state=state, content_digest=project.digest, trusted_at=newest)

    def _trusted(self, workspace: Path) -> dict[str, str]:
        """Return the contents trusted in a workspace, each with the time of the decision."""
        require_own(self._path)
        query = "SELECT content_digest, at FROM trusted WHERE workspace = ?"
        rows: Sequence[tuple[Any, ...]] = self._file.rows(query, (_key(workspace),))
        return dict(rows)

    def _write(self, statement: str, *values: str) -> int:
        require_own(self._path)
        return self._file.write(statement, values, durable=True)


@contextmanager
def open_trust_store(user_state: Path) -> Iterator[TrustStore]:
    """Give the user's trust store below `Paths.user_state`; nothing is created before the first decision."""
    store = TrustStore(user_state / FILE_NAME)
    try:
        yield store
    finally:
        store.close()


def _key(workspace: Path) -> str:
    """Return the real path, printable even where file names are no text: one workspace has one key."""
    return os.fsencode(os.path.realpath(workspace)).decode("utf-8", "backslashreplace")
