"""The laws of replay as checks of one drawn case each, so that mutants can be held against the very same law.

Each law takes a case and raises AssertionError when it is broken; a world is the real kernel around a shelf. What ought
to happen is worked out by `worlds.oracle`, which shares no line with the product.
"""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from hypothesis import strategies as st

from llmos_core.types.tools import Effect
from worlds.kernel import Absent, NoModel, World
from worlds.mortal import die_in
from worlds.negatives import KINDS, negative_of
from worlds.oracle import foretell, trail
from worlds.programs import Call, model_of, programs, repeating_model, shelves
from worlds.shelf import Shelf, ShelfTool

GOAL = "tidy the shelf"
Case = Any


class Law(NamedTuple):
    """A law: where its cases come from, and what must hold for each."""

    cases: st.SearchStrategy[Case]
    holds: Callable[[Case], None]


def learned(folder: str, notes: dict[str, str], program: list[Call], goal: str = GOAL, shelf: type = Shelf) -> World:
    """Return a world in which the program was learned; its shelf is as it was before, its log empty."""
    world = World(Path(folder), shelf(**notes))
    result = world.run(goal, model_of(program), max_turns=20)
    assert (result.status, result.mode) == ("succeeded", "LEARNER")
    world.shelf = shelf(**notes)
    return world


def state_of(world: World) -> tuple[dict[str, str], list[str]]:
    return world.shelf.notes, world.shelf.posted


def posts_of(program: list[Call]) -> list[str]:
    return [arguments["text"] for tool, arguments in program if tool == "Post"]


def recorded_is_replayed(case: Case) -> None:
    """Same state, same calls, same end, no model."""
    notes, program = case
    with TemporaryDirectory() as folder:
        world = learned(folder, notes, program)
        result = world.run(GOAL, NoModel())
        assert (result.status, result.mode, result.model_calls) == ("succeeded", "FOLLOWER", 0)
        end = trail(Shelf(**notes), program)
        assert world.shelf.log == program
        assert state_of(world) == (end.notes, end.posted)


def follows_the_oracle_or_refuses(case: Case) -> None:
    """In any other world, exactly the oracle's calls are made."""
    (notes, program), other = case
    with TemporaryDirectory() as folder:
        world = learned(folder, notes, program)
        world.shelf = Shelf(**other)
        told = foretell(world.shelf, program, trail(Shelf(**notes), program))
        result = world.run(GOAL, Absent())
        assert world.shelf.log == told.made
        assert state_of(world) == (told.notes, told.posted)
        assert (result.status == "succeeded") == told.is_whole


WORDED = ("copy 3 files from inbox to archive", "delete bob from the team", "put 12 cups on the left shelf")


def another_task_never_follows(case: Case) -> None:
    """A goal that was negated, reversed, narrowed or given another number is never followed."""
    goal, kind, seed = case
    other = negative_of(goal, kind, seed)
    if not other or other == goal:
        return
    with TemporaryDirectory() as folder:
        world = learned(folder, {}, [("Put", {"name": "a", "text": "x"})], goal)
        result = world.run(other, Absent())
        assert result.mode != "FOLLOWER"
        assert world.shelf.log == []


class Blurring(Shelf):
    """A shelf whose `Get` knows no difference between any two contents: only emptiness can still tell."""

    def tools(self) -> list[ShelfTool]:
        made = super().tools()
        for tool in made:
            if tool.spec.name == "Get":
                tool.generalise = lambda _content: "something"  # type: ignore[attr-defined]
        return made


def empty_and_full_always_diverge(case: Case) -> None:
    """Whatever else is said to be drift: nothing where something was, or the other way round, stops the replay."""
    text, is_empty_first = case
    first, second = ("", text) if is_empty_first else (text, "")
    with TemporaryDirectory() as folder:
        program: list[Call] = [("Get", {"name": "a"}), ("Post", {"text": "x"})]
        world = learned(folder, {"a": first}, program, shelf=Blurring)
        world.shelf.notes["a"] = second
        assert world.run(GOAL, Absent()).status == "partial"
        assert world.shelf.posted == []


ACTS: dict[str, Call] = {
    Effect.READ: ("Get", {"name": "a"}),
    Effect.IDEMPOTENT_WRITE: ("Put", {"name": "b", "text": "x"}),
    Effect.REVERSIBLE_WRITE: ("Swap", {"name": "a", "text": "y"}),
    Effect.IRREVERSIBLE: ("Post", {"text": "z"}),
}
"""One call of each effect that a shelf knows."""


def dead_anywhere_nothing_final_twice(case: Case) -> None:
    """A run dies at some write of its journal, around a call of some effect; it may be gone on with by anybody."""
    effect, at, after, successor = case
    program = [ACTS[Effect.READ], ACTS[effect], ("Put", {"name": "end", "text": "done"})]
    with TemporaryDirectory() as folder:
        world = learned(folder, {"a": "old"}, program)
        die_in(world, GOAL, NoModel(), at, after=after)
        was_over = len(world.shelf.log) == len(program)
        world.run(GOAL, repeating_model(program) if successor == "model" else Absent(), max_turns=20)
        for tool, arguments in program:
            if tool in ("Swap", "Post") and not was_over:
                assert world.shelf.log.count((tool, arguments)) <= 1


def split_anywhere_the_end_is_the_same(case: Case) -> None:
    """A run that died at any point and was gone on with leaves the state that an undivided one leaves."""
    (notes, program), at, after = case
    with TemporaryDirectory() as folder:
        world = learned(folder, notes, program)
        if not die_in(world, GOAL, NoModel(), at, after=after) or len(world.shelf.log) == len(program):
            return
        if world.run(GOAL, Absent()).status == "succeeded":
            end = trail(Shelf(**notes), program)
            assert state_of(world) == (end.notes, end.posted)


