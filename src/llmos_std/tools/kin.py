"""Find and kill everything that a program has started, also what has left its process group and session.

Kin are recognised by the program's session, or by a mark in the environment that they inherited. A process that
changed both escapes: only a sandbox can hold that one.
"""

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

_PROC = Path("/proc")
_MARK = "LLMOS_CALL"
_QUICK_ROUNDS, _MAX_ROUNDS = 50, 150
_CLEAN_ROUNDS = 2
_PAUSE_S, _LONG_PAUSE_S = 0.002, 0.02
_KERNEL_THREAD = 0x0020_0000
# positions in /proc/PID/stat, counted after the name
_STATE, _SESSION, _FLAGS, _STARTED = 0, 3, 6, 19


class Kin:
    """The kin of one program. Make it before the program starts, and give the program `mark` in its environment."""

    def __init__(self) -> None:
        self._value = os.urandom(8).hex()
        self._since = _ticks_since_boot()

    @property
    def mark(self) -> dict[str, str]:
        """The environment variable that all kin inherit."""
        return {_MARK: self._value}

    def kill(self, leader: int) -> None:
        """Kill the program `leader` and all its kin; returns when none is found any more, or after two seconds."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(leader, signal.SIGKILL)
        clean_rounds = 0
        for number in range(_MAX_ROUNDS):
            clean_rounds = 0 if self._kill_found(leader) else clean_rounds + 1
            if clean_rounds == _CLEAN_ROUNDS:
                return
            if clean_rounds == 0:
                time.sleep(_PAUSE_S if number < _QUICK_ROUNDS else _LONG_PAUSE_S)  # a busy machine is slow to end them

    def _kill_found(self, leader: int) -> bool:
        """Kill whoever is found now; return whether there was anybody, or somebody who could not be told yet."""
        is_anybody = False
        for pid in _processes():
            belongs = self._belongs(pid, leader)
            if belongs:
                with suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, signal.SIGKILL)
            is_anybody |= belongs is not False
        return is_anybody

    def _belongs(self, pid: int, leader: int) -> bool | None:
        """Say whether a living process is kin; None for one that is just becoming another program."""
        try:
            fields = (_PROC / str(pid) / "stat").read_bytes().rpartition(b")")[2].split()
            is_alive = fields[_STATE] not in (b"Z", b"X") and not int(fields[_FLAGS]) & _KERNEL_THREAD
            if not is_alive or int(fields[_STARTED]) < self._since:
                return False
            environ = (_PROC / str(pid) / "environ").read_bytes()
        except (OSError, IndexError):
            return False
        if int(fields[_SESSION]) == leader or f"{_MARK}={self._value}".encode() in environ.split(b"\0"):
            return True
        return None if environ == b"" else False


def _ticks_since_boot() -> int:
    """Return the time as /proc counts it, a little early; 0 where there is no such clock."""
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    return 0 if clock is None else int(time.clock_gettime(clock) * os.sysconf("SC_CLK_TCK")) - 2


def _processes() -> list[int]:
    try:
        return [int(entry.name) for entry in _PROC.iterdir() if entry.name.isdigit()]
    except OSError:  # a system without /proc: the process group must do
        return []
