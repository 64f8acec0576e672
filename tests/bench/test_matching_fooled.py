"""Law: of a great many hard negatives none is followed, and of trivial rewordings at least 99 % are.

The full bench draws more than 80,000 negatives (`LLMOS_BENCH=full`); otherwise a few thousand.
"""

import os

import pytest
from bench_matching import SEEDS, negatives, rewordings

from worlds.tasks import goal_of

IS_FULL = os.environ.get("LLMOS_BENCH") == "full"


@pytest.mark.slow
def test_no_hard_negative_is_followed() -> None:
    found = negatives(goal_of(seed) for seed in range(SEEDS if IS_FULL else 150))
    assert found.seen.total() >= (80_000 if IS_FULL else 3_000)
    assert found.wrong == []


@pytest.mark.slow
def test_trivial_rewordings_are_followed() -> None:
    found = rewordings(goal_of(seed) for seed in range(SEEDS if IS_FULL else 300))
    assert found.seen.total() >= (15_000 if IS_FULL else 2_000)
    assert found.share() <= 0.01
