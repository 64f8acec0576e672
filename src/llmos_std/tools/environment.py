"""What a started program sees of the environment: little, and no secret.

The names that pass are listed here; a user may add some, but a name that looks like a secret never passes.
"""

import os
import re
from collections.abc import Mapping, Sequence

_PASSED = (
    "HOME",
    "LANG",
    "LANGUAGE",
    "LC_ALL",
    "LC_CTYPE",
    "LOGNAME",
    "PATH",
    "SHELL",
    "TMPDIR",
    "TZ",
    "USER",
    "VIRTUAL_ENV",
)
_FIXED = {
    "TERM": "dumb",
    "NO_COLOR": "1",
    "PAGER": "cat",
    "GIT_PAGER": "cat",
    "GIT_TERMINAL_PROMPT": "0",
    # a repository must not be able to name a program that even `git status` would start
    "GIT_CONFIG_COUNT": "1",
    "GIT_CONFIG_KEY_0": "core.fsmonitor",
    "GIT_CONFIG_VALUE_0": "false",
}
_SECRET = re.compile(
    r"KEY|TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIAL|COOKIE|SESSION|(^|_)(AUTH|PASS|PWD|PAT|DSN)(_|$)"
    r"|_(URL|URI|SOCK)$",
    re.IGNORECASE,
)
_DEFAULT_PATH = "/usr/local/bin:/usr/bin:/bin"


def minimal_environment(environ: Mapping[str, str], further: Sequence[str] = ()) -> dict[str, str]:
    """Return the environment for a program: the usual names, those in `further`, and settings for quiet output."""
    names = [*_PASSED, *(name for name in further if not _SECRET.search(name))]
    passed = {name: environ[name] for name in names if name in environ and "\0" not in environ[name]}
    passed["PATH"] = _absolute_folders(passed.get("PATH", ""))
    return {"LANG": "C.UTF-8", **passed, **_FIXED}


def _absolute_folders(path: str) -> str:
    """Return a search path without relative folders, where a file of the workspace could pose as a program."""
    folders = [folder for folder in path.split(os.pathsep) if folder.startswith("/")]
    return os.pathsep.join(folders) or _DEFAULT_PATH
