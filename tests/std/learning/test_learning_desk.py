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
from llmos_std.replay.logged import normal
from worlds.desk import EFFECTS, READS, Clerk, Desk
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


BOOK = ("book_trip", {"customer": "ada_1", "trips": [{"trip": "T1"}, {"trip": "T2"}], "paid": 199.0, "note": None})
FAILS = ("book_trip", {"customer": "ada_1", "trips": [{"trip": "T3"}], "paid": 99.5, "note": ""})
GIFT = ("send_certificate", {"customer": "ada_1", "amount": 50.0})
NOBODY = ("get_customer", {"customer": "zed_9", "email": None})
LOOK = ("search_trips", {"to": "Oslo", "stops": None})


def booking() -> Clerk:
    """A run with an error that is a text, a write that fails, and the same call twice in one turn."""
    return Clerk(
        ("book Oslo for Ada, and two gifts", [[NOBODY, ("get_customer", ADA)], [LOOK], [FAILS], [BOOK], [GIFT, GIFT]])
    )


def talking() -> Clerk:
    """A run in which the user speaks three times."""
    return Clerk(
        ("Hello, I need help.", []),
        ("I am ada_1 and want to cancel BK1.", [[("get_customer", ADA)]]),
        ("yes", [[("cancel_booking", {"booking": "BK1"})]]),
    )


FORMS = {
    "as data": lambda text: normal(text) if text[:1] in "[{" else text,
    "as JSON in another order": lambda text: (
        json.dumps(json.loads(text), sort_keys=True, indent=1) if text[:1] in "[{" else text
    ),
    "as Python prints it": lambda text: repr(json.loads(text)) if text[:1] in "[{" else text,
    "as it was": lambda text: text,
    "with white space": lambda text: f"\n{text} ",
}


@pytest.mark.spec("EL-015")
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("here", [json.dumps, lambda data: data], ids=["text", "data"])
def test_a_replay_does_what_was_recorded_in_whatever_form_the_log_holds_it(
    tmp_path: Path, form: str, here: Any
) -> None:
    run = booking()
    line = run.listed()
    line["calls"] = [{**call, "output": FORMS[form](call["output"])} for call in line["calls"]]
    world = world_of(tmp_path, line)
    result, desk = replayed(world, run.goal, Desk(forms=here))
    assert (result.status, result.mode, result.model_calls) == ("succeeded", "FOLLOWER", 0)
    assert (desk.state, desk.log) == (run.desk.state, [(call["tool"], call["args"]) for call in run.calls])
    assert result.output == "Done."


@pytest.mark.spec("EL-015", "EL-003")
@pytest.mark.parametrize("seats", [0, 1, 5])
def test_another_world_stops_it_before_anything_is_done(tmp_path: Path, seats: int) -> None:
    run = booking()
    world = world_of(tmp_path, run.talked())
    world.shelf = Desk(seats=seats)  # type: ignore[assignment]
    result = world.run(run.goal, Absent())
    assert (result.status, world.shelf.state) == ("partial", Desk(seats=seats).state)
    assert [step.tool for step in result.steps] == ["get_customer", "get_customer", "search_trips"]


@pytest.mark.spec("EL-015")
def test_a_write_that_fails_where_it_did_not_stops_the_next_one(tmp_path: Path) -> None:
    run = Clerk(("book Oslo for Ada", [[BOOK], [GIFT]]))
    world = world_of(tmp_path, run.talked())
    world.shelf = Desk(seats=0)  # type: ignore[assignment]
    result = world.run(run.goal, Absent())
    assert (result.status, world.shelf.log) == ("partial", [BOOK])
    assert "not enough seats" in result.reason


@pytest.mark.spec("EL-015")
def test_a_result_that_the_log_cut_is_known_again_by_its_beginning_only(tmp_path: Path) -> None:
    run = booking()
    line = run.listed()
    whole = json.dumps({"trips": [{"trip": f"T{number}", "seats": 1} for number in range(200)]})
    line["calls"][2]["output"] = whole[:3000] + "…"
    for number, (found, status) in enumerate(
        [(whole, "succeeded"), (whole[:2999], "partial"), (f"{{{whole}", "partial")]
    ):
        world = world_of(tmp_path / str(number), line)
        desk = Desk()
        desk._search_trips = lambda found=found, **_: found  # type: ignore[method-assign]
        world.shelf = desk  # type: ignore[assignment]
        assert world.run(run.goal, Absent()).status == status


