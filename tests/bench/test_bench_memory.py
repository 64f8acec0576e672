"""Law: looking a goal up, and counting a use, cost the same among many traces as among few."""

from pathlib import Path

import pytest
from bench_memory import measure

FEW, MANY = 100, 3000


@pytest.mark.slow
@pytest.mark.spec("TR-044")
def test_a_look_up_among_many_traces_takes_less_than_twice_as_long(tmp_path: Path) -> None:
    worst: list[dict[str, float]] = []
    for attempt in range(3):  # other work on the machine can only make a ratio worse, never better
        few = measure(tmp_path / f"few{attempt}", FEW)
        many = measure(tmp_path / f"many{attempt}", MANY)
        worst.append({name: many[name] / few[name] for name in ("find", "miss", "count")})
        if max(worst[-1].values()) < 2:
            return
    pytest.fail(f"three attempts, none under 2: {worst}")
