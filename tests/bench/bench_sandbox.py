"""What confinement adds to one command: `true` by the real tool, bare and through each tier that works here, by turns.

    python tests/bench/bench_sandbox.py 60

Prints milliseconds beyond the bare command, wall time and CPU time of all processes: the least of many rounds, which is
what a quiet machine takes, and the middle one.
"""

import asyncio
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from typing import NamedTuple

from llmos_core.protocols.acting import ToolContext
from llmos_core.protocols.context import Paths
from llmos_std.sandbox.choosing import choose, obstacle
from llmos_std.sandbox.config import SandboxConfig
from llmos_std.tools.commands import Bash
from llmos_std.tools.config import CommandsConfig
from llmos_std.tools.processes import Limits, run_program

TIERS = ("bubblewrap", "landlock")
PYTHON = "python"
"""A bare `python -I -S -c pass`: what this machine, as busy as it is, needs for something known."""


class Took(NamedTuple):
    """What one command took, in milliseconds: by the clock, and of all processors together."""

    wall_ms: float
    cpu_ms: float


def rounds(folder: Path, tiers: list[str], count: int) -> dict[str, list[Took]]:
    """Return tier → what each round took; "none" is the bare command, and PYTHON is there too."""
    workspace = folder / "workspace"
    (workspace / ".git" / "hooks").mkdir(parents=True)
    (workspace / ".git" / "config").touch()
    paths = Paths(workspace=workspace, user_config=folder / "c", user_data=folder, user_state=folder, user_cache=folder)
    contexts = {
        tier: ToolContext(
            workspace=workspace,
            run_id="bench",
            timeout_s=30,
            environ={"PATH": os.defpath},
            sandbox=choose(SandboxConfig(tier=tier), paths).sandbox,
        )
        for tier in ("none", *tiers)
    }
    bash = Bash(CommandsConfig())
    limits = Limits(timeout_s=30, output_bytes=1000)

    async def python() -> None:
        await run_program([sys.executable, "-I", "-S", "-c", "pass"], folder=workspace, environment={}, limits=limits)

    async def run_true(tier: str) -> None:
        await bash.call({"command": "true"}, contexts[tier])

    acts = {PYTHON: python, **{tier: partial(run_true, tier) for tier in contexts}}

    async def took() -> dict[str, list[Took]]:
        found: dict[str, list[Took]] = {name: [] for name in acts}
        for _ in range(count):
            for name, act in acts.items():
                start, begun = time.perf_counter(), _cpu_s()
                await act()
                found[name].append(Took((time.perf_counter() - start) * 1000, (_cpu_s() - begun) * 1000))
        return found

    return asyncio.run(took())


def _cpu_s() -> float:
    """Return the CPU time of this process and of all that have ended below it."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + ended.ru_utime + ended.ru_stime


def added(found: dict[str, list[Took]], tier: str, how: Callable[[list[float]], float]) -> Took:
    """Return what a tier adds to the bare command, in the rounds that `how` picks."""
    columns = [[how(list(column)) for column in zip(*found[name], strict=True)] for name in (tier, "none")]
    return Took(*(more - bare for more, bare in zip(*columns, strict=True)))


def working_tiers() -> list[str]:
    """Return the tiers that work on this machine."""
    return [tier for tier in TIERS if not obstacle(tier)]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        took = rounds(Path(name), working_tiers(), int(sys.argv[1]))
    for tier in list(took)[2:]:
        least, middle = added(took, tier, min), added(took, tier, median)
        sys.stdout.write(
            f"{tier:12} least {least.wall_ms:6.1f} ms   middle {middle.wall_ms:6.1f} ms"
            f"   CPU least {least.cpu_ms:6.1f} ms   middle {middle.cpu_ms:6.1f} ms\n"
        )
