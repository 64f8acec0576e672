"""Start one program confined by Landlock and seccomp, and stay beside it as its keeper until all of it has ended.

Run as a process of its own by `llmos_std.sandbox.landlock`. Two processes: the program, which gives up its rights
before it becomes what it shall be, and the keeper, which answers what the program must ask (see `keeper`), ends with
it, and takes all its children along.
"""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # `signal` costs a launch two milliseconds
import _socket
import marshal
import os
import resource
import sys

from llmos_std.sandbox import kernel_calls as kernel

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

SIGN = "llmos-sandbox: "
_FAILED = 126
_DAC_OVERRIDE = 1 << 1


def main(plan_fd: int) -> None:
    """Do what the plan says: a marshalled dict, see `landlock.Landlocked`; `plan_fd` is the number of its file."""
    with os.fdopen(plan_fd, "rb") as file:
        plan: dict[str, Any] = marshal.load(file)  # noqa: S302 – our own process wrote it
    try:
        _prepare(plan)
        here, there = _socket.socketpair(_socket.AF_UNIX, _socket.SOCK_STREAM)
        pid = os.fork()
        if pid == 0:
            here.close()
            _become(plan, there)
        there.close()
        listener = _receive(here)
    except OSError as error:
        _fail(error)
    if listener < 0:
        os._exit(_code_of(os.waitpid(pid, 0)[1]))
    from llmos_std.sandbox.keeper import keep

    keep(plan, pid, listener)


def _prepare(plan: dict[str, Any]) -> None:
    """Make this process fit to be the keeper: it dies with llmos, inherits orphans, and has no more rights than needed.

    With a new kernel it can send signals to its own program only, so that killing everybody kills nobody else.
    """
    os.umask(plan["umask"])
    kernel.control(kernel.SET_DEATH_SIGNAL, _signal.SIGTERM)
    if os.getppid() != plan["parent"]:
        os._exit(_FAILED)
    kernel.control(kernel.SUBREAPER, 1)
    kernel.control(kernel.NO_NEW_PRIVILEGES, 1)
    if os.geteuid() == 0:
        kernel.drop_capabilities(plan["machine"], _DAC_OVERRIDE if plan["is_foreign"] else 0)
    if plan["abi"] >= kernel.ABI_WITH_SCOPES:
        kernel.restrict_self(kernel.new_ruleset(plan["abi"], files=False))


def _become(plan: dict[str, Any], there: _socket.socket) -> None:
    """Give up every right that the plan does not name, hand over the listener, and become the program."""
    try:
        kernel.control(kernel.SET_DEATH_SIGNAL, _signal.SIGKILL)
        os.setpgid(0, 0)
        os.chdir(plan["folder"])
        for name, most in plan["limits"]:
            _limit(getattr(resource, name), most)
        _landlock(plan)
        listener = kernel.install_filter(plan["machine"], plan["filter"])
        _send(there, listener)
        os.close(listener)
        there.close()
        os.execve(plan["arguments"][0], plan["arguments"], dict(os.environ))  # noqa: S606 – there is no shell in it
    except OSError as error:
        _fail(error)


def _limit(what: int, most: int) -> None:
    """Lower a limit; one that is lower already stays."""
    hard = resource.getrlimit(what)[1]
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(what, (most, most))


def _landlock(plan: dict[str, Any]) -> None:
    abi = plan["abi"]
    ruleset = kernel.new_ruleset(abi, files=True)
    readable = kernel.READ | kernel.LIST | kernel.EXECUTE
    for place in plan["readable"]:
        kernel.allow(ruleset, place, readable, abi)
    kernel.allow(ruleset, plan["workspace"], kernel.LIST, abi)
    for place in (*plan["facts"], "/proc/self"):
        kernel.allow(ruleset, place, kernel.READ | kernel.LIST, abi)
    for place in plan["devices"]:
        kernel.allow(ruleset, place, kernel.READ | kernel.WRITE | kernel.TRUNCATE, abi)
    kernel.allow(ruleset, plan["private"], kernel.rights_of(abi) & ~(1 << 6 | 1 << 11), abi)
    kernel.restrict_self(ruleset)


def _send(there: _socket.socket, descriptor: int) -> None:
    there.sendmsg([b"!"], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, descriptor.to_bytes(4, sys.byteorder))])


def _receive(here: _socket.socket) -> int:
    """Return the listener, -1 when the program never came so far."""
    ancillary = here.recvmsg(1, _socket.CMSG_SPACE(4))[1]
    here.close()
    return int.from_bytes(ancillary[0][2][:4], sys.byteorder) if ancillary else -1


def _code_of(status: int) -> int:
    code = os.waitstatus_to_exitcode(status)
    return code if code >= 0 else 128 - code


def _fail(error: OSError) -> None:
    os.write(2, f"{SIGN}{error}\n".encode())
    os._exit(_FAILED)
