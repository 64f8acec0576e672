"""A trace that fails too often, or once for good, is retired; nothing but a person brings it back."""

from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmos_core.testing.records import small_trace, statistics
from llmos_core.types.trace import Statistics, TraceState, score_after
from llmos_std.learning.generalising import of_one_version
from llmos_std.replay.demotion import RETIRED_AT, retirement
from worlds.kernel import Absent, Defaults, NoModel, World
from worlds.programs import Call, model_of
from worlds.shelf import Shelf

GOAL = "tidy the shelf"
outcomes = st.lists(st.booleans(), max_size=40)


def after(history: list[bool]) -> Statistics:
    score = 75
    for verified in history:
        score = score_after(score, verified=verified)
    return Statistics(uses=len(history), successes=sum(history), failures=history.count(False), score=score)


@pytest.mark.spec("CF-027")
@given(outcomes)
def test_three_straight_failures_always_retire(history: list[bool]) -> None:
    assert retirement(after([*history, False, False, False]), was_final_wrong=False)


@pytest.mark.spec("CF-027")
@given(st.integers(0, 40))
def test_two_straight_failures_retire_a_fresh_trace_and_one_does_not(wins: int) -> None:
    record = after([True] * wins + [False, False])
    assert bool(retirement(record, was_final_wrong=False)) == (wins == 0)
    assert record.score > RETIRED_AT or wins == 0
    assert not retirement(after([True] * wins + [False]), was_final_wrong=False)


@given(statistics(), st.booleans())
def test_a_wrong_final_effect_is_never_forgiven(record: Statistics, more: bool) -> None:
    assert retirement(record, was_final_wrong=True)


def failing(folder: Path, program: list[Call], spoil: Any, **memory: Any) -> World:
    """Learn a program, replay it in a world that `spoil` changes just before a call, and return the world."""
    world = World(folder)
    world.kernel = _configured(world, memory)  # type: ignore[method-assign]
    assert world.run(GOAL, model_of(program), max_turns=20).status == "succeeded"
    world.shelf = Shelf()
    world.shelf.before_call = lambda tool, arguments: spoil(world.shelf, tool, arguments)
    assert world.run(GOAL, Absent(), mode="FOLLOWER").status == "partial"
    return world


def _configured(world: World, memory: dict[str, Any]) -> Any:
    opened = world.kernel

    def kernel(provider: Any, **parts: Any) -> Any:
        made = opened(provider, **parts)
        made.config = Defaults(memory=memory)
        return made

    return kernel


def post_fails(_shelf: Shelf, tool: str, _arguments: Any) -> None:
    if tool == "Post":
        raise RuntimeError("the letter box is jammed")


@pytest.mark.spec("CF-028")
def test_a_wrong_final_effect_retires_at_once(tmp_path: Path) -> None:
    program: list[Call] = [("Put", {"name": "a", "text": "x"}), ("Post", {"text": "x"})]
    world = failing(tmp_path, program, post_fails)
    (trace,) = world.memory.list()
    assert trace.state is TraceState.RETIRED
    world.shelf = Shelf()
    assert world.run(GOAL, Absent()).mode != "FOLLOWER"
    assert world.shelf.log == []


@pytest.mark.spec("CF-027")
def test_one_other_failure_suspends_and_does_not_retire(tmp_path: Path) -> None:
    program: list[Call] = [("Put", {"name": "a", "text": "x"}), ("Get", {"name": "a"})]

    def changed(shelf: Shelf, tool: str, _arguments: Any) -> None:
        if tool == "Get":
            shelf.notes["a"] = "somebody else's"

    world = failing(tmp_path, program, changed)
    (trace,) = world.memory.list()
    assert trace.state is TraceState.LEARNED
    assert world.memory.statistics(trace.id).score == 55


@pytest.mark.spec("CF-021")
def test_without_strictness_nothing_is_retired(tmp_path: Path) -> None:
    program: list[Call] = [("Put", {"name": "a", "text": "x"}), ("Post", {"text": "x"})]
    world = failing(tmp_path, program, post_fails, strict=False, trace_confidence_threshold=0.7)
    (trace,) = world.memory.list()
    assert trace.state is TraceState.LEARNED


@pytest.mark.spec("CF-023")
@settings(max_examples=30)
@given(st.lists(st.sampled_from(["1" * 16, "2" * 16]), min_size=1, max_size=6), st.randoms())
def test_runs_with_another_version_of_a_tool_are_no_evidence(versions: list[str], order: Any) -> None:
    traces = [
        attrs.evolve(
            (one := small_trace(f"create f{n}.txt")),
            created_at=f"2026-01-{n + 1:02}T00:00:00+00:00",
            steps=(attrs.evolve(one.steps[0], fingerprint=version),),
        )
        for n, version in enumerate(versions)
    ]
    shuffled = list(traces)
    order.shuffle(shuffled)
    kept = of_one_version(shuffled)
    assert {trace.id for trace in kept} == {t.id for t, v in zip(traces, versions, strict=True) if v == versions[-1]}


@pytest.mark.spec("CF-023")
def test_counters_do_not_pass_to_the_program_with_another_version() -> None:
    trace = small_trace()
    other = attrs.evolve(trace, steps=(attrs.evolve(trace.steps[0], fingerprint="f" * 16),))
    assert trace.id != other.id


def test_a_good_replay_retires_nothing(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.run(GOAL, model_of([("Put", {"name": "a", "text": "x"})]))
    world.shelf = Shelf()
    assert world.run(GOAL, NoModel()).status == "succeeded"
    assert all(trace.state is TraceState.LEARNED for trace in world.memory.list())
