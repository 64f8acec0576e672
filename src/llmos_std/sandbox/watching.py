"""See to it that a running call keeps to its share of processes, memory and disk; the kernel's own limits do the rest.

The kernel counts no processes of root and no memory of several processes together. So the call is looked at from
outside, some ten times a second, and killed as a whole when it has too much.
"""

import os
from collections.abc import Iterator

from llmos_std.sandbox.config import SandboxConfig

_MOST_NEW_FILES = 1_000_000
_PARENT = 1


class Watch:
    """Looks at one call. Made before it starts; asked with the pid of its first process."""

    def __init__(self, config: SandboxConfig, folder: str) -> None:
        self._config = config
        self._folder = folder
        self._free_bytes, self._free_files = _free(folder)

    def __call__(self, leader: int) -> str:
        """Return what the call has too much of, "" when it keeps to its share."""
        most = self._config
        family = descendants(leader)
        if len(family) > most.processes:
            return f"it had {len(family)} processes, and {most.processes} are allowed (sandbox.processes)"
        used = sum(_memory_bytes(pid) for pid in family)
        if used > most.memory_bytes:  # pages that forked processes share were counted once for each: now exactly
            used = sum(_own_bytes(pid) for pid in family)
        if used > most.memory_bytes:
            return (
                f"it used {used >> 20} MiB of memory, and {most.memory_bytes >> 20} are allowed (sandbox.memory_bytes)"
            )
        free_bytes, free_files = _free(self._folder)
        if self._free_bytes - free_bytes > most.disk_bytes or self._free_files - free_files > _MOST_NEW_FILES:
            return f"the disk filled by more than {most.disk_bytes >> 20} MiB meanwhile (sandbox.disk_bytes)"
        return ""


def descendants(leader: int) -> list[int]:
    """Return the living processes below `leader`, itself included."""
    children: dict[int, list[int]] = {}
    for pid, parent in _parents():
        children.setdefault(parent, []).append(pid)
    found, waiting = [], [leader]
    while waiting:
        pid = waiting.pop()
        found.append(pid)
        waiting += children.get(pid, ())
    return found


def _parents() -> Iterator[tuple[int, int]]:
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat", "rb", buffering=0) as file:
                    yield int(name), int(file.read(1024).rpartition(b")")[2].split()[_PARENT])
            except (OSError, IndexError, ValueError):
                continue


def _memory_bytes(pid: int) -> int:
    """Return what a process has of its own or shares in memory only, without what it mapped from files."""
    try:
        with open(f"/proc/{pid}/status", "rb", buffering=0) as file:
            lines = file.read(8192).split(b"\n")
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith((b"RssAnon:", b"RssShmem:")))


def _own_bytes(pid: int) -> int:
    """Return the same with every shared page divided among those who share it; slower to find out."""
    try:
        with open(f"/proc/{pid}/smaps_rollup", "rb", buffering=0) as file:
            lines = file.read(8192).split(b"\n")
    except OSError:
        return _memory_bytes(pid)
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith((b"Pss_Anon:", b"Pss_Shmem:")))


def _free(folder: str) -> tuple[int, int]:
    try:
        found = os.statvfs(folder)
    except OSError:
        return 0, 0
    return found.f_bavail * found.f_frsize, found.f_favail
