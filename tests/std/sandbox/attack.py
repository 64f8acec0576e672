"""Attempts to break out, each harmless when it succeeds: they reach for decoys that the scene has put up.

`code` is a program for the tool Python, or a command line when `tool` is "Bash"; it finds the scene in `S`. An attempt
has succeeded when `proof` is in what it printed, or when `trace` finds its effect on the scene.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

PROOF = "PWNED"
EVERYBODY = frozenset({"root", "user"})
ROOT = frozenset({"root"})

PRELUDE = """
import ctypes, os, sys, time
libc = ctypes.CDLL(None, use_errno=True)
def syscall(number, *args):
    made = libc.syscall(ctypes.c_long(number), *[ctypes.c_long(a) if isinstance(a, int) else a for a in args])
    return made if made >= 0 else -ctypes.get_errno()
ARM = os.uname().machine == 'aarch64'
def pwned(is_so=True):
    if is_so: print('PWNED', flush=True)
"""


class Attack(NamedTuple):
    """One attempt. `works_for` says for whom it succeeds where nothing confines it; nothing else is
    tried meanwhile when it `is_alone`."""

    name: str
    code: str
    trace: Callable[[Any], bool] | None = None
    tool: str = "Python"
    works_for: frozenset[str] = EVERYBODY
    environment: tuple[str, ...] = ()
    is_alone: bool = False


def changed(*path: str) -> Callable[[Any], bool]:
    return lambda scene: scene.is_changed(*path)


def exists(*path: str) -> Callable[[Any], bool]:
    return lambda scene: scene.is_there(*path)


def program(code: str, facts: dict[str, Any]) -> str:
    """Return the whole program of an attempt; only what it uses is imported, since each is a process of its own."""
    used = [name for name in ("socket", "struct", "subprocess", "threading") if f"{name}." in code]
    return f"S = {facts!r}\n{PRELUDE}\n{f'import {chr(44).join(used)}' if used else ''}\n{code}"
