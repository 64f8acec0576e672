"""Every way in which the world is not as recorded has its own kind; and what is done already is not done again."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmos_core.errors import LimitError, ToolTimeoutError, UnknownOutcomeError
from llmos_core.testing.records import probes, trace_steps
from llmos_core.types.decision import Decision, Verdict
from llmos_core.types.record import evolve
from llmos_core.types.tools import CallStatus, Effect, ToolResult
from llmos_core.types.trace import TraceStep
from llmos_core.types.transcript import SURPRISES
from llmos_std.providers.scripted import ScriptedProvider
from llmos_std.replay.guards import failure_kind, is_satisfied
from worlds.kernel import Absent, NoModel, World
from worlds.programs import Call, model_of
from worlds.shelf import Shelf

GOAL = "tidy the shelf"
PROGRAM: list[Call] = [
    ("Get", {"name": "a"}),
    ("Put", {"name": "b", "text": "x"}),
    ("Swap", {"name": "a", "text": "y"}),
]


class NoSwaps:
    def check(self, action: Any) -> Verdict:
        is_swap = action.call.tool == "Swap"
        return Verdict(decision=Decision.DENY if is_swap else Decision.ALLOW, reason="not today")


def learned(folder: Path) -> World:
    world = World(folder, Shelf(a="see"))
    assert world.run(GOAL, model_of(PROGRAM), max_turns=9).status == "succeeded"
    world.shelf = Shelf(a="see")
    return world


def raising(world: World, error: Exception) -> None:
    def before_call(tool: str, _arguments: Any) -> None:
        if tool == "Swap":
            raise error

    world.shelf.before_call = before_call


def raise_next(errors: Any) -> None:
    for error in errors:
        raise error


def surprised(world: World, kind: str) -> dict[str, Any]:
    """Let the world differ so that the replay is surprised in this way; return the parts that takes."""
    if kind == "pre-check":
        world.shelf.before_call = lambda tool, _a: world.shelf.notes.update(a="late") if tool == "Put" else None
    elif kind == "observation":
        world.shelf.notes["a"] = "else"
    elif kind == "post-check":
        shelf, swap = world.shelf, next(tool for tool in world.shelf.tools() if tool.spec.name == "Swap")
        swap._act = lambda shelf, name, text: {"was": len(shelf.notes[name])}
        shelf.tools = lambda: [swap, *(t for t in Shelf.tools(shelf) if t.spec.name != "Swap")]  # type: ignore[method-assign]
    elif kind == "call-error":
        raising(world, RuntimeError("the shelf is stuck"))
    elif kind == "timeout":
        raising(world, ToolTimeoutError("not done after 1 s"))
    elif kind == "unknown-outcome":
        raising(world, UnknownOutcomeError("the line is dead"))
    return {"gates": (NoSwaps(),)} if kind == "policy" else {}


@pytest.mark.spec("RP-029", "RP-032", "RP-020")
@pytest.mark.parametrize(
    ("kind", "made"),
    [
        ("pre-check", 2),
        ("observation", 1),
        ("post-check", 3),
        ("call-error", 2),
        ("timeout", 2),
        ("unknown-outcome", 2),
        ("policy", 2),
    ],
)
def test_a_surprise_names_its_kind_and_nothing_is_done_after_it(tmp_path: Path, kind: str, made: int) -> None:
    assert kind in SURPRISES
    world = learned(tmp_path)
    result = world.run(GOAL, Absent(), parts=surprised(world, kind))
    assert f": {kind}: expected " in result.reason
    assert (result.status, result.exit_code) == ("partial", 6)
    assert world.shelf.log == PROGRAM[:made]


@pytest.mark.spec("RP-029")
def test_a_run_that_is_out_of_time_says_at_which_step(tmp_path: Path) -> None:
    world = learned(tmp_path)
    raising(world, LimitError("the time of this run is up", limit="time"))
    result = world.run(GOAL, Absent())
    assert result.status == "timed-out"
    assert "step 3: timeout: expected an end in time" in result.reason


@given(st.sampled_from([one for one in CallStatus if one is not CallStatus.OK]), st.booleans())
def test_the_kind_of_a_failure_is_a_known_one(status: CallStatus, is_timeout: bool) -> None:
    assert failure_kind(ToolResult(status=status, is_timeout=is_timeout)) in SURPRISES


@pytest.mark.spec("RP-014")
def test_a_write_that_is_done_already_is_left_out_and_the_receipt_says_so(tmp_path: Path) -> None:
    world = learned(tmp_path)
    world.shelf.notes["b"] = "x"
    result = world.run(GOAL, NoModel())
    assert [(step.status, step.verified) for step in result.steps] == [("ok", True), ("skipped", True), ("ok", True)]
    assert (result.status, result.output) == ("succeeded", "done")
    assert world.shelf.log == [PROGRAM[0], PROGRAM[2]]


@pytest.mark.spec("RP-044")
@pytest.mark.parametrize("is_done_already", [True, False])
def test_a_run_with_a_skipped_step_teaches_no_trace(tmp_path: Path, is_done_already: bool) -> None:
    world = learned(tmp_path)
    stuck = iter([RuntimeError("the shelf is stuck")])
    world.shelf.before_call = lambda tool, _a: raise_next(stuck) if tool == "Swap" else None
    if is_done_already:
        world.shelf.notes["b"] = "x"
    turns = [{"on_surprise": True, "calls": [{"tool": "Swap", "arguments": {"name": "a", "text": "y"}}]}]
    result = world.run(GOAL, ScriptedProvider([*turns, {"on_surprise": True, "text": "done by hand"}]))
    assert (result.mode, result.status) == ("MIXED", "succeeded")
    assert ("left out" in result.reason) == is_done_already
    assert len(list(world.memory.list())) == (1 if is_done_already else 2)


@pytest.mark.spec("RP-014")
@given(trace_steps(), probes())
def test_only_a_write_that_may_repeat_and_changed_something_is_ever_left_out(step: TraceStep, now: Any) -> None:
    if is_satisfied(step, now):
        assert step.effect is Effect.IDEMPOTENT_WRITE
        assert step.after is not None
        assert dict(now) == dict(step.after) != dict(step.before or {})
        assert step.after.get("state") != "file" or "sha256" in step.after


@pytest.mark.spec("RP-014")
@given(trace_steps())
def test_a_look_that_does_not_tell_the_content_says_nothing(step: TraceStep) -> None:
    blind = evolve(step, effect=Effect.IDEMPOTENT_WRITE, before={"state": "absent"}, after={"state": "file"})
    seeing = evolve(blind, after={"state": "file", "sha256": "0" * 64})
    assert not is_satisfied(blind, {"state": "file"})
    assert is_satisfied(seeing, {"state": "file", "sha256": "0" * 64})
    assert not is_satisfied(evolve(seeing, before=seeing.after), seeing.after)
