"""Keep what calls must not leave in a workspace: in a folder outside of it, for some days and up to some size.

What was to be taken away is gone from the workspace afterwards, even where it cannot be kept: it would run by itself.
"""

import os
import shutil
import stat
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from llmos_core.errors import ToolError

_DAY_S = 86_400
_BLOCK_BYTES = 512
_ALL_RIGHTS = 0o700


class Quarantine:
    """What calls left, a folder for each call. The newest is kept, however large it is."""

    def __init__(self, folder: Path, *, most_days: int, most_bytes: int) -> None:
        self._folder = folder
        self._most_s = most_days * _DAY_S
        self._most_bytes = most_bytes

    def take(self, root: str, paths: Sequence[str]) -> str:
        """Move the `paths` below `root` into a fresh folder, and say in some words where they are now.

        Raises ToolError for what can neither be moved nor removed.
        """
        kept = self._fresh()
        moved = [_move(os.path.join(root, path), kept and kept / path) for path in paths]
        self._drop_too_much(kept)
        if kept is None:
            return f"it is removed, since {self._folder} cannot be written"
        return f"it is in {kept} now" if all(moved) else f"what of it could be kept is in {kept} now"

    def drop_old(self) -> None:
        """Remove what has been here for too long."""
        for call in self._calls():
            with suppress(FileNotFoundError):
                if time.time() - call.lstat().st_mtime > self._most_s:
                    _drop(call)

    def _fresh(self) -> Path | None:
        import tempfile

        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            return Path(tempfile.mkdtemp(prefix="call-", dir=self._folder))
        except OSError:
            return None

    def _drop_too_much(self, newest: Path | None) -> None:
        left = self._most_bytes - (_size(newest) if newest else 0)
        for call in self._calls():
            if call != newest:
                left -= _size(call)
                if left < 0:
                    _drop(call)

    def _calls(self) -> list[Path]:
        """Return what is kept, the newest first."""
        with suppress(OSError):
            return sorted(self._folder.iterdir(), key=lambda call: call.lstat().st_mtime, reverse=True)
        return []


def _drop(call: Path) -> None:
    with suppress(ToolError):  # another process drops it as well, or the disk is failing: the next call tries again
        remove(str(call))


def make_open(folder: str) -> None:
    """Give us back all rights over a folder of ours; a link is not followed."""
    try:
        descriptor = os.open(folder, os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return  # no folder
    try:
        mode = stat.S_IMODE(os.fstat(descriptor).st_mode)
        if mode & _ALL_RIGHTS != _ALL_RIGHTS:
            with suppress(OSError):
                os.chmod(f"/proc/self/fd/{descriptor}", mode | _ALL_RIGHTS)
    finally:
        os.close(descriptor)


def remove(place: str) -> None:
    """Remove a file or a folder of ours, whatever its rights and however deep; ToolError when it is still there."""
    make_open(os.path.dirname(place))
    with suppress(OSError):
        _remove_folder(place) if _is_folder(place) else os.unlink(place)
    if os.path.lexists(place):
        raise ToolError(f"{place} would run by itself, and could not be taken away; remove it before anything else")


def _remove_folder(top: str) -> None:
    """Remove a folder level by level: what is deeper is lifted, so that neither path nor stack gets too long."""
    make_open(top)
    mark, number = os.urandom(8).hex(), 0
    while folders := _emptied(top):
        for folder in folders:
            for inner in _emptied(folder):
                os.rename(inner, f"{top}/{mark}-{number}")
                number += 1
            os.rmdir(folder)
    os.rmdir(top)


def _emptied(folder: str) -> list[str]:
    """Remove all but folders from a folder; return those, opened."""
    folders = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                make_open(entry.path)
                folders.append(entry.path)
            else:
                os.unlink(entry.path)
    return folders


def _move(place: str, target: Path | None) -> bool:
    """Move a file, link or folder, or else copy what can be copied and remove it; say whether all of it is kept."""
    make_open(os.path.dirname(place))
    make_open(place)
    is_whole = False
    if target is not None:
        try:
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.rename(place, target)
        except OSError:  # another disk, a full one, a path that is too long
            is_whole = _copy(place, target)
        else:
            return True
    remove(place)
    return is_whole


def _copy(place: str, target: Path) -> bool:
    try:
        if _is_folder(place):
            shutil.copytree(place, target, symlinks=True, ignore=_without_content)
        else:
            shutil.copy2(place, target, follow_symlinks=False)
    except (OSError, RecursionError):
        return False
    return True


def _without_content(folder: str, names: list[str]) -> list[str]:
    """Return the names of sockets, pipes and devices: a copy of one would wait for ever."""
    modes = {name: os.lstat(os.path.join(folder, name)).st_mode for name in names}
    return [
        name for name, mode in modes.items() if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode) or stat.S_ISLNK(mode))
    ]


def _is_folder(place: str) -> bool:
    return os.path.isdir(place) and not os.path.islink(place)


def _size(place: Path) -> int:
    """Return how many bytes of the disk a folder takes."""
    size, waiting = 0, [str(place)]
    while waiting:
        with suppress(OSError), os.scandir(waiting.pop()) as entries:
            for entry in entries:
                size += entry.stat(follow_symlinks=False).st_blocks * _BLOCK_BYTES
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
    return size
