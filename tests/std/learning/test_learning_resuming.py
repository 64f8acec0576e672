"""Law: a program goes on from an interrupted run only where that made the program's own calls.

What another call returned is never taken for what the program looks for; and a run that did more than the program is
not gone on with.
"""

from itertools import product
from pathlib import Path
from typing import Any

import pytest

from llmos_std.compiling.compiler import Compiled
from llmos_std.compiling.loading import load
from llmos_std.compiling.programs import source_for
from worlds.kernel import Absent, World
from worlds.mortal import die_in
from worlds.programs import Call, model_of
from worlds.shelf import Shelf

NOTES = {"ada": "red", "bob": "green", "cyd": "blue", "dan": "black"}


def calls(name: str, text: str) -> list[Call]:
    return [
        ("Get", {"name": name}),
        ("Put", {"name": f"copy-{name}", "text": text}),
        ("Put", {"name": f"last-{name}", "text": text}),
    ]


def astray(name: str) -> list[Call]:
    return [("Get", {"name": "ada"}), *calls(name, "red")[1:]]


def more(name: str) -> list[Call]:
    return [*calls(name, "grey"), ("Put", {"name": f"last-{name}", "text": "twice"})]


class Scene:
    """A world in which the copying of notes was learned from four runs, and notes that were not copied yet."""

    def __init__(self, folder: Path) -> None:
        self.world = World(folder, Shelf(**NOTES))
        self.names = ("".join(letters) for letters in product("fghk", "ilmn", "pqrs"))
        for name, text in NOTES.items():
            run = self.world.run(f"copy the note {name} to copy-{name}", model_of(calls(name, text)), mode="LEARNER")
            assert run.status == "succeeded"

    def goal(self) -> tuple[str, str]:
        """Return the name of another note, which is grey, and the goal to copy it."""
        name = next(self.names)
        self.world.shelf = Shelf(**NOTES, **{name: "grey"})
        return name, f"copy the note {name} to copy-{name}"

    def died(self, goal: str, program: list[Call], at: int, *, after: bool = False) -> list[Call]:
        """Let a model's run die at a write of its journal; return what it had done."""
        die_in(self.world, goal, model_of(program), at, after=after, mode="LEARNER")
        return list(self.world.shelf.log)


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return Scene(tmp_path_factory.mktemp("scene"))


@pytest.mark.spec("RP-050")
@pytest.mark.parametrize("after", [True, False])
@pytest.mark.parametrize("at", range(9))
def test_its_own_calls_are_gone_on_with(scene: Scene, at: int, after: bool) -> None:
    name, goal = scene.goal()
    made = scene.died(goal, calls(name, "grey"), at, after=after)
    result = scene.world.run(goal, Absent())
    if result.status != "succeeded":  # a note was written and that is not on record: its place is no longer free
        assert (result.status, "pre-check" in result.reason) == ("partial", True)
    assert ("Get", {"name": "ada"}) not in scene.world.shelf.log
    written = [call for call in scene.world.shelf.log if call[0] == "Put"]
    assert written == calls(name, "grey")[1 : 1 + len(written)]
    assert len(written) >= len(made) - 1


@pytest.mark.spec("RP-050")
@pytest.mark.parametrize("after", [True, False])
@pytest.mark.parametrize("at", range(9))
def test_nothing_that_another_call_returned_is_copied(scene: Scene, at: int, after: bool) -> None:
    name, goal = scene.goal()
    made = scene.died(goal, astray(name), at, after=after)
    result = scene.world.run(goal, Absent())
    then = scene.world.shelf.log[len(made) :]
    assert then in ([], calls(name, "grey")), "it went on with the note of somebody else"
    assert (result.status == "succeeded") == bool(then)


def test_a_run_that_did_more_than_the_program_is_not_gone_on_with(scene: Scene) -> None:
    name, goal = scene.goal()
    made = scene.died(goal, more(name), 13)
    assert made == more(name)
    result = scene.world.run(goal, Absent())
    assert (result.status, scene.world.shelf.log) == ("partial", made)
    assert "no further step" in result.reason


@pytest.mark.spec("RP-054")
@pytest.mark.parametrize("compiled", [True, False])
def test_a_persons_word_about_a_letter_lets_the_program_go_on(tmp_path: Path, compiled: bool) -> None:
    def posting(name: str, text: str) -> list[Call]:
        return [("Get", {"name": name}), ("Post", {"text": text}), ("Put", {"name": f"last-{name}", "text": text})]

    names = list(map("".join, product("bcdfgh", "ao", "mn")))[:17]  # what cannot be taken back needs 16 runs
    notes = {name: f"{name[0]}x" * 2 for name in names}
    world = World(tmp_path, Shelf(**notes))
    for name, text in notes.items():
        run = world.run(f"post the note {name} as last-{name}", model_of(posting(name, text)), mode="LEARNER")
        assert run.status == "succeeded"
    parts = {"compiler": CompilesPrograms()} if compiled else {}
    for happened in (True, False):
        name, goal = ("kol", "post the note kol as last-kol") if happened else ("lok", "post the note lok as last-lok")
        world.shelf = Shelf(**notes, **{name: "gxgx"})
        die_in(world, goal, Absent(), 6 if happened else 5, after=not happened, parts=parts)
        made = list(world.shelf.log)
        assert world.run(goal, Absent(), parts=parts).status == "partial"
        assert world.shelf.log == made, "nobody knows whether it was posted"
        result = world.run(goal, Absent(), parts=parts, happened=("Post", {"text": "gxgx"}) in made)
        acts = [call for call in world.shelf.log if call[0] != "Get"]  # the last looks of a stopped run are made again
        assert (result.status, acts) == ("succeeded", posting(name, "gxgx")[1:])
        assert result.mode == ("CRYSTALLIZED" if compiled else "FOLLOWER")


class CompilesPrograms:
    """A compiler that has promoted every program."""

    def find(self, _trace: Any, _statistics: Any) -> str:
        return ""

    def find_program(self, bound: Any, trace: Any) -> Compiled:
        function = load(source_for(bound.fit.program, trace), "promoted")
        return Compiled(function=function, count=lambda **_: None)