@pytest.mark.spec("EL-005", "EL-013")
def test_a_conversation_is_repeated_for_all_that_was_said_and_for_nothing_else(tmp_path: Path) -> None:
    run = talking()
    world = world_of(tmp_path, run.talked(), cancelling("BK3").talked())
    result, desk = replayed(world, run.goal)
    assert (result.mode, desk.state) == ("FOLLOWER", run.desk.state)
    for goal in (
        run.said[0],
        run.said[1],
        "\n".join(run.said[1:]),
        run.goal.replace("yes", "yes, please"),
        run.goal.replace("BK1", "BK2"),
    ):
        world.shelf = Desk()  # type: ignore[assignment]
        assert world.run(goal, Absent()).status == "failed"
        assert world.shelf.log == []


@pytest.mark.spec("EL-005")
def test_conversations_teach_nothing_about_others(tmp_path: Path) -> None:
    def said(booking: str) -> Clerk:
        return Clerk(("hello", []), (f"cancel {booking}", [[("cancel_booking", {"booking": booking})]]))

    learning = world_of(
        tmp_path / "one",
        *(Clerk((f"cancel {b}", [[("cancel_booking", {"booking": b})]])).talked() for b in ("BK1", "BK2")),
    )
    assert learning.figures["new_traces"] == 2  # type: ignore[attr-defined]
    world = world_of(tmp_path / "two", *(said(booking).talked() for booking in ("BK1", "BK2", "BK3")))
    world.shelf = Desk()  # type: ignore[assignment]
    assert world.run("hello\ncancel BK4", Absent()).status == "failed"
    assert world.shelf.log == []


@pytest.mark.spec("EL-005")
def test_a_greeting_before_the_user_has_spoken_answers_nobody(tmp_path: Path) -> None:
    run = cancelling("BK1")
    greeted = run.talked()
    greeted["messages"] = [{"role": "assistant", "content": "Hi! How can I help?"}, *run.messages[1:]]
    world = world_of(tmp_path, greeted)
    (trace,) = world.memory.list()
    assert (trace.goal, trace.mode) == (CANCEL, "IMPORTED")


@pytest.mark.spec("EL-013")
@pytest.mark.parametrize(
    "verdict", [{"reward": 0.0}, {"reward": 0}, {"reward": 0.9}, {"reward": None}, {"succeeded": False}]
)
def test_what_was_judged_a_failure_is_never_repeated(tmp_path: Path, verdict: dict[str, Any]) -> None:
    line = {key: value for key, value in booking().talked().items() if key != "reward"}
    assert world_of(tmp_path, {**line, **verdict}).figures["new_traces"] == 0  # type: ignore[attr-defined]


@pytest.mark.spec("EL-013")
def test_a_write_that_failed_is_repeated_only_where_the_log_says_that_the_run_succeeded(tmp_path: Path) -> None:
    line = booking().talked()
    assert world_of(tmp_path / "judged", line).figures["new_traces"] == 1  # type: ignore[attr-defined]
    del line["reward"]
    assert world_of(tmp_path / "unjudged", line).figures["new_traces"] == 0  # type: ignore[attr-defined]


def bagging() -> Clerk:
    """A run that acts on an id which it made itself."""
    return Clerk(("book Oslo for Ada with a bag", [[BOOK], [("add_bags", {"booking": "BK101", "bags": 1})], [GIFT]]))


@pytest.mark.spec("RP-015")
@pytest.mark.parametrize("counter", [100, 7, 99, 1009])
def test_an_id_that_the_run_made_itself_is_not_used_where_another_one_was_made(tmp_path: Path, counter: int) -> None:
    run = bagging()
    world = world_of(tmp_path, run.talked())
    desk = Desk(counter=counter)
    desk.status["BK101"] = "active"  # it is somebody else's by now
    world.shelf = desk  # type: ignore[assignment]
    result = world.run(run.goal, Absent())
    if counter == 100:
        assert (result.status, desk.bags) == ("succeeded", {"BK101": 1})
    else:
        assert (result.status, desk.log, desk.bags) == ("partial", [BOOK], {})
        assert "BK101" in result.reason


