"""Put the workspace back to what it was before a run. Every file changes in one moment; what was there is kept first.

Interrupted at any moment, the same command finishes it; and undoing is a run of its own, which can be undone.
"""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from llmos_core.errors import StorageError
from llmos_core.types.record import Record
from llmos_std.snapshots.book import book_path, write_line
from llmos_std.snapshots.entries import FOLDER_FLAGS, Entry, entries_for, entry_at, open_parent, open_root
from llmos_std.snapshots.planning import (
    Change,
    changes_of,
    find_book,
    plan_of,
    resumed_changes,
    unfinished_undo,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from llmos_std.snapshots.objects import Objects
    from llmos_std.snapshots.service import WorkspaceSnapshots

OWNER_ALL = 0o700
"""What a folder must allow its owner while something in it changes."""

_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


class Undo(Record):
    """What undoing a run does or did. `undo_id` is the run that undoing is itself; `damage` says what is not known."""

    run_id: str
    changes: tuple[Change, ...] = ()
    undo_id: str = ""
    damage: str = ""

    @property
    def conflicts(self) -> tuple[Change, ...]:
        """The changes that could lose somebody's work."""
        return tuple(change for change in self.changes if change.conflict)

    @property
    def is_safe(self) -> bool:
        """True when nothing that came after the run is lost."""
        return not self.conflicts and not self.damage


class Undoing:
    """The undoing of one run: `plan` only looks, `finish` does it."""

    def __init__(self, snapshots: WorkspaceSnapshots, workspace: Path, run: str) -> None:
        self._snapshots = snapshots
        self._workspace = workspace
        self._book = find_book(snapshots.books, run)
        self._begun = unfinished_undo(snapshots.books, self._book.run_id)

    def plan(self) -> Undo:
        """Return what would change now. Raises StorageError when what was kept cannot be read."""
        run_id = self._book.run_id
        with self._snapshots.open_shared(), _open_root(self._workspace) as root:
            if self._begun is not None:
                changes = resumed_changes(self._begun, root)
                return Undo(run_id=run_id, changes=changes, undo_id=self._begun.run_id)
            changes = changes_of(self._book, self._snapshots.store, root, self._snapshots.tree)
        lost = self._book.damaged_lines
        damage = f"{lost} lines of what was kept for this run are damaged, so not all can be put back" if lost else ""
        return Undo(run_id=run_id, changes=changes, damage=damage)

    def finish(self, undo: Undo, *, undo_id: str, at: str) -> Undo:
        """Do what was planned, durably, and return it; `undo_id` names it as a run. StorageError says how far it came.

        Every content is checked before the first file is touched.
        """
        changes = tuple(change for change in undo.changes if change.is_possible)
        with self._snapshots.open_shared(), _open_root(self._workspace) as root:
            self._check(changes)
            if self._begun is None:
                self._begin(undo.run_id, changes, root, undo_id, at)
            name = undo.undo_id or undo_id
            loosened = self._header(name)["loosened"]
            try:
                _Restoring(root, self._snapshots.store, name, loosened).restore(changes)
                self._end(name, root, at)
            except OSError as error:
                raise StorageError(
                    f"undoing {undo.run_id} stopped at {error.filename or 'a file'} ({error.strerror});"
                    " mend that and undo it again: it goes on where it stopped"
                ) from error
        return Undo(run_id=undo.run_id, changes=undo.changes, undo_id=name, damage=undo.damage)

    def _check(self, changes: tuple[Change, ...]) -> None:
        for change in changes:
            if change.before["kind"] == "file":
                for _ in self._snapshots.store.pieces(change.before["sha256"]):
                    pass

    def _begin(self, run_id: str, changes: tuple[Change, ...], root: int, undo_id: str, at: str) -> None:
        """Keep what is there now, so that undoing can be undone, and write down the plan."""
        kept = entries_for(root, [change.path for change in changes], self._snapshots.store)
        self._snapshots.store.flush()
        book = book_path(self._snapshots.books, undo_id)
        facts = {"of": run_id, "at": at, "plan": plan_of(changes), "loosened": _unwritable(root, changes)}
        write_line(book, {"kind": "kept", "index": 0, "at": at, "paths": kept})
        write_line(book, {"kind": "undo", **facts})

    def _header(self, undo_id: str) -> dict[str, Any]:
        lines = find_book(self._snapshots.books, undo_id).lines
        return next(line for line in lines if line.get("kind") == "undo")

    def _end(self, undo_id: str, root: int, at: str) -> None:
        book = book_path(self._snapshots.books, undo_id)
        kept = next(line["paths"] for line in find_book(self._snapshots.books, undo_id).lines if "paths" in line)
        write_line(book, {"kind": "ended", "index": 0, "at": at, "paths": entries_for(root, list(kept), None)})


def _unwritable(root: int, changes: tuple[Change, ...]) -> dict[str, int]:
    """Return the folders, with their modes, that must let their owner in while something in them changes."""
    above = {change.path.rpartition("/")[0] for change in changes} - {""}
    found = {path: entry_at(root, path) for path in above}
    return {p: e["mode"] for p, e in found.items() if e["kind"] == "folder" and e["mode"] & OWNER_ALL != OWNER_ALL}


class _Restoring:
    """One pass over the changes: what must go, deepest first; what must come, from the top; then modes of folders."""

    def __init__(self, root: int, store: Objects, undo_id: str, loosened: Mapping[str, int]) -> None:
        self._root = root
        self._store = store
        self._undo_id = undo_id
        self._loosened = dict(loosened)

    def restore(self, changes: tuple[Change, ...]) -> None:
        for path, mode in sorted(self._loosened.items()):
            self._set_mode(path, mode | OWNER_ALL)
        ordered = sorted(changes, key=lambda change: change.path.count("/"))
        for change in reversed(ordered):
            if change.now["kind"] not in ("absent", change.before["kind"]):
                self._remove(change.path, change.now)
        for change in ordered:
            if change.before["kind"] != "absent":
                self._make(change.path, change.before)
        modes = {c.path: c.before["mode"] for c in ordered if c.before["kind"] == "folder"}
        for path, mode in sorted((self._loosened | modes).items(), reverse=True):
            self._set_mode(path, mode)
        os.sync()

    def _set_mode(self, path: str, mode: int) -> None:
        with suppress(FileNotFoundError, NotADirectoryError), self._open_parent(path) as (folder, name):
            handle = os.open(name, FOLDER_FLAGS, dir_fd=folder)
            try:
                os.fchmod(handle, mode)
            finally:
                os.close(handle)

    def _remove(self, path: str, now: Entry) -> None:
        with suppress(FileNotFoundError), self._open_parent(path) as (folder, name):
            (os.rmdir if now["kind"] == "folder" else os.unlink)(name, dir_fd=folder)

    def _make(self, path: str, entry: Entry) -> None:
        with self._open_parent(path, make=True) as (folder, name):
            if entry["kind"] == "folder":
                with suppress(FileExistsError):
                    os.mkdir(name, OWNER_ALL, dir_fd=folder)
                return
            temporary = self._temporary(path)
            with suppress(FileNotFoundError):
                os.unlink(temporary, dir_fd=folder)  # of an undoing that was interrupted
            if entry["kind"] == "link":
                os.symlink(entry["target"], temporary, dir_fd=folder)
            else:
                self._fill(temporary, folder, entry)
            os.rename(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)

    def _temporary(self, path: str) -> str:
        """Return a name that the same undoing, taken up again, will find."""
        key = f"{self._undo_id}/{path}".encode("utf-8", "surrogatepass")
        return f".half-written-{sha256(key).hexdigest()[:16]}"

    def _fill(self, temporary: str, folder: int, entry: Entry) -> None:
        descriptor = os.open(temporary, _CREATE, 0o600, dir_fd=folder)
        with open(descriptor, "wb") as file:  # noqa: PTH123 – a descriptor
            file.writelines(self._store.pieces(entry["sha256"]))
            file.flush()
            os.fchmod(descriptor, entry["mode"])

    @contextmanager
    def _open_parent(self, path: str, *, make: bool = False) -> Iterator[tuple[int, str]]:
        """Yield the open folder that holds a path, made when it is missing, and the path's name in it."""
        parts = path.split("/")
        for length in range(1, len(parts) if make else 0):
            with open_parent(self._root, parts[:length]) as folder, suppress(FileExistsError):
                os.mkdir(parts[length - 1], dir_fd=folder)
        with open_parent(self._root, parts) as folder:
            yield folder, parts[-1]


@contextmanager
def _open_root(workspace: Path) -> Iterator[int]:
    root = open_root(workspace)
    try:
        yield root
    finally:
        os.close(root)
