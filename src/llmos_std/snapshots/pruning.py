"""Forget the oldest runs, and every content that no remembered run needs."""

from __future__ import annotations

import fcntl
import os
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from llmos_core.errors import StorageError
from llmos_std.snapshots.book import SUFFIX, read_book
from llmos_std.snapshots.objects import Objects
from llmos_std.snapshots.scanning import entries_of
from llmos_std.snapshots.seen import Seen

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_DAY_S = 86_400


def prune(folder: Path, *, keep_runs: int, keep_days: int, now_s: float | None = None) -> int:
    """Forget all but the newest `keep_runs` runs of the last `keep_days` days; return how many were forgotten.

    `now_s` is the time in seconds. Does nothing while anybody keeps something, or when a run's book is unreadable.
    """
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return _prune(folder, keep_runs, (time.time() if now_s is None else now_s) - keep_days * _DAY_S)
    except (OSError, StorageError):
        return 0
    finally:
        os.close(handle)


def _prune(folder: Path, keep_runs: int, oldest_s: float) -> int:
    books = sorted((folder / "runs").glob(f"*{SUFFIX}"), key=lambda path: path.stat().st_mtime, reverse=True)
    kept = [path for path in books[:keep_runs] if path.stat().st_mtime >= oldest_s]
    for path in books:
        if path not in kept:
            path.unlink()
    store = Objects(folder / "objects")
    needed = _needed(store, kept)
    seen = Seen(folder / "seen.json")
    seen.load()
    needed |= seen.digests()
    for path in _stored(folder / "objects"):
        if path.name.startswith(".new-") or path.parent.name + path.name not in needed:
            with suppress(OSError):
                path.unlink()
    return len(books) - len(kept)


def _needed(store: Objects, books: list[Path]) -> set[str]:
    """Return the digest of everything that these books speak of."""
    needed: set[str] = set()
    for path in books:
        for line in read_book(path).lines:
            for entry in line.get("paths", {}).values():
                needed.add(entry.get("sha256", ""))
            _add_tree(store, line.get("tree", ""), needed)
    return needed


def _add_tree(store: Objects, tree: str, needed: set[str]) -> None:
    if not tree or tree in needed:
        return
    needed.add(tree)
    entry: dict[str, Any]
    for entry in entries_of(store, tree).values():
        needed.add(entry.get("sha256", ""))
        _add_tree(store, entry.get("tree", ""), needed)


def _stored(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.is_dir():
            yield from path.iterdir()
        else:
            yield path
