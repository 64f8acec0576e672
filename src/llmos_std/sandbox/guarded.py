"""Which files below the workspace a confined program may not change, and which it may not see; found by one walk.

Guarded is what runs or is obeyed without being asked: hooks and settings of git, llmos's own folder, start-up files,
at any depth. Covered is what holds secrets, and sockets and pipes of programs outside. A folder is listed again only
when its change time moved, so a walk costs one `stat` a folder.
"""

import os
import re
import stat
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from errno import EACCES

from llmos_core.errors import ToolError
from llmos_core.types.record import Record
from llmos_std.protected import is_secret
from llmos_std.sandbox.naming import GIT, INSIDE_GIT, is_guarded
from llmos_std.sandbox.quarantine import make_open

MOST_FOLDERS = 200_000
_SETTLED_NS = 50_000_000
_TO_LOOK = 0o500

_SUSPECT = re.compile(
    r"^\.|\.(pem|key|p12|pfx|jks|keystore|kdbx|ppk)$|^id_(rsa|dsa|ecdsa|ed25519|xmss)|^(credentials|secrets)\."
    r"|^(site|user)customize\.py$|^authorized_keys$|[^\x00-\x7f]",
    re.IGNORECASE,
)
"""What no rule of `protected` can mean does not match; whether the others are meant is asked there."""


class Mark(Record, kw_only=False):
    """One guarded or covered entry: its kind, and what tells it from another of the same name.

    `kind` is "guarded", "secret", "device" (a socket, a pipe) or "closed" (a folder that cannot be looked through);
    `path` is relative to the workspace.
    """

    path: str
    kind: str
    is_folder: bool
    is_link: bool
    inode: int


class Findings(Record):
    """What a walk found. `folders` counts the folders that were seen."""

    marks: tuple[Mark, ...] = ()
    folders: int = 0

    def of(self, *kinds: str) -> list[Mark]:
        """Return the marks of some kinds, outer ones first."""
        return sorted((mark for mark in self.marks if mark.kind in kinds), key=lambda mark: mark.path)


class _Listing(Record):
    """What one folder held when its change time was `changed_ns`."""

    changed_ns: int
    inode: int
    marks: tuple[Mark, ...]
    folders: tuple[str, ...]


