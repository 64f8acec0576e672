"""Law: a wording that went through MIXED once is free from then on, and never by way of a program that was not made.

It becomes an alias of the known trace exactly when the model did what that trace does, found what it found and said
what it says; otherwise the run is a program of its own.
"""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from llmos_core.testing.records import small_trace
from llmos_core.types.decision import MatchReport
from llmos_core.types.record import evolve
from llmos_core.types.result import RunResult
from llmos_core.types.transcript import Transcript
from llmos_std.modes.wordings import confirmed
from worlds.kernel import NoModel, World
from worlds.programs import Call, model_of
from worlds.shelf import Shelf

KNOWN, ASKED = "put the note a on the shelf", "put teh note a on the shelf"
PROGRAM: list[Call] = [("Put", {"name": "a", "text": "x"}), ("Get", {"name": "a"})]


def learned(folder: Path, *, program: list[Call] = PROGRAM, answer: str = "done") -> World:
    world = World(folder, Shelf(b="y"))
    assert world.run(KNOWN, model_of(program, answer)).mode == "LEARNER"
    world.shelf = Shelf(b="y")
    return world


def mixed(world: World, program: list[Call] = PROGRAM, answer: str = "done", goal: str = ASKED) -> RunResult:
    result = world.run(goal, model_of(program, answer))
    assert (result.status, result.mode) == ("succeeded", "MIXED"), result
    return result


def traces(world: World) -> list[Any]:
    return list(world.memory.list())


def test_a_wording_whose_run_was_the_known_program_becomes_its_alias_and_follows(tmp_path: Path) -> None:
    world = learned(tmp_path)
    (known,) = traces(world)
    first = mixed(world)
    (trace,) = traces(world)
    assert trace.id == known.id == first.trace_id
    assert trace.aliases == (ASKED,)
    world.shelf = Shelf(b="y")
    second = world.run(ASKED, NoModel())
    assert (second.mode, second.model_calls, second.trace_id) == ("FOLLOWER", 0, known.id)
    assert world.shelf.log == PROGRAM


@pytest.mark.parametrize(
    ("program", "answer"),
    [
        ([("Put", {"name": "a", "text": "z"}), ("Get", {"name": "a"})], "done"),
        ([("Put", {"name": "a", "text": "x"})], "done"),
        ([*PROGRAM, ("Get", {"name": "b"})], "done"),
        (PROGRAM, "it says x"),
    ],
)
def test_any_other_run_is_a_program_of_its_own_and_follows_too(
    tmp_path: Path, program: list[Call], answer: str
) -> None:
    world = learned(tmp_path)
    (known,) = traces(world)
    result = mixed(world, program, answer)
    assert result.trace_id != known.id
    assert [trace.aliases for trace in traces(world)] == [(), ()]
    world.shelf = Shelf(b="y")
    second = world.run(ASKED, NoModel())
    assert (second.mode, second.trace_id, second.output) == ("FOLLOWER", result.trace_id, answer)


def test_a_wording_that_was_marked_as_wrong_never_becomes_an_alias(tmp_path: Path) -> None:
    world = learned(tmp_path)
    (known,) = traces(world)
    world.memory.save(evolve(known, negative_goals=(ASKED,)))
    result = world.run(ASKED, model_of(PROGRAM))
    assert result.status == "succeeded"
    assert all(ASKED not in trace.aliases for trace in traces(world))


def test_a_run_that_found_something_else_confirms_nothing(tmp_path: Path) -> None:
    world = learned(tmp_path, program=[("Get", {"name": "b"})])
    world.shelf = Shelf(b="another")
    mixed(world, [("Get", {"name": "b"})])
    assert [trace.aliases for trace in traces(world)] == [(), ()]


def test_a_step_whose_checks_could_not_have_failed_confirms_nothing() -> None:
    known = small_trace(KNOWN)
    step = known.steps[0]
    blind = evolve(step, after=None, observation=evolve(step.observation, digest="", is_empty=True))
    for trace, expected in ((evolve(known, steps=(step,)), True), (evolve(known, steps=(blind,)), False)):
        made = evolve(trace, goal=ASKED, goal_signature="exact:other")
        context: Any = SimpleNamespace(match=MatchReport(trace=trace), transcript=Transcript(goal=ASKED))
        assert (confirmed(context, made, "MIXED") is not None) is expected
        assert confirmed(context, made, "LEARNER") is None


def test_a_wording_the_frame_proves_follows_at_once(tmp_path: Path) -> None:
    world = learned(tmp_path)
    result = world.run("Could you please put a note a on the shelf?", NoModel())
    assert (result.mode, result.model_calls, result.match) == ("FOLLOWER", 0, "frame")
    assert world.shelf.log == PROGRAM
