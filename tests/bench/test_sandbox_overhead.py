"""Law: confinement adds less than 25 ms to a command, on a machine where a bare Python needs 11 ms to start.

On a machine that is slower, or does other work as well, a bare Python is the yardstick. The full bench holds the tiers
to that; in the suite twice as much passes, since Landlock takes 17 to 23 ms on a quiet machine.
"""

import os
import sys
from pathlib import Path

import pytest
from bench_sandbox import PYTHON, added, rounds, working_tiers

AIM_MS, PYTHON_MS = 25.0, 11.0
LIMIT_MS = AIM_MS if os.environ.get("LLMOS_BENCH") == "full" else 2 * AIM_MS
ROUNDS = 12
ATTEMPTS = 4


@pytest.mark.parametrize("tier", ["bubblewrap", "landlock"])
def test_a_command_takes_little_longer_confined(tmp_path: Path, tier: str) -> None:
    if tier not in working_tiers():
        pytest.skip(f"{tier} does not work here")
    best = float("inf")
    for attempt in range(ATTEMPTS):
        folder = tmp_path / str(attempt)
        folder.mkdir()
        found = rounds(folder, [tier], ROUNDS)
        more = added(found, tier, min)
        best = min(best, more.wall_ms * PYTHON_MS / min(one.wall_ms for one in found[PYTHON]))
        if best <= LIMIT_MS:
            break
    sys.stdout.write(f"\n{tier} adds {best:.1f} ms\n")
    assert best <= LIMIT_MS
