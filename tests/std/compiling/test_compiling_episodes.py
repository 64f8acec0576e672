"""Law: an episode of tool use does the very same compiled and interpreted, learned here or imported from a log.

Episodes have many turns, calls in parallel and twice, and arguments and results of every kind that JSON knows. They are
repeated in the same world, in changed ones, and with something coming between.
"""

import json
from collections.abc import Callable
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmos_core import aio
from llmos_core.errors import ToolError
from llmos_core.types.record import evolve
from llmos_core.types.trace import TraceState
from llmos_core.types.transcript import Surprise
from llmos_std.cli.episodes_importing import Importer
from llmos_std.compiling import source
from llmos_std.compiling.emitting import source_of
from llmos_std.compiling.loading import load
from llmos_std.compiling.proving import prove
from llmos_std.journal.journal import SqliteJournal
from llmos_std.learning.logs import read_runs
from llmos_std.providers.scripted import ScriptedProvider
from worlds.desk import EFFECTS as AT_THE_DESK
from worlds.desk import Clerk, Desk
from worlds.kernel import Absent, World
from worlds.machines import Machines, drawn_turns
from worlds.programs import noting
from worlds.promoted import Promoted

GOAL = "do the errands of today"
FEW = settings(max_examples=12, deadline=None)
SEEDS = st.integers(0, 2**32)


def repeated(world: World, goal: str, scene: Any, *, compiled: bool, is_alone: bool) -> tuple[Any, str]:
    """Return everything that can be told apart about one more run in a scene, and its mode."""
    world.shelf = scene
    packets: list[Surprise | None] = []
    (world.folder / "workspace/.llmos/plugins/generated").mkdir(parents=True, exist_ok=True)
    parts = {"compiler": Promoted()} if compiled else {}
    result = world.run(goal, Absent() if is_alone else obeying(packets), parts=parts, max_turns=40)
    steps = [(step.tool, step.status, step.verified) for step in result.steps]
    statistics = world.memory.statistics(next(world.memory.list()).id)
    free = {"CRYSTALLIZED": "free", "FOLLOWER": "free"}.get(result.mode, result.mode)
    seen = (scene.log, scene.state, result.status, result.output, result.reason, steps, packets, free)
    return (*seen, result.model_calls, statistics.uses, statistics.successes, statistics.failures), result.mode


def obeying(packets: list[Surprise | None]) -> Any:
    """Return a model that does whatever comes to its mind after a surprise; `packets` gets what it was handed."""
    call = {"tool": "send", "arguments": {"receiver": "USR009", "message": "hi"}}
    provider = ScriptedProvider([{"on_surprise": True, "calls": [call]}, {"on_surprise": True, "text": "otherwise"}])
    return noting(provider, packets)


def learned(folder: str, turns: Any) -> World | None:
    """Return a world in which a model made these calls; None where that was not kept for replay."""
    world = World(Path(folder), Machines())  # type: ignore[arg-type]
    said = [{"calls": [{"tool": t, "arguments": a} for t, a in calls], "cost_usd": "0.01"} for calls in turns]
    world.run(GOAL, ScriptedProvider([*said, {"text": "The price is 227.16.\n", "cost_usd": "0.01"}]), max_turns=40)
    return world if list(world.memory.list()) else None


CHANGES: dict[str, Callable[[Machines], Any]] = {
    "as it was": lambda _machines: None,
    "an empty file": lambda machines: machines.files.update({"/a.txt": ""}),
    "no files": lambda machines: machines.files.clear(),
    "another counter": lambda machines: setattr(machines, "counter", 205),
    "a full tank": lambda machines: machines.car.update(fuel=49.5),
}


def changed(name: str, at: int) -> Machines:
    """Return machines in another state, or ones of which call `at` fails."""
    machines = Machines()
    if name in CHANGES:
        CHANGES[name](machines)
        return machines

    def before_call(_tool: str, _arguments: Any) -> None:
        if len(machines.log) == at:
            machines.log.append(("failed", {}))
            raise ToolError("it is raining")

    machines.before_call = before_call
    return machines


@pytest.mark.spec("RP-070", "RP-071", "RP-074")
@FEW
@given(SEEDS, st.sampled_from([*CHANGES, "one fails"]), st.integers(0, 8), st.booleans())
def test_an_episode_is_the_same_compiled_and_interpreted(seed: int, change: str, at: int, is_alone: bool) -> None:
    turns, seen, modes, sources = drawn_turns(Random(seed)), [], [], set()
    for compiled in (False, True):
        with TemporaryDirectory() as folder:
            world = learned(folder, turns)
            if world is None:
                return
            sources.add(source_of(next(world.memory.list())))
            facts, mode = repeated(world, GOAL, changed(change, at), compiled=compiled, is_alone=is_alone)
            seen.append(facts)
            modes.append(mode)
    assert seen[0] == seen[1]
    assert len(sources) == 1
    assert modes == ["FOLLOWER", "CRYSTALLIZED"] or "MIXED" in modes


@pytest.mark.spec("RP-070")
@FEW
@given(SEEDS)
def test_every_generated_test_of_an_episode_passes(seed: int) -> None:
    with TemporaryDirectory() as folder:
        world = learned(folder, drawn_turns(Random(seed)))
        if world is None:
            return
        trace = next(world.memory.list())
        episode = SqliteJournal(world.folder / "workspace" / ".llmos" / "state").episode(trace.episodes[0])
        assert episode is not None
        tools = {tool.spec.name: tool for tool in Machines().tools()}
        proof = aio.run(prove(trace, load(source_of(trace), "code"), episode, tools))
        assert (proof.failures, bool(proof.tests)) == ((), True)


