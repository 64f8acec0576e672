"""Law: the index may be deleted, damaged in any byte or made with other keys: nothing is lost or wrongly found."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmos_std.memory.backend import open_memory
from worlds.traces import context_for, keys_of, make_trace

GOAL = "Write a greeting"
KEY = keys_of(GOAL)[0]


@pytest.mark.spec("TR-042")
@pytest.mark.parametrize("damage", ["delete", "empty", "cut", "noise", "half", "stranger", "delete while open"])
def test_an_index_that_is_gone_or_damaged_is_made_again_without_loss(tmp_path: Path, damage: str) -> None:
    index = tmp_path / ".llmos" / "state" / "index.db"
    memory = open_memory(context_for(tmp_path))
    traces = [memory.save(make_trace(f"Goal {number}")) for number in range(30)]
    memory.record_outcome(traces[3].id, verified=True)
    if damage != "delete while open":
        memory.close()
        memory = open_memory(context_for(tmp_path))
    data = index.read_bytes()
    changed = {
        "empty": b"",
        "cut": data[: len(data) - 100],
        "noise": b"not a database" * 500,
        "half": data[:8192] + b"\xff" * (len(data) - 8192),
        "stranger": None,
    }
    if damage in {"delete", "delete while open"}:
        for path in index.parent.glob("index.db*"):
            path.unlink()
    elif damage == "stranger":
        make_stranger(index)
    else:
        index.write_bytes(changed[damage] or b"")
    counters = memory.record_outcome(traces[3].id, verified=True)
    assert (counters.uses, counters.score) == (2, 95)
    for number, trace in enumerate(traces):
        assert memory.find(keys_of(f"Goal {number}")[0]) == (trace,)
    assert memory.problems() == ()
    memory.close()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["", "-wal"]), st.floats(0, 1), st.integers(1, 255)), max_size=9))
def test_an_index_with_any_bytes_changed_never_gives_a_wrong_trace_nor_an_error(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[str, float, int]]
) -> None:
    workspace = tmp_path_factory.mktemp("noise")
    with open_memory(context_for(workspace)) as memory:
        traces = [memory.save(make_trace(f"Goal {number}")) for number in range(4)]
        memory.record_outcome(traces[0].id, verified=True)
        memory.candidates("goal")
    for name, place, flip in changes:
        path = workspace / ".llmos" / "state" / f"index.db{name}"
        data = bytearray(path.read_bytes() if path.exists() else b"")
        if data:
            data[int(place * (len(data) - 1))] ^= flip
            path.write_bytes(data)
    with open_memory(context_for(workspace)) as memory:
        for trace in traces:
            assert memory.find(keys_of(trace.goal)[0]) in [(), (trace,)]
            memory.record_outcome(trace.id, verified=True)
            assert memory.save(trace) == trace
        memory.candidates("goal")
        memory.problems()


def make_stranger(path: Path) -> None:
    """Put some other program's database there."""
    import sqlite3

    path.unlink()
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE files (name TEXT)")
    connection.commit()
    connection.close()


@pytest.mark.spec("TR-042")
def test_other_keys_are_noticed_and_counters_stay(tmp_path: Path) -> None:
    with open_memory(context_for(tmp_path)) as memory:
        trace = memory.save(make_trace())
        memory.record_outcome(trace.id, verified=False)
        memory.candidates(GOAL)
    with open_memory(context_for(tmp_path, lambda goal: (f"new:{goal}",), "2")) as memory:
        assert memory.find(KEY) == ()
        assert memory.find(f"new:{GOAL}") == (trace,)
        assert memory.statistics(trace.id).score == 55
        assert memory.candidates(GOAL) == ((trace, 1.0),)
