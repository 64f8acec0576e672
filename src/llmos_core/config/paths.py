"""Where the workspace and the user's own files are. Nothing is created by asking.

On Linux the XDG rules are read off the given environment, since importing platformdirs takes longer than the rest of
the configuration together; a test holds the answers equal to platformdirs. Everywhere else platformdirs itself answers.
"""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from llmos_core.errors import UsageError
from llmos_core.protocols.context import Paths

_NAME = "llmos"


def find_paths(workspace: Path | None = None, environ: Mapping[str, str] | None = None) -> Paths:
    """Return the absolute paths of one llmos.

    The workspace is the argument, else LLMOS_WORKSPACE, else the current directory, its symbolic links resolved.
    LLMOS_HOME puts all of the user's files under one folder; LLMOS_CONFIG names another user configuration file.
    """
    environ = os.environ if environ is None else environ
    home = environ.get("LLMOS_HOME", "")
    folders = _under(_absolute(home)) if home else _of_the_platform(environ)
    config = environ.get("LLMOS_CONFIG", "")
    return Paths(
        workspace=_workspace(workspace or environ.get("LLMOS_WORKSPACE", "")),
        user_config=_absolute(config) if config else folders[0] / "config.toml",
        user_data=folders[1],
        user_state=folders[2],
        user_cache=folders[3],
    )


def _workspace(chosen: Path | str) -> Path:
    try:
        return Path(os.path.realpath(_absolute(chosen) if chosen else Path.cwd()))
    except FileNotFoundError:
        raise UsageError("the current directory no longer exists; go to another one or name a workspace") from None


def _absolute(path: Path | str) -> Path:
    return Path(os.path.abspath(Path(path).expanduser()))  # noqa: PTH100 – Path.absolute keeps `..`


def _under(home: Path) -> tuple[Path, Path, Path, Path]:
    return home, home / "data", home / "state", home / "cache"


def _of_the_platform(environ: Mapping[str, str]) -> tuple[Path, Path, Path, Path]:
    """Return the folders for configuration, data, state and cache."""
    home = environ.get("HOME", "")
    if not sys.platform.startswith("linux") or "ANDROID_DATA" in environ or not home.startswith("/"):
        return _by_platformdirs()

    def folder(variable: str, usual: str) -> Path:
        base = environ.get(variable, "")
        return Path(base if base.startswith("/") else home.rstrip("/") + usual, _NAME)

    return (
        folder("XDG_CONFIG_HOME", "/.config"),
        folder("XDG_DATA_HOME", "/.local/share"),
        folder("XDG_STATE_HOME", "/.local/state"),
        folder("XDG_CACHE_HOME", "/.cache"),
    )


def _by_platformdirs() -> tuple[Path, Path, Path, Path]:
    import platformdirs

    folders = platformdirs.PlatformDirs(_NAME, appauthor=False)
    return folders.user_config_path, folders.user_data_path, folders.user_state_path, folders.user_cache_path
