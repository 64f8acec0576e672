"""Law: looking a goal up, and counting a use, cost the same among many traces as among few.

A ratio is of the least of many rounds, by turns: what else the machine does can lengthen one, but not all of them.
"""

from pathlib import Path

import pytest
from bench_memory import make_library, numbered_trace, one_process

from worlds.traces import context_for

FEW, MANY, ROUNDS, ATTEMPTS = 100, 3000, 20, 10


@pytest.mark.slow
@pytest.mark.spec("TR-044")
def test_a_look_up_among_many_traces_takes_less_than_twice_as_long(tmp_path: Path) -> None:
    sizes = {tmp_path / "few": FEW, tmp_path / "many": MANY}
    for workspace, size in sizes.items():
        make_library(workspace, size)
        one_process(context_for(workspace), numbered_trace(0))
    least = {size: dict.fromkeys(("find", "miss", "count"), float("inf")) for size in sizes.values()}
    for attempt in range(ATTEMPTS):
        for turn in range(attempt * ROUNDS, (attempt + 1) * ROUNDS):
            for workspace, size in sizes.items():
                took = one_process(context_for(workspace), numbered_trace(turn * 7919 % size))
                least[size] = {name: min(ms, took[name]) for name, ms in least[size].items()}
        ratios = {name: least[MANY][name] / least[FEW][name] for name in least[FEW]}
        if max(ratios.values()) < 2:
            return
    pytest.fail(f"look-ups grow with the library: {ratios}")
