"""Choose the tier that confines programs here: the one that is wished, or the strongest that a probe shows to work.

A probe really confines a harmless program, once for a program file and kernel in the life of the process. Nothing is
probed before the first program is to be started.
"""

import os
from functools import cache
from pathlib import Path

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
    for tier in ("bubblewrap", "landlock") if config.tier == "auto" else (config.tier,):
        reason = obstacle(tier)
        if not reason:
            return Choice(sandbox=_made(tier, config, paths), reasons=tuple(reasons))
        reasons.append((tier, reason))
    if config.tier == "auto":
        return Choice(sandbox=Unconfined(), reasons=tuple(reasons))
    return Choice(sandbox=Missing(config.tier, reasons[0][1]), reasons=tuple(reasons))


def _made(tier: str, config: SandboxConfig, paths: Paths) -> Sandbox:
    if tier == "bubblewrap":
        from llmos_std.sandbox.bubblewrap import Bubblewrap

        return Bubblewrap(config, paths, program=_bubblewrap(), machine=_machine())
    from llmos_std.sandbox.landlock import Landlocked

    return Landlocked(config, paths, machine=_machine())


def obstacle(tier: str) -> str:
    """Return why a tier does not work here, "" when it does."""
    machine = _machine()
    if os.uname().sysname != "Linux":
        return f"it needs Linux, and this is {os.uname().sysname}"
    if machine not in ARCHITECTURES:
        return f"the system calls of the processor {machine} are not known to llmos"
    if tier == "landlock":
        return _probe_landlock()
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


@cache
def _probe_landlock() -> str:
    import subprocess
    import tempfile

    from llmos_std.sandbox.kernel_calls import landlock_abi
    from llmos_std.sandbox.landlock import Landlocked

    if not landlock_abi():
        return "this kernel has no Landlock, or does not let it be used"
    with tempfile.TemporaryDirectory(prefix="llmos-probe-") as folder:
        place = Path(folder)
        paths = Paths(workspace=place, user_config=place / "c", user_data=place, user_state=place, user_cache=place)
        (place / "w").mkdir()
        probed = Landlocked(SandboxConfig(), paths, machine=_machine())
        try:
            with probed.open_launch(["/bin/sh", "-c", ": > made"], folder=place / "w", environment={}) as launch:
                done = subprocess.run(
                    launch.arguments,
                    stdin=subprocess.DEVNULL,
                    capture_output=True,
                    env=dict(launch.environment),
                    pass_fds=launch.pass_fds,
                    timeout=_PROBE_S,
                    check=False,
                )
        except (OSError, subprocess.TimeoutExpired) as error:
            return f"the launcher cannot be started: {error}"
        if done.returncode == 0 and (place / "w" / "made").is_file():
            return ""
    return f"Landlock and seccomp do not work here ({done.stderr.decode(errors='replace').strip()})"
