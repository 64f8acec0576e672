"""What undoing a run would change: for each path what it was before the run, what the run left, and what is there now.

A path that somebody changed after the run, or of which nobody knows what the run left, is a conflict: it is not touched
unless the user says so.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from llmos_core.errors import StorageError, UsageError
from llmos_core.types.record import Record
from llmos_std.snapshots.book import SUFFIX, read_book
from llmos_std.snapshots.entries import ABSENT, Entry, entry_at, is_same
from llmos_std.snapshots.scanning import differences

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from llmos_std.snapshots.book import Book
    from llmos_std.snapshots.objects import Objects


class Change(Record):
    """One path: put `before` in place of `now`. `conflict` says why that could lose somebody's work, "" if not."""

    path: str
    before: Entry
    now: Entry
    conflict: str = ""

    @property
    def deed(self) -> str:
        """One word for what is done: create, remove, replace or chmod."""
        if self.before["kind"] == "absent":
            return "remove"
        if self.now["kind"] == "absent":
            return "create"
        is_mode_only = {**self.now, "mode": 0} == {**self.before, "mode": 0}
        return "chmod" if is_mode_only else "replace"

    @property
    def is_possible(self) -> bool:
        """False for what cannot be made again: pipes, sockets and devices."""
        return str(self.before["kind"]) != "other"


class _Known(Record):
    before: Entry
    after: Entry | None
    problem: str = ""


_MOST_NAMED = 3


def find_book(books: Path, run: str) -> Book:
    """Return the book of a run by its id, or the beginning of it. UsageError when there is none, or more than one."""
    try:
        names = sorted(os.listdir(books))  # noqa: PTH208 – names only
    except FileNotFoundError:
        names = []
    ids = [name.removesuffix(SUFFIX) for name in names if name.endswith(SUFFIX)]
    found = [run] if run in ids else [one for one in ids if run and one.startswith(run)]
    if not found:
        newest = ", ".join([one for one in reversed(ids) if not one.startswith("undo-")][:_MOST_NAMED])
        known = f"the newest that can be undone: {newest}" if newest else "no run here can be undone"
        raise UsageError(
            f"nothing is kept for a run {run!r}; it changed no file here, or was forgotten meanwhile; {known}"
        )
    if len(found) > 1:
        raise UsageError(f"{run!r} is the beginning of {len(found)} runs; give more of the id")
    return read_book(books / f"{found[0]}{SUFFIX}")


def changes_of(book: Book, store: Objects, folder: int, tree_now: Callable[[], str]) -> tuple[Change, ...]:
    """Return what undoing this run would change, sorted by path; `tree_now` keeps the whole workspace as it is.

    Raises StorageError when what was kept is gone or damaged.
    """
    known = _known(book, store, tree_now)
    changes = [change for path, one in sorted(known.items()) if (change := _change(path, one, folder)) is not None]
    return tuple(sure for change in changes for sure in _without_strangers(change, known, folder))


def _known(book: Book, store: Objects, tree_now: Callable[[], str]) -> dict[str, _Known]:
    """Return for each path that the run changed what it was before, and what the run left."""
    known: dict[str, _Known] = {}
    for before, after in _steps(book):
        for path, (was, left) in _changed(before, after, store, tree_now).items():
            first = known.get(path)
            if first is None:
                known[path] = _Known(before=was, after=left)
                continue
            is_ours = is_same(first.after, was)
            problem = first.problem or ("" if is_ours else "somebody else changed it during the run")
            known[path] = _Known(before=first.before, after=left, problem=problem)
    return known


def _steps(book: Book) -> Iterator[tuple[dict[str, Any], dict[str, Any] | None]]:
    """Yield what was kept before each step and what it left, None when nobody noted that."""
    waiting: dict[int, dict[str, Any]] = {}
    for line in book.lines:
        if line.get("kind") == "kept":
            if line["index"] in waiting:
                yield waiting.pop(line["index"]), None
            waiting[line["index"]] = line
        elif line.get("kind") == "ended" and line["index"] in waiting:
            yield waiting.pop(line["index"]), line
    for line in waiting.values():
        yield line, None