def imported(folder: str, line: Any, shelf: Any, effects: Any) -> World:
    """Return a world in which the run of a log was taken in and accepted."""
    world = World(Path(folder), shelf)
    log = Path(folder) / "runs.jsonl"
    log.write_text(json.dumps(line), "utf-8")

    async def once() -> None:
        kernel = world.kernel(Absent())
        await kernel.boot()
        try:
            await Importer(kernel, world.memory, await kernel.service("journal")).take(read_runs(log, effects), "log")
        finally:
            await kernel.close()

    aio.run(once())
    for trace in list(world.memory.list()):
        world.memory.save(evolve(trace, state=TraceState.LEARNED))
    return world


FORMS: dict[str, Callable[[Any], Any]] = {
    "JSON": json.dumps,
    "printed": str,
    "data": lambda value: value,
    "spaced": lambda value: json.dumps(value, indent=1),
}
BOOK = ("book_trip", {"customer": "ada_1", "trips": [{"trip": "T1"}], "paid": 99.5, "note": None})
TALK = (
    ("who am I, ada_1, and what is there to Oslo?", [[("get_customer", {"customer": "ada_1"})]]),
    ("book the first one with a bag", [[("search_trips", {"to": "Oslo"}), BOOK]]),
    ("and thanks for the bag", [[("add_bags", {"booking": "BK101", "bags": 1})]]),
    ("cancel the old one", [[("cancel_booking", {"booking": "BK1"})]]),
    ("something for my trouble", [[("send_certificate", {"customer": "ada_1", "amount": 50.0})]]),
)


def outcomes(talk: Any, desk: Callable[[], Desk]) -> list[Any]:
    """Return what became of an imported conversation interpreted and compiled, each at a desk of its own."""
    seen = []
    for compiled in (False, True):
        with TemporaryDirectory() as folder:
            clerk = Clerk(*talk)
            world = imported(folder, clerk.talked(), Desk(), AT_THE_DESK)
            seen.append(repeated(world, clerk.goal, desk(), compiled=compiled, is_alone=True))
    return seen


@pytest.mark.spec("RP-070", "RP-071", "RP-015")
@FEW
@given(st.integers(1, len(TALK)), st.sampled_from([100, 7]), st.sampled_from([2, 1, 0]), st.sampled_from(list(FORMS)))
def test_an_imported_conversation_is_the_same_compiled_and_interpreted(
    turns: int, counter: int, seats: int, form: str
) -> None:
    talk = TALK[:turns]
    one, other = outcomes(talk, lambda: Desk(counter=counter, seats=seats, forms=FORMS[form]))
    assert one[0] == other[0]
    assert (one[1], other[1]) == ("FOLLOWER", "CRYSTALLIZED")


@pytest.mark.spec("RP-015")
def test_compiled_code_uses_no_id_that_only_the_recorded_run_made() -> None:
    for facts, mode in outcomes(TALK[1:3], lambda: Desk(counter=7)):
        assert [tool for tool, _ in facts[0]] == ["search_trips", "book_trip"], (mode, facts)
        assert "BK101" in facts[4]


@pytest.mark.spec("RP-070", "RP-072")
@pytest.mark.parametrize("happened", [True, False])
@pytest.mark.parametrize("at", [0, 1, 2])
def test_what_a_person_says_has_happened_is_taken_alike(tmp_path: Path, at: int, happened: bool) -> None:
    clerk, seen = Clerk(*TALK[1:4]), []
    for name, parts in (("interpreted", {}), ("compiled", {"compiler": Promoted()})):
        (tmp_path / name).mkdir()
        world = imported(str(tmp_path / name), clerk.talked(), Desk(), AT_THE_DESK)
        (world.folder / "workspace/.llmos/plugins/generated").mkdir(parents=True, exist_ok=True)
        desk = world.shelf = Desk()  # type: ignore[assignment]
        dies_at(desk, at)
        with pytest.raises(KeyboardInterrupt):
            world.run(clerk.goal, Absent(), parts=parts)
        desk.before_call = lambda *_: None
        result = world.run(clerk.goal, Absent(), parts=parts, happened=happened)
        steps = [(step.tool, step.status, step.verified) for step in result.steps]
        seen.append((desk.log, desk.state, result.status, result.output, result.reason, steps))
    assert seen[0] == seen[1]


def dies_at(desk: Desk, at: int) -> None:
    """Let the process die before write `at` of a desk is made."""
    writes = [0]

    def before_call(tool: str, _arguments: Any) -> None:
        if AT_THE_DESK[tool].is_safe:
            return
        if writes[0] == at:
            raise KeyboardInterrupt
        writes[0] += 1

    desk.before_call = before_call


def test_code_that_forgets_which_ids_are_new_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source.CompiledSource, "_stale", lambda _self, _records: None)
    one, other = outcomes(TALK[1:3], lambda: Desk(counter=7))
    assert one[0] != other[0]


def test_code_that_forgets_in_what_form_logs_hold_results_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "as_compared", lambda _trace, record, _step: record)
    one, other = outcomes(TALK[:2], lambda: Desk(forms=str))
    assert one[0] != other[0]
