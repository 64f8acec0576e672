"""The whole workspace as one digest: folders are stored as lists of their entries, so what is unchanged is shared.

A file whose size, times, inode and mode are as they were is not read again – unless it was changed so shortly before it
was read that a later change could look the same.
"""

import json
import os
import stat
import time
from pathlib import Path
from typing import Any

from llmos_core.errors import StorageError
from llmos_core.types.record import Record
from llmos_std.snapshots.entries import ABSENT, FOLDER_FLAGS, HOUSE, Entry, entry_in, is_same, open_root
from llmos_std.snapshots.objects import Objects
from llmos_std.snapshots.seen import Seen

UNSETTLED_NS = 1_000_000_000
"""A file changed less than this before it was read is read again next time: some clocks of files are that coarse."""

MAX_DEPTH = 200
"""How many folders may lie in one another."""


class Size(Record):
    """How large a workspace is: its files and folders, and their bytes. `unreadable` is one that may not be read."""

    files: int = 0
    size_bytes: int = 0
    unreadable: str = ""


class TooLargeError(Exception):
    """The workspace has more files or bytes than may be kept."""


def measure(workspace: Path, *, max_files: int, max_bytes: int) -> Size:
    """Count a workspace without reading any file; stops soon after either bound (files; bytes) is passed."""
    files = size = 0
    todo = [str(workspace)]
    while todo and files <= max_files and size <= max_bytes:
        folder = todo.pop()
        try:
            with os.scandir(folder) as found:
                for entry in found:
                    if entry.name == HOUSE and folder == str(workspace):
                        continue
                    files += 1
                    facts = entry.stat(follow_symlinks=False)
                    if stat.S_ISDIR(facts.st_mode):
                        todo.append(entry.path)
                    elif stat.S_ISREG(facts.st_mode):
                        size += facts.st_size
                        if not _may_read(facts, entry.path):
                            return Size(files=files, size_bytes=size, unreadable=entry.path)
        except FileNotFoundError:
            continue  # it went while we looked
        except OSError:
            return Size(files=files, size_bytes=size, unreadable=folder)
    return Size(files=files, size_bytes=size)


def _may_read(facts: os.stat_result, path: str) -> bool:
    user = os.geteuid()
    return user == 0 or (facts.st_uid == user and bool(facts.st_mode & stat.S_IRUSR)) or os.access(path, os.R_OK)


class Scan:
    """One look at the whole workspace; `size` counts what it met. Contents and folders go into the store."""

    def __init__(self, store: Objects, seen: Seen, *, max_files: int, max_bytes: int) -> None:
        self._store = store
        self._seen = seen
        self._left_files = max_files
        self._left_bytes = max_bytes
        self._now_ns = time.time_ns()
        self.size = Size()

    def tree(self, workspace: Path) -> str:
        """Return the digest of the workspace. Raises TooLargeError, or OSError for what cannot be read."""
        max_files, max_bytes = self._left_files, self._left_bytes
        root = open_root(workspace)
        try:
            digest = self._folder(root, "", 0)
        finally:
            os.close(root)
        self.size = Size(files=max_files - self._left_files, size_bytes=max_bytes - self._left_bytes)
        self._seen.forget_unmet()
        return digest

    def _folder(self, folder: int, prefix: str, depth: int) -> str:
        if depth > MAX_DEPTH:
            raise TooLargeError(f"{prefix} is more than {MAX_DEPTH} folders deep")
        with os.scandir(folder) as found:
            names = sorted(entry.name for entry in found if prefix or entry.name != HOUSE)
        self._left_files -= len(names)
        if self._left_files < 0:
            raise TooLargeError("there are more files than max_files")
        entries = {name: entry for name in names if (entry := self._entry(folder, name, prefix, depth)) != ABSENT}
        return self._store.put(json.dumps(entries, separators=(",", ":"), sort_keys=True).encode("ascii"))

    def _entry(self, folder: int, name: str, prefix: str, depth: int) -> Entry:
        try:
            facts = os.stat(name, dir_fd=folder, follow_symlinks=False)
        except FileNotFoundError:
            return ABSENT
        path = prefix + name
        if stat.S_ISDIR(facts.st_mode):
            try:
                inner = os.open(name, FOLDER_FLAGS, dir_fd=folder)
            except (FileNotFoundError, NotADirectoryError):
                return ABSENT
            try:
                tree = self._folder(inner, f"{path}/", depth + 1)
            finally:
                os.close(inner)
            return {"kind": "folder", "mode": stat.S_IMODE(facts.st_mode), "tree": tree}
        if not stat.S_ISREG(facts.st_mode):
            return entry_in(folder, name)
        self._left_bytes -= facts.st_size
        if self._left_bytes < 0:
            raise TooLargeError("its files hold more than max_bytes")
        if (known := self._seen.get(path, facts)) is not None:
            return known
        entry = entry_in(folder, name, self._store.put_file)
        is_settled = self._now_ns - facts.st_ctime_ns > UNSETTLED_NS
        if is_settled and entry.get("size") == facts.st_size:
            self._seen.add(path, facts, entry)
        return entry


def differences(store: Objects, before: str, after: str, prefix: str = "") -> dict[str, tuple[Entry, Entry]]:
    """Return what differs between two trees: path → (entry before, entry after). StorageError when one is damaged."""
    if before == after:
        return {}
    old, new = entries_of(store, before), entries_of(store, after)
    found: dict[str, tuple[Entry, Entry]] = {}
    for name in sorted({*old, *new}):
        was, now = old.get(name, ABSENT), new.get(name, ABSENT)
        if not is_same(was, now):
            found[prefix + name] = (was, now)
        found |= differences(store, was.get("tree", ""), now.get("tree", ""), f"{prefix}{name}/")
    return found


def entries_of(store: Objects, tree: str) -> dict[str, Entry]:
    """Return the entries of a stored folder by name; none for "". StorageError when it is gone or damaged."""
    if not tree:
        return {}
    entries: Any = json.loads(store.get(tree))
    if not isinstance(entries, dict):
        raise StorageError(f"the snapshot's file {store.path(tree)} is no list of entries")
    return entries
