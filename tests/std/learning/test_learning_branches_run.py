"""Laws of whole runs: a learned condition is decided by the run's own looks, before any effect, without a model."""

from pathlib import Path

import pytest

from llmos_core import aio
from llmos_core.runtime.dispatcher import Foresight, foresee
from llmos_core.types.task import ModeName, TaskBlock
from llmos_core.types.tools import Effect
from worlds.kernel import Absent, World
from worlds.mortal import die_in
from worlds.programs import model_of
from worlds.shelf import ShelfTool

GOAL = "if the note {name} has more than {size} letters, put the word long on the note verdict"
LONG = ("Put", {"name": "verdict", "text": "long"})


def learned(folder: Path, *names: str, goal: str = GOAL) -> World:
    """Learn from a model that looked at notes of several lengths, and put the word where there were more than 4."""
    world = World(folder)
    tools = world.shelf.tools
    extra = ShelfTool(world.shelf, "NoteLetters", Effect.READ, ("name",), lambda shelf, name: len(shelf.notes[name]))
    world.shelf.tools = lambda: [*tools(), extra]  # type: ignore[method-assign]
    world.shelf.notes |= {"alpha": "abcdef", "beta": "abcdefgh", "gamma": "abc", "delta": "ab", "omega": "a" * 30}
    for name in names:
        calls = [("NoteLetters", {"name": name}), *([LONG] if len(world.shelf.notes[name]) > 4 else [])]
        result = world.run(goal.format(name=name, size=4), model_of(calls), mode="LEARNER")
        assert result.status == "succeeded"
        world.shelf.notes.pop("verdict", None)
    world.shelf.log.clear()
    return world


def foreseen(world: World, goal: str) -> Foresight:
    async def once() -> Foresight:
        kernel = world.kernel(Absent())
        try:
            return await foresee(kernel, TaskBlock(goal=goal))
        finally:
            await kernel.close()

    return aio.run(once())


@pytest.mark.spec("RP-100")
@pytest.mark.parametrize(("name", "size", "is_so"), [("omega", 20, True), ("omega", 40, False), ("delta", 1, True)])
def test_the_condition_of_another_goal_is_decided_without_a_model(tmp_path: Path, name: str, size: int, is_so: bool):
    world = learned(tmp_path, "alpha", "beta", "gamma")
    result = world.run(GOAL.format(name=name, size=size), Absent())
    assert (result.status, result.mode, result.model_calls) == ("succeeded", ModeName.FOLLOWER, 0)
    assert world.shelf.log == [("NoteLetters", {"name": name}), *([LONG] if is_so else [])]
    assert is_so or result.output == f"Nothing was done, for it is not so: {_shown(size)}."


def _shown(size: int) -> str:
    return " and ".join(f"{one} of look#1 > {size}" for one in ("all", "any", "first", "last", "mean", "sum"))


@pytest.mark.spec("RP-103")
def test_that_it_is_not_so_was_never_seen_and_is_left_to_a_model(tmp_path: Path) -> None:
    world = learned(tmp_path, "alpha", "beta")
    result = world.run(GOAL.format(name="omega", size=40), Absent())
    assert result.status == "partial"
    assert world.shelf.log == [("NoteLetters", {"name": "omega"})]


@pytest.mark.spec("RP-100")
@pytest.mark.parametrize(
    "change", [("more", "no more"), ("long on", "short on"), ("if the note", "unless the note"), ("letters", "words")]
)
def test_a_goal_with_other_words_is_not_followed(tmp_path: Path, change: tuple[str, str]) -> None:
    world = learned(tmp_path, "alpha", "beta", "gamma")
    result = world.run(GOAL.format(name="omega", size=20).replace(*change), Absent())
    assert result.mode is not ModeName.FOLLOWER
    assert world.shelf.log == []


@pytest.mark.spec("RP-100")
def test_less_in_the_place_of_more_is_decided_as_it_says(tmp_path: Path) -> None:
    world = learned(tmp_path, "alpha", "beta", "gamma")
    goal = GOAL.replace("more than", "less than")
    assert world.run(goal.format(name="omega", size=40), Absent()).status == "succeeded"
    assert world.shelf.log[-1] == LONG
    world.shelf.log.clear()
    assert world.run(goal.format(name="beta", size=3), Absent()).status == "succeeded"
    assert world.shelf.log == [("NoteLetters", {"name": "beta"})]


@pytest.mark.spec("RP-050")
@pytest.mark.parametrize(("name", "size", "is_so"), [("omega", 20, True), ("omega", 40, False)])
def test_an_interrupted_run_that_acted_although_it_was_not_so_is_not_ended_as_if_it_were(
    tmp_path: Path, name: str, size: int, is_so: bool
) -> None:
    world, goal = learned(tmp_path, "alpha", "beta", "gamma"), GOAL.format(name=name, size=size)
    acting = model_of([("NoteLetters", {"name": name}), LONG])
    assert die_in(world, goal, acting, 7, after=False, mode="LEARNER")
    assert world.shelf.log == [("NoteLetters", {"name": name}), LONG]
    result = world.run(goal, Absent())
    assert (result.status, world.shelf.log.count(LONG)) == ("succeeded" if is_so else "partial", 1)
    assert is_so or "condition" in result.reason


def test_what_explains_it_is_shown_before_anything_is_done(tmp_path: Path) -> None:
    world = learned(tmp_path, "alpha", "beta", "gamma")
    seen = foreseen(world, GOAL.format(name="omega", size=20))
    assert "any of look#1 > 20" in seen.match.why
    assert "true in 2 runs, false in 1" in seen.match.why
    assert world.shelf.log == []
