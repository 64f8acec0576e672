"""Laws of replay: what is repeated is what was recorded, it costs no model call, and it stops at the first surprise.

Every law runs the real kernel, modes, matcher, trust and journal around a small world with a state and a call log.
"""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from worlds.kernel import Absent, NoModel, World
from worlds.oracle import foretell, trail
from worlds.programs import Call, model_of, programs, repeating_model, shelves
from worlds.shelf import Shelf

GOAL = "tidy the shelf"
FEW = settings(max_examples=40, deadline=None)


def learned(folder: str, notes: dict[str, str], program: list[Call]) -> World:
    """Return a world in which the program was learned; its shelf is as it was before, its log empty."""
    world = World(Path(folder), Shelf(**notes))
    result = world.run(GOAL, model_of(program), max_turns=20)
    assert result.status == "succeeded", result
    assert result.mode == "LEARNER"
    assert world.shelf.log == program
    world.shelf = Shelf(**notes)
    return world


@pytest.mark.spec("RP-001", "RP-002", "RP-003", "RP-004", "RS-006")
@FEW
@given(programs())
def test_a_replay_in_the_same_world_makes_the_same_calls_and_asks_no_model(case: Any) -> None:
    notes, program = case
    with TemporaryDirectory() as folder:
        world = learned(folder, notes, program)
        result = world.run(GOAL, NoModel())
        assert result.status == "succeeded"
        assert result.mode == "FOLLOWER"
        assert result.model_calls == 0
        assert result.output == "done"
        assert world.shelf.log == program
        rerun = Shelf(**notes)
        for tool, arguments in program:
            if tool != "Get" or arguments["name"] in rerun.notes:
                next(t for t in rerun.tools() if t.spec.name == tool).call(arguments, None)
        assert world.shelf.state == rerun.state


@pytest.mark.spec("RP-011", "RP-020", "RP-021", "RP-022", "RP-023", "RP-032", "RP-033")
@FEW
@given(programs(), shelves())
def test_in_another_world_a_replay_stops_exactly_where_an_independent_oracle_says(case: Any, other: Any) -> None:
    notes, program = case
    with TemporaryDirectory() as folder:
        world = learned(folder, notes, program)
        world.shelf = Shelf(**other)
        told = foretell(world.shelf, program, trail(Shelf(**notes), program))
        traces = [trace.program() for trace in world.memory.list()]
        result = world.run(GOAL, Absent())
        assert world.shelf.log == told.made
        assert (world.shelf.notes, world.shelf.posted) == (told.notes, told.posted)
        assert [step.index for step in result.steps if step.status == "skipped"] == told.skipped
        assert result.status == ("succeeded" if told.is_whole else "partial")
        assert told.is_whole or f"step {told.stopped_at + 1}" in result.reason
        assert result.model_calls == 0
        assert [trace.program() for trace in world.memory.list()] == traces


@pytest.mark.spec("RP-030", "RP-031")
@FEW
@given(programs(least=2), shelves())
def test_a_model_that_repeats_everything_after_a_surprise_does_nothing_final_twice(case: Any, other: Any) -> None:
    notes, program = case
    with TemporaryDirectory() as folder:
        world = learned(folder, notes, program)
        world.shelf = Shelf(**other)
        result = world.run(GOAL, repeating_model(program), max_turns=20)
        posts = [arguments["text"] for tool, arguments in program if tool == "Post"]
        for text in set(posts):
            assert world.shelf.posted.count(text) <= max(posts.count(text), 1)
        made = world.shelf.log
        assert all(world.shelf.posted.count(text) == made.count(("Post", {"text": text})) for text in posts)
        assert result.mode == ("MIXED" if result.model_calls else "FOLLOWER")


@pytest.mark.spec("RP-043")
@FEW
@given(programs())
def test_the_same_transcript_gives_the_same_trace(case: Any) -> None:
    notes, program = case
    with TemporaryDirectory() as one, TemporaryDirectory() as two:
        first, second = learned(one, notes, program), learned(two, notes, program)
        assert [t.id for t in first.memory.list()] == [t.id for t in second.memory.list()]


