"""Law: compiled code is only looked for, and only made, where it may be; what goes wrong with it stops no run."""

from pathlib import Path
from typing import Any

import pytest

from llmos_core.errors import StorageError
from worlds.kernel import Absent, World
from worlds.programs import Call, model_of
from worlds.shelf import Shelf

GOAL = "tidy the shelf"
PROGRAM: list[Call] = [("Get", {"name": "a"}), ("Put", {"name": "b", "text": "y"})]


class Compiler:
    """A compiler that says what it is told to, and notes what it was asked."""

    def __init__(self, said: Any = "") -> None:
        self.said, self.asked = said, list[str]()

    def find(self, _trace: Any, _statistics: Any) -> Any:
        self.asked.append("find")
        return self.said

    async def consider(self, _trace: Any, statistics: Any, _journal: Any, open_tool: Any) -> bool:
        self.asked.append(f"consider {statistics.uses}")
        assert (await open_tool("Get")).spec.name == "Get"
        if isinstance(self.said, Exception):
            raise self.said
        return True


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(tmp_path, Shelf(a="x"))
    assert made.run(GOAL, model_of(PROGRAM)).status == "succeeded"
    made.shelf = Shelf(a="x")
    return made


def run(world: World, compiler: Any, **values: Any) -> Any:
    world.shelf = Shelf(a="x")
    return world.run(GOAL, Absent(), parts={"compiler": compiler}, **values)


def generate(world: World) -> None:
    (world.folder / "workspace" / ".llmos" / "plugins" / "generated").mkdir(parents=True)


def test_without_a_folder_of_generated_code_nobody_is_asked(world: World) -> None:
    compiler = Compiler()
    assert run(world, compiler).mode == "FOLLOWER"
    assert compiler.asked == []


@pytest.mark.spec("RP-077")
@pytest.mark.parametrize("said", ["", "it was edited"])
def test_where_there_is_no_code_to_run_the_trace_is_replayed(world: World, said: str) -> None:
    generate(world)
    compiler = Compiler(said)
    result = run(world, compiler)
    assert (result.mode, result.status) == ("FOLLOWER", "succeeded")
    assert compiler.asked == ["find"]


@pytest.mark.spec("RP-077")
def test_asked_for_by_name_the_compiled_mode_replays_what_was_never_compiled(world: World) -> None:
    result = run(world, Compiler(), mode="CRYSTALLIZED")
    assert (result.mode, result.status, world.shelf.log) == ("FOLLOWER", "succeeded", PROGRAM)


@pytest.mark.spec("CF-030")
def test_asked_for_by_name_the_compiled_mode_does_nothing_that_may_not_be_replayed(world: World) -> None:
    result = world.run(f"{GOAL} 2", Absent(), parts={"compiler": Compiler()}, mode="CRYSTALLIZED")
    assert result.status == "failed"
    assert world.shelf.log == []


@pytest.mark.spec("RP-078")
@pytest.mark.parametrize(("is_on", "said"), [(False, ""), (True, ""), (True, StorageError("the disk is full"))])
def test_a_trace_is_only_considered_where_that_is_wanted_and_a_failure_stops_no_run(
    world: World, is_on: bool, said: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from worlds import kernel as worlds

    settings = {"dispatcher": {"auto_crystallization": is_on}}
    plain = worlds.Defaults
    monkeypatch.setattr(worlds, "Defaults", lambda: plain(**settings))
    compiler = Compiler(said)
    assert run(world, compiler).status == "succeeded"
    assert compiler.asked == (["consider 1"] if is_on else [])
