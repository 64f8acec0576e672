"""Keep what a step may change, before it does, and note what it left; `llmos undo` goes back by it.

Nothing is restored here. What has to be kept and cannot be is a StorageError, and then the step does not happen.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from llmos_core.errors import StorageError
from llmos_std.snapshots.book import book_path, write_line
from llmos_std.snapshots.entries import entries_for, open_root, real_path
from llmos_std.snapshots.objects import Objects

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from llmos_core.protocols.context import PluginContext
    from llmos_std.snapshots.config import SnapshotsConfig
    from llmos_std.snapshots.scanning import Scan, Size
    from llmos_std.snapshots.seen import Seen

FOLDER, BOOKS, OBJECTS, SEEN = "snapshots", "runs", "objects", "seen.json"
"""The folder in the workspace's state, and what is in it."""

_SPARE_RUNS = 8


class WorkspaceSnapshots:
    """The `Snapshots` of one workspace; any number of processes may share them."""

    def __init__(self, workspace: Path, state: Path, config: SnapshotsConfig) -> None:
        self._workspace = workspace
        self._folder = state / FOLDER
        self._config = config
        self.books = self._folder / BOOKS
        self.store = Objects(self._folder / OBJECTS)
        self._kept: dict[tuple[str, int], tuple[str, ...] | None] = {}
        self._size: Size | None = None
        self._seen: Seen | None = None

    def can_keep(self) -> bool:
        """Say whether the whole workspace is small enough to be kept, and readable."""
        size, limits = self.size(), self._config
        return size.files <= limits.max_files and size.size_bytes <= limits.max_bytes and not size.unreadable

    def size(self) -> Size:
        """Return how large the workspace is, a little more than allowed where it is larger; it is counted once."""
        if self._size is None:
            from llmos_std.snapshots.scanning import measure

            limits = self._config
            self._size = measure(self._workspace, max_files=limits.max_files, max_bytes=limits.max_bytes)
        return self._size

    def keep(self, run_id: str, index: int, paths: Sequence[str] | None, *, at: str) -> None:
        """Keep durably the files that step `index` may change: `paths` below the workspace, None for all of them."""
        with self._explained(), self.open_shared():
            real = None if paths is None else tuple(self._real(path) for path in paths)
            state = self._state(real, store=True)
            self.store.flush()
            write_line(book_path(self.books, run_id), {"kind": "kept", "index": index, "at": at, **state})
            self._kept[run_id, index] = real

    def ended(self, run_id: str, index: int, *, at: str) -> None:
        """Note what step `index` left of what was kept for it; without such a note undoing asks back. StorageError."""
        if (run_id, index) not in self._kept:
            return
        with self._explained(), self.open_shared():
            state = self._state(self._kept.pop((run_id, index)), store=False)
            self.store.flush()  # the next keeping counts on every content that is there
            write_line(book_path(self.books, run_id), {"kind": "ended", "index": index, "at": at, **state})

    def close(self) -> None:
        """Forget the oldest runs, when there are enough of them."""
        try:
            too_many = len(os.listdir(self.books)) > self._config.keep_runs + _SPARE_RUNS  # noqa: PTH208 – names only
        except OSError:
            return
        if too_many:
            from llmos_std.snapshots.pruning import prune

            prune(self._folder, keep_runs=self._config.keep_runs, keep_days=self._config.keep_days)

    def _state(self, paths: tuple[str, ...] | None, *, store: bool) -> dict[str, Any]:
        if paths is None:
            return {"tree": self.tree()}
        root = open_root(self._workspace)
        try:
            return {"paths": entries_for(root, paths, self.store if store else None)}
        finally:
            os.close(root)

    def tree(self) -> str:
        """Store the whole workspace durably and return its digest. Raises StorageError when it is too large."""
        from llmos_std.snapshots.scanning import Scan, TooLargeError
        from llmos_std.snapshots.seen import Seen

        if self._seen is None:
            self._seen = Seen(self._folder / SEEN)
        self._seen.load()
        limits = self._config
        scan: Scan = Scan(self.store, self._seen, max_files=limits.max_files, max_bytes=limits.max_bytes)
        try:
            tree = scan.tree(self._workspace)
        except TooLargeError as error:
            self._size = None
            raise StorageError(
                f"the workspace is too large to be kept whole ({error}); raise it in [snapshots], or use file tools"
            ) from None
        except OSError:
            self._size = None  # something cannot be read: whether the whole can be kept is asked anew
            raise
        self._size = scan.size
        self.store.flush()  # first: what is known of files is believed without another look at their contents
        self._seen.save()
        return tree

    def _real(self, path: str) -> str:
        real = real_path(self._workspace, path)
        if real is None:
            raise StorageError(f"{path!r} is outside the workspace or part of .llmos, so it is not kept")
        return real

    @contextmanager
    def open_shared(self) -> Iterator[None]:
        """Keep others from forgetting runs meanwhile."""
        flags = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
        try:
            handle = os.open(self._folder, flags)
        except FileNotFoundError:
            from llmos_std.storage.files import make_private_folder

            make_private_folder(self._folder)
            handle = os.open(self._folder, flags)
        try:
            fcntl.flock(handle, fcntl.LOCK_SH)
            yield
        finally:
            os.close(handle)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            where = f" {error.filename}" if error.filename else ""
            raise StorageError(
                f"what a step may change cannot be kept in {self._folder} ({error.strerror or error}{where}), so it is"
                " not done; see that the disk has space and that everything in the workspace is readable"
            ) from error


@contextmanager
def open_snapshots(context: PluginContext) -> Iterator[WorkspaceSnapshots]:
    """Offer the workspace's snapshots; nothing is touched before their first use."""
    snapshots = WorkspaceSnapshots(context.paths.workspace, context.paths.state, context.config)
    try:
        yield snapshots
    finally:
        snapshots.close()
