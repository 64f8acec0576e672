"""Law: a compiled trace does what the interpreted one does, in every world: same calls, same state, same surprise.

Whole runs of the real kernel around a shelf; the compiled side runs the code that `source_of` writes.
"""

from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmos_core.errors import ToolError, UnknownOutcomeError
from llmos_core.types.decision import Decision, Verdict
from llmos_core.types.record import evolve
from llmos_core.types.transcript import Surprise
from worlds.kernel import Absent, NoModel, World
from worlds.mortal import die_in
from worlds.programs import Call, model_of, noting, programs, repeating_model, shelves
from worlds.promoted import Promoted
from worlds.shelf import TOOLS, Shelf

GOAL = "tidy the shelf"
FEW = settings(max_examples=60, deadline=None)


def learned(folder: str, notes: dict[str, str], program: list[Call]) -> World:
    world = World(Path(folder), Shelf(**notes))
    assert world.run(GOAL, model_of(program), max_turns=20).status == "succeeded"
    world.shelf = Shelf()
    return world


def folder_of(world: World) -> Path:
    return world.folder / "workspace" / ".llmos" / "plugins" / "generated"


def outcome(
    world: World,
    other: dict[str, str],
    provider: Any,
    compiler: Promoted | None,
    *,
    trouble: "Trouble | None" = None,
    **options: Any,
) -> Any:
    """Return everything that can be told apart about one more run, in that world."""
    world.shelf = Shelf(**other)
    parts: dict[str, Any] = {} if trouble is None else trouble.befall(world.shelf)
    if compiler is not None:
        folder_of(world).mkdir(parents=True, exist_ok=True)
        parts = {**parts, "compiler": compiler}
    result = world.run(GOAL, provider, parts=parts, **options)
    free = {"CRYSTALLIZED": "free", "FOLLOWER": "free"}
    if compiler is not None and trouble is None and result.mode != "MIXED":
        assert result.mode == "CRYSTALLIZED", result
    statistics = world.memory.statistics(next(world.memory.list()).id)
    return {
        "log": world.shelf.log,
        "state": world.shelf.state,
        "status": result.status,
        "mode": free.get(result.mode, result.mode),
        "output": result.output,
        "reason": result.reason,
        "steps": [(step.tool, step.status, step.verified) for step in result.steps],
        "calls of models": result.model_calls,
        "counted": (statistics.uses, statistics.successes, statistics.failures, statistics.score),
    }


TROUBLES = st.one_of(
    st.tuples(st.just("changed while it ran"), st.integers(0, 5), st.sampled_from("abc"), st.sampled_from(("new", ""))),
    st.tuples(st.just("gone while it ran"), st.integers(0, 5), st.sampled_from("abc")),
    st.tuples(st.just("fails"), st.integers(0, 5)),
    st.tuples(st.just("breaks off"), st.integers(0, 5)),
    st.tuples(st.just("another version"), st.sampled_from(tuple(TOOLS))),
    st.tuples(st.just("not installed"), st.sampled_from(tuple(TOOLS))),
    st.tuples(st.just("denied"), st.sampled_from(tuple(TOOLS))),
)


class Trouble:
    """Something that comes between a run and its end: a world that changes meanwhile, a tool, or a gate."""

    def __init__(self, kind: str, what: Any, *more: str) -> None:
        self.kind, self.what, self.more = kind, what, more

    def befall(self, shelf: Shelf) -> dict[str, Any]:
        """Let it come over a shelf; return the parts that take part in it."""
        calls = iter(range(100))
        original = shelf.tools

        def before_call(_tool: str, _arguments: Any) -> None:
            if next(calls) != self.what:
                return
            if self.kind == "fails":
                raise ToolError("it is raining")
            if self.kind == "breaks off":
                raise UnknownOutcomeError("the line is dead")
            if self.kind.startswith("gone"):
                shelf.notes.pop(self.more[0], None)
            elif self.kind.startswith("changed"):
                shelf.notes[self.more[0]] = self.more[1]

        def tools() -> Any:
            made = [tool for tool in original() if self.kind != "not installed" or tool.spec.name != self.what]
            for tool in made:
                if self.kind == "another version" and tool.spec.name == self.what:
                    tool.spec = evolve(tool.spec, version="2")
            return made

        shelf.before_call = before_call
        shelf.tools = tools  # type: ignore[method-assign]
        return {"gates": (self,)} if self.kind == "denied" else {}

    def check(self, action: Any) -> Verdict:
        is_denied = action.call.tool == self.what
        return Verdict(decision=Decision.DENY if is_denied else Decision.ALLOW, reason="not today", rule="r", gate="g")


