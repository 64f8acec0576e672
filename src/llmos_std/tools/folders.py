"""Walk the folders of the workspace, by pattern or as a whole, without ever following a link.

A folder that may not be read, or has gone meanwhile, is passed over; llmos's own folder always is.
"""

import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from fnmatch import fnmatchcase
from pathlib import Path

from llmos_core.errors import ToolError
from llmos_core.types.record import Record
from llmos_std.lookalike import meanings
from llmos_std.tools.paths import FOLDER_FLAGS, HOUSE, Place, explain, open_place

MAX_DEPTH = 100


class Folder(Record):
    """An open folder; `prefix` goes before the names in it ("" for the workspace, else it ends with a slash)."""

    descriptor: int
    prefix: str


class _Entry(Record):
    """One entry of a folder. A link is a file when it leads to one; it is never a folder."""

    name: str
    is_folder: bool
    is_file: bool
    is_link: bool


@contextmanager
def open_folder(workspace: Path, path: str) -> Iterator[Folder | None]:
    """Yield the folder that `path` leads to, or None when there is none there."""
    with ExitStack() as stack:
        try:
            place = stack.enter_context(open_place(workspace, path))
            folder: Folder | None = _open(place)
        except ToolError as error:
            if not isinstance(error.__cause__, FileNotFoundError | NotADirectoryError):
                raise
            folder = None
        if folder is not None:
            stack.callback(os.close, folder.descriptor)
        yield folder


def _open(place: Place) -> Folder:
    try:
        descriptor = os.open(place.name, FOLDER_FLAGS, dir_fd=place.folder)
    except OSError as error:
        raise explain(error, place.shown) from error
    return Folder(descriptor=descriptor, prefix="" if place.shown == "." else place.shown + "/")


class FolderWalk:
    """One look through folders, which must end before its time is up; raises ToolError otherwise."""

    def __init__(self, seconds: float) -> None:
        self._deadline = time.monotonic() + seconds

    def matching(self, folder: Folder, parts: tuple[str, ...]) -> Iterator[str]:
        """Yield the paths below `folder` that match the components of a pattern; a last one "." wants folders."""
        head, rest = parts[0], parts[1:]
        if head == "**":
            yield from self.matching(folder, rest if rest not in ((), (".",)) else ("*", *rest))
        for entry in self._entries(folder):
            path, below = folder.prefix + entry.name, parts if head == "**" else rest
            if not _fits(entry.name, "*" if head == "**" else head):
                continue
            if entry.is_folder and below == (".",):
                yield path
            elif entry.is_folder and below:
                with _open_below(folder, entry.name) as inner:
                    yield from () if inner is None else self.matching(inner, below)
            elif entry.is_file and not below:
                yield path

    def files(self, folder: Folder) -> Iterator[Place]:
        """Yield every regular file below `folder` that is not hidden, in order of folder and name."""
        for entry in self._entries(folder):
            path = folder.prefix + entry.name
            if entry.name.startswith(".") or entry.is_link:
                continue
            if entry.is_file:
                yield Place(folder=folder.descriptor, name=entry.name, shown=path, parts=tuple(path.split("/")))
            elif entry.is_folder:
                with _open_below(folder, entry.name) as inner:
                    yield from () if inner is None else self.files(inner)

    def _entries(self, folder: Folder) -> list[_Entry]:
        if time.monotonic() > self._deadline:
            raise ToolError(f"time ran out while searching {folder.prefix or 'the workspace'}; search a smaller folder")
        with os.scandir(folder.descriptor) as found:
            entries = [_entry(entry) for entry in found if HOUSE not in meanings(entry.name)]
        return sorted(entries, key=lambda entry: entry.name)


def _entry(found: "os.DirEntry[str]") -> _Entry:
    try:
        is_file = found.is_file()
    except OSError:  # a link in a circle, or into a folder that may not be read
        is_file = False
    is_folder = found.is_dir(follow_symlinks=False)
    return _Entry(name=found.name, is_folder=is_folder, is_file=is_file, is_link=found.is_symlink())


@contextmanager
def _open_below(folder: Folder, name: str) -> Iterator[Folder | None]:
    prefix = f"{folder.prefix}{name}/"
    if prefix.count("/") > MAX_DEPTH:
        raise ToolError(f"{prefix} is more than {MAX_DEPTH} folders deep; search a folder further down")
    try:
        descriptor = os.open(name, FOLDER_FLAGS, dir_fd=folder.descriptor)
    except OSError:
        yield None
        return
    try:
        yield Folder(descriptor=descriptor, prefix=prefix)
    finally:
        os.close(descriptor)


def _fits(name: str, pattern: str) -> bool:
    return fnmatchcase(name, pattern) and (not name.startswith(".") or pattern.startswith("."))
