"""Law: deciding about the steps of a run takes compiled code no longer than it takes the interpreted trace."""

import pytest
from bench_compiling import measured

STEPS, ROUNDS, ATTEMPTS = 20, 20, 10


def test_compiled_code_is_no_slower_than_the_trace() -> None:
    for _ in range(ATTEMPTS):  # a busy machine may slow one of them down
        interpreted, compiled, loading, _compiling = measured(STEPS, ROUNDS)
        if compiled + loading <= interpreted:
            return
    pytest.fail(f"compiled {compiled:.3f} ms and {loading:.3f} ms to load it, interpreted {interpreted:.3f} ms")
