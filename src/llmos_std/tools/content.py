"""Read, replace and look at one regular file at a place that `paths` has found.

What is opened is never a link, a device or a pipe; what is written appears whole or not at all.
"""

import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from llmos_core.errors import ToolError, ToolRefusedError
from llmos_core.types.record import Record
from llmos_core.types.tools import Probe
from llmos_std.tools.paths import Place, explain

_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_ANY_WRITE_BIT = 0o222
_PERMISSIONS = 0o777
_CHUNK_BYTES = 1 << 20


class Version(Record):
    """What tells one state of a file from another without reading it: a rewrite changes at least one of these."""

    inode: int
    size_bytes: int
    modified_ns: int


@contextmanager
def open_file(place: Place) -> Iterator[int]:
    """Yield a descriptor, open for reading, of the regular file at `place`.

    Raises ToolError when there is none or it cannot be read, ToolRefusedError for a device, pipe or socket.
    """
    try:
        _refuse_irregular(os.stat(place.name, dir_fd=place.folder, follow_symlinks=False), place)
        descriptor = os.open(place.name, _READ, dir_fd=place.folder)
    except OSError as error:
        raise explain(error, place.shown) from error
    try:
        _refuse_irregular(os.fstat(descriptor), place)
        yield descriptor
    except OSError as error:
        raise explain(error, place.shown) from error
    finally:
        os.close(descriptor)


def read_chunks(descriptor: int) -> Iterator[bytes]:
    """Yield the rest of an open file piece by piece."""
    while chunk := os.read(descriptor, _CHUNK_BYTES):
        yield chunk


def version(descriptor: int) -> Version:
    """Return what an open file is like now."""
    found = os.fstat(descriptor)
    return Version(inode=found.st_ino, size_bytes=found.st_size, modified_ns=found.st_mtime_ns)


def decode(data: bytes, shown: str) -> str:
    """Return the bytes of the file `shown` as text, byte for byte; raises ToolError when they are no UTF-8."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        message = f"{shown}: byte {error.start} is no UTF-8 text, so it looks like a binary file; look at it with Bash"
        raise ToolError(message) from None


def encode(text: str, shown: str) -> bytes:
    """Return text as the bytes to be written to the file `shown`; raises ToolError for half a surrogate pair."""
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as error:
        message = f"{shown}: character {error.start} of the text is half of a surrogate pair; write whole characters"
        raise ToolError(message) from None


def replace_file(place: Place, data: bytes, *, expected: Version | None = None) -> bool:
    """Make the file at `place` hold exactly `data`, durably, and return whether it is new; else leave it as it was.

    The permissions of an existing file are kept. With `expected`, a file that has changed since is not touched.
    """
    try:
        old = _existing(place)
        temporary = f"{HALF_WRITTEN}{os.urandom(8).hex()}"
        descriptor = os.open(temporary, _CREATE, 0o666, dir_fd=place.folder)
        try:
            _fill(descriptor, data, old)
            _refuse_changed(place, expected)
            os.rename(temporary, place.name, src_dir_fd=place.folder, dst_dir_fd=place.folder)
        except BaseException:
            with suppress(OSError):
                os.unlink(temporary, dir_fd=place.folder)
            raise
        os.fsync(place.folder)
    except OSError as error:
        raise explain(error, place.shown) from error
    return old is None


MAX_LOOK_BYTES = 1 << 30
"""Up to which size a file is read to tell it from another; nobody waits for more before a call."""

HALF_WRITTEN = ".half-written-"
"""How the names of files begin that a crash may leave behind; they are safe to delete."""


def look(place: Place) -> Probe:
    """Return what is at `place` now, with digest and size when it is a readable file; ToolError for a huge one."""
    try:
        found = os.stat(place.name, dir_fd=place.folder, follow_symlinks=False)
    except FileNotFoundError:
        return {"state": "absent"}
    if stat.S_ISDIR(found.st_mode):
        return {"state": "dir"}
    if not stat.S_ISREG(found.st_mode):
        return {"state": "other"}
    if found.st_size > MAX_LOOK_BYTES:
        raise ToolError(f"{place.shown}: {found.st_size} bytes are more than are looked through; use Bash")
    sha256, size = hashlib.sha256(), 0
    with open_file(place) as descriptor:
        for chunk in read_chunks(descriptor):
            sha256.update(chunk)
            size += len(chunk)
    return {"state": "file", "sha256": sha256.hexdigest(), "size": size}


def _existing(place: Place) -> os.stat_result | None:
    """Return what is to be replaced; refuse what must not be."""
    try:
        found = os.stat(place.name, dir_fd=place.folder, follow_symlinks=False)
    except FileNotFoundError:
        return None
    _refuse_irregular(found, place)
    if not found.st_mode & _ANY_WRITE_BIT or not os.access(place.name, os.W_OK, dir_fd=place.folder):
        raise ToolError(f"{place.shown}: the file is write-protected; change its permissions or choose another file")
    return found


def _refuse_irregular(found: os.stat_result, place: Place) -> None:
    if stat.S_ISDIR(found.st_mode):
        raise ToolError(f"{place.shown}: it is a folder, and a file is needed; name a file in it")
    if stat.S_ISLNK(found.st_mode):
        raise ToolRefusedError(f"{place.shown}: it was replaced by a link meanwhile; look at it and try again")
    if not stat.S_ISREG(found.st_mode):
        raise ToolRefusedError(f"{place.shown}: it is a device, pipe or socket; only regular files are opened")


def _refuse_changed(place: Place, expected: Version | None) -> None:
    if expected is None:
        return
    with open_file(place) as descriptor:
        if version(descriptor) != expected:
            raise ToolError(f"{place.shown}: it was changed by somebody else meanwhile; read it again")


def _fill(descriptor: int, data: bytes, old: os.stat_result | None) -> None:
    """Write all of `data`, with the owner and permissions of the old file, and close the descriptor in any case."""
    try:
        if old is not None:
            with suppress(PermissionError):
                os.fchown(descriptor, old.st_uid, old.st_gid)
            os.fchmod(descriptor, stat.S_IMODE(old.st_mode) & _PERMISSIONS)
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
