"""Law: kill a writer at any moment, and every file is whole, and everything it had reported is there."""

import os
import random
import select
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from forks import Child, Say, in_children
from llmos_core.types.trace import TraceState
from llmos_std.memory.backend import open_memory
from worlds.traces import context_for, keys_of, make_trace

KILLS = 80
CALLS = ("open", "write", "fsync", "fchmod", "close", "rename", "utime")


def writer(workspace: Path, first: int) -> Callable[[Say], None]:
    """Return a loop that saves, saves again and counts for ever, saying what is done."""

    def work(say: Say) -> None:
        with open_memory(context_for(workspace)) as memory:
            for number in range(first, first + 1000):
                trace = memory.save(make_trace(f"Goal {number}"))
                say("saved", trace.id)
                memory.save(make_trace(f"Goal {number}", episodes=(f"again-{number}",)))
                say("evidence", trace.id, f"again-{number}")
                memory.record_outcome(trace.id, verified=True)
                say("counted", trace.id)
                memory.record_outcome(shared_id(), verified=None)
                say("counted", shared_id())

    return work


def shared_id() -> str:
    return make_trace("Shared goal").id


@pytest.mark.spec("TR-030")
def test_after_random_kills_every_file_is_whole_and_all_that_was_reported_is_there(tmp_path: Path) -> None:
    chance = random.Random(20261121)
    in_children(lambda _index: save_shared(tmp_path), number=1)
    reported: list[Any] = []
    for number in range(KILLS):
        child = Child(writer(tmp_path, number * 1000))
        reported += [child.first_word() for _ in range(chance.randrange(4))]
        select.select([], [], [], chance.random() * 0.004)
        child.kill()
        reported += child.words()
    with open_memory(context_for(tmp_path)) as memory:
        assert memory.problems() == ()
        counts = [facts[1] for facts in reported if facts[0] == "counted"]
        for kind, trace_id, *more in reported:
            trace = memory.load(trace_id)
            assert trace is not None
            assert trace.state is TraceState.LEARNED
            assert memory.statistics(trace_id).uses >= counts.count(trace_id)
            assert kind != "evidence" or more[0] in trace.episodes
        assert len(reported) > KILLS


def save_shared(workspace: Path) -> None:
    with open_memory(context_for(workspace)) as memory:
        memory.save(make_trace("Shared goal"))


@pytest.mark.spec("TR-030")
@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("moment", range(4))
def test_killed_at_any_call_of_the_system_a_file_is_the_old_or_the_new_one(
    tmp_path: Path, name: str, moment: int
) -> None:
    in_children(lambda _index: save_shared(tmp_path), number=1)

    def work(say: Say) -> None:
        memory = open_memory(context_for(tmp_path))
        memory.find("warm")
        kill_at(name, moment)
        memory.save(make_trace("Shared goal", episodes=("run-2",)))
        say("saved")
        memory.record_outcome(shared_id(), verified=True)
        say("counted")

    child = Child(work)
    said = child.words()
    with open_memory(context_for(tmp_path)) as memory:
        assert memory.problems() == ()
        (trace,) = memory.find(keys_of("Shared goal")[0])
        assert trace.episodes in {("run-1",), ("run-1", "run-2")}
        assert "saved" not in said or trace.episodes == ("run-1", "run-2")
        assert memory.statistics(trace.id).uses >= said.count("counted")
        assert memory.record_outcome(trace.id, verified=True).uses >= 1


def kill_at(name: str, moment: int) -> None:
    """From now on, end this process at the beginning of its call number `moment` of `os.<name>` or `Path.<name>`."""
    owner: Any = Path if name == "rename" else os
    really, left = getattr(owner, name), [moment]

    def call(*facts: Any, **more: Any) -> Any:
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left[0] -= 1
        return really(*facts, **more)

    setattr(owner, name, call)


@pytest.mark.spec("TR-043")
def test_many_processes_find_save_index_and_search_at_once_without_an_error(tmp_path: Path) -> None:
    in_children(lambda _index: save_shared(tmp_path), number=1)
    for path in (tmp_path / ".llmos" / "state").iterdir():
        path.unlink()

    def work(index: int) -> int:
        with open_memory(context_for(tmp_path)) as memory:
            assert len(memory.find(keys_of("Shared goal")[0])) == 1
            for number in range(8):
                memory.save(make_trace(f"Goal {index} {number}"))
                memory.save(make_trace("Shared goal", episodes=(f"run-{index}-{number}",)))
                assert memory.find(keys_of(f"goal {index} {number}")[0])
                assert memory.candidates("shared goal")[0][0].goal == "Shared goal"
            memory.forget(make_trace(f"Goal {index} 0").id)
            return len(memory.problems())

    assert in_children(work, number=5) == [0] * 5
    with open_memory(context_for(tmp_path)) as memory:
        assert len(list(memory.list())) == 1 + 5 * 7
        shared = memory.load(shared_id())
        assert shared is not None
        assert len(shared.episodes) == 1 + 5 * 8
