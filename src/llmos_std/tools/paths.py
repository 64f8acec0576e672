"""Find files inside the workspace, and nowhere else.

A path is walked one component at a time from the opened workspace folder. No component is ever followed by the
operating system: a symlink is read, and its target walked under the same rules. So neither a link, nor `..`, nor a
folder that is swapped for a link meanwhile, leads out.
"""

import errno
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from llmos_core.errors import ToolError, ToolRefusedError
from llmos_core.types.record import Record
from llmos_std.lookalike import meanings

HOUSE = ".llmos"
"""llmos's own folder: its traces and settings are no material for the agent that they govern."""

_GIT = ".git"
_MAX_LINKS = 40
FOLDER_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
"""How a folder is opened: never through a link."""


class Place(Record):
    """Where a path leads: entry `name` of the open folder `folder`, "." for the folder itself.

    `name` was no symlink when it was looked at; open it with O_NOFOLLOW. `shown` is the path as the user knows it,
    relative to the workspace; `parts` are the real components, links followed.
    """

    folder: int
    name: str
    shown: str
    parts: tuple[str, ...]


@contextmanager
def open_place(workspace: Path, path: str, *, for_writing: bool = False, make_folders: bool = False) -> Iterator[Place]:
    """Yield the place that `path` leads to; it need not exist. The folder stays open for the block.

    Missing folders on the way are made when `make_folders` is true. Raises ToolRefusedError for a path that leads out
    of the workspace or to something protected, ToolError when a folder on the way is missing or unusable.
    """
    parts = split_inside(workspace, path)
    shown = "/".join(part for part in parts if part != ".") or "."
    with _named_errors(f"the workspace {workspace}"):
        walk = _Walk(workspace, shown, for_writing=for_writing, make_folders=make_folders)
    try:
        with _named_errors(shown):
            name = walk.go(parts)
        yield Place(folder=walk.folder, name=name, shown=shown, parts=walk.trail_to(name))
    finally:
        walk.close()


def split_inside(workspace: Path, path: str) -> tuple[str, ...]:
    """Return the components of a path as written, relative to the workspace, without looking at any file.

    A trailing slash becomes a last component ".". Raises ToolRefusedError for what can only be meant to lead out.
    """
    if not path or "\0" in path:
        raise ToolRefusedError(f"{path!r} is no path; give one relative to the workspace, such as notes/today.txt")
    try:
        os.fsencode(path)
    except UnicodeEncodeError:
        raise ToolRefusedError(f"{path!r} is no path: it holds half of a character") from None
    inner = _below(workspace, path) if path.startswith("/") else path
    if inner is None:
        raise ToolRefusedError(f"{path} is outside the workspace {workspace}; give a path inside it")
    if ".." in inner.split("/"):
        raise ToolRefusedError(f"{path} goes up with '..'; write the path from the workspace's own folder")
    parts = tuple(part for part in inner.split("/") if part not in ("", "."))
    return (*parts, ".") if parts and inner.endswith(("/", "/.")) else parts


def _below(workspace: Path, path: str) -> str | None:
    """Return an absolute path relative to the workspace, as it is named or as it really is; None when outside."""
    for root in (str(workspace), os.path.realpath(workspace)):
        if path == root:
            return "."
        prefix = root.rstrip("/") + "/"
        if path.startswith(prefix):
            return path[len(prefix) :] or "."
    return None


