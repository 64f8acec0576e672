"""Choose the tier that confines programs here: the one that is wished, or the strongest that a probe shows to work.

A probe really confines a harmless program, once for a program file and kernel in the life of the process. Nothing is
probed before the first program is to be started.
"""

import os
from functools import cache

from llmos_core.protocols.context import Paths, PluginContext
from llmos_core.protocols.guarding import Sandbox
from llmos_core.types.record import Record
from llmos_std.sandbox import seccomp
from llmos_std.sandbox.config import SandboxConfig
from llmos_std.sandbox.syscalls import ARCHITECTURES

_PROBE_S = 10.0


class Choice(Record):
    """The sandbox that was chosen, and for each stronger tier why it was not."""

    sandbox: Sandbox
    reasons: tuple[tuple[str, str], ...] = ()


def open_sandbox(context: PluginContext) -> Sandbox:
    """Return the sandbox that section `sandbox` asks for."""
    return choose(context.config or SandboxConfig(), context.paths).sandbox


def choose(config: SandboxConfig, paths: Paths) -> Choice:
    """Return the wished tier, or with `auto` the strongest that works. A wish that fails confines by refusing."""
    from llmos_std.sandbox.unconfined import Missing, Unconfined

    if config.tier == "none":
        return Choice(sandbox=Unconfined())
    reasons: list[tuple[str, str]] = []
    for tier in ("bubblewrap",) if config.tier == "auto" else (config.tier,):
        reason = obstacle(tier)
        if not reason:
            return Choice(sandbox=_made(tier, config, paths), reasons=tuple(reasons))
        reasons.append((tier, reason))
    if config.tier == "auto":
        return Choice(sandbox=Unconfined(), reasons=tuple(reasons))
    return Choice(sandbox=Missing(config.tier, reasons[0][1]), reasons=tuple(reasons))


def _made(_tier: str, config: SandboxConfig, paths: Paths) -> Sandbox:
    from llmos_std.sandbox.bubblewrap import Bubblewrap

    return Bubblewrap(config, paths, program=_bubblewrap(), machine=_machine())


def obstacle(tier: str) -> str:
    """Return why a tier does not work here, "" when it does."""
    machine = _machine()
    if os.uname().sysname != "Linux":
        return f"it needs Linux, and this is {os.uname().sysname}"
    if machine not in ARCHITECTURES:
        return f"the system calls of the processor {machine} are not known to llmos"
    program = _bubblewrap()
    return _probe_bubblewrap(program, _age(program)) if program else "bubblewrap is not installed"


def _machine() -> str:
    return os.uname().machine


def _bubblewrap() -> str:
    from llmos_std.sandbox.bubblewrap import PLACES

    return next((place for place in PLACES if os.access(place, os.X_OK)), "")


def _age(program: str) -> tuple[int, int]:
    status = os.stat(program)
    return status.st_mtime_ns, status.st_ino


@cache
def _probe_bubblewrap(program: str, _age: tuple[int, int]) -> str:
    import subprocess

    from llmos_std.sandbox.bubblewrap import namespaces, system

    descriptor = os.memfd_create("llmos-probe")
    try:
        os.write(descriptor, seccomp.assemble(_machine(), seccomp.IN_NAMESPACES))
        os.lseek(descriptor, 0, os.SEEK_SET)
        options = [*namespaces(), *system(temporary_bytes=1 << 20, memory_bytes=1 << 20), "--seccomp", str(descriptor)]
        done = subprocess.run(
            [program, *options, "--", "/bin/sh", "-c", "exit 0"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env={"PATH": "/usr/bin:/bin"},
            pass_fds=(descriptor,),
            timeout=_PROBE_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"bubblewrap cannot be started: {error}"
    finally:
        os.close(descriptor)
    if done.returncode == 0:
        return ""
    said = done.stderr.decode(errors="replace").strip() or f"it ended with {done.returncode}"
    return f"bubblewrap does not work here ({said}); the system may forbid user namespaces"
