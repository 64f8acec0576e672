"""Make private files and folders: 0600 and 0700 from the first moment, never a loosened one, never through a link."""

from __future__ import annotations

import errno
import fcntl
import os
import stat
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_POLL_S = 0.01


def make_private_folder(folder: Path) -> None:
    """Make `folder` and its missing parents with mode 0700, durably; folders that exist stay as they are."""
    if folder.is_dir():
        return
    make_private_folder(folder.parent)
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        if not folder.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, f"{folder} is not a folder") from None
        return
    _sync(folder.parent, os.O_DIRECTORY)


def make_private_file(path: Path) -> None:
    """Make an empty file with mode 0600; FileExistsError when there is anything of that name."""
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600))


def write_private_file(path: Path, data: bytes) -> None:
    """Give `path` this content in one step and durably, mode 0600; its missing folders are made private. OSError."""
    make_private_folder(path.parent)
    _write(path, data, 0o600, None)


def rewrite_file(path: Path, data: bytes, *, new_mode: int = 0o600) -> None:
    """Give a user's own file this content in one step and durably, at the end of its links; its mode is kept.

    A new file gets `new_mode` less the umask. Raises OSError; a failure leaves the old file, and no other.
    """
    target = path.joinpath(os.path.realpath(path))  # absolute, so it takes the place of the path
    _write(target, data, new_mode, stat.S_IMODE(target.stat().st_mode) if target.exists() else None)


def _write(path: Path, data: bytes, new_mode: int, mode: int | None) -> None:
    written = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        written.unlink(missing_ok=True)
        descriptor = os.open(written, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, new_mode)
        with open(descriptor, "wb") as file:  # noqa: PTH123 – a descriptor
            if mode is not None:
                os.fchmod(descriptor, mode)
            file.write(data)
        publish(written, path)
    except BaseException:
        discard(written)
        raise


def publish(finished: Path, path: Path) -> None:
    """Give a finished file its own name, in one moment and durably, content and name."""
    _sync(finished, os.O_RDWR)
    finished.replace(path)
    _sync(path.parent, os.O_DIRECTORY)


def set_aside(path: Path) -> None:
    """Rename what is left of a file whose companion is gone, if anything is: it may be all that a user still has."""
    if size_of(path):
        path.replace(path.with_name(path.name + ".left-over"))


def discard(*paths: Path) -> None:
    """Remove files that nobody ever needed."""
    for path in paths:
        path.unlink(missing_ok=True)


def size_of(path: Path) -> int | None:
    """Return the size of a regular file in bytes, None when there is none; OSError for a link, folder or device."""
    try:
        found = os.lstat(path)
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(found.st_mode):
        kind = "a symbolic link" if stat.S_ISLNK(found.st_mode) else "not a regular file"
        raise OSError(errno.EINVAL, f"it is {kind}")
    return found.st_size


@contextmanager
def open_folder_lock(folder: Path, *, timeout_s: float) -> Iterator[None]:
    """Hold `folder` for this process alone; TimeoutError after `timeout_s`. File systems without locks give none."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        deadline = time.monotonic() + timeout_s
        while not _try_lock(handle):
            if time.monotonic() > deadline:
                raise TimeoutError(errno.ETIMEDOUT, f"{folder} is locked by another process")
            time.sleep(_POLL_S)
        yield
    finally:
        os.close(handle)


def _try_lock(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True  # no locks on this file system: SQLite's own, and its retries, must do
    return True


def _sync(path: Path, flags: int) -> None:
    handle = os.open(path, flags | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
