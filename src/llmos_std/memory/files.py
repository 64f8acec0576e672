"""The folder of trace files: read whole, written whole through a rename, named after the goal for people's eyes.

Nobody ever sees half a file: a new version is a new file that takes the old one's name in one step.
"""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress
from typing import TYPE_CHECKING

from llmos_core.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from llmos_core.types.trace import Trace

SUFFIX = ".md"
MAX_BYTES = 64 * 2**20
"""A larger file is no trace."""

_SLUG_CHARS = 40
_ABANDONED_S = 3600.0
_FULL_DISK = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def read_file(path: Path) -> tuple[bytes, os.stat_result]:
    """Return the bytes of a regular file and its facts; OSError when it is gone, unreadable, a link or too large."""
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        facts = os.fstat(handle)
        if not stat.S_ISREG(facts.st_mode):
            raise OSError(errno.EINVAL, "it is not a regular file")
        if facts.st_size > MAX_BYTES:
            raise OSError(errno.EFBIG, f"it is larger than {MAX_BYTES >> 20} MiB")
        pieces = []
        while piece := os.read(handle, facts.st_size + 1):
            pieces.append(piece)
    finally:
        os.close(handle)
    return b"".join(pieces), facts


def replace_file(
    path: Path, data: bytes, *, durable: bool, seen: os.stat_result | None = None
) -> os.stat_result | None:
    """Give `path` this content in one step and return the new file's facts; `durable`: also through a loss of power.

    With `seen`, the facts of the file that `data` was made from, its mode is kept, and nothing happens – None is
    returned – when the file has changed since. Raises OSError; a failure leaves the old file, and no other.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        facts = _write_whole(temporary, data, stat.S_IMODE(seen.st_mode) if seen else 0o600, durable=durable)
        if seen and not is_same_file(path.lstat(), seen):
            temporary.unlink()
            return None
        temporary.rename(path)
    except BaseException:
        _forget_file(temporary)
        raise
    if durable:
        sync_folder(path.parent)
    return facts


def remove_file(path: Path) -> None:
    """Remove a file durably; nothing when it is gone already."""
    _forget_file(path)
    sync_folder(path.parent)


def is_same_file(found: os.stat_result, seen: os.stat_result) -> bool:
    """Say whether two looks saw the same version of the same file."""
    return (found.st_ino, found.st_mtime_ns, found.st_size) == (seen.st_ino, seen.st_mtime_ns, seen.st_size)


def stamp_of(folder: Path) -> str | None:
    """Return a text that changes when a file comes, goes or is renamed; None when there is no folder."""
    try:
        facts = folder.stat()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise unreadable(folder, error) from error
    return f"{facts.st_ino}:{facts.st_mtime_ns}"


def mark(folder: Path) -> str | None:
    """Give the folder a time of change of its own, and return the stamp of that.

    The system's clock for files ticks only every few milliseconds; this time lies between its ticks, so that no later
    change, however soon, leaves the same stamp.
    """
    with suppress(OSError):  # in somebody else's folder the tick must do
        os.utime(folder, ns=_now_ns())
    return stamp_of(folder)


def trace_files(folder: Path) -> Iterator[tuple[str, os.stat_result]]:
    """Yield name and facts of everything that is named like a trace, links and folders too, in no order.

    What a writer that was killed left behind long ago is removed on the way. Raises StorageError.
    """
    import time

    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                try:
                    facts = entry.stat(follow_symlinks=False)
                except FileNotFoundError:
                    continue
                if entry.name.startswith("."):
                    if entry.name.endswith(".tmp") and facts.st_mtime < time.time() - _ABANDONED_S:
                        _forget_file(folder / entry.name)
                elif entry.name.endswith(SUFFIX):
                    yield entry.name, facts
    except OSError as error:
        raise unreadable(folder, error) from error


def names_for(trace: Trace) -> Iterator[str]:
    """Yield names for a trace's file, the most pleasant first: its goal in plain letters and 8 digits of its id."""
    from unicodedata import normalize

    letters = normalize("NFKD", trace.goal[: 8 * _SLUG_CHARS]).encode("ascii", "ignore").decode().lower()
    words = "".join(each if each.isalnum() else " " for each in letters).split()
    slug = "-".join(words)[:_SLUG_CHARS].strip("-") or "goal"
    yield f"{slug}-{trace.id[:8]}{SUFFIX}"
    yield f"{slug}-{trace.id}{SUFFIX}"
    for number in range(2, 100):
        yield f"{slug}-{trace.id}-{number}{SUFFIX}"


def unreadable(path: Path, error: OSError) -> StorageError:
    """Return the error for a file or folder that cannot be read."""
    return StorageError(
        f"{path} cannot be read ({error.strerror or error}); make it readable for you (a file 0600, a folder 0700), "
        "then run again"
    )


def unwritable(path: Path, error: OSError) -> StorageError:
    """Return the error for a file that cannot be written."""
    remedy = "free some disk space" if error.errno in _FULL_DISK else f"make {path.parent} a folder that you may write"
    return StorageError(
        f"{path} cannot be written ({error.strerror or error}); what was saved before is safe; {remedy}, then run again"
    )


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _write_whole(path: Path, data: bytes, mode: int, *, durable: bool) -> os.stat_result:
    flags = os.O_CREAT | os.O_WRONLY | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
    handle = os.open(path, flags, 0o600)
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(handle, rest) :]
        os.fchmod(handle, mode)
        os.utime(handle, ns=_now_ns())
        if durable:
            os.fsync(handle)
        return os.fstat(handle)
    finally:
        os.close(handle)


def _now_ns() -> tuple[int, int]:
    """Return this moment, finer than the ticks of the system's clock for files, as times of access and of change."""
    import time

    now = time.time_ns()
    return now, now


def _forget_file(path: Path) -> None:
    path.unlink(missing_ok=True)
