"""Law: looking a goal up, and counting a use, cost the same among many traces as among few."""

from pathlib import Path

import pytest
from bench_memory import measure

FEW, MANY = 100, 3000


@pytest.mark.slow
@pytest.mark.spec("TR-044")
def test_a_look_up_among_many_traces_takes_less_than_twice_as_long(tmp_path: Path) -> None:
    few, many = measure(tmp_path / "few", FEW), measure(tmp_path / "many", MANY)
    ratios = {name: many[name] / few[name] for name in ("find", "miss", "count")}
    assert max(ratios.values()) < 2, ratios
