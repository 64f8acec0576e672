"""Which compiled traces the user's llmos has promoted: one private SQLite file among the user's own state.

A promotion is bound to a workspace, a trace and the digest of the code. It is never kept in the workspace: who can
write there must not thereby be able to have code run.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from llmos_core.types.record import Record, values_of
from llmos_std.storage.database import Database
from llmos_std.storage.ownership import require_own
from llmos_std.storage.schema import Schema

if TYPE_CHECKING:
    from pathlib import Path

FILE_NAME = "compiled.db"
MOST_FAILURES = 2
"""So many failures in a row demote."""

_TABLE = (
    "CREATE TABLE promotions (workspace TEXT, trace_id TEXT, name TEXT NOT NULL, sha256 TEXT NOT NULL,"
    " python TEXT NOT NULL, code BLOB NOT NULL, at TEXT NOT NULL, failures INTEGER NOT NULL,"
    " demoted_at TEXT NOT NULL, reason TEXT NOT NULL,"
    " PRIMARY KEY (workspace, trace_id)) WITHOUT ROWID"
)
SCHEMA = Schema(
    name="promotions of compiled traces",
    tag=23,
    version=1,
    statements=(_TABLE,),
    if_moved="every compiled trace is replayed instead, until it is promoted again",
)


class Promotion(Record):
    """One promotion: module name and digest of its code; `failures` in a row; `demoted_at` is "" while it holds.

    `code` is byte code of the same source, good for the interpreter named `python`.
    """

    name: str
    sha256: str
    python: str
    code: bytes
    at: str
    failures: int = 0
    demoted_at: str = ""
    reason: str = ""


class Promotions:
    """The promotions of one workspace; the file is made at the first one. Everything raises StorageError."""

    def __init__(self, path: Path, workspace: Path) -> None:
        self._path = path
        self._workspace = os.fsencode(os.path.realpath(workspace)).decode("utf-8", "backslashreplace")
        self._file = Database(path, SCHEMA)

    @property
    def is_there(self) -> bool:
        """Whether anything was ever promoted, in any workspace."""
        return self._path.exists()

    def of(self, trace_id: str) -> Promotion | None:
        """Return the promotion of a trace, also one that was taken back; None when there never was one."""
        require_own(self._path)
        columns = ", ".join(Promotion.__fields__)
        query = f"SELECT {columns} FROM promotions WHERE workspace = ? AND trace_id = ?"  # noqa: S608 – our own names
        for row in self._file.rows(query, (self._workspace, trace_id)):
            return Promotion(**dict(zip(Promotion.__fields__, row, strict=True)))
        return None

    def promote(self, trace_id: str, promotion: Promotion) -> None:
        """Let exactly this code run for the trace."""
        statement = "INSERT OR REPLACE INTO promotions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        self._write(statement, self._workspace, trace_id, *values_of(promotion).values())

    def demote(self, trace_id: str, *, reason: str, at: str) -> bool:
        """Take a promotion back; False when there was none."""
        statement = (
            "UPDATE promotions SET demoted_at = ?, reason = ? WHERE workspace = ? AND trace_id = ? AND demoted_at = ''"
        )
        return self._write(statement, at, reason, self._workspace, trace_id) > 0

    def count(self, trace_id: str, *, is_success: bool, was_final: bool, at: str) -> None:
        """Count a verified outcome; two failures in a row, or one after an effect that stays, demote."""
        counted = "0" if is_success else "failures + 1"
        self._write(
            f"UPDATE promotions SET failures = {counted} WHERE workspace = ? AND trace_id = ?",  # noqa: S608 – our words
            *(self._workspace, trace_id),
        )
        if is_success:
            return
        if was_final:
            self.demote(trace_id, reason="something that cannot be taken back went wrong", at=at)
        elif (found := self.of(trace_id)) is not None and found.failures >= MOST_FAILURES:
            self.demote(trace_id, reason=f"{found.failures} failures in a row", at=at)

    def close(self) -> None:
        """Close the file; the next use opens it again."""
        self._file.close()

    def _write(self, statement: str, *values: object) -> int:
        require_own(self._path)
        return self._file.write(statement, values, durable=True)
