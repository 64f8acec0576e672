"""Say whether a file can hold the user's own decisions: one that others may write to is not believed."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from llmos_core.errors import StorageError

if TYPE_CHECKING:
    from pathlib import Path


def require_own(path: Path) -> None:
    """Raise StorageError when somebody else could have written `path`; a file that does not exist is fine."""
    try:
        facts = os.lstat(path)
    except FileNotFoundError:
        return
    except OSError as error:
        raise StorageError(f"{path} cannot be looked at ({error.strerror}); make its folder readable") from error
    if facts.st_uid not in (os.geteuid(), 0) or facts.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise StorageError(
            f"{path} could have been written by others, so what it says about your decisions is not believed; "
            "delete it, or check it and make it yours alone (chown, chmod 600)"
        )
