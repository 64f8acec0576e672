"""Law: looking a goal up, and counting a use, cost the same among many traces as among few."""

from pathlib import Path

import pytest
from bench_memory import look_ups, make_library

FEW, MANY = 100, 3000


@pytest.mark.slow
@pytest.mark.spec("TR-044")
def test_a_look_up_among_many_traces_takes_less_than_twice_as_long(tmp_path: Path) -> None:
    sizes = {tmp_path / "few": FEW, tmp_path / "many": MANY}
    for workspace, size in sizes.items():
        make_library(workspace, size)
    for _ in range(3):  # a busy machine may slow one of them down
        few, many = (look_ups(workspace, size) for workspace, size in sizes.items())
        ratios = {name: many[name] / few[name] for name in ("find", "miss", "count")}
        if max(ratios.values()) < 2:
            return
    pytest.fail(f"look-ups grow with the library: {ratios}")
