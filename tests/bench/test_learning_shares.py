"""Law: of recorded runs none is followed wrongly, and no share falls below what was reached.

Needs the development data (see bench_learning.py); the full bench looks at every number of known tasks.
"""

import os
import sys

import pytest
from bench_learning import RUNS, half, judged, kind, shares, sizes

IS_FULL = os.environ.get("LLMOS_BENCH") == "full"

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not RUNS.is_file(), reason="the development data are not here")]


@pytest.mark.parametrize("shots", [1, 2, 3, 4, 5, None] if IS_FULL else [4])
def test_no_run_is_followed_wrongly(shots: int | None) -> None:
    found = judged(shots)
    for name in ("AB", "A", "B"):
        sys.stdout.write(f"{shots or 'all'} known, half {name}: {shares([v for v in found if half(v.run) in name])}\n")
    assert [one.run.goal for one in found if kind(one) == "follow-wrong"] == []
    if shots == 4:
        measured = sizes(found)
        assert sum(kind(one) == "follow" for one in found) >= 0.10 * len(found)
        assert sum(kind(one) in {"follow", "one call"} for one in found) >= 0.40 * len(found)
        assert sorted(measured.fill)[len(measured.fill) // 2] < sorted(measured.first)[len(measured.first) // 2]
