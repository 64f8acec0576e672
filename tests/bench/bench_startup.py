"""How long whole processes take, as a ratio to `python -c pass`: an exact replay of one Write step, and `llmos --help`.

    python tests/bench/bench_startup.py 300 10000

Runs are interleaved, so that a busy machine disturbs all alike; a ratio is of the least CPU time (user and system),
which other processes can lengthen but never shorten. Medians and wall times are printed beside it.
"""

import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Sequence
from compileall import compile_dir
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from statistics import median
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parent))

from bench_memory import make_library

import llmos_core
import llmos_std

HELLO = "create a file hello.txt that says hello"
BASE, REPLAY, HELP = "python -c pass", "exact replay", "llmos --help"
SCRIPT = Path(sysconfig.get_path("scripts")) / "llmos"
COMMANDS = {
    BASE: [sys.executable, "-c", "pass"],
    REPLAY: [sys.executable, str(SCRIPT), "run", HELLO],
    HELP: [sys.executable, str(SCRIPT), "--help"],
}


class Took(NamedTuple):
    """What one process took, in milliseconds."""

    cpu_ms: float
    wall_ms: float


class Bench:
    """A workspace with many traces, one of which is replayed; every command runs there as a process of its own."""

    def __init__(self, folder: Path, traces: int) -> None:
        self._workspace = folder / "workspace"
        self._environ = {"LLMOS_HOME": str(folder / "home"), "PATH": "/usr/bin:/bin"}  # no PYTHONDONTWRITEBYTECODE
        for package in (llmos_core, llmos_std):
            compile_dir(Path(str(package.__file__)).parent, quiet=2)
        make_library(self._workspace, traces)
        for _ in range(3):  # learn; replay, and remember what was found out about plugins; once more as it will stay
            self._check(REPLAY)
        self._check(HELP)

    def rounds(self, number: int) -> dict[str, list[Took]]:
        """Run all commands by turns and return what each run took."""
        took: dict[str, list[Took]] = {name: [] for name in COMMANDS}
        for _ in range(number):
            for name in COMMANDS:
                took[name].append(self._took(name))
        return took

    def _took(self, name: str) -> Took:
        before, start = getrusage(RUSAGE_CHILDREN), time.perf_counter()
        self._check(name)
        wall_s, after = time.perf_counter() - start, getrusage(RUSAGE_CHILDREN)
        cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return Took(cpu_s * 1000, wall_s * 1000)

    def _check(self, name: str) -> None:
        made = self._workspace / "hello.txt"
        made.unlink(missing_ok=True)
        subprocess.run(
            COMMANDS[name],
            cwd=self._workspace,
            env=self._environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            check=True,
        )
        if (name == REPLAY) != made.exists():
            raise AssertionError(f"{name} did not do what it is measured for")


def ratios(took: dict[str, list[Took]]) -> dict[str, float]:
    """Return the ratio of each command's least CPU time to that of the bare interpreter."""
    least = {name: min(one.cpu_ms for one in runs) for name, runs in took.items()}
    return {name: least[name] / least[BASE] for name in took if name != BASE}


def report(title: str, took: dict[str, list[Took]]) -> str:
    """Return the figures as a table: milliseconds, and ratios to the bare interpreter."""
    lines = [f"{title:18}{'cpu min':>9}{'median':>9}{'wall min':>9}{'median':>9}   ratios of these"]
    base: list[float] = []
    for name, runs in took.items():
        cpu, wall = [one.cpu_ms for one in runs], [one.wall_ms for one in runs]
        figures = [min(cpu), median(cpu), min(wall), median(wall)]
        base = base or figures
        shares = "  ".join(f"{figure / first:.1f}" for figure, first in zip(figures, base, strict=True))
        lines.append(f"{name:18}" + "".join(f"{figure:9.1f}" for figure in figures) + f"   {shares}")
    return "\n".join(lines)


def main(sizes: Sequence[int]) -> None:
    """Print one table for each number of traces."""
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            sys.stdout.write(report(f"{size:,} traces", Bench(Path(folder), size).rounds(40)) + "\n")


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [300, 10_000])
