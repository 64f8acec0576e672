"""Which workspaces have hooks that the user trusted: there, a changed or missing hook stops all until a new decision.

One small file a workspace among the user's own state. It is looked for at every start, so looking is one `stat`.
"""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

from llmos_core.errors import StorageError

if TYPE_CHECKING:
    from pathlib import Path

    from llmos_std.trust.project import ProjectFiles

FOLDER = "guarded"
_SOURCE_SIGNS = (b"llmos_std.hooks", b"llmos_std import hooks")


def is_guarded(user_state: Path, workspace: Path) -> bool:
    """Say whether the user has trusted hooks of this workspace, and taken nothing back since."""
    return os.path.lexists(_mark(user_state, workspace))


def set_guarded(user_state: Path, workspace: Path, *, guarded: bool) -> None:
    """Remember whether this workspace has trusted hooks. Raises StorageError."""
    mark = _mark(user_state, workspace)
    try:
        if guarded:
            from llmos_std.storage.files import write_private_file

            write_private_file(mark, os.fsencode(os.path.realpath(workspace)) + b"\n")
        else:
            mark.unlink(missing_ok=True)
    except OSError as error:
        raise StorageError(f"{mark} cannot be written ({error.strerror}); make its folder writable") from error


def has_hooks(project: ProjectFiles) -> bool:
    """Say whether a project brings hooks, or a file that may hold some."""
    config = project.config or b""
    return project.hooks is not None or b"hooks" in config or any(map(mentions_hooks, project.plugins.values()))


def mentions_hooks(source: bytes) -> bool:
    """Say whether a Python file may hold hooks; without naming the module that decorates them it cannot."""
    return any(sign in source for sign in _SOURCE_SIGNS)


def _mark(user_state: Path, workspace: Path) -> Path:
    """Return where the mark is; the name follows from the real path, so one workspace has one."""
    return user_state / FOLDER / hashlib.sha256(os.fsencode(os.path.realpath(workspace))).hexdigest()
