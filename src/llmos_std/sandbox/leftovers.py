"""Look after a call whether guarded files came into being, and take them out of the workspace.

A file that does not exist yet cannot be covered without leaving an empty one behind. So what is new is moved into a
quarantine outside the workspace when the call ends, and the call counts as refused.
"""

import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from llmos_core.errors import ToolRefusedError
from llmos_std.sandbox.guarded import Findings, Mark

_MOST_NAMED = 5


class Before:
    """What was guarded in the workspace `root` before a call; links are remembered by what they said."""

    def __init__(self, root: str, found: Findings) -> None:
        self._root = root
        self._marks = {mark.path: mark for mark in found.of("guarded")}
        self._links = {path: self._target(path) for path, mark in self._marks.items() if mark.is_link}

    def settle(self, after: Findings, quarantine: Path) -> None:
        """Move what is guarded now and was not into the quarantine, and put changed links back.

        Raises ToolRefusedError when there was anything to do.
        """
        new = [mark for mark in after.of("guarded") if self._is_new(mark)]
        kept = _keep_away(self._root, new, quarantine) if new else None
        restored = self._restore_links()
        if new or restored:
            raise ToolRefusedError(_told([mark.path for mark in new] + restored, kept))

    def _is_new(self, mark: Mark) -> bool:
        before = self._marks.get(mark.path)
        if before is None or mark.is_link != before.is_link:
            return True
        return self._target(mark.path) != self._links[mark.path] if mark.is_link else mark.inode != before.inode

    def _restore_links(self) -> list[str]:
        restored = []
        for path, target in self._links.items():
            if self._target(path) != target and not os.path.lexists(os.path.join(self._root, path)):
                with suppress(OSError):
                    os.symlink(target, os.path.join(self._root, path))
                restored.append(path)
        return restored

    def _target(self, path: str) -> str:
        try:
            return os.readlink(os.path.join(self._root, path))
        except OSError:
            return ""


def _keep_away(root: str, marks: Sequence[Mark], quarantine: Path) -> Path:
    """Move the marks into a fresh folder in `quarantine`; return it."""
    import shutil
    import tempfile

    quarantine.mkdir(mode=0o700, parents=True, exist_ok=True)
    kept = Path(tempfile.mkdtemp(prefix="call-", dir=quarantine))
    for mark in marks:
        target = kept / mark.path
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with suppress(FileNotFoundError):
            shutil.move(os.path.join(root, mark.path), target)
    return kept


def _told(paths: Sequence[str], kept: Path | None) -> str:
    named = ", ".join(paths[:_MOST_NAMED]) + (
        f" and {len(paths) - _MOST_NAMED} more" if len(paths) > _MOST_NAMED else ""
    )
    place = f"it is in {kept} now" if kept is not None else "it is as it was"
    return (
        f"refused: the program made or changed {named}, which would run by itself or change what runs; {place}. "
        "What else it did stands. Make such files yourself, or with Write, which asks"
    )
