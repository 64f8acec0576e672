"""Bubblewrap for the tests: installed when it is missing and can be had, once for all tests of a process."""

import os
import shutil
import subprocess
from functools import cache

from llmos_std.sandbox.bubblewrap import PLACES

_PATIENCE_S = 60


@cache
def have_bubblewrap() -> None:
    """Try to install bubblewrap where it is missing, as root with apt; what cannot be had is skipped by its tests."""
    apt = shutil.which("apt-get")
    if any(os.access(place, os.X_OK) for place in PLACES) or os.getuid() != 0 or apt is None:
        return
    try:
        subprocess.run(
            [apt, "install", "-y", "--no-install-recommends", "bubblewrap"],
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=_PATIENCE_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return
