"""Law of a whole run: all is on record before it happens, can be undone, and keeps to its bounds, replayed too."""

from pathlib import Path
from typing import Any

import pytest

from llmos_core.protocols.acting import ToolContext
from llmos_core.testing.fakes import FakeProvider
from llmos_core.types.decision import Decision, Verdict
from llmos_core.types.tools import Effect, ToolSpec
from llmos_std.audit.service import chain_of
from llmos_std.audit.verifying import verify
from llmos_std.boot import LLMOS, LLMOSConfig
from llmos_std.bounds.memory import Places
from llmos_std.snapshots.config import SnapshotsConfig
from llmos_std.snapshots.service import WorkspaceSnapshots
from llmos_std.snapshots.undoing import Undoing

GOAL = "create a file hello.txt that says hello"


class Arm:
    """A machine that only counts where it was moved, and may fail on its way."""

    spec = ToolSpec(
        name="move_arm",
        description="Move the arm.",
        parameters={"type": "object", "properties": {"x": {"type": "number"}}, "required": ["x"]},
        effect=Effect.PURE,
    )

    def __init__(self, failing: frozenset[float] = frozenset()) -> None:
        self.moves: list[float] = []
        self._failing = failing

    def call(self, arguments: Any, _context: ToolContext) -> Any:
        self.moves.append(arguments["x"])
        if arguments["x"] in self._failing:
            raise RuntimeError("it stopped on its way")
        return {"x": arguments["x"]}


