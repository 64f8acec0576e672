"""What of the machine a confined program may read: the system, this Python, and what the user adds. Never a home.

Also what must stay as it is although it may lie inside a workspace: llmos itself and the user's own files of it.
"""

import os
import sys
from collections.abc import Iterable, Mapping

from llmos_core.errors import ToolError
from llmos_core.protocols.context import Paths

SYSTEM = (
    *("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"),
    *("/nix/store", "/gnu/store", "/run/current-system"),
)
"""Folders of programs and libraries, as far as they exist; some are links into others."""

SETTINGS = tuple(
    f"/etc/{name}"
    for name in (
        *("debian_version", "group", "hosts", "ld.so.cache", "ld.so.conf", "locale.alias", "localtime", "magic"),
        *("mime.types", "nsswitch.conf", "os-release", "passwd", "protocols", "services", "shells", "timezone"),
        "ssl/openssl.cnf",
    )
)
"""Files that programs look up; nothing in them is secret. Passwords and keys of servers are not among them."""

SETTING_FOLDERS = tuple(
    f"/etc/{name}"
    for name in (
        *("alternatives", "crypto-policies", "fonts", "ld.so.conf.d"),
        *("java-11-openjdk", "java-17-openjdk", "java-21-openjdk"),
    )
)
"""Folders of the same kind, each as far as it exists."""

PROCESSOR = "/sys/devices/system/cpu"

_DROPPED = (
    "LD_",
    "DYLD_",
    "PYTHON",
    "BASH_FUNC_",
    "PERL5",
    "RUBY",
    "NODE_OPTIONS",
    "GCONV_PATH",
    "LOCPATH",
    "JAVA_TOOL",
)
_DROPPED_NAMES = frozenset({"BASH_ENV", "ENV", "IFS", "PROMPT_COMMAND", "PS4", "SHELLOPTS", "BASHOPTS", "HOSTALIASES"})


def interpreter() -> list[str]:
    """Return the folders that the Python of llmos needs and that are no part of the system."""
    places = [sys.base_prefix, sys.base_exec_prefix, sys.prefix, sys.exec_prefix]
    program = sys.executable
    for _ in range(8):
        places.append(os.path.dirname(program))
        if not os.path.islink(program):
            break
        program = os.path.join(os.path.dirname(program), os.readlink(program))
    real = {os.path.realpath(place) for place in places if place}
    by_link = {place for place in map(os.path.normpath, places) if os.path.realpath(place) != place}
    home = os.path.realpath(os.path.expanduser("~"))
    return [place for place in outermost(real | by_link) if place not in SYSTEM and not is_within(home, place)]


def own_places(paths: Paths) -> list[str]:
    """Return what makes up llmos here: its code, its Python, and the user's own files of it."""
    import llmos_core
    import llmos_std

    packages = [os.path.dirname(os.path.realpath(str(module.__file__))) for module in (llmos_core, llmos_std)]
    user = [paths.user_config.parent, paths.user_data, paths.user_state, paths.user_cache]
    return outermost([*packages, os.path.realpath(sys.prefix), *map(os.path.realpath, user)])


def outermost(places: Iterable[str]) -> list[str]:
    """Return the places without those that lie in others of them, or in the system."""
    found: list[str] = []
    for place in sorted(set(places)):
        if not any(is_within(place, outer) for outer in (*found, "/usr")):
            found.append(place)
    return found


def is_within(place: str, folder: str) -> bool:
    """Say whether a normal absolute path is the folder or lies in it."""
    return place == folder or place.startswith(folder.rstrip("/") + "/")


def checked_workspace(folder: str) -> str:
    """Return the real path of a workspace; ToolError for one that holds a home or a part of the system."""
    import pwd

    real = os.path.realpath(folder)
    homes = {os.path.realpath(os.path.expanduser("~")), *_home_of(pwd.getpwall())}
    for place in (*sorted(homes), *(os.path.realpath(system) for system in SYSTEM if os.path.isdir(system)), "/etc"):
        if is_within(place, real):
            raise ToolError(
                f"the workspace {real} holds {place}, which no sandbox could protect then; choose a folder of its own"
            )
    return real


def _home_of(users: Iterable[object]) -> list[str]:
    own = [user for user in users if getattr(user, "pw_uid", None) == os.geteuid()]
    return [os.path.realpath(str(getattr(user, "pw_dir", ""))) for user in own[:1]]


def confined_environment(environment: Mapping[str, str], *, home: str, temporary: str) -> dict[str, str]:
    """Return an environment without what changes how programs are loaded, with a home and a temporary folder."""
    kept = {
        name: value
        for name, value in environment.items()
        if not name.startswith(_DROPPED) and name not in _DROPPED_NAMES and not value.startswith("() {")
    }
    return {**kept, "HOME": home, "TMPDIR": temporary, "GIT_CONFIG_NOSYSTEM": "1"}
