"""What is known of files that were read: while size, times, inode and mode are the same, so is the content.

A file of its own, derived and worth nothing: without it, or with a damaged one, every file is read again.
"""

import hashlib
import json
import os
from contextlib import suppress
from pathlib import Path

from llmos_std.snapshots.entries import Entry

Facts = tuple[int, int, int, int, int, int]
"""Size, time of change of content and of inode, inode, device and mode."""


class Seen:
    """What one file remembers of others. Every content it names is stored."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: tuple[int, int] | None = None
        self._known: dict[str, tuple[Facts, str]] = {}
        self._met: dict[str, tuple[Facts, str]] = {}
        self._is_changed = False

    def load(self) -> None:
        """Know what the file says now, and nothing when it cannot be believed."""
        self._met, self._is_changed = {}, False
        now = self._stamp()
        if now is not None and now == self._file:
            return
        self._file, self._known = now, {}
        with suppress(OSError, ValueError, TypeError):
            claimed, _, body = self._path.read_bytes().partition(b"\n")
            if hashlib.sha256(body).hexdigest().encode() == claimed:
                self._known = {path: (tuple(facts), digest) for path, (facts, digest) in json.loads(body).items()}

    def get(self, path: str, facts: os.stat_result) -> Entry | None:
        """Return the entry of a file that is as it was; None when it must be read."""
        known = self._known.get(path)
        if known is None or known[0] != _facts(facts):
            return None
        self._met[path] = known
        return {"kind": "file", "mode": facts.st_mode & 0o7777, "size": facts.st_size, "sha256": known[1]}

    def add(self, path: str, facts: os.stat_result, entry: Entry) -> None:
        """Remember a file that was read."""
        self._met[path] = (_facts(facts), entry["sha256"])
        self._is_changed = True

    def forget_unmet(self) -> None:
        """Forget every file that was neither asked for nor added since `load`."""
        self._is_changed = self._is_changed or len(self._met) != len(self._known)
        self._known = self._met

    def save(self) -> None:
        """Write down what is known, if that is news; a failure only costs time later."""
        if not self._is_changed:
            return
        body = json.dumps({path: [*known] for path, known in self._known.items()}, separators=(",", ":")).encode()
        temporary = self._path.with_name(f"{self._path.name}.{os.getpid()}")
        try:
            with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:  # noqa: PTH123
                file.write(hashlib.sha256(body).hexdigest().encode() + b"\n" + body)
            temporary.replace(self._path)
            self._file, self._is_changed = self._stamp(), False
        except OSError:
            self._file = None

    def digests(self) -> set[str]:
        """Return the digests of all contents that are known."""
        return {digest for _, digest in self._known.values()}

    def _stamp(self) -> tuple[int, int] | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns


def _facts(found: os.stat_result) -> Facts:
    times = (found.st_mtime_ns, found.st_ctime_ns)
    return (found.st_size, *times, found.st_ino, found.st_dev, found.st_mode)