@pytest.fixture
def work(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    return folder


def run(work: Path, goal: str = GOAL, tables: dict[str, Any] | None = None, **options: Any) -> Any:
    environ = {"LLMOS_HOME": str(work.parent / "home"), "LLMOS_MODEL__PROVIDER": "builtin", "PATH": "/usr/bin:/bin"}
    config = LLMOSConfig.from_dict(tables or {})
    return LLMOS(workspace=work, environ=environ, config=config, **options).run(goal)


def report(work: Path) -> Any:
    chain = chain_of(work.parent / "home" / "state", work)
    return verify(chain.path, chain.anchor)


def bounds(**limit: Any) -> dict[str, Any]:
    return {"bounds": {"limits": {"move_arm": {"x": limit}}}, "permissions": {"mode": "yolo"}}


def moving(*places: float) -> FakeProvider:
    provider = FakeProvider()
    for x in places:
        provider.call("move_arm", x=x)
    return provider.say("moved")


@pytest.mark.spec("AU-007", "AU-010")
def test_a_run_and_its_replay_are_on_record_and_nothing_is_open(work: Path) -> None:
    first = run(work)
    (work / "hello.txt").unlink()
    modes = [first.mode, run(work).mode]
    found = report(work)
    assert modes == ["LEARNER", "FOLLOWER"]
    assert found.is_whole
    assert not found.open_decisions
    steps = [
        (r["kind"], r["origin"] if r["kind"] == "decided" else r["status"])
        for r in found.records
        if r.get("tool") == "Write"
    ]
    assert steps == [("decided", "model"), ("ended", "ok"), ("decided", "trace"), ("ended", "ok")]


@pytest.mark.spec("AU-007")
@pytest.mark.parametrize("how", ["a file in its place", "cut off"])
def test_where_nothing_can_be_recorded_nothing_happens(work: Path, how: str) -> None:
    chain = chain_of(work.parent / "home" / "state", work)
    if how == "cut off":
        run(work)
        (work / "hello.txt").unlink()
        chain.path.write_bytes(chain.path.read_bytes()[:-100])
    else:
        chain.path.parent.parent.mkdir(parents=True)
        chain.path.parent.write_text("in the way")
    result = run(work)
    assert result.status != "succeeded"
    assert not (work / "hello.txt").exists()


@pytest.mark.spec("SN-002", "SN-004")
def test_a_run_of_file_tools_can_be_undone(work: Path) -> None:
    (work / "hello.txt").write_text("mine")
    result = run(work)
    assert (work / "hello.txt").read_text() == "hello"
    store = WorkspaceSnapshots(work, work / ".llmos" / "state", SnapshotsConfig())
    undoing = Undoing(store, work, result.run_id)
    plan = undoing.plan()
    assert plan.is_safe
    undoing.finish(plan, undo_id="undo-1", at="now")
    assert (work / "hello.txt").read_text() == "mine"


@pytest.mark.spec("SN-004")
def test_where_nothing_can_be_kept_nothing_is_changed(work: Path) -> None:
    (work / "hello.txt").write_text("mine")
    state = work / ".llmos" / "state"
    state.mkdir(parents=True)
    (state / "snapshots").write_text("in the way")
    assert run(work).status != "succeeded"
    assert (work / "hello.txt").read_text() == "mine"


def test_a_replay_keeps_to_the_bounds_of_today(work: Path) -> None:
    arm, goal = Arm(), "move the arm to its place"
    assert run(work, goal, bounds(max=10), tools=[arm], provider=moving(5)).mode == "LEARNER"
    assert run(work, goal, bounds(max=10), tools=[arm], provider=FakeProvider()).mode == "FOLLOWER"
    assert arm.moves == [5, 5]
    assert run(work, goal, bounds(max=4), tools=[arm], provider=FakeProvider()).status != "succeeded"
    assert arm.moves == [5, 5]


def test_a_change_is_judged_by_the_last_call_that_was_made_also_in_another_run(work: Path) -> None:
    arm, limit = Arm(), bounds(max_change=2)
    run(work, "go one", limit, tools=[arm], provider=moving(0, 1, 9, 3))
    assert arm.moves == [0, 1, 3], "a refused call is no last value"
    run(work, "go two", limit, tools=[arm], provider=moving(9, 5))
    assert arm.moves == [0, 1, 3, 5]


def test_after_a_call_that_failed_every_place_on_its_way_counts(work: Path) -> None:
    arm, limit = Arm(failing=frozenset({2})), bounds(max_change=2)
    run(work, "go", limit, tools=[arm], provider=moving(0, 2, 4, -2, 1))
    assert arm.moves == [0, 2, 1]
    place = Places(work.parent / "home" / "state").get("move_arm")
    assert place is not None
    assert place.is_known


class Follower:
    """A gate that is told what is made; it objects, at the last moment, to one place."""

    def __init__(self, forbidden: float | None = None) -> None:
        self.heard: list[tuple[Any, ...]] = []
        self._forbidden = forbidden

    def check(self, action: Any) -> Verdict:
        is_denied = action.call.arguments.get("x") == 7
        return Verdict(decision=Decision.DENY if is_denied else Decision.ALLOW)

    async def begins(self, _run_id: str, index: int, call: Any) -> None:
        self.heard.append(("begins", index, call.arguments["x"]))
        if call.arguments["x"] == self._forbidden:
            raise ValueError("not now")

    def ended(self, _run_id: str, step: Any) -> None:
        self.heard.append(("ended", step.index, step.result.status.value))


def test_a_gate_that_follows_hears_of_every_call_that_is_made_and_of_no_other(work: Path) -> None:
    arm, follower = Arm(failing=frozenset({2})), Follower()
    run(work, "go", {"permissions": {"mode": "yolo"}}, tools=[arm], provider=moving(1, 7, 2), gates=(follower,))
    assert arm.moves == [1, 2]
    begun = [one for one in follower.heard if one[0] == "begins"]
    assert begun == [("begins", 0, 1), ("begins", 2, 2)]
    assert [one for one in follower.heard if one[0] == "ended"] == [("ended", 0, "ok"), ("ended", 2, "error")]


def test_a_gate_that_follows_and_fails_keeps_the_call_from_being_made(work: Path) -> None:
    arm, follower = Arm(), Follower(forbidden=2)
    run(work, "go", {"permissions": {"mode": "yolo"}}, tools=[arm], provider=moving(1, 2, 3), gates=(follower,))
    assert arm.moves == [1, 3]