class _Walk:
    """One walk down from the workspace. The stack of open folders is the only way back up."""

    def __init__(self, workspace: Path, shown: str, *, for_writing: bool, make_folders: bool) -> None:
        self._workspace = workspace
        self._shown = shown
        self._for_writing = for_writing
        self._make_folders = make_folders
        self._open = [os.open(workspace, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)]
        self._trail: list[str] = []
        self._links = 0

    @property
    def folder(self) -> int:
        """The descriptor of the folder the walk has come to."""
        return self._open[-1]

    def trail_to(self, name: str) -> tuple[str, ...]:
        """Return the real components of the entry `name` of this folder."""
        return tuple(self._trail) if name == "." else (*self._trail, name)

    def go(self, parts: Sequence[str]) -> str:
        """Walk to the folder of the last component and return that component's name in it."""
        for part in parts:
            self._guard(part)
        todo = list(reversed(parts))
        while todo:
            name = todo.pop()
            if name == "..":
                self._go_up()
            elif name != ".":
                self._guard(name)
                target = self._link_target(name)
                if target is not None:
                    todo.extend(reversed(self._parts_of_link(target)))
                elif todo:
                    self._enter(name)
                else:
                    return name
        return "."

    def close(self) -> None:
        """Close every folder that the walk opened."""
        while self._open:
            os.close(self._open.pop())

    def _guard(self, name: str) -> None:
        meant = meanings(name)
        if HOUSE in meant:
            raise ToolRefusedError(f"{self._shown} is part of {HOUSE}, llmos's own memory; use the llmos command")
        if ".." in meant:
            raise ToolRefusedError(f"{self._shown!r} holds signs that look like '..'; write names in plain letters")
        if _GIT in meant and self._for_writing:
            raise ToolRefusedError(f"{self._shown} is part of {_GIT}, which only git may change; use git through Bash")

    def _link_target(self, name: str) -> str | None:
        try:
            return os.readlink(name, dir_fd=self.folder)
        except OSError as error:
            if error.errno in (errno.EINVAL, errno.ENOENT):
                return None
            raise

    def _parts_of_link(self, target: str) -> list[str]:
        self._links += 1
        if self._links > _MAX_LINKS:
            raise ToolError(f"{self._shown} runs through more than {_MAX_LINKS} links, maybe in a circle")
        if target.startswith("/"):
            inner = _below(self._workspace, target)
            if inner is None:
                raise ToolRefusedError(f"{self._shown} is a link that leads out of the workspace, to {target}")
            while len(self._open) > 1:
                self._go_up()
            target = inner
        return [part for part in target.split("/") if part]

    def _go_up(self) -> None:
        if len(self._open) == 1:
            raise ToolRefusedError(f"{self._shown} is a link that leads out of the workspace")
        os.close(self._open.pop())
        self._trail.pop()

    def _enter(self, name: str) -> None:
        try:
            folder = os.open(name, FOLDER_FLAGS, dir_fd=self.folder)
        except FileNotFoundError:
            if not self._make_folders:
                raise
            _make_folder(name, self.folder)
            folder = os.open(name, FOLDER_FLAGS, dir_fd=self.folder)
        self._open.append(folder)
        self._trail.append(name)


def _make_folder(name: str, folder: int) -> None:
    try:
        os.mkdir(name, dir_fd=folder)
    except FileExistsError:
        return  # somebody else was faster; opening it will tell whether it is a folder


_ADVICE = {
    errno.ENOENT: "there is no such file or folder; look for it with Glob",
    errno.EISDIR: "it is a folder, and a file is needed; name a file in it",
    errno.ENOTDIR: "a part of the path is no folder; look at it with Glob",
    errno.EACCES: "permission denied; change its permissions or choose another file",
    errno.EPERM: "permission denied; change its permissions or choose another file",
    errno.EROFS: "the file system is read-only; choose another place",
    errno.ENOSPC: "the disk is full; free some space and try again",
    errno.EDQUOT: "the disk quota is used up; free some space and try again",
    errno.ENAMETOOLONG: "the name is too long; choose a shorter one",
    errno.ELOOP: "it was replaced by a link meanwhile; look at it and try again",
    errno.EMFILE: "too many files are open; try again later",
}


def explain(error: OSError, shown: str) -> ToolError:
    """Return the error to raise for a failed operation on the path `shown`: what happened and the next step."""
    reason = _ADVICE.get(error.errno or 0) or f"{(error.strerror or str(error)).lower()}; try again or choose another"
    return ToolError(f"{shown}: {reason}")


@contextmanager
def _named_errors(shown: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise explain(error, shown) from error