@pytest.mark.spec("RP-070", "RP-071")
@FEW
@given(programs(least=2), TROUBLES, st.booleans())
def test_whatever_comes_between_both_end_alike(case: Any, trouble: Any, has_model: bool) -> None:
    notes, program = case
    seen = []
    for compiler in (None, Promoted()):
        packets: list[Surprise | None] = []
        with TemporaryDirectory() as folder:
            world = learned(folder, notes, program)
            model = noting(repeating_model(program), packets) if has_model else Absent()
            facts = outcome(world, notes, model, compiler, trouble=Trouble(*trouble), max_turns=20)
        seen.append((facts, packets))
    assert seen[0] == seen[1]


@pytest.mark.spec("RP-070", "RP-071")
@FEW
@given(programs(), shelves())
def test_compiled_and_interpreted_are_the_same_run_in_every_world(case: Any, other: Any) -> None:
    notes, program = case
    with TemporaryDirectory() as one, TemporaryDirectory() as two:
        interpreted = outcome(learned(one, notes, program), other, Absent(), None)
        assert outcome(learned(two, notes, program), other, Absent(), Promoted()) == interpreted


@pytest.mark.spec("RP-071")
@FEW
@given(programs(least=2), shelves())
def test_a_divergence_hands_the_same_packet_to_the_model(case: Any, other: Any) -> None:
    notes, program = case
    with TemporaryDirectory() as one, TemporaryDirectory() as two:
        theirs: list[Surprise | None] = []
        ours: list[Surprise | None] = []
        first, second = learned(one, notes, program), learned(two, notes, program)
        interpreted = outcome(first, other, noting(repeating_model(program), theirs), None, max_turns=20)
        compiled = outcome(second, other, noting(repeating_model(program), ours), Promoted(), max_turns=20)
        assert compiled == interpreted
        assert ours == theirs


@pytest.mark.spec("RP-070")
@FEW
@given(programs())
def test_in_the_same_world_it_makes_the_recorded_calls_and_asks_no_model(case: Any) -> None:
    notes, program = case
    with TemporaryDirectory() as folder:
        seen = outcome(learned(folder, notes, program), notes, NoModel(), Promoted())
        assert (seen["log"], seen["status"], seen["output"]) == (program, "succeeded", "done")
        assert seen["calls of models"] == 0


PROGRAM: list[Call] = [("Get", {"name": "a"}), ("Put", {"name": "b", "text": "y"}), ("Post", {"text": "x"})]


MUTANTS: list[tuple[str, str, dict[str, str]]] = [
    ('text="y"', 'text="z"', {"a": "x"}),
    ('return "done"', 'return "well done"', {"a": "x"}),
    ("if done_1.control != ", "if done_1.control == ", {"a": "x"}),
    ('if done_1.status != "ok":', 'if done_1.status == "ok" and done_1.is_empty:', {}),
    ("if before not in", "if not before and before not in", {"b": "something else", "a": "x"}),
]


@pytest.mark.parametrize(("was", "becomes", "other"), MUTANTS)
def test_the_laws_tell_a_mutant_of_the_code_from_the_trace(tmp_path: Path, was: str, becomes: str, other: Any) -> None:
    def change(source: str) -> str:
        assert was in source
        return source.replace(was, becomes, 1)

    first, second = (learned(str(tmp_path / name), {"a": "x"}, PROGRAM) for name in ("one", "two"))
    assert outcome(second, other, Absent(), Promoted(change)) != outcome(first, other, Absent(), None)


