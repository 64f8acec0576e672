"""Laws of a desk's recorded runs: a replay does exactly what was recorded, or nothing that was not.

Whatever form the log has, and wherever a run is stopped, nothing happens twice, and no run is taken for another one.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from llmos_core import aio
from llmos_core.types.record import evolve
from llmos_core.types.result import RunResult
from llmos_core.types.trace import TraceState
from llmos_std.cli.episodes_importing import Importer
from llmos_std.learning.logs import read_runs
from worlds.desk import EFFECTS, Clerk, Desk
from worlds.kernel import Absent, NoModel, World

ADA = {"customer": "ada_1"}
CANCEL = "please cancel my booking, I am Ada"


def world_of(folder: Path, *lines: Any, desk: Desk | None = None) -> World:
    """Return a world at whose desk these runs were imported and accepted, with the figures of the import."""
    world = World(folder, Desk() if desk is None else desk)  # type: ignore[arg-type]
    log = folder / "runs.jsonl"
    log.write_text("\n".join(map(json.dumps, lines)), "utf-8")

    async def once() -> dict[str, Any]:
        kernel = world.kernel(Absent())
        await kernel.boot()
        try:
            importer = Importer(kernel, world.memory, await kernel.service("journal"))
            return await importer.take(read_runs(log, EFFECTS), "runs.jsonl")
        finally:
            await kernel.close()

    world.figures = aio.run(once())  # type: ignore[attr-defined]
    for trace in list(world.memory.list()):
        world.memory.save(evolve(trace, state=TraceState.LEARNED))
    return world


def replayed(world: World, goal: str, desk: Desk | None = None, **options: Any) -> tuple[RunResult, Desk]:
    """Return the result of a run on a fresh desk, and the desk as it is then."""
    world.shelf = Desk() if desk is None else desk  # type: ignore[assignment]
    return world.run(goal, NoModel(), **options), world.shelf  # type: ignore[return-value]


def cancelling(booking: str, *looks: tuple[str, dict[str, Any]]) -> Clerk:
    calls = [("get_customer", ADA), *looks, ("cancel_booking", {"booking": booking})]
    return Clerk((CANCEL, [[call] for call in calls]))


@pytest.mark.spec("RP-047")
def test_of_two_imported_runs_of_one_goal_that_differ_neither_is_taken_for_the_other(tmp_path: Path) -> None:
    one, other = cancelling("BK1"), cancelling("BK2")
    world = world_of(tmp_path, one.talked(), other.talked())
    for goal in (CANCEL, CANCEL.replace("please ", "could you please ")):
        world.shelf = Desk()  # type: ignore[assignment]
        result = world.run(goal, Absent())
        assert (result.status, world.shelf.log) == ("failed", [])
        assert "--trace" in result.reason or goal != CANCEL


@pytest.mark.spec("RP-047")
def test_the_trace_that_is_named_is_replayed_and_no_other(tmp_path: Path) -> None:
    runs = [cancelling("BK1"), cancelling("BK2")]
    world = world_of(tmp_path, *(run.talked() for run in runs))
    states = []
    for trace in world.memory.list():
        result, desk = replayed(world, CANCEL, trace=trace.id, mode="FOLLOWER")
        assert (result.status, result.trace_id) == ("succeeded", trace.id)
        states.append(desk.state)
        other, untouched = replayed(world, "cancel everything", trace=trace.id, mode="FOLLOWER")
        assert (other.status, untouched.log) == ("failed", [])
    assert sorted(states) == sorted(run.desk.state for run in runs)


@pytest.mark.spec("RP-047")
def test_runs_that_do_the_same_or_saw_another_world_do_not_stand_against_each_other(tmp_path: Path) -> None:
    more = ("search_trips", {"to": "Oslo", "stops": None})
    world = world_of(tmp_path / "same", cancelling("BK1").talked(), cancelling("BK1", more).talked())
    result, desk = replayed(world, CANCEL)
    assert (result.mode, desk.state) == ("FOLLOWER", cancelling("BK1").desk.state)
    elsewhere = cancelling("BK2").listed()
    elsewhere["calls"][0]["output"] = json.dumps({"name": "ada_1", "email": None, "bookings": []})
    world = world_of(tmp_path / "told", cancelling("BK1").listed(), elsewhere)
    result, desk = replayed(world, CANCEL)
    assert desk.state in (Desk().state, cancelling("BK1").desk.state)
