"""Measure what importing a plugin costs, in a fresh Python of its own: what is imported here already would hide it.

What the plugin prints is data; a plugin that hangs or ends the process is told from one that can be imported.
"""

from __future__ import annotations

import re
from collections import defaultdict

from llmos_core.types.record import Record

LIMIT_S = 30.0
MOST_NAMED = 8
_NOTICEABLE_US = 1000

_MARK = "llmos: here the plugin begins"
_CODE = f"""
import sys, json
sys.path[:] = json.loads(sys.argv[1])
import llmos_core.contrib, llmos_core.hookspecs
print({_MARK!r}, file=sys.stderr, flush=True)
__import__(sys.argv[2])  # the statement itself, since only that is timed
"""
_LINE = re.compile(r"import time:\s+(\d+) \|\s+(\d+) \| (\s*)(\S+)")


class ImportCost(Record, kw_only=False):
    """Milliseconds and modules of one import. `packages` are (name, own milliseconds, modules) of others, worst first.

    `problem` says why it could not be measured.
    """

    import_ms: float = 0.0
    modules: int = 0
    packages: tuple[tuple[str, float, int], ...] = ()
    problem: str = ""


def measure(value: str, *, limit_s: float = LIMIT_S) -> ImportCost:
    """Return what importing the module of an entry point costs in a new process of this Python."""
    import json
    import subprocess
    import sys

    module = value.partition(":")[0]
    command = [sys.executable, "-X", "importtime", "-c", _CODE, json.dumps(sys.path), module]
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=limit_s, check=False, errors="replace"
        )
    except subprocess.TimeoutExpired:
        return ImportCost(problem=f"importing it did not end within {limit_s:g} s")
    except OSError as error:
        return ImportCost(problem=f"Python could not be started: {error.strerror or error}")
    _, mark, told = done.stderr.partition(_MARK)
    if done.returncode != 0 or not mark:
        said = [line for line in told.splitlines() if line.strip() and not _LINE.match(line)]
        return ImportCost(problem=f"importing it failed: {said[-1].strip() if said else f'exit {done.returncode}'}")
    return cost_of(told, module)


def cost_of(told: str, module: str) -> ImportCost:
    """Read what `-X importtime` told: own and cumulative microseconds of each module, innermost first."""
    own_package = module.partition(".")[0]
    total_us, modules = 0, 0
    packages: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for found in filter(None, map(_LINE.match, told.splitlines())):
        self_us, cumulative_us, indent, name = found.groups()
        if not indent:
            total_us += int(cumulative_us)
        modules += 1
        package = name.partition(".")[0]
        if package not in {own_package, "llmos_core"}:
            packages[package][0] += int(self_us)
            packages[package][1] += 1
    worst = sorted(packages.items(), key=lambda item: -item[1][0])
    named = [(name, us / 1000, count) for name, (us, count) in worst if us >= _NOTICEABLE_US]
    return ImportCost(total_us / 1000, modules, tuple(named[:MOST_NAMED]))