@pytest.mark.spec("RP-015")
def test_a_changed_id_that_nothing_uses_stops_nothing(tmp_path: Path) -> None:
    run = Clerk(("book Oslo for Ada", [[BOOK], [GIFT]]))
    world = world_of(tmp_path, run.talked())
    world.shelf = Desk(counter=7)  # type: ignore[assignment]
    result = world.run(run.goal, Absent())
    assert (result.status, result.mode, world.shelf.log) == ("succeeded", "FOLLOWER", [BOOK, GIFT])
    assert result.output == "A certificate over 50.0 was added to ada_1."  # the recorded answer may speak of BK101


class Died(BaseException):
    """The process ends here."""


def dying(desk: Desk, at: int, *, after: bool) -> None:
    """Let the process die in the call number `at`, before or after it acts."""

    def before(_tool: str, _arguments: dict[str, Any]) -> None:
        if len(desk.log) == at:
            if after:
                desk.before_call = lambda *_: None
                desk.call(_tool, _arguments)
            raise Died

    desk.before_call = before


@pytest.mark.spec("RP-051", "RP-054")
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("at", range(7))
def test_wherever_a_replay_dies_a_word_of_the_user_lets_it_go_on_and_nothing_is_done_twice(
    tmp_path: Path, at: int, after: bool
) -> None:
    run = booking()
    world = world_of(tmp_path, run.talked())
    desk = Desk()
    world.shelf = desk  # type: ignore[assignment]
    dying(desk, at, after=after)
    with pytest.raises(Died):
        world.run(run.goal, Absent())
    desk.before_call = lambda *_: None
    result = world.run(run.goal, Absent())
    if at < 3:  # a look is simply made again
        assert result.status == "succeeded"
    else:
        log = list(desk.log)
        assert (result.status, "--happened" in result.reason) == ("partial", True)
        assert world.run(run.goal, Absent()).status == "partial"
        assert desk.log == log
        result = world.run(run.goal, Absent(), happened=after)
        assert (result.status, result.mode) == ("succeeded", "FOLLOWER")
    assert desk.state == run.desk.state
    writes = [call for call in desk.log if call[0] not in READS]
    assert writes == [(call["tool"], call["args"]) for call in run.calls if call["tool"] not in READS]


@pytest.mark.spec("RP-054")
def test_what_was_said_of_one_call_holds_when_the_run_dies_again(tmp_path: Path) -> None:
    run = booking()
    world = world_of(tmp_path, run.talked())
    desk = Desk()
    world.shelf = desk  # type: ignore[assignment]
    for at, after, said in ((4, False, None), (5, True, False), (6, False, True)):
        dying(desk, at, after=after)
        with pytest.raises(Died):
            world.run(run.goal, Absent(), happened=said)
    desk.before_call = lambda *_: None
    result = world.run(run.goal, Absent(), happened=False)
    assert (result.status, desk.state) == ("succeeded", run.desk.state)


@pytest.mark.spec("RP-015", "RP-054")
def test_an_id_that_nobody_saw_is_not_used_on_a_persons_word(tmp_path: Path) -> None:
    run = bagging()
    world = world_of(tmp_path, run.talked())
    desk = Desk(counter=7)
    world.shelf = desk  # type: ignore[assignment]
    dying(desk, 0, after=True)
    with pytest.raises(Died):
        world.run(run.goal, Absent())
    result = world.run(run.goal, Absent(), happened=True)
    assert (result.status, desk.log, desk.bags) == ("partial", [BOOK], {})


@pytest.mark.spec("EL-001")
def test_the_trials_of_one_task_are_one_instance(tmp_path: Path) -> None:
    log = tmp_path / "trials.json"
    log.write_text(
        json.dumps([{**cancelling("BK1").talked(), "task_id": 7}, {**booking().listed(), "task_id": 7}]), "utf-8"
    )
    assert [run.task for run in read_runs(log, EFFECTS)] == ["7", "7"]


def test_without_the_rule_of_rivals_one_of_two_is_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("llmos_std.matching.rivals.contested", lambda _found: frozenset())
    world = world_of(tmp_path, cancelling("BK1").talked(), cancelling("BK2").talked())
    result, desk = replayed(world, CANCEL)
    assert (result.status, desk.state == Desk().state) == ("succeeded", False)


def test_without_the_rule_of_stale_values_somebody_elses_booking_is_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("llmos_std.replay.stale.stale_difference", lambda *_: None)
    run = bagging()
    world = world_of(tmp_path, run.talked())
    desk = Desk(counter=7)
    desk.status["BK101"] = "active"
    world.shelf = desk  # type: ignore[assignment]
    assert (world.run(run.goal, Absent()).status, desk.bags) == ("succeeded", {"BK101": 1})
