"""Know which runs are alive: a run is, as long as somebody holds the lock on its file in `state/running/`.

The system drops a lock when its process dies, however it dies; so neither a reused process number nor a restart, nor
another container on the same folder, can make a dead run look alive or a living one dead.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import suppress
from typing import TYPE_CHECKING

from llmos_core.errors import StorageError
from llmos_core.types.json import text_digest
from llmos_std.storage.files import make_private_folder

if TYPE_CHECKING:
    from pathlib import Path


class RunLocks:
    """The locks this process holds, one file a run. Files of runs that ended are removed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._held: dict[str, int] = {}

    def hold(self, run_id: str) -> bool:
        """Take the lock of a run, making its file if need be; False when somebody, also we ourselves, holds it."""
        return self._take(run_id, os.O_CREAT)

    def take_over(self, run_id: str) -> bool:
        """Take the lock of a run whose holder died without a word; False when it is held or was let go of properly."""
        return self._take(run_id, 0)

    def is_held(self, run_id: str) -> bool:
        """Say whether anybody holds the lock.

        Looking locks for a moment: only one process may look or take at a time (the journal's write transaction).
        """
        if self.take_over(run_id):
            self.abandon(run_id)
            return False
        return os.path.lexists(self._path(run_id))

    def is_abandoned(self, run_id: str) -> bool:
        """Say whether the last holder died without a word. Like `is_held`, looking locks for a moment."""
        if self.take_over(run_id):
            self.abandon(run_id)
            return True
        return False

    def release(self, run_id: str) -> None:
        """Let go of a run for good: its file disappears."""
        if run_id in self._held:
            with suppress(OSError):  # the lock is what counts; a file that stays is an empty one
                self._path(run_id).unlink(missing_ok=True)
            self.abandon(run_id)

    def abandon(self, run_id: str) -> None:
        """Let go of a run as if this process had died."""
        handle = self._held.pop(run_id, None)
        if handle is not None:
            os.close(handle)

    def release_all(self) -> None:
        """Let go of everything."""
        for run_id in tuple(self._held):
            self.release(run_id)

    def _take(self, run_id: str, creating: int) -> bool:
        if run_id in self._held:
            return False
        try:
            handle = self._locked(self._path(run_id), creating)
        except FileNotFoundError:
            return False
        except OSError as error:
            raise StorageError(
                f"{self._folder} could not be used ({error.strerror}); llmos keeps one small file there for each "
                "running goal; check its permissions and free space, then run again"
            ) from error
        if handle is None:
            return False
        self._held[run_id] = handle
        return True

    def _locked(self, path: Path, creating: int) -> int | None:
        if creating:
            make_private_folder(self._folder)
        handle = os.open(path, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC | creating, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            return None
        except BaseException:
            os.close(handle)
            raise
        if os.fstat(handle).st_nlink:
            return handle
        os.close(handle)  # its holder let go of it between our opening and our locking
        return self._locked(path, creating)

    def _path(self, run_id: str) -> Path:
        return self._folder / text_digest(run_id)[:32]
