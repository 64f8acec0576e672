"""Laws: what was imported acts only once somebody accepted it, failed runs never do, and twice is once."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmos_core import aio
from llmos_core.types.record import evolve
from llmos_core.types.tools import Effect
from llmos_core.types.trace import IMPORTED, TraceState
from llmos_std.cli.episodes_figures import savings
from llmos_std.cli.episodes_importing import Importer
from llmos_std.learning.evaluating import Log, evaluate, known_truth
from llmos_std.learning.logs import read_runs
from llmos_std.matching.matcher import CascadeMatcher
from worlds.kernel import Absent, NoModel, World

GOAL = "put the word {text} on the note {name}"
EFFECTS = {"Put": Effect.PURE}


def putting(name: str, text: str, **more: Any) -> dict[str, Any]:
    call = {"tool": "Put", "args": {"name": name, "text": text}, "output": {"name": name}}
    return {"goal": GOAL.format(name=name, text=text), "calls": [call], **more}


LINES = [putting("alpha", "first"), putting("beta", "second")]


def imported(world: World, *lines: Any, is_dry_run: bool = False) -> tuple[dict[str, Any], list[Any]]:
    """Import lines of a log and return the figures, and the episodes that the journal then holds."""
    log = world.folder / "runs.jsonl"
    log.write_text("\n".join(map(json.dumps, lines)), "utf-8")

    async def once() -> tuple[dict[str, Any], list[Any]]:
        kernel = world.kernel(Absent())
        await kernel.boot()
        try:
            journal = await kernel.service("journal")
            importer = Importer(kernel, world.memory, journal, is_dry_run=is_dry_run)
            facts = await importer.take(read_runs(log, EFFECTS), "runs.jsonl")
            return facts, [journal.episode(one.run_id) for one in journal.episodes()]
        finally:
            await kernel.close()

    return aio.run(once())


def accept(world: World) -> None:
    for trace in list(world.memory.list()):
        world.memory.save(evolve(trace, state=TraceState.LEARNED))


@pytest.mark.spec("EL-012")
def test_nothing_imported_acts_before_it_was_accepted(tmp_path: Path) -> None:
    world = World(tmp_path)
    imported(world, *LINES)
    for goal in (LINES[0]["goal"], GOAL.format(name="gamma", text="third")):
        assert world.run(goal, Absent()).status == "failed"
    assert {trace.state for trace in world.memory.list()} == {TraceState.IMPORTED}
    assert world.shelf.log == []


@pytest.mark.spec("EL-012")
def test_accepted_runs_are_followed_and_learned_from(tmp_path: Path) -> None:
    world = World(tmp_path)
    imported(world, *LINES)
    accept(world)
    result = world.run(GOAL.format(name="gamma", text="third"), NoModel())
    assert (result.status, result.mode) == ("succeeded", "FOLLOWER")
    assert world.shelf.log == [("Put", {"name": "gamma", "text": "third"})]


@pytest.mark.spec("EL-010", "EL-012")
def test_importing_twice_adds_nothing_and_leaves_what_was_accepted(tmp_path: Path) -> None:
    world = World(tmp_path)
    first, episodes = imported(world, *LINES, LINES[0])
    assert (first["new_episodes"], first["known"], first["new_traces"]) == (2, 1, 2)
    accept(world)
    again, same = imported(world, *reversed(LINES))
    assert (again["new_episodes"], again["known"], again["new_traces"]) == (0, 2, 0)
    assert same == episodes
    assert {trace.state for trace in world.memory.list()} == {TraceState.LEARNED}


@pytest.mark.spec("EL-011")
def test_an_imported_episode_tells_where_it_is_from_and_is_never_resumed(tmp_path: Path) -> None:
    world = World(tmp_path)
    _, episodes = imported(world, putting("alpha", "first", date="2023-11-30"))
    (one,) = episodes
    assert (one.mode, one.status, one.task["provenance"], one.task["date"]) == (
        IMPORTED,
        "succeeded",
        "imported",
        "2023-11-30",
    )
    assert one.signature not in CascadeMatcher().keys(one.goal)
    assert one.model_calls == 2


FAILED = {"tool": "Post", "args": {"text": "x"}, "output": "Error: it failed"}


@pytest.mark.spec("EL-003", "EL-013")
@pytest.mark.parametrize(
    "line",
    [
        putting("alpha", "first", succeeded=False),
        putting("alpha", "first", reward=0.5),
        {"goal": "say hello", "calls": [], "answer": "hello"},
        {"goal": "post it", "calls": [FAILED]},
        {"goal": "post it", "calls": [FAILED, {"tool": "Put", "args": {"name": "a", "text": "b"}, "output": "ok"}]},
        {"goal": "post it", "calls": [{"tool": "Post", "args": {"text": "x"}}]},
    ],
    ids=["failed", "half-a-reward", "no-call", "failed-effect", "failed-effect-first", "unseen-end"],
)
def test_what_may_not_be_repeated_is_an_episode_only(tmp_path: Path, line: Any) -> None:
    world = World(tmp_path)
    facts, episodes = imported(world, line)
    assert (facts["new_episodes"], facts["new_traces"], len(episodes)) == (1, 0, 1)
    assert list(facts["not_replayable"].values()) == [1]
    assert list(world.memory.list()) == []


@pytest.mark.spec("EL-002")
def test_an_effect_is_never_milder_than_the_tool_says_and_unknown_when_nobody_does(tmp_path: Path) -> None:
    world = World(tmp_path)
    unknown = {"goal": "call it", "calls": [{"tool": "nobody.knows", "args": {}, "output": 1}]}
    _, episodes = imported(world, LINES[0], unknown)
    assert {step.call.tool: step.effect for one in episodes for step in one.steps} == {
        "Put": Effect.IDEMPOTENT_WRITE,
        "nobody.knows": Effect.UNKNOWN,
    }


@pytest.mark.spec("EL-014")
def test_a_dry_run_writes_nothing_and_tells_the_same(tmp_path: Path) -> None:
    world = World(tmp_path)
    planned, episodes = imported(world, *LINES, is_dry_run=True)
    assert (episodes, list(world.memory.list())) == ([], [])
    assert imported(world, *LINES)[0] == planned


@pytest.mark.spec("EL-004")
@given(st.permutations([0, 1, 2]))
def test_results_find_their_calls_by_id_in_any_order(order: list[int]) -> None:
    from llmos_std.learning.entries import run_of

    calls = [{"id": f"c{n}", "function": {"name": f"t{n}", "arguments": "{}"}} for n in range(3)]
    results = [{"role": "tool", "tool_call_id": f"c{n}", "content": f"result {n}"} for n in order]
    messages = [{"role": "user", "content": "x"}, {"role": "assistant", "tool_calls": calls}, *results]
    run = run_of({"messages": messages}, {}, "here")
    assert [(call.tool, call.output) for call in run.calls] == [(f"t{n}", f"result {n}") for n in range(3)]


@pytest.mark.spec("EL-005")
def test_a_dialogue_is_neither_followed_nor_learned_from(tmp_path: Path) -> None:
    def talk(city: str) -> dict[str, Any]:
        call = {"id": "1", "function": {"name": "Put", "arguments": json.dumps({"name": city, "text": "x"})}}
        return {
            "messages": [
                {"role": "user", "content": f"go to {city}"},
                {"role": "assistant", "content": "sure?"},
                {"role": "user", "content": "yes"},
                {"role": "assistant", "tool_calls": [call]},
                {"role": "tool", "tool_call_id": "1", "content": "ok"},
            ]
        }

    log_file = tmp_path / "log.jsonl"
    log_file.write_text("\n".join(json.dumps(talk(city)) for city in ("Oslo", "Lima", "Kyiv", "Bern", "Rome")), "utf-8")
    log = Log(read_runs(log_file, {"Put": Effect.IDEMPOTENT_WRITE}))
    assert {one.would for one in evaluate(log, known_truth(log))} == {"learn"}


@pytest.mark.spec("EL-006")
def test_tokens_and_money_are_added_where_known_and_nowhere_else(tmp_path: Path) -> None:
    told = putting("alpha", "first", usage={"prompt_tokens": 100, "completion_tokens": 5, "cost_usd": "0.10"})
    counted = putting("beta", "second", usage={"input_tokens": 7})
    log_file = tmp_path / "log.jsonl"
    log_file.write_text("\n".join(map(json.dumps, [told, counted, putting("gamma", "third")])), "utf-8")
    runs = read_runs(log_file, {})
    assert savings(runs, runs[:1]) == {
        "model_calls": 6,
        "model_calls_beside_one_small": 1,
        "tokens": 112,
        "uncounted_runs": 1,
        "usd": "0.1",
        "unpriced_runs": 2,
    }
    assert savings(runs[2:], [])["tokens"] is None
