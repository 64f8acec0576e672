"""The section of the sandbox: which tier confines programs, and what a call may use up.

Only the user's own configuration counts here: a project must not choose how tightly its programs are held.
"""

from typing import Any

from llmos_core.config.fields import section_field
from llmos_core.types.record import Record

TIERS = ("auto", "bubblewrap", "landlock", "none")

_MIB = 1 << 20
_GIB = 1 << 30


def _tuple(value: Any) -> Any:
    """Take a TOML array as a tuple; anything else is left for the check to refuse."""
    return tuple(value) if isinstance(value, list) else value


def _is_tier(value: Any) -> str:
    return "" if value in TIERS else f"one of {', '.join(TIERS)}"


def _are_folders(value: Any) -> str:
    is_right = isinstance(value, tuple) and all(isinstance(one, str) and one[:1] in {"/", "~"} for one in value)
    return "" if is_right else "a list of absolute paths, or of such that begin with ~"


def _are_paths(value: Any) -> str:
    is_right = isinstance(value, tuple) and all(isinstance(one, str) and one for one in value)
    return "" if is_right else "a list of texts, none empty"


def _most(default: int, *, least: int, help: str, unit: str = "") -> Any:  # noqa: A002 – the name that the metadata bears
    def check(value: Any) -> str:
        is_right = isinstance(value, int) and not isinstance(value, bool) and value >= least
        return "" if is_right else f"a whole number of at least {least}"

    return section_field(default, check, help=help, unit=unit, user_only=True, schema={"minimum": least})


class SandboxConfig(Record):
    """Section `sandbox`: how programs that Bash and Python start are confined."""

    tier: str = section_field(
        "auto",
        _is_tier,
        help="what confines programs: auto takes the strongest that works here; none confines nothing and always asks",
        user_only=True,
        schema={"enum": TIERS},
    )
    read_only: tuple[str, ...] = section_field(
        (), _are_folders, help="further folders and files that programs may read", convert=_tuple, user_only=True
    )
    visible: tuple[str, ...] = section_field(
        (),
        _are_paths,
        help="files of the workspace that look secret and may be read all the same; * stands for any text",
        convert=_tuple,
        user_only=True,
    )
    processes: int = _most(512, least=8, help="how many processes a call may have at a time")
    memory_bytes: int = _most(4 * _GIB, least=64 * _MIB, help="how much memory a call may use", unit="bytes")
    file_bytes: int = _most(2 * _GIB, least=_MIB, help="how large a file may grow", unit="bytes")
    disk_bytes: int = _most(
        5 * _GIB,
        least=_MIB,
        help="how much of the disk a call may fill; what others write at the same time counts as well",
        unit="bytes",
    )
    temporary_bytes: int = _most(_GIB, least=_MIB, help="how large the call's own /tmp may grow", unit="bytes")
    cpu_s: int = _most(900, least=1, help="how long a process may compute", unit="s")
    open_files: int = _most(1024, least=32, help="how many files a process may have open")
    quarantine_days: int = _most(
        30, least=1, help="how long is kept what was taken out of a workspace after a call", unit="days"
    )
    quarantine_bytes: int = _most(
        _GIB, least=_MIB, help="how much of that is kept, the newest first; the very newest always", unit="bytes"
    )

    def is_visible(self, path: str) -> bool:
        """Say whether a file of the workspace may be read although it looks secret; `path` is relative to it."""
        from fnmatch import fnmatchcase

        return any(fnmatchcase(path, pattern) for pattern in self.visible)