class Walker:
    """Walks one workspace again and again. `is_visible` says of a relative path that it needs no covering."""

    def __init__(self, root: str, is_visible: Callable[[str], bool] = lambda _path: False) -> None:
        self._root = root
        self._is_visible = is_visible
        self._known: dict[str, _Listing] = {}

    def walk(self) -> Findings:
        """Return what is guarded and covered now; ToolError for a workspace that is too large to be looked through."""
        return self._walked(most=MOST_FOLDERS, stays_closed=None)

    def walk_after(self, closed: Collection[str]) -> Findings:
        """Return the same after a program ran, however many folders it made: then there is no way back.

        Folders that it closed are opened again, all but those that were `closed` before.
        """
        return self._walked(most=None, stays_closed=closed)

    def _walked(self, *, most: int | None, stays_closed: Collection[str] | None) -> Findings:
        marks: list[Mark] = []
        known: dict[str, _Listing] = {}
        waiting = [""]
        while waiting:
            folder = waiting.pop()
            listing = self._listing(folder, opens=stays_closed is not None and folder not in stays_closed)
            if listing is None:
                continue
            known[folder] = listing
            marks += listing.marks
            waiting += listing.folders
            if most is not None and len(known) > most:
                raise ToolError(f"the workspace has more than {most} folders; choose a smaller one")
        self._known = known
        return Findings(marks=tuple(marks), folders=len(known))

    def _listing(self, folder: str, *, opens: bool) -> _Listing | None:
        place = os.path.join(self._root, folder)
        try:
            status = os.lstat(place)
            if opens and status.st_mode & _TO_LOOK != _TO_LOOK:
                make_open(place)
                status = os.lstat(place)
        except OSError:
            return None
        if not stat.S_ISDIR(status.st_mode):
            return None
        before = self._known.get(folder)
        if before is not None and (before.changed_ns, before.inode) == (status.st_ctime_ns, status.st_ino):
            return before
        listing = self._list(folder, status)
        # a change within one tick of the clock leaves the same time: such a listing must not be believed again
        is_settled = time.time_ns() - status.st_ctime_ns > _SETTLED_NS
        return listing if is_settled else _unsettled(listing)

    def _list(self, folder: str, status: os.stat_result) -> _Listing:
        marks: list[Mark] = []
        folders: list[str] = []
        place = os.path.join(self._root, folder)
        try:
            with os.scandir(place) as entries:
                for entry in entries:
                    self._take(entry, f"{folder}/{entry.name}" if folder else entry.name, marks, folders)
            if not os.access(place, os.X_OK, effective_ids=True):
                raise PermissionError(EACCES, "it may not be entered")
        except OSError as error:
            if folder == "":
                raise ToolError(f"the workspace cannot be looked through: {error.strerror}") from error
            # who may enter it, or open it as its owner, can use what is in it by name
            marks, folders = [Mark(folder, "closed", True, False, status.st_ino)], []
        return _Listing(changed_ns=status.st_ctime_ns, inode=status.st_ino, marks=tuple(marks), folders=tuple(folders))

    def _take(self, entry: "os.DirEntry[str]", path: str, marks: list[Mark], folders: list[str]) -> None:
        is_folder = entry.is_dir(follow_symlinks=False)
        kind = self._kind(entry, path, is_folder)
        if kind:
            marks.append(Mark(path, kind, is_folder, entry.is_symlink(), entry.inode()))
        elif is_folder and _is_worth_a_walk(path):
            folders.append(path)

    def _kind(self, entry: "os.DirEntry[str]", path: str, is_folder: bool) -> str:
        if not is_folder and not entry.is_file(follow_symlinks=False) and not entry.is_symlink():
            return "device"
        is_in_git = f"/{GIT}/" in f"/{path.lower()}/"
        if not is_in_git and _SUSPECT.search(entry.name) is None and "/.github/" not in f"/{path.lower()}":
            return ""
        parts = path.split("/")
        if is_guarded(parts, is_folder=is_folder):
            return "guarded"
        return "secret" if not is_in_git and is_secret(parts) and not self._is_visible(path) else ""


def _unsettled(listing: _Listing) -> _Listing:
    """Return the listing with a time that no folder has."""
    return _Listing(changed_ns=-1, inode=listing.inode, marks=listing.marks, folders=listing.folders)


def _is_worth_a_walk(path: str) -> bool:
    """Say whether a folder can hold something guarded or covered; the object store of git cannot."""
    parts = path.lower().split("/")
    if GIT not in parts:
        return True
    inner = parts[parts.index(GIT) + 1 :]
    return not inner or inner[0] in INSIDE_GIT


def targets(root: str, marks: Sequence[Mark]) -> list[Mark]:
    """Return where links among some marks lead inside the workspace, be there anything or not, of the links' kinds."""
    found = []
    for mark in marks:
        place = os.path.realpath(f"{root}/{mark.path}") if mark.is_link else root
        if place.startswith(f"{root}/"):
            found.append(Mark(os.path.relpath(place, root), mark.kind, os.path.isdir(place), False, 0))
    return found


def pins(marks: Sequence[Mark]) -> list[str]:
    """Return the folders above some marks, outer ones first: whoever renames one moves what is guarded."""
    found = {above for mark in marks for above in _above(mark.path)}
    return sorted(found)


def visible(root: str, marks: Sequence[Mark]) -> list[str]:
    """Return what together is the whole workspace but for some marks: itself when there are none."""
    if not marks:
        return [root]
    hidden = {mark.path for mark in marks}
    split = {"", *pins(marks)}
    found = []
    for folder in sorted(split):
        with os.scandir(os.path.join(root, folder)) as entries:
            paths = [f"{folder}/{entry.name}" if folder else entry.name for entry in entries]
        found += [f"{root}/{path}" for path in paths if path not in hidden and path not in split]
    return found


def _above(path: str) -> Iterator[str]:
    while "/" in path:
        path = path.rpartition("/")[0]
        yield path
