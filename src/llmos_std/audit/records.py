"""One line of the chain: a JSON object that names the hash of the line before it and ends with its own.

A line's hash covers its bytes as they stand, so there is one way to check it and no canonical form to agree on.
Source: specs/audit/1.
"""

import hashlib
import json
from typing import Any

from llmos_core.types.record import Record

NO_HASH = "0" * 64
"""What the first line names as the hash of the line before it."""

_MARK = b',"hash":"'
_END = b'"}\n'
_TAIL_BYTES = len(_MARK) + 64 + len(_END)
_HEAD_BYTES = 94


class Head(Record, kw_only=False):
    """How far a chain goes: how many `records`, their size in bytes with what was torn, and the hash of the last."""

    records: int = 0
    size: int = 0
    hash: str = NO_HASH


def line_of(facts: dict[str, Any], head: Head) -> tuple[bytes, Head]:
    """Return the line that continues a chain after `head` (which ends where the line will begin), and the new head."""
    text = json.dumps({**facts, "n": head.records, "prev": head.hash}, separators=(",", ":"), allow_nan=False)
    body = text.encode("ascii")
    found = hashlib.sha256(body).hexdigest()
    line = body[:-1] + _MARK + found.encode() + _END
    return line, Head(head.records + 1, head.size + len(line), found)


def facts_of(line: bytes) -> tuple[dict[str, Any], str] | None:
    """Return what a whole line says and its hash; None when its bytes are not what was written."""
    body, mark, claimed = line[:-_TAIL_BYTES] + b"}", line[-_TAIL_BYTES:-67], line[-67:-3]
    found = hashlib.sha256(body).hexdigest()
    if mark != _MARK or not line.endswith(_END) or claimed != found.encode():
        return None
    try:
        facts = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return (facts, found) if isinstance(facts, dict) else None


class Follower:
    """Follows a chain line by line. `head` is the end of its last sound record; `gap_bytes` is what came after it.

    A gap is closed only by a record `torn` that names its size and digest: that is how a crash is told from tampering.
    """

    def __init__(self, head: Head) -> None:
        self.head = head
        self.gap_bytes = 0
        self._gap = hashlib.sha256()

    @property
    def gap_digest(self) -> str:
        """The SHA-256 of what came after the last sound record."""
        return self._gap.hexdigest()

    def take(self, line: bytes) -> dict[str, Any] | None:
        """Take the next line with its newline and return what it says; None when it does not continue the chain."""
        read = facts_of(line)
        if read is None or not self._continues(read[0]):
            self.skip(line)
            return None
        facts, found = read
        self.head = Head(self.head.records + 1, self.head.size + self.gap_bytes + len(line), found)
        self.gap_bytes, self._gap = 0, hashlib.sha256()
        return facts

    def skip(self, data: bytes) -> None:
        """Add to the gap."""
        self.gap_bytes += len(data)
        self._gap.update(data)

    def _continues(self, facts: dict[str, Any]) -> bool:
        if facts.get("n") != self.head.records or facts.get("prev") != self.head.hash:
            return False
        if facts.get("kind") != "torn":
            return not self.gap_bytes
        return facts.get("bytes") == self.gap_bytes > 0 and facts.get("sha256") == self.gap_digest


def anchor_of(head: Head) -> bytes:
    """Return a head as the one fixed text that is kept apart from its chain."""
    return f"{head.records:012d} {head.size:015d} {head.hash}\n".encode()


def head_of(anchor: bytes) -> Head | None:
    """Undo `anchor_of`; None for anything else."""
    try:
        records, size, found = anchor.decode("ascii").split()
        head = Head(int(records), int(size), found)
    except ValueError:
        return None
    return head if len(anchor) == _HEAD_BYTES and anchor_of(head) == anchor else None
