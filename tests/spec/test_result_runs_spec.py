"""Law: a result says of a whole run what specs/result/1 promises, whatever the world, the model and the hooks do."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmos_core.contrib import Contribution, Role
from llmos_core.errors import DeniedError, UnknownOutcomeError
from llmos_core.types.record import evolve
from llmos_core.types.result import RunResult, Status
from llmos_std.providers.scripted import ScriptedProvider
from worlds.kernel import Absent, NoModel, World
from worlds.programs import model_of, programs, repeating_model, shelves
from worlds.shelf import Shelf

GOAL = "tidy the shelf"
FEW = settings(max_examples=25, deadline=None)


@pytest.mark.spec("RS-007", "RS-009", "RS-011")
@FEW
@given(programs(), shelves())
def test_a_result_is_true_to_the_world_in_any_world(case: Any, other: Any) -> None:
    notes, program = case
    with TemporaryDirectory() as folder:
        world = World(Path(folder), Shelf(**notes))
        learned = world.run(GOAL, model_of(program), max_turns=20)
        assert learned.trace_id is not None
        world.shelf = Shelf(**other)
        before = world.shelf.state
        result = world.run(GOAL, repeating_model(program))
        made = [step for step in result.steps if step.status != "repeated"]
        assert [step.index for step in result.steps] == list(range(len(result.steps)))
        assert [step.tool for step in made if step.status in ("ok", "error")] == [tool for tool, _ in world.shelf.log]
        assert not [step for step in result.steps if step.status == "planned"]
        if result.status == "failed":
            assert world.shelf.state == before or not any(step.status == "ok" for step in made)
        if not result.success and result.mode != "FOLLOWER":
            assert result.trace_id in (None, learned.trace_id)


@pytest.mark.spec("RS-008")
def test_nobody_took_the_goal_is_exit_code_3_and_nothing_was_done(tmp_path: Path) -> None:
    world = World(tmp_path, Shelf())
    result = world.run(GOAL, Absent())
    assert (result.status, result.exit_code, result.steps) == ("failed", 3, ())
    assert world.shelf.log == []


@pytest.mark.spec("RS-008", "RS-009")
def test_a_model_that_gives_up_after_acting_leaves_the_run_partial_with_another_code(tmp_path: Path) -> None:
    world = World(tmp_path, Shelf())
    calls = [{"tool": "Put", "arguments": {"name": "a", "text": "x"}}]
    result = world.run(GOAL, ScriptedProvider([{"calls": calls}]))
    assert (result.status, result.exit_code) == ("partial", 6)
    assert world.shelf.notes == {"a": "x"}


@pytest.mark.spec("RS-010")
def test_an_unknown_end_leaves_the_run_partial_whatever_the_model_says(tmp_path: Path) -> None:
    world = World(tmp_path, Shelf())

    def lost(_tool: str, _arguments: Any) -> None:
        raise UnknownOutcomeError("the line went dead")

    world.shelf.before_call = lost
    result = world.run(GOAL, model_of([("Post", {"text": "hello"})], answer="all is well"))
    assert (result.status, result.trace_id) == ("partial", None)
    assert [step.status for step in result.steps] == ["unknown"]


@pytest.mark.spec("RS-011")
@pytest.mark.parametrize("answer", [{"text": "cut", "error": "the vendor hung up"}])
def test_a_run_that_failed_learns_no_trace(answer: Any, tmp_path: Path) -> None:
    world = World(tmp_path, Shelf())
    calls = [{"tool": "Put", "arguments": {"name": "a", "text": "x"}}]
    result = world.run(GOAL, ScriptedProvider([{"calls": calls}, answer]))
    assert not result.success
    assert result.trace_id is None
    assert list(world.memory.list()) == []


@pytest.mark.spec("RS-012")
@FEW
@given(programs())
def test_a_replay_saves_what_learning_cost_and_learning_saves_nothing(case: Any) -> None:
    notes, program = case
    with TemporaryDirectory() as folder:
        world = World(Path(folder), Shelf(**notes))
        learned = world.run(GOAL, model_of(program), max_turns=20)
        world.shelf = Shelf(**notes)
        replayed = world.run(GOAL, NoModel())
    assert (learned.saved_usd, replayed.cost_usd) == (0, 0)
    assert replayed.saved_usd == learned.cost_usd


@pytest.mark.spec("RS-013", "RS-007")
@FEW
@given(programs())
def test_a_dry_run_changes_nothing(case: Any) -> None:
    notes, program = case
    with TemporaryDirectory() as folder:
        world = World(Path(folder), Shelf(**notes))
        trace_id = world.run(GOAL, model_of(program), max_turns=20).trace_id
        assert trace_id is not None
        world.shelf = Shelf(**notes)
        counted = world.memory.statistics(trace_id)
        journal = (Path(folder) / "workspace/.llmos/state/runs.db").read_bytes()
        planned = world.run(GOAL, NoModel(), dry_run=True)
        assert planned.status == "succeeded"
        assert [(step.tool, step.status) for step in planned.steps] == [(tool, "planned") for tool, _ in program]
        assert world.shelf.log == []
        assert world.memory.statistics(trace_id) == counted
        assert (Path(folder) / "workspace/.llmos/state/runs.db").read_bytes() == journal


class Denies:
    """A transform that lets no goal begin, and accepts no success."""

    def apply(self, moment: str, value: Any) -> Any:
        if moment == "user_prompt_submit":
            raise DeniedError("not today")
        return evolve(value, status=Status.PARTIAL, reason="not good enough")


def seated(*moments: str) -> Any:
    return [(Contribution(name="denies", summary="", role=Role.TRANSFORM, moments=moments), Denies())]


@pytest.mark.spec("RS-014")
@pytest.mark.parametrize(("moment", "status", "steps"), [("user_prompt_submit", "denied", 0), ("stop", "partial", 1)])
def test_what_hooks_do_not_accept_is_no_success(moment: str, status: str, steps: int, tmp_path: Path) -> None:
    world = World(tmp_path, Shelf())
    model = model_of([("Put", {"name": "a", "text": "x"})])
    result = world.run(GOAL, model, parts={"hooks": seated(moment)})
    assert (result.status, len(result.steps)) == (status, steps)
    assert result.reason in ("not today", "not good enough")


@pytest.mark.spec("RS-015")
@given(st.sampled_from(Status), st.text(), st.text(min_size=1))
def test_a_result_reads_like_the_value_it_prints_as(status: Status, output: str, run_id: str) -> None:
    result = RunResult(status=status, mode="LEARNER", run_id=run_id, output=output)
    assert all(result[key] == value for key, value in result.to_json().items())
    assert result["success"] is (status is Status.SUCCEEDED)
