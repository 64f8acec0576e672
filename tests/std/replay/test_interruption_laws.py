"""Laws of interruption: whatever moment a run dies at, the next run goes on from there and repeats nothing final.

A death is a journal that stops answering before or after one of its writes: everything later in the process is lost,
everything acknowledged stays.
"""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from llmos_core.types.result import RunResult
from worlds.kernel import Absent, NoModel, World
from worlds.mortal import die_in
from worlds.programs import Call, model_of, programs, repeating_model
from worlds.shelf import Shelf

GOAL = "tidy the shelf"
FEW = settings(max_examples=50, deadline=None)


def learned(folder: str, notes: dict[str, str], program: list[Call]) -> World:
    world = World(Path(folder), Shelf(**notes))
    assert world.run(GOAL, model_of(program), max_turns=20).status == "succeeded"
    world.shelf = Shelf(**notes)
    return world


def writes_of(program: list[Call]) -> int:
    """Return how often the journal is written to in a run of this program: three times a call, and around them."""
    return 3 * len(program) + 3


def is_unknown(result: RunResult) -> bool:
    return any(step.status == "unknown" for step in result.steps)


@pytest.mark.spec("RP-013", "RP-050", "RP-051")
@FEW
@given(programs(), st.integers(0, 30), st.booleans())
def test_a_replay_that_died_anywhere_is_finished_by_the_next_run(case: Any, at: int, after: bool) -> None:
    notes, program = case
    with TemporaryDirectory() as folder:
        world = learned(folder, notes, program)
        assert die_in(world, GOAL, NoModel(), at % writes_of(program), after=after)
        made_before = len(world.shelf.log)
        second = world.run(GOAL, Absent())
        posts = [arguments["text"] for tool, arguments in program if tool == "Post"]
        sent = list(world.shelf.posted)
        for text in set(posts):
            assert made_before == len(program) or sent.count(text) <= posts.count(text)
        if made_before == len(program):
            return  # it died after its last step, perhaps after it was over: then this is a new run in a changed world
        if second.status != "succeeded":
            assert is_unknown(second)
            third = world.run(GOAL, Absent())
            assert is_unknown(third)
            assert world.shelf.posted == sent
        else:
            assert world.shelf.posted == posts


@pytest.mark.spec("RP-051")
@FEW
@given(programs(least=2), st.integers(0, 30), st.booleans())
def test_a_model_that_repeats_everything_after_a_death_does_nothing_final_twice(
    case: Any, at: int, after: bool
) -> None:
    notes, program = case
    with TemporaryDirectory() as folder:
        world = learned(folder, notes, program)
        assert die_in(world, GOAL, NoModel(), at % writes_of(program), after=after)
        assume(world.shelf.log != program)
        posts = [arguments["text"] for tool, arguments in program if tool == "Post"]
        world.run(GOAL, repeating_model(program), max_turns=20)
        for text in set(posts):
            assert world.shelf.posted.count(text) <= posts.count(text)


@pytest.mark.spec("RP-050")
@FEW
@given(programs(least=2), st.integers(0, 30), st.booleans())
def test_a_learning_run_that_died_is_gone_on_with_by_the_model_from_where_it_stopped(
    case: Any, at: int, after: bool
) -> None:
    notes, program = case
    with TemporaryDirectory() as folder:
        world = World(Path(folder), Shelf(**notes))
        assert die_in(world, GOAL, model_of(program), at % writes_of(program), after=after, max_turns=20)
        assume(list(world.memory.list()) == [])
        done = len(world.shelf.log)
        seen: list[Any] = []
        rest = model_of(program[done:])
        keep = rest.complete
        rest.complete = lambda request, on_text: (seen.append(request.transcript), keep(request, on_text))[1]  # type: ignore[method-assign]
        world.run(GOAL, rest, max_turns=20)
        told = list(seen[0].steps()) if seen else []
        assert [(s.call.tool, dict(s.call.arguments)) for s in told if not s.effect.is_safe][: len(told)] == [
            call for call in program[: len(told)] if call[0] != "Get"
        ] or len(told) <= done


@pytest.mark.spec("RP-051")
def test_after_a_call_of_unknown_end_only_fresh_starts_over(tmp_path: Path) -> None:
    program: list[Call] = [("Post", {"text": "x"}), ("Put", {"name": "a", "text": "y"})]
    world = learned(str(tmp_path), {}, program)
    at = 2  # begin, turn, then the intent: the call is made or not, and nobody sees its end
    assert die_in(world, GOAL, NoModel(), at, after=True)
    for _ in range(3):
        result = world.run(GOAL, Absent())
        assert result.status == "partial"
        assert "unknown" in result.reason
        assert world.shelf.posted == []
    assert world.run(GOAL, NoModel(), fresh=True).status == "succeeded"
    assert world.shelf.posted == ["x"]
    world.shelf = Shelf()
    assert world.run(GOAL, NoModel()).status == "succeeded", "a fresh start is remembered: later runs are as always"


@pytest.mark.spec("RP-050")
def test_an_interrupted_run_of_another_task_is_left_alone(tmp_path: Path) -> None:
    program: list[Call] = [("Post", {"text": "x"}), ("Post", {"text": "y"})]
    world = World(tmp_path)
    assert die_in(world, GOAL, model_of(program), 3, after=True)
    seen: list[Any] = []
    provider = model_of(program)
    keep = provider.complete
    provider.complete = lambda request, on_text: (seen.append(request.transcript), keep(request, on_text))[1]  # type: ignore[method-assign]
    world.run(GOAL, provider, inputs={"other": True})
    assert list(seen[0].steps()) == []


@pytest.mark.spec("RP-053")
@pytest.mark.parametrize("is_mended", [True, False])
def test_a_replay_that_was_stopped_after_a_final_call_is_gone_on_with(tmp_path: Path, is_mended: bool) -> None:
    program: list[Call] = [("Post", {"text": "x"}), ("Swap", {"name": "a", "text": "z"}), ("Post", {"text": "y"})]
    world = learned(str(tmp_path), {"a": "old"}, program)
    world.shelf.notes["a"] = "other"
    assert world.run(GOAL, Absent()).status == "partial"
    if is_mended:
        world.shelf.notes["a"] = "old"
    second = world.run(GOAL, Absent())
    assert second.status == ("succeeded" if is_mended else "partial")
    assert world.shelf.posted == (["x", "y"] if is_mended else ["x"])
    world.shelf = Shelf(a="old")
    assert world.run(GOAL, NoModel(), fresh=True).status == "succeeded"
    assert world.shelf.posted == ["x", "y"]


@pytest.mark.spec("RP-053", "RP-031")
def test_a_model_that_repeats_everything_after_a_stopped_replay_does_nothing_final_twice(tmp_path: Path) -> None:
    program: list[Call] = [("Post", {"text": "x"}), ("Get", {"name": "a"}), ("Post", {"text": "y"})]
    world = learned(str(tmp_path), {"a": "old"}, program)
    world.shelf.notes["a"] = "other"
    assert world.run(GOAL, Absent()).status == "partial"
    assert world.run(GOAL, model_of(program), max_turns=20, mode="LEARNER").status == "succeeded"
    assert world.shelf.posted == ["x", "y"]
