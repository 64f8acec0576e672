"""What is at one path of the workspace: a file, a link, a folder, nothing – as JSON that says all that can be put back.

Every path is reached one component at a time below the open workspace, and no link is followed.
"""

import errno
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from llmos_std.snapshots.objects import Objects, digest_of

Entry = dict[str, Any]
"""{"kind": "file" | "link" | "folder" | "absent" | "other"} with mode, size, sha256 or target."""

HOUSE = ".llmos"
"""llmos's own folder: never kept, never put back."""

ABSENT: Entry = {"kind": "absent"}
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
FOLDER_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
"""How a folder is opened: never through a link."""

Measure = Callable[[int], tuple[str, int]]
"""Takes an open file and returns digest and size of its content."""


def open_root(workspace: Path) -> int:
    """Return the open workspace folder."""
    return os.open(workspace, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)


@contextmanager
def open_parent(folder: int, parts: Sequence[str]) -> Iterator[int]:
    """Yield the open folder, below another one, that the last of `parts` is in.

    OSError when there is none, or a link is on the way.
    """
    above = os.dup(folder)
    try:
        for name in parts[:-1]:
            inner = os.open(name, FOLDER_FLAGS, dir_fd=above)
            os.close(above)
            above = inner
        yield above
    finally:
        os.close(above)


def entry_at(folder: int, path: str, measure: Measure = digest_of) -> Entry:
    """Return what is at a path below an open folder now; where a folder on the way is gone, that is nothing."""
    parts = path.split("/")
    try:
        with open_parent(folder, parts) as above:
            return entry_in(above, parts[-1], measure)
    except (FileNotFoundError, NotADirectoryError):
        return ABSENT
    except OSError as error:
        if error.errno == errno.ELOOP:  # a folder on the way has become a link
            return ABSENT
        raise


def entry_in(folder: int, name: str, measure: Measure = digest_of) -> Entry:
    """Return what is under a name of an open folder."""
    try:
        found = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return ABSENT
    mode = stat.S_IMODE(found.st_mode)
    if stat.S_ISLNK(found.st_mode):
        return {"kind": "link", "target": os.readlink(name, dir_fd=folder)}
    if stat.S_ISDIR(found.st_mode):
        return {"kind": "folder", "mode": mode}
    if not stat.S_ISREG(found.st_mode):
        return {"kind": "other", "mode": found.st_mode}
    descriptor = os.open(name, _READ, dir_fd=folder)
    try:
        digest, size = measure(descriptor)
    finally:
        os.close(descriptor)
    return {"kind": "file", "mode": mode, "size": size, "sha256": digest}


def is_same(one: Entry | None, other: Entry | None) -> bool:
    """Say whether two entries are alike; what a folder holds is no part of it, and None is like nothing."""
    if one is None or other is None:
        return False
    return {**one, "tree": ""} == {**other, "tree": ""}


def real_path(workspace: Path, path: str) -> str | None:
    """Return where a path of the workspace really leads, from the workspace; None for what is never kept."""
    root = os.path.realpath(workspace)
    real = os.path.realpath(os.path.join(root, path))  # noqa: PTH118 – texts all along
    if not real.startswith(root.rstrip("/") + "/"):
        return None
    inner = real[len(root.rstrip("/")) + 1 :]
    return None if inner.split("/", 1)[0].casefold() == HOUSE else inner


def entries_for(folder: int, paths: Sequence[str], store: Objects | None) -> dict[str, Entry]:
    """Return what is at each path now, and which folders above it are missing; contents go into the store."""
    measure = digest_of if store is None else store.put_file
    found: dict[str, Entry] = {}
    for path in paths:
        parts = path.split("/")
        for length in range(1, len(parts)):
            above = "/".join(parts[:length])
            if above in found or not _is_missing(folder, above):
                continue
            found[above] = ABSENT
        found[path] = entry_at(folder, path, measure)
    return found


def _is_missing(folder: int, path: str) -> bool:
    parts = path.split("/")
    try:
        with open_parent(folder, parts) as above_it:
            os.stat(parts[-1], dir_fd=above_it, follow_symlinks=False)
    except FileNotFoundError:
        return True
    except NotADirectoryError:
        return False  # the call will fail on it
    return False
