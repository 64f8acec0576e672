"""Law: the generated tests find every check that the code lost, and only what a real run taught is promoted."""

import re
from pathlib import Path
from typing import Any

import pytest

from llmos_core import aio
from llmos_core.types.record import evolve
from llmos_core.types.trace import Statistics, Trace
from llmos_std.compiling import loading
from llmos_std.compiling.compiler import Compiler
from llmos_std.compiling.emitting import source_of
from llmos_std.compiling.loading import load
from llmos_std.compiling.promotions import Promotions
from llmos_std.compiling.proving import Stage, prove, recorded_world
from llmos_std.journal.journal import SqliteJournal
from worlds.kernel import World
from worlds.programs import Call, model_of
from worlds.shelf import Shelf

GOAL = "tidy the shelf"
PROGRAM: list[Call] = [
    ("Get", {"name": "a"}),
    ("Put", {"name": "b", "text": "y"}),
    ("Swap", {"name": "a", "text": "z"}),
    ("Post", {"text": "x"}),
]
PROVEN = Statistics(uses=5, successes=5)


class Scene:
    """One learned trace with its run in the journal."""

    def __init__(self, folder: Path) -> None:
        world = World(folder, Shelf(a="x"))
        world.run(GOAL, model_of(PROGRAM), max_turns=20)
        self.world = world
        self.trace: Trace = next(world.memory.list())
        self.journal = SqliteJournal(folder / "workspace" / ".llmos" / "state")
        self.tools = {tool.spec.name: tool for tool in world.shelf.tools()}
        self.promotions = Promotions(folder / "compiled.db", folder)
        self.compiler = Compiler(folder / "generated", self.promotions, world.clock, min_usage=5, min_success=0.95)

    def proof(self, source: str) -> Any:
        episode = self.journal.episode(self.trace.episodes[0])
        assert episode is not None
        return aio.run(prove(self.trace, load(source, "code"), episode, self.tools))

    def draft(self, trace: Trace, statistics: Statistics = PROVEN) -> Any:
        async def open_tool(name: str) -> Any:
            return self.tools[name]

        return aio.run(self.compiler.draft(trace, statistics, self.journal, open_tool))


@pytest.fixture
def scene(tmp_path: Path) -> Any:
    made = Scene(tmp_path)
    yield made
    made.journal.close()
    made.promotions.close()


CHECK = re.compile(r"    if (.*):\n        raise Divergence\((.*)\)\n")
EQUAL = re.compile(r"knows_drift and done_\d\.control|done_1\.(is_empty|digest)|done_4\.digest")
"""Checks that nothing could tell apart here: no tool of these knows drift, and another check guards the same."""


@pytest.mark.spec("RP-076")
def test_the_code_of_a_real_run_passes_all_of_its_tests(scene: Scene) -> None:
    proof = scene.proof(source_of(scene.trace))
    assert proof.failures == ()
    assert proof.tests[0] == "golden replay"
    assert len(proof.tests) == len(set(proof.tests)) > 30


@pytest.mark.spec("RP-076")
def test_the_generated_tests_find_every_check_that_was_removed_or_turned_round(scene: Scene) -> None:
    source = source_of(scene.trace)
    checks = list(CHECK.finditer(source))
    assert len(checks) >= 18
    for check in checks:
        turned = f"    if not ({check[1]}):\n        raise Divergence({check[2]})\n"
        assert scene.proof(source.replace(check[0], turned, 1)).failures, check[0]
        if not EQUAL.search(check[1]) or "not done" in check[1]:
            assert scene.proof(source.replace(check[0], "", 1)).failures, check[0]


@pytest.mark.spec("RP-076")
@pytest.mark.parametrize(
    ("statistics", "said"),
    [
        (Statistics(), "used 0 times, 5 are needed"),
        (Statistics(uses=4, successes=4), "used 4 times"),
        (Statistics(uses=20, successes=18, failures=2), "18 of 20 uses were verified successes, 95% are needed"),
        (Statistics(uses=5, successes=4), "4 of 5"),
    ],
)
def test_a_record_that_is_not_good_enough_is_refused_with_its_numbers(
    scene: Scene, statistics: Statistics, said: str
) -> None:
    assert said in scene.draft(scene.trace, statistics).obstacle
    assert scene.draft(scene.trace).obstacle == ""
    assert scene.draft(scene.trace, Statistics(uses=20, successes=19, failures=1)).obstacle == ""


@pytest.mark.spec("RP-076")
def test_a_trace_whose_run_is_gone_or_was_another_is_not_promoted(scene: Scene) -> None:
    gone = scene.draft(evolve(scene.trace, episodes=()))
    assert "no longer in the journal" in gone.obstacle
    other = scene.draft(evolve(scene.trace, steps=scene.trace.steps[:2]))
    assert "did not make the calls of the trace" in other.obstacle


def test_a_trace_that_expects_what_the_run_did_not_find_fails_its_golden_replay(scene: Scene) -> None:
    draft = scene.draft(evolve(scene.trace, answer="another answer"))
    assert draft.obstacle == "", "the answer is the trace's own"
    first, *rest = scene.trace.steps
    wrong = evolve(first, observation=evolve(first.observation, control="0" * 64))
    assert "golden replay" in scene.draft(evolve(scene.trace, steps=(wrong, *rest))).obstacle


def test_a_rehearsal_takes_strangers_words_for_what_a_run_takes_them_for(scene: Scene) -> None:
    episode = scene.journal.episode(scene.trace.episodes[0])
    assert episode is not None
    world = recorded_world(scene.trace, episode)
    assert world is not None
    scene.tools["Get"].reads_untrusted = True
    stage = Stage(world, scene.tools)
    assert aio.run(stage.reads_untrusted("Get"))
    assert not aio.run(stage.reads_untrusted("Put"))
    assert aio.run(stage.reads_untrusted("Gone")), "it may have"


def test_a_trace_of_many_steps_is_promoted_by_a_person_only(scene: Scene) -> None:
    async def open_tool(name: str) -> Any:
        return scene.tools[name]

    def is_promoted(trace: Trace) -> bool:
        return bool(aio.run(scene.compiler.consider(trace, PROVEN, scene.journal, open_tool)))

    many = evolve(scene.trace, steps=scene.trace.steps[:1] * 101)
    assert not is_promoted(many)
    assert is_promoted(scene.trace)


def test_what_this_python_cannot_compile_is_replayed_instead(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = scene.draft(scene.trace)
    scene.compiler.promote(scene.trace, draft)
    assert not isinstance(scene.compiler.found(draft.key), str)
    deep = evolve(draft, source="[" * 500 + "]" * 500, obstacle="")
    with monkeypatch.context() as patched:
        patched.setattr(loading, "packed", lambda _source, _name: b"byte code of another Python")
        scene.compiler.promote(scene.trace, deep)
    said = scene.compiler.found(draft.key)
    assert isinstance(said, str)
    assert "this Python cannot compile it" in said


def test_values_that_are_nested_too_deeply_are_named_as_the_obstacle(scene: Scene) -> None:
    deep: Any = "x"
    for _ in range(700):
        deep = [deep]
    first, *rest = scene.trace.steps
    trace = evolve(scene.trace, steps=(evolve(first, arguments={"name": deep}), *rest))
    assert scene.draft(trace).obstacle == "this trace cannot be compiled: its values are nested too deeply"
