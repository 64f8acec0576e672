"""Law: importing the core and finding plugins cost next to nothing, however many distributions are installed.

Wall time is the best of many, and on a machine that is slower, or does other work as well, a bare Python is the
yardstick; what was imported is counted. `-s` prints the figures of docs/explanation/start-up.md.
"""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from llmos_core.plugins.discovery import discover
from plugin_makers import make_distribution

IMPORT_LIMIT_MS, MODULES_LIMIT = 30.0, 120
FIND_LIMIT_MS, DISTRIBUTIONS = 5.0, 100
PYTHON_MS = 11.0
"""What `python -c pass` takes where the limits above were set."""
ATTEMPTS = 15

_IMPORT = """
import json, sys, time
before, start = len(sys.modules), time.perf_counter()
import llmos_core
took = time.perf_counter() - start
print(json.dumps([took * 1000, len(sys.modules) - before]))
"""
_EVERYTHING = _IMPORT.replace("import llmos_core\n", "import llmos_core.contrib, llmos_core.plugins.discovery\n")


def slowness() -> float:
    """Return how many times as long as there a bare Python takes here, at best; at least 1."""
    took = []
    for _ in range(ATTEMPTS):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", "pass"], check=True)
        took.append((time.perf_counter() - start) * 1000)
    return max(1.0, min(took) / PYTHON_MS)


def imported(code: str) -> tuple[float, int]:
    """Return the least milliseconds of several fresh processes, and how many modules came with it."""
    runs = []
    for _ in range(ATTEMPTS):
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
        runs.append(json.loads(done.stdout))
    return min(took for took, _ in runs), max(modules for _, modules in runs)


@pytest.mark.spec("PA-005")
@pytest.mark.parametrize("code", [_IMPORT, _EVERYTHING], ids=["the package", "and what discovery needs"])
def test_importing_the_core_is_quick_and_brings_little(code: str) -> None:
    took_ms, modules = imported(code)
    sys.stdout.write(f"\nimport: {took_ms:.1f} ms, {modules} modules\n")
    assert modules <= MODULES_LIMIT
    assert took_ms <= IMPORT_LIMIT_MS * slowness()


@pytest.mark.spec("PA-005")
def test_plugins_are_found_among_a_hundred_distributions_in_five_milliseconds(tmp_path: Path) -> None:
    for number in range(DISTRIBUTIONS):
        plugins = {f"plugin-{number}": f"module_{number}"} if number % 10 == 0 else {}
        make_distribution(tmp_path, f"distribution-{number}", plugins)
    took_ms = []
    for _ in range(ATTEMPTS * 4):
        start = time.perf_counter()
        found = discover([str(tmp_path)])
        took_ms.append((time.perf_counter() - start) * 1000)
        assert len(found) == DISTRIBUTIONS // 10
    sys.stdout.write(f"\nfound among {DISTRIBUTIONS}: {min(took_ms):.2f} ms\n")
    assert min(took_ms) <= FIND_LIMIT_MS * slowness()
