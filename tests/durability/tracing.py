"""Watch a forked process at every system call that writes, and there kill it, make the call fail, or let it pass.

This sees what no hook inside Python can: the writes of SQLite itself, between the frames of one commit. The child stops
at such a call before the kernel has done anything. Children of the child are followed and never harmed. Works on Linux
with x86-64, without any privilege; elsewhere `WHY_NOT` says why a test must be skipped.
"""

import ctypes
import json
import os
import platform
import signal
import struct
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Say = Callable[..., None]

_TRACEME, _CONT, _GETREGS, _SETREGS, _SETOPTIONS = 0, 7, 12, 13, 0x4200
_FOLLOW = 0x2 | 0x4 | 0x8 | 0x80 | 0x100000  # fork, vfork, clone, seccomp, exit with the tracer
_SECCOMP_STOP = 7
_WAIT_ALL = 0x40000000
_NO_NEW_PRIVILEGES, _SET_SECCOMP, _FILTER = 38, 22, 2
_ALLOW, _TRACE = 0x7FFF0000, 0x7FF00000
_CREATES = os.O_CREAT | os.O_TRUNC

ON_FILES = {1: "write", 18: "pwrite", 20: "writev", 296: "pwritev", 74: "fsync", 75: "fdatasync", 77: "ftruncate"}
"""Calls on an open file; they count when it is a regular file or a folder, not a pipe or a terminal."""
ON_NAMES = {
    2: "open",
    257: "openat",
    76: "truncate",
    82: "rename",
    264: "renameat",
    316: "renameat2",
    86: "link",
    265: "linkat",
    88: "symlink",
    87: "unlink",
    263: "unlinkat",
    83: "mkdir",
    258: "mkdirat",
    84: "rmdir",
    91: "fchmod",
    280: "utimensat",
}
"""Calls on names; an open counts when it makes or empties a file."""
CAN_RUN_OUT = frozenset({"write", "pwrite", "writev", "pwritev", "fsync", "fdatasync", "ftruncate", "open", "openat"})
"""The calls that a full or broken disk, or a full table of open files, makes fail in practice."""


_NAMES = (
    *("r15", "r14", "r13", "r12", "rbp", "rbx", "r11", "r10", "r9", "r8", "rax", "rcx", "rdx", "rsi", "rdi"),
    *("number", "rip", "cs", "eflags", "rsp", "ss", "fs_base", "gs_base", "ds", "es", "fs", "gs"),
)
"""The registers in the kernel's order; `number` is that of the system call."""


class _Registers(ctypes.Structure):
    _fields_ = [(name, ctypes.c_ulonglong) for name in _NAMES]


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_char_p)]


_libc = ctypes.CDLL(None, use_errno=True)
if sys.platform == "linux":
    _libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
    _libc.ptrace.restype = ctypes.c_long


@dataclass(frozen=True)
class Fault:
    """What happens at write point number `at` (from 0): a kill when `error` is 0, else that errno.

    A fault with `lasts` goes on: every later call that can run out fails too, as on a disk that stays full.
    """

    at: int
    error: int = 0
    lasts: bool = False


@dataclass
class Story:
    """What became of a watched process: its write points by name, what it said, and how it ended (-9: killed)."""

    points: list[str] = field(default_factory=list)
    words: list[Any] = field(default_factory=list)
    code: int = 0

    @property
    def was_killed(self) -> bool:
        """Whether it died of SIGKILL; what else it might die of is a defect."""
        return self.code == -signal.SIGKILL


def watch(work: Callable[[Say], object], fault: Fault | None = None) -> Story:
    """Run `work(say)` in a forked process, with at most one fault, and return its story once all of it is over."""
    hears, speaks = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(hears)
        _become(work, speaks)
    os.close(speaks)
    story = Story()
    try:
        story.code = _Watcher(pid, fault, story.points).follow()
    finally:
        with os.fdopen(hears, "rb") as pipe:
            story.words = [json.loads(line) for line in pipe.read().split(b"\n")[:-1]]
    return story


