"""Append to a chain that any number of processes share, and keep its head apart from it.

Nothing that was written is ever changed. The head is moved only after what it covers has reached the disk, so a chain
that is shorter than its head was cut, never just interrupted.
"""

from __future__ import annotations

import errno
import fcntl
import os
import stat
import time
from _thread import allocate_lock
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from llmos_core.errors import StorageError
from llmos_std.audit.records import Follower, Head, anchor_of, head_of, line_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FORMAT = 1
"""The major version of specs/audit."""

WAIT_S = 30.0
"""How long one process waits for another's record, far above any real one."""

_POLL_S = 0.01
_FLAGS = os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
_CHUNK_BYTES = 1 << 20
_sync = getattr(os, "fdatasync", os.fsync)


class Chain:
    """One chain of records and its head. Every problem is a StorageError that names the file and the next step."""

    def __init__(self, path: Path, anchor: Path, *, about: str, wait_s: float = WAIT_S) -> None:
        self.path = path
        self.anchor = anchor
        self._about = about
        self._wait_s = wait_s
        self._lock = allocate_lock()
        self._known: tuple[int, Head] = (0, Head())
        self._anchored = 0

    def append(self, facts: dict[str, Any], *, at: str, durable: bool) -> None:
        """Add one record after all that any process has added; when `durable` it has reached the disk on return."""
        with self._lock, self._explained():
            handle = self._opened()
            try:
                inode = self._locked(handle)
                known, self._known = self._known, (0, Head())
                head, gap = self._caught_up(handle, known[1] if known[0] == inode else None)
                data, head = self._lines({**facts, "at": at}, head, gap, at)
                _write(handle, data)
                if durable:
                    _sync(handle)
                    self._move_anchor(head)
                self._known = (inode, head)
            finally:
                os.close(handle)

    def settle(self) -> None:
        """Let the head cover every record that was added here."""
        with self._lock, self._explained():
            inode, head = self._known
            if self._anchored >= head.size:
                return
            handle = self._opened()
            try:
                if self._locked(handle) != inode:
                    return
                head, _ = self._caught_up(handle, head)
                _sync(handle)
                self._move_anchor(head)
                self._known = (inode, head)
            finally:
                os.close(handle)

    def require_own(self) -> None:
        """Raise the StorageError that adding would raise if either file is no file of the user's alone; make none."""
        with self._explained():
            for path in (self.path, self.anchor):
                with suppress(FileNotFoundError):
                    handle = os.open(path, _FLAGS)
                    try:
                        _require_own(handle)
                    finally:
                        os.close(handle)

    def _lines(self, facts: dict[str, Any], head: Head, gap: Follower | None, at: str) -> tuple[bytes, Head]:
        """Return what to write: what closes a gap or begins a chain, then the record itself."""
        data = b""
        if gap is not None:
            data = b"\n"
            gap.skip(data)
            torn = {"kind": "torn", "bytes": gap.gap_bytes, "sha256": gap.gap_digest, "at": at}
            line, head = line_of(torn, Head(head.records, head.size + gap.gap_bytes, head.hash))
            data += line
        if not head.records:
            line, head = line_of({"kind": "begun", "format": FORMAT, "about": self._about, "at": at}, head)
            data += line
        line, head = line_of(facts, head)
        return data + line, head

    def _caught_up(self, handle: int, head: Head | None) -> tuple[Head, Follower | None]:
        """Return the head of what is in the file now and, when its end is no sound record, the gap there."""
        if head is None:
            head = self._read_anchor()
            self._anchored = head.size
        size = os.fstat(handle).st_size
        if size == head.size:
            return head, None
        if size < head.size:
            raise self._damaged(f"it was cut off: {head.size} bytes were acknowledged, {size} are left")
        follower = Follower(head)
        for line in lines_from(handle, head.size, size):
            follower.take(line)
        return follower.head, follower if follower.gap_bytes else None

    def _opened(self) -> int:
        try:
            return os.open(self.path, _FLAGS | os.O_APPEND)
        except FileNotFoundError:
            self._create()
            return os.open(self.path, _FLAGS | os.O_APPEND)

    def _create(self) -> None:
        """Begin a chain, its head first: a chain without a head is one whose head was taken away."""
        from llmos_std.storage.files import make_private_file, make_private_folder, open_folder_lock, write_private_file

        for folder in (self.anchor.parent, self.path.parent):
            make_private_folder(folder)
        with open_folder_lock(self.path.parent, timeout_s=self._wait_s):
            if os.path.lexists(self.path):
                return
            if os.path.lexists(self.anchor):
                if self._read_anchor().records:
                    raise self._damaged("it is gone, though records in it were acknowledged")
            else:
                write_private_file(self.anchor, anchor_of(Head()))
            make_private_file(self.path)

    def _read_anchor(self) -> Head:
        try:
            handle = os.open(self.anchor, _FLAGS)
        except FileNotFoundError:
            raise self._damaged(f"its head {self.anchor} is gone") from None
        try:
            _require_own(handle)
            head = head_of(os.read(handle, 4096))
        finally:
            os.close(handle)
        if head is None:
            raise self._damaged(f"its head {self.anchor} is damaged")
        return head

    def _move_anchor(self, head: Head) -> None:
        handle = os.open(self.anchor, _FLAGS)
        try:
            os.pwrite(handle, anchor_of(head), 0)
        finally:
            os.close(handle)
        self._anchored = head.size

    def _locked(self, handle: int) -> int:
        """Hold the chain among all processes until the handle is closed, and return its inode."""
        _require_own(handle)
        deadline = time.monotonic() + self._wait_s
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise TimeoutError(errno.ETIMEDOUT, "it is locked by another process") from None
                time.sleep(_POLL_S)
            else:
                return os.fstat(handle).st_ino

    def _damaged(self, found: str) -> StorageError:
        return StorageError(
            f"the audit {self.path} is not whole ({found}), so nothing more is done; look at it with: "
            f"llmos audit verify; to begin a new one, move it and {self.anchor} aside together"
        )

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise StorageError(
                f"the audit {self.path} cannot be written ({error.strerror or error}), so nothing more is done; "
                "see that its disk has space and that it is a file of your own with mode 0600"
            ) from error


def _require_own(handle: int) -> None:
    """Refuse what is no regular file, or one that others may write to or hold by another name."""
    found = os.fstat(handle)
    is_own = found.st_uid in (os.geteuid(), 0) and not found.st_mode & 0o022 and found.st_nlink == 1
    if not stat.S_ISREG(found.st_mode) or not is_own:
        raise OSError(errno.EPERM, "it is no regular file that is yours alone")


def _write(handle: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(handle, rest) :]


def lines_from(handle: int, start: int, end: int) -> Iterator[bytes]:
    """Yield the lines between two places (in bytes) of the open file `handle`, each with its newline if it has one."""
    rest = b""
    while start < end and (chunk := os.pread(handle, min(_CHUNK_BYTES, end - start), start)):
        start += len(chunk)
        *whole, rest = (rest + chunk).split(b"\n")
        yield from (line + b"\n" for line in whole)
    if rest:
        yield rest