def _changed(
    before: Mapping[str, Any], after: Mapping[str, Any] | None, store: Objects, tree_now: Callable[[], str]
) -> dict[str, tuple[Entry, Entry | None]]:
    if "paths" in before:
        left = {} if after is None else after["paths"]
        return {path: (entry, left.get(path)) for path, entry in before["paths"].items()}
    if after is not None:
        return dict(differences(store, before["tree"], after["tree"]))
    return {path: (was, None) for path, (was, _) in differences(store, before["tree"], tree_now()).items()}


def _change(path: str, known: _Known, folder: int) -> Change | None:
    now = entry_at(folder, path)
    if is_same(now, known.before):
        return None
    conflict = known.problem
    if known.after is None:
        conflict = "the run ended before it was noted what it left"
    elif not is_same(now, known.after):
        conflict = "it was changed after the run"
    if known.before["kind"] == "other":
        conflict = "it was a pipe, socket or device, and cannot be brought back"
    return Change(path=path, before=known.before, now=now, conflict=conflict)


def _without_strangers(change: Change, known: Mapping[str, _Known], folder: int) -> Iterator[Change]:
    """Yield the change; a folder that holds what others put there stays, or is emptied only when the user says so."""
    if change.now["kind"] == "folder" != change.before["kind"]:
        strange = [path for path in paths_below(folder, change.path) if path not in known]
        if strange and change.before["kind"] == "absent":
            return
        for path in strange:
            yield Change(path=path, before=ABSENT, now=entry_at(folder, path), conflict="it came after the run")
    yield change


def paths_below(folder: int, path: str) -> Iterator[str]:
    """Yield every path below a path of an open folder."""
    from llmos_std.snapshots.entries import FOLDER_FLAGS, open_parent

    parts = path.split("/")
    with open_parent(folder, parts) as above:
        inner = os.open(parts[-1], FOLDER_FLAGS, dir_fd=above)
    try:
        with os.scandir(inner) as found:
            names = [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in found]
    finally:
        os.close(inner)
    for name, is_folder in names:
        yield f"{path}/{name}"
        if is_folder:
            yield from paths_below(folder, f"{path}/{name}")


def unfinished_undo(books: Path, run_id: str) -> Book | None:
    """Return the book of the last undoing of this run that was begun and did not end, None when there is none."""
    for path in sorted(books.glob(f"undo-*{SUFFIX}"), reverse=True):
        book = read_book(path)
        kinds = [line.get("kind") for line in book.lines]
        if "undo" in kinds and "ended" not in kinds and book.lines[kinds.index("undo")].get("of") == run_id:
            return book
    return None


def resumed_changes(book: Book, folder: int) -> tuple[Change, ...]:
    """Return what is left to do of an undoing that was interrupted.

    A path that is neither as it was, nor as it shall be, nor on the way from one to the other, is a conflict.
    Raises StorageError when the book of the undoing is damaged.
    """
    if book.damaged_lines:
        raise StorageError(f"what undoing {book.run_id} was to do is damaged; nothing was changed")
    plan = next(line["plan"] for line in book.lines if line.get("kind") == "undo")
    changes = []
    for path, (before, was) in sorted(plan.items()):
        now = entry_at(folder, path)
        is_on_the_way = is_same(now, was) or is_same(now, ABSENT) or now["kind"] == "folder" == before["kind"]
        if is_same(now, before):
            continue
        conflict = "" if is_on_the_way else "it was changed after undoing was interrupted"
        changes.append(Change(path=path, before=before, now=now, conflict=conflict))
    return tuple(changes)


def plan_of(changes: tuple[Change, ...]) -> dict[str, Any]:
    """Return changes as the JSON from which they can be taken up again."""
    return {change.path: [change.before, change.now] for change in changes}
