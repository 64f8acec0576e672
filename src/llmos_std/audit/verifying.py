"""Read a chain from its first record to its head, and say what does not hold.

Only looking: nothing is repaired, and a chain may grow meanwhile.
"""

from __future__ import annotations

import fcntl
import os
from typing import TYPE_CHECKING, Any

from llmos_core.errors import StorageError
from llmos_core.types.record import Record
from llmos_std.audit.chain import FORMAT, lines_from
from llmos_std.audit.records import Follower, Head, head_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MODEL = "model"
"""The tool that a decision about a model call names; what became of that is in the ledger."""


class Finding(Record):
    """One thing that does not hold: its kind (broken, tail, head), the line (from 1; 0 for none), one sentence."""

    kind: str
    line: int
    text: str


class Report(Record):
    """What a chain is found to be. `open_decisions` were allowed and have no outcome; `torn` counts closed crashes."""

    path: str
    records: tuple[dict[str, Any], ...] = ()
    findings: tuple[Finding, ...] = ()
    open_decisions: tuple[dict[str, Any], ...] = ()
    torn: int = 0
    is_torn_now: bool = False
    head: str = ""

    @property
    def is_whole(self) -> bool:
        """True when every record that was ever acknowledged is there as it was written."""
        return not self.findings


def verify(path: Path, anchor: Path) -> Report:
    """Read a whole chain and its head. Raises StorageError for files that cannot be read at all."""
    try:
        kept = _anchor_bytes(anchor)
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        return _without_chain(path, kept)
    except OSError as error:
        raise StorageError(f"{path} cannot be read ({error.strerror}); make it readable for you") from error
    try:
        fcntl.flock(handle, fcntl.LOCK_SH)
        size, kept = os.fstat(handle).st_size, _anchor_bytes(anchor)
        fcntl.flock(handle, fcntl.LOCK_UN)
        return _Reading(path, None if kept is None else head_of(kept), size).report(lines_from(handle, 0, size))
    except OSError as error:
        raise StorageError(f"{path} cannot be read ({error.strerror}); make it readable for you") from error
    finally:
        os.close(handle)


def _anchor_bytes(anchor: Path) -> bytes | None:
    try:
        return anchor.read_bytes()
    except FileNotFoundError:
        return None


def _without_chain(path: Path, kept: bytes | None) -> Report:
    if kept is None:
        return Report(path=str(path))
    head = head_of(kept)
    if head is not None and not head.records:
        return Report(path=str(path))
    text = "the whole chain is gone, though records in it were acknowledged"
    return Report(path=str(path), findings=(Finding(kind="tail", line=0, text=text),))


class _Reading:
    """One reading of a chain: what was found on the way."""

    def __init__(self, path: Path, anchor: Head | None, size: int) -> None:
        self._path = path
        self._anchor = anchor
        self._size = size
        self._has_met_anchor = anchor is not None and not anchor.records
        self._follower = Follower(Head())
        self._records: list[dict[str, Any]] = []
        self._gap_line = 0
        self._is_line_damaged = False

    def report(self, lines: Iterator[bytes]) -> Report:
        """Follow the chain to its end and return what it is."""
        for number, line in enumerate(lines, start=1):
            facts = self._follower.take(line)
            if facts is not None:
                self._records.append({**facts, "line": number})
                self._gap_line, self._is_line_damaged = 0, False
                self._has_met_anchor = self._has_met_anchor or self._follower.head == self._anchor
            else:
                self._gap_line = self._gap_line or number
                self._is_line_damaged = line.endswith(b"\n")
        findings = tuple(self._findings())
        return Report(
            path=str(self._path),
            records=tuple(self._records),
            findings=findings,
            open_decisions=_open(self._records),
            torn=sum(record.get("kind") == "torn" for record in self._records),
            is_torn_now=bool(self._gap_line) and not findings,
            head=self._follower.head.hash,
        )

    def _findings(self) -> Iterator[Finding]:
        first = self._records[0] if self._records else None
        if first is not None and (first.get("kind") != "begun" or first.get("format") != FORMAT):
            yield Finding(kind="broken", line=1, text=f"line 1 does not begin an audit of format {FORMAT}")
        if self._anchor is None:
            yield Finding(kind="head", line=0, text="the head that is kept apart is gone or damaged")
            if self._gap_line:
                yield self._broken()
            return
        is_within = self._follower.head.size < min(self._size, self._anchor.size)
        if self._gap_line and (self._is_line_damaged or (is_within and not self._has_met_anchor)):
            yield self._broken()
        if self._has_met_anchor:
            return  # what was begun after the head, and not finished, was never acknowledged
        if self._size < self._anchor.size:
            missing = max(self._anchor.records - self._follower.head.records, 0)
            text = f"the tail is missing: {self._anchor.records} records were acknowledged, {missing} cannot be read"
            yield Finding(kind="tail", line=len(self._records) + 1, text=text)
        elif not self._gap_line:
            yield Finding(kind="head", line=0, text="the chain does not run through the head that is kept apart")

    def _broken(self) -> Finding:
        after = self._follower.head.records
        text = f"line {self._gap_line} does not continue the chain: it was changed, moved, or lines before it are gone"
        return Finding(kind="broken", line=self._gap_line, text=f"{text} ({after} records before it are sound)")


def _open(records: list[dict[str, Any]]) -> tuple[dict[str, Any], ...]:
    """Return the allowed decisions about tools that no outcome follows."""
    waiting: dict[tuple[Any, ...], dict[str, Any]] = {}
    for record in records:
        place = (record.get("run"), record.get("index"), record.get("tool"))
        is_allowed = record.get("kind") == "decided" and record.get("decision") == "allow"
        if is_allowed and record.get("tool") != MODEL:
            waiting[place] = record
        elif record.get("kind") == "ended":
            waiting.pop(place, None)
    return tuple(waiting.values())