def handed_over_nothing_final_twice(case: Case) -> None:
    """A model that makes every call again after a surprise does nothing final a second time."""
    (notes, program), other = case
    with TemporaryDirectory() as folder:
        world = learned(folder, notes, program)
        world.shelf = Shelf(**other)
        told = foretell(world.shelf, program, trail(Shelf(**notes), program))
        world.run(GOAL, repeating_model(program), max_turns=20)
        done = posts_of(told.made)
        for text in set(done):
            assert world.shelf.posted.count(text) == done.count(text)


def stopped_nothing_final_twice(case: Case) -> None:
    """A replay that stopped with nobody to go on, and is asked for again, does nothing final a second time."""
    (notes, program), other = case
    with TemporaryDirectory() as folder:
        world = learned(folder, notes, program)
        world.shelf = Shelf(**other)
        if world.run(GOAL, Absent()).status != "partial":
            return
        done = list(world.shelf.posted)
        if world.run(GOAL, repeating_model(program), max_turns=20).status != "succeeded":
            world.run(GOAL, model_of(program), max_turns=20, mode="LEARNER")
        for text in set(done):
            assert world.shelf.posted.count(text) == done.count(text)


def dry_runs_do_nothing(case: Case) -> None:
    """No call, no model, not a byte in the journal or a count."""
    notes, program = case
    with TemporaryDirectory() as folder:
        world = learned(folder, notes, program)
        journal = Path(folder) / "workspace" / ".llmos" / "state" / "runs.db"
        (trace,) = world.memory.list()
        before = journal.read_bytes(), world.memory.statistics(trace.id), list(world.memory.list())
        assert world.run(GOAL, NoModel(), dry_run=True).status == "succeeded"
        assert world.shelf.log == []
        assert (journal.read_bytes(), world.memory.statistics(trace.id), list(world.memory.list())) == before


def failed_runs_teach_nothing(case: Case) -> None:
    """A run with a call left failed is no success, and no trace comes of it."""
    notes, program = case
    with TemporaryDirectory() as folder:
        world = World(Path(folder), Shelf(**notes))
        failing: list[Call] = [*program, ("Swap", {"name": "nowhere", "text": "x"})]
        assert world.run(GOAL, model_of(failing), max_turns=20).status != "succeeded"
        assert list(world.memory.list()) == []


class Keeping(Shelf):
    """A shelf that keeps any JSON value."""

    def tools(self) -> list[ShelfTool]:
        tool = ShelfTool(self, "Keep", Effect.IDEMPOTENT_WRITE, ("name", "value"), lambda _shelf, **_all: {"kept": 1})
        object.__setattr__(tool.spec, "parameters", {"type": "object"})
        return [tool]


def every_argument_is_recorded(case: Case) -> None:
    """None, empty and nested arguments are recorded and repeated as they were."""
    with TemporaryDirectory() as folder:
        program: list[Call] = [("Keep", {"name": "a", "value": case})]
        world = learned(folder, {}, program, shelf=Keeping)
        assert world.run(GOAL, NoModel()).status == "succeeded"
        assert world.shelf.log == program


def a_failed_post_check_falls_back(case: Case) -> None:
    """A write that was made and did not work is never success: a model goes on, or the run is partial."""
    text, has_model = case
    with TemporaryDirectory() as folder:
        program: list[Call] = [("Put", {"name": "a", "text": text}), ("Post", {"text": "z"})]
        world = learned(folder, {}, program)
        torn = world.shelf.tools()[1]
        torn._act = lambda shelf, name, text: shelf.notes.update({name: text + "?"}) or {"name": name}
        world.shelf.tools = lambda: [torn, *(t for t in Shelf.tools(world.shelf) if t.spec.name != "Put")]  # type: ignore[method-assign]
        result = world.run(GOAL, repeating_model([("Get", {"name": "a"})]) if has_model else Absent(), max_turns=5)
        assert (result.mode, result.status) == (("MIXED", "succeeded") if has_model else ("FOLLOWER", "partial"))
        assert world.shelf.posted == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.sampled_from(["", "x"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("ab"), inner, max_size=2),
    max_leaves=4,
)
POINTS = st.integers(0, 25)
WRITES = st.integers(0, 11)
"""Every write of the journal in a run of three steps."""
LAWS = {
    law.__name__: Law(cases, law)
    for law, cases in (
        (recorded_is_replayed, programs()),
        (follows_the_oracle_or_refuses, st.tuples(programs(), shelves())),
        (
            another_task_never_follows,
            st.tuples(st.sampled_from(WORDED), st.sampled_from(sorted(KINDS)), st.integers(0, 99)),
        ),
        (empty_and_full_always_diverge, st.tuples(st.text("xy", min_size=1, max_size=3), st.booleans())),
        (
            dead_anywhere_nothing_final_twice,
            st.tuples(st.sampled_from(sorted(ACTS)), WRITES, st.booleans(), st.sampled_from(["model", "trace"])),
        ),
        (split_anywhere_the_end_is_the_same, st.tuples(programs(least=2), POINTS, st.booleans())),
        (handed_over_nothing_final_twice, st.tuples(programs(least=2), shelves())),
        (stopped_nothing_final_twice, st.tuples(programs(least=2), shelves())),
        (dry_runs_do_nothing, programs()),
        (failed_runs_teach_nothing, programs()),
        (every_argument_is_recorded, JSON),
        (a_failed_post_check_falls_back, st.tuples(st.sampled_from(["x", "yy"]), st.booleans())),
    )
}
"""Every law of this file by its name."""
