"""What confinement adds to one command: `true` by the real tool, bare and through each tier that works here, by turns.

    python tests/bench/bench_sandbox.py 60

Prints milliseconds: the least of many rounds, and the middle one, each less the bare command of the same round.
"""

import asyncio
import os
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from llmos_core.protocols.acting import ToolContext
from llmos_core.protocols.context import Paths
from llmos_std.sandbox.choosing import choose, obstacle
from llmos_std.sandbox.config import SandboxConfig
from llmos_std.tools.commands import Bash
from llmos_std.tools.config import CommandsConfig

TIERS = ("bubblewrap", "landlock")


def rounds(folder: Path, tiers: list[str], count: int) -> dict[str, list[float]]:
    """Return tier → milliseconds that each round took longer than the bare command; "none" → the bare command."""
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

    async def took() -> dict[str, list[float]]:
        found: dict[str, list[float]] = {tier: [] for tier in contexts}
        for _ in range(count):
            for tier, context in contexts.items():
                start = time.perf_counter()
                await bash.call({"command": "true"}, context)
                found[tier].append((time.perf_counter() - start) * 1000)
        return found

    times = asyncio.run(took())
    return {"none": times["none"], **{tier: _less(times[tier], times["none"]) for tier in tiers}}


def _less(those: list[float], these: list[float]) -> list[float]:
    return [one - other for one, other in zip(those, these, strict=True)]


def working_tiers() -> list[str]:
    """Return the tiers that work on this machine."""
    return [tier for tier in TIERS if not obstacle(tier)]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        for tier, times in rounds(Path(name), working_tiers(), int(sys.argv[1])).items():
            sys.stdout.write(f"{tier:12} least {min(times):6.1f} ms   middle {median(times):6.1f} ms\n")