class _Watcher:
    def __init__(self, pid: int, fault: Fault | None, points: list[str]) -> None:
        self._pid, self._fault, self._points = pid, fault, points
        self._is_over = False

    def follow(self) -> int:
        """Let the process and all its children run to their ends; return the exit code of the process."""
        os.waitpid(self._pid, 0)
        _ptrace(_SETOPTIONS, self._pid, _FOLLOW)
        _ptrace(_CONT, self._pid, 0)
        alive, code = {self._pid}, 0
        while alive:
            task, status = os.waitpid(-1, _WAIT_ALL)
            if not os.WIFSTOPPED(status):
                alive.discard(task)
                code = os.waitstatus_to_exitcode(status) if task == self._pid else code
                continue
            is_new = task not in alive
            alive.add(task)
            _let_go(task, self._signal_for(task, status, is_new=is_new))
        return code

    def _signal_for(self, task: int, status: int, *, is_new: bool) -> int:
        """Treat one stop and return the signal to deliver."""
        event, number = status >> 16, os.WSTOPSIG(status)
        if event == _SECCOMP_STOP:
            self._judge(task)
        if event or (is_new and number == signal.SIGSTOP):
            return 0
        return number

    def _judge(self, task: int) -> None:
        registers = _Registers()
        _ptrace(_GETREGS, task, ctypes.addressof(registers))
        name = _point(task, registers)
        if not name:
            return
        here = len(self._points)
        self._points.append(name)
        fault = self._fault
        if fault is None or here < fault.at:
            return
        if not fault.error:
            if here == fault.at:
                os.kill(self._pid, signal.SIGKILL)
        elif here == fault.at or (fault.lasts and name in CAN_RUN_OUT):
            registers.number = 2**64 - 1  # no call at all, and this is its answer
            registers.rax = 2**64 - fault.error
            _ptrace(_SETREGS, task, ctypes.addressof(registers))


def _point(task: int, registers: _Registers) -> str:
    """Return the name of the write point at which a task stands, "" for a call that changes no file."""
    number = registers.number
    if number in ON_FILES:
        return ON_FILES[number] if _is_stored(task, registers.rdi) else ""
    flags = {2: registers.rsi, 257: registers.rdx}.get(number)
    if flags is not None and not flags & _CREATES:
        return ""
    return ON_NAMES.get(number, "")


def _is_stored(task: int, handle: int) -> bool:
    try:
        return Path(f"/proc/{task}/fd/{handle}").readlink().is_absolute() and not _is_device(task, handle)
    except OSError:
        return False


def _is_device(task: int, handle: int) -> bool:
    return str(Path(f"/proc/{task}/fd/{handle}").readlink()).startswith(("/dev/", "/proc/"))


def _ptrace(request: int, task: int, data: int) -> None:
    if _libc.ptrace(request, task, None, data) == -1 and ctypes.get_errno() != 3:  # 3: it was killed meanwhile
        raise OSError(ctypes.get_errno(), f"ptrace request {request} failed")


def _let_go(task: int, signal_number: int) -> None:
    _ptrace(_CONT, task, signal_number)


def _become(work: Callable[[Say], object], speaks: int) -> None:
    code = 1
    try:
        sys.dont_write_bytecode = True  # Python's own writes are not those of llmos
        _libc.ptrace(_TRACEME, 0, None, None)
        os.kill(os.getpid(), signal.SIGSTOP)
        _watch_writes()
        work(lambda *facts: os.write(speaks, json.dumps(facts if len(facts) > 1 else facts[0]).encode() + b"\n"))
        code = 0
    except BaseException:  # noqa: BLE001 – a child must never return into the parent's test run
        traceback.print_exc(file=sys.__stderr__)
    finally:
        os._exit(code)


def _watch_writes() -> None:
    """From now on stop at every call that may write; all others run at full speed."""
    numbers = [*ON_FILES, *ON_NAMES]
    load = struct.pack("HBBI", 0x20, 0, 0, 0)
    tests = [struct.pack("HBBI", 0x15, len(numbers) - at, 0, number) for at, number in enumerate(numbers)]
    ends = struct.pack("HBBI", 0x06, 0, 0, _ALLOW) + struct.pack("HBBI", 0x06, 0, 0, _TRACE)
    program = _Program(len(numbers) + 3, load + b"".join(tests) + ends)
    for call in (
        (_NO_NEW_PRIVILEGES, 1, 0, 0, 0),
        (_SET_SECCOMP, _FILTER, ctypes.byref(program), 0, 0),
    ):
        if _libc.prctl(*call):
            raise OSError(ctypes.get_errno(), "the write points cannot be watched")


def _why_not() -> str:
    if sys.platform != "linux" or platform.machine() != "x86_64":
        return f"write points are watched only on Linux with x86-64, not on {sys.platform} {platform.machine()}"
    try:
        story = watch(lambda say: say("alive"))
    except OSError as error:
        return f"no process may be watched here: {error}"
    return "" if (story.words, story.code) == (["alive"], 0) else "a watched process does not run here"


WHY_NOT = _why_not()
"""Why nothing can be watched here, "" when it can."""