def taken_up(case: Any, provider: Any, at: int, *, after: bool, **options: Any) -> list[Any]:
    """Let a run of a provider die, and a second one go on without a model: what they did, by the trace and its code."""
    notes, program = case
    seen = []
    for parts in ({}, {"compiler": Promoted()}):
        with TemporaryDirectory() as folder:
            world = learned(folder, notes, program)
            folder_of(world).mkdir(parents=True)
            world.shelf = Shelf(**notes)
            died = die_in(world, GOAL, provider(), at, after=after, parts=parts, **options)
            made = list(world.shelf.log)
            then = world.run(GOAL, Absent(), parts=parts)
            seen.append((died, made, world.shelf.log, world.shelf.state, then.status, then.reason, then.output))
    return seen


@pytest.mark.spec("RP-072")
@FEW
@given(programs(), st.integers(0, 30), st.booleans())
def test_a_run_that_died_anywhere_is_gone_on_with_as_the_trace_would(case: Any, at: int, after: bool) -> None:
    interpreted, compiled = taken_up(case, NoModel, at, after=after)
    assert interpreted == compiled


@pytest.mark.spec("RP-054", "RP-072")
@pytest.mark.parametrize("after", [True, False])
@pytest.mark.parametrize("at", range(4, 10))
def test_a_persons_word_about_a_call_with_a_target_lets_both_go_on(tmp_path: Path, at: int, after: bool) -> None:
    program: list[Call] = [("Get", {"name": "a"}), ("Swap", {"name": "a", "text": "z"}), *PROGRAM[1:2]]
    seen = []
    for name, parts in (("interpreted", {}), ("compiled", {"compiler": Promoted()})):
        world = learned(str(tmp_path / name), {"a": "x"}, program)
        (folder_of(world)).mkdir(parents=True)
        world.shelf = Shelf(a="x")
        die_in(world, GOAL, NoModel(), at, after=after, parts=parts)
        made = list(world.shelf.log)
        then = world.run(GOAL, Absent(), parts=parts)
        if then.status != "succeeded":
            happened = program[1] in made
            then = world.run(GOAL, Absent(), parts=parts, happened=happened)
        seen.append((made, world.shelf.log, world.shelf.notes, then.status, then.reason, then.output))
        assert then.status == "succeeded"
        assert world.shelf.log.count(program[1]) == 1
    assert seen[0] == seen[1]


@pytest.mark.spec("RP-050", "RP-072")
@settings(max_examples=30, deadline=None)
@given(programs(), programs(least=2), st.integers(2, 12), st.booleans())
def test_a_run_that_went_another_way_and_died_is_judged_alike(case: Any, other: Any, at: int, after: bool) -> None:
    astray = partial(model_of, other[1])
    interpreted, compiled = taken_up(case, astray, at, after=after, mode="LEARNER", max_turns=20)
    assert interpreted == compiled


def test_only_what_was_verified_is_counted_for_the_promotion(tmp_path: Path) -> None:
    compiler = Promoted()
    world = learned(str(tmp_path), {"a": "x"}, PROGRAM)
    outcome(world, {"a": "x"}, Absent(), compiler)
    assert compiler.counted == [(True, True)]
    outcome(world, {"a": "other"}, Absent(), compiler)
    assert compiler.counted == [(True, True)], "a surprise before any effect is a miss"


@pytest.mark.spec("RP-079")
def test_a_surprise_after_what_cannot_be_taken_back_is_told_to_the_promotion(tmp_path: Path) -> None:
    compiler = Promoted()
    world = learned(str(tmp_path), {"a": "x"}, [("Post", {"text": "x"}), ("Get", {"name": "a"})])
    outcome(world, {"a": "other"}, Absent(), compiler)
    assert compiler.counted == [(False, True)]
