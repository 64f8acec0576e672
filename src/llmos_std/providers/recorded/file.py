"""The file of recorded exchanges: JSON lines (specs/model-exchange/1), appended whole by any number of processes.

A line without its end was torn by a crash: readers pass over it, the next writer removes it. Any other line that cannot
be read is an error: a recording is never silently shorter than its file.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import stat
from typing import TYPE_CHECKING, Any, NamedTuple

from llmos_core.errors import StorageError
from llmos_core.types.json import digest
from llmos_std.providers.exchanging import json_bytes
from llmos_std.storage.files import make_private_folder

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

EXCHANGE_SCHEMA = "llmos.model-exchange/1"
_KEYS = frozenset({"schema", "key", "at", "provider", "request", "reply", "redacted"})
_CHUNK = 1 << 16


class Exchange(NamedTuple):
    """One recorded call: request and reply as JSON; `redacted` names the variables whose secrets were in the reply."""

    key: str
    at: str
    provider: str
    request: dict[str, Any]
    reply: dict[str, Any]
    redacted: tuple[str, ...]

    @property
    def line(self) -> bytes:
        """The exchange as its line of the file."""
        return json_bytes({"schema": EXCHANGE_SCHEMA, **self._asdict(), "redacted": list(self.redacted)}) + b"\n"


def key_of(request: dict[str, Any]) -> str:
    """Return the digest by which a request is found again: over all that a model sees, so not `purpose`."""
    return digest({name: value for name, value in request.items() if name != "purpose"})


class Recording:
    """The exchanges of one file. What other processes append is seen at the next look."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._found: dict[str, Exchange] = {}
        self._seen: tuple[int, int] = (0, 0)  # inode, and the bytes that were read
        self._lines = 0

    def find(self, key: str) -> Exchange | None:
        """Return the exchange that was recorded last under a key, None when there is none; StorageError for damage."""
        self._refresh()
        return self._found.get(key)

    def exchanges(self) -> Iterable[Exchange]:
        """Return every exchange that would be played back, the newest last."""
        self._refresh()
        return self._found.values()

    def append(self, exchange: Exchange) -> None:
        """Add one exchange at the end, whole and durably; StorageError when that fails, and then nothing is added."""
        try:
            self._append(exchange.line)
        except OSError as error:
            raise self._unusable(error, "written") from error

    def prepare(self) -> None:
        """Make the file if there is none; StorageError when nothing could be added to it."""
        try:
            os.close(self._opened())
        except OSError as error:
            raise self._unusable(error, "written") from error

    def _opened(self) -> int:
        make_private_folder(self.path.parent)
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW
        return _regular(os.open(self.path, flags, 0o600))

    def _append(self, line: bytes) -> None:
        handle = self._opened()
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            end = _whole_size(handle)
            if end < os.fstat(handle).st_size:
                os.ftruncate(handle, end)
            try:
                _write_all(handle, line)
                os.fsync(handle)
            except OSError:
                os.ftruncate(handle, end)
                raise
        finally:
            os.close(handle)

    def _refresh(self) -> None:
        """Read what was added since the last look; everything anew when it is another file."""
        try:
            handle = _regular(os.open(self.path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK))
        except FileNotFoundError:
            self._forget(0)
            return
        except OSError as error:
            raise self._unusable(error, "read") from error
        with os.fdopen(handle, "rb") as file:
            status = os.fstat(handle)
            if status.st_ino != self._seen[0] or status.st_size < self._seen[1]:
                self._forget(status.st_ino)
            file.seek(self._seen[1])
            new = file.read()
        whole = new[: new.rfind(b"\n") + 1]
        for raw in whole.split(b"\n")[:-1]:
            self._lines += 1
            self._keep(raw)
        self._seen = (self._seen[0], self._seen[1] + len(whole))

    def _forget(self, inode: int) -> None:
        self._found, self._seen, self._lines = {}, (inode, 0), 0

    def _keep(self, raw: bytes) -> None:
        try:
            exchange = _exchange(json.loads(raw))
        except (ValueError, RecursionError) as error:
            message = f"{self.path}:{self._lines}: {error}; mend or remove this line, or record anew"
            self._forget(0)
            raise StorageError(message) from None
        self._found.pop(exchange.key, None)
        self._found[exchange.key] = exchange

    def _unusable(self, error: OSError, done: str) -> StorageError:
        reason = "it is a symbolic link" if error.errno == errno.ELOOP else error.strerror or str(error)
        return StorageError(f"the recording {self.path} cannot be {done}: {reason}")


def _exchange(value: Any) -> Exchange:
    if not isinstance(value, dict) or value.get("schema") != EXCHANGE_SCHEMA:
        raise ValueError(f"this is no exchange of the form {EXCHANGE_SCHEMA}")
    if set(value) != _KEYS:
        odd = ", ".join(sorted(set(value) ^ _KEYS))
        raise ValueError(f"unknown or missing: {odd}")
    if not isinstance(value["request"], dict) or not isinstance(value["reply"], dict):
        raise ValueError("request and reply must be objects")
    if key_of(value["request"]) != value["key"]:
        raise ValueError("the request is not the one that was recorded (its key differs)")
    fields = {name: value[name] for name in _KEYS - {"schema", "redacted"}}
    return Exchange(**fields, redacted=tuple(value["redacted"]))


def _regular(handle: int) -> int:
    """Return the handle of a regular file; OSError for anything else."""
    if stat.S_ISREG(os.fstat(handle).st_mode):
        return handle
    os.close(handle)
    raise OSError(errno.EINVAL, "it is no regular file")


def _whole_size(handle: int) -> int:
    """Return the size of the file up to the end of its last whole line."""
    end = os.fstat(handle).st_size
    while end:
        start = max(0, end - _CHUNK)
        newline = os.pread(handle, end - start, start).rfind(b"\n")
        if newline >= 0:
            return start + newline + 1
        end = start
    return 0


def _write_all(handle: int, data: bytes) -> None:
    while data:
        data = data[os.write(handle, data) :]