@pytest.mark.spec("RP-040", "RP-041")
@FEW
@given(programs(), st.sampled_from(["failing", "refusing", "cut", "endless"]))
def test_a_run_that_did_not_end_well_never_becomes_replayable(case: Any, how: str) -> None:
    notes, program = case
    bad: dict[str, list[Call]] = {
        "failing": [("Swap", {"name": "nowhere", "text": "x"})],
        "refusing": [("Nothing", {})],
    }
    with TemporaryDirectory() as folder:
        world = World(Path(folder), Shelf(**notes))
        full = [*program, *bad.get(how, [])]
        provider = model_of(full)
        options: dict[str, Any] = {"max_turns": len(full) if how == "endless" else 20}
        if how == "cut":
            provider = model_of(full[:-1], answer="")
            provider._turns = provider._turns[:-1]
        result = world.run(GOAL, provider, **options)
        assert result.status != "succeeded"
        assert list(world.memory.list()) == []


@pytest.mark.spec("RP-052")
@FEW
@given(programs())
def test_a_dry_run_calls_nothing_writes_nothing_and_asks_no_model(case: Any) -> None:
    notes, program = case
    with TemporaryDirectory() as folder:
        world = learned(folder, notes, program)
        journal = Path(folder) / "workspace" / ".llmos" / "state" / "runs.db"
        before, counted = journal.read_bytes(), world.memory.statistics(next(world.memory.list()).id)
        state = world.shelf.state
        result = world.run(GOAL, NoModel(), dry_run=True)
        assert result.status == "succeeded"
        assert [step.status for step in result.steps] == ["planned"] * len(program)
        assert world.shelf.log == []
        assert world.shelf.state == state
        assert journal.read_bytes() == before
        assert world.memory.statistics(next(world.memory.list()).id) == counted


@pytest.mark.spec("RP-060")
@pytest.mark.parametrize(
    "other",
    [
        "tidy the shelves",
        "do not tidy the shelf",
        "tidy the shelf 2",
        "the shelf tidy",
        "tidy the Shelf",
        '"tidy" the shelf',
    ],
)
def test_another_goal_never_follows(tmp_path: Path, other: str) -> None:
    world = learned(str(tmp_path), {}, [("Put", {"name": "a", "text": "x"})])
    result = world.run(other, Absent())
    assert result.mode != "FOLLOWER"
    assert world.shelf.log == []


@pytest.mark.spec("RP-060")
@pytest.mark.parametrize("options", [{"inputs": {"n": 1}}, {"constraints": ("Must be Python",)}])
def test_the_same_goal_with_other_inputs_or_constraints_never_follows(tmp_path: Path, options: Any) -> None:
    world = learned(str(tmp_path), {}, [("Put", {"name": "a", "text": "x"})])
    assert world.run(GOAL, Absent(), **options).mode != "FOLLOWER"
    assert world.shelf.log == []


@pytest.mark.spec("RP-042")
def test_a_run_without_a_call_is_not_kept(tmp_path: Path) -> None:
    world = World(tmp_path)
    result = world.run("what is a shelf", model_of([], answer="a board"))
    assert result.status == "succeeded"
    assert "not kept" in result.reason
    assert list(world.memory.list()) == []


@pytest.mark.spec("RP-010")
@pytest.mark.parametrize("change", ["gone", "other version"])
def test_a_tool_that_changed_is_not_replayed(tmp_path: Path, change: str, monkeypatch: pytest.MonkeyPatch) -> None:
    world = learned(str(tmp_path), {}, [("Put", {"name": "a", "text": "x"}), ("Post", {"text": "x"})])
    tools = world.shelf.tools()

    def changed() -> Any:
        import attrs

        for tool in tools:
            if tool.spec.name == "Post":
                tool.spec = attrs.evolve(tool.spec, version="2")
        return [t for t in tools if change != "gone" or t.spec.name != "Post"]

    monkeypatch.setattr(world.shelf, "tools", changed)
    result = world.run(GOAL, Absent())
    assert result.status != "succeeded"
    assert world.shelf.log == []


@pytest.mark.spec("RP-034")
def test_an_answer_is_only_replayed_with_what_it_depends_on(tmp_path: Path) -> None:
    world = learned(str(tmp_path), {"a": "x"}, [("Get", {"name": "a"})])
    assert world.run(GOAL, NoModel()).output == "done"
    world.shelf.notes["a"] = "y"
    changed = world.run(GOAL, Absent())
    assert changed.status == "partial"
    assert changed.output != "done"


@pytest.mark.spec("RP-024", "RS-005")
def test_a_step_without_a_check_of_its_own_is_not_called_verified(tmp_path: Path) -> None:
    world = learned(str(tmp_path), {"a": ""}, [("Get", {"name": "a"}), ("Put", {"name": "b", "text": "x"})])
    steps = world.run(GOAL, NoModel()).steps
    assert [step.verified for step in steps] == [False, True]
