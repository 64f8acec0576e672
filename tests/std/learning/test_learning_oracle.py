"""Law: what is followed is what an independent interpreter does, for random programs, values and worlds; else refused.

Each safeguard of the learner has a mutant without it that this law finds out.
"""

import os
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from llmos_core.types.tools import Effect
from llmos_std.learning import binding, deciding, joining, programs, slicing, unproven
from llmos_std.learning.cutting import unbounded
from llmos_std.learning.deciding import Learned
from llmos_std.learning.following import Decision
from llmos_std.learning.joining import programme
from llmos_std.learning.runs import LoggedCall, Run
from llmos_std.learning.slicing import Example
from worlds.kernel import Absent, World
from worlds.offices import TOOLS, Office, Plan, drawn_office, drawn_plan, drawn_slots, perform
from worlds.programs import model_of
from worlds.shelf import ShelfTool

SEEDS = range(int(os.environ.get("LLMOS_SEEDS", "200")))
_align, _narrowed = slicing.align, joining._narrowed
RIGHT, WRONG, REFUSED = "right", "wrong", "refused"


def recorded(plan: Plan, slots: tuple[str, ...], office: Office) -> Run:
    calls = tuple(
        LoggedCall(tool=tool, arguments=arguments, output=output, effect=Effect(TOOLS[tool]))
        for tool, arguments, output in perform(plan, slots, office)
    )
    return Run(goal=plan.goal(slots), calls=calls)


def runs_of(plan: Plan, random: Random, count: int, *, is_pinned: bool = False) -> list[Run]:
    return [recorded(plan, drawn_slots(random, is_pinned=is_pinned), drawn_office(random)) for _ in range(count)]


def judged(runs: list[Run], plan: Plan, slots: tuple[str, ...], office: Office) -> str:
    """Decide a new goal in a new office, do what was decided there, and compare it with the interpreter."""
    here, there = office.copy(), office.copy()
    decision = Learned(runs).decide(plan.goal(slots), lambda tool, arguments: here.copy().call(tool, dict(arguments)))
    if decision.would != "follow":
        return REFUSED
    for call in decision.calls:
        here.call(call.tool, dict(call.arguments))
    perform(plan, slots, there)
    return RIGHT if (here.log, here.state) == (there.log, there.state) else WRONG


def outcomes(seeds: Any = SEEDS, *, is_pinned: bool = False, **fixed: Any) -> Iterator[str]:
    for seed in seeds:
        random = Random(seed)
        plan = drawn_plan(random, **fixed)
        runs = runs_of(plan, random, random.randint(1, 6), is_pinned=is_pinned)
        yield judged(runs, plan, drawn_slots(random, is_pinned=False), drawn_office(random))


def test_whatever_is_followed_is_what_the_interpreter_does():
    found = list(outcomes())
    assert found.count(WRONG) == 0
    assert found.count(RIGHT) >= len(found) // 20  # a learner that refuses everything would be right as well


@given(st.integers(0, 2**32), st.booleans())
def test_no_drawn_scenario_is_followed_wrongly(seed, is_pinned):
    assert WRONG not in outcomes([seed], is_pinned=is_pinned)


def test_a_value_that_was_always_the_same_is_never_taken_for_a_new_one():
    assert WRONG not in outcomes(is_pinned=True)


def test_what_a_look_aside_decided_is_never_followed():
    assert set(outcomes(is_guarded=True, look="", pick="")) == {REFUSED}


def test_a_bare_place_in_a_list_is_right_by_chance_at_most():
    found = list(outcomes(look="all", pick="first listed"))
    assert found.count(WRONG) <= len(found) // 100


@given(st.integers(0, 2**32), st.randoms(use_true_random=False))
def test_the_order_of_runs_changes_nothing(seed, shuffling):
    random = Random(seed)
    plan = drawn_plan(random)
    runs = runs_of(plan, random, 5)
    slots, office = drawn_slots(random, is_pinned=False), drawn_office(random)
    shuffled = list(runs)
    shuffling.shuffle(shuffled)
    found = [told(Learned(one).decide(plan.goal(slots), office.call)) for one in (runs, shuffled)]
    assert found[0] == found[1]


def told(decision: Decision) -> Any:
    outlines = [(one.outline(), one.holes) for one in decision.proposals]
    return decision.would, decision.why, decision.calls, decision.evidence, outlines


def not_enlarged(seed: int) -> bool:
    """Say whether no subset of the runs leaves fewer explanations than all of them."""
    random = Random(seed)
    plan = drawn_plan(random)
    first, *others = [Example(run) for run in runs_of(plan, random, 4)]
    everything = programme(first, others)
    for count in range(len(others)):
        for some in combinations(others, count):
            for more, less in zip(everything.spaces, programme(first, some).spaces, strict=True):
                if any(not set(map(unbounded, more[path])) <= set(map(unbounded, less[path])) for path in more):
                    return False
    return True


@given(st.integers(0, 2**32))
def test_more_runs_never_enlarge_what_may_be_true(seed):
    assert not_enlarged(seed)


def without_agreement(space: Any, goal: Any, alignment: Any, outputs: Any, *, trusts: Any, today: str = "") -> Any:
    """Take the first explanation that gives any value, as if the others were not there."""
    for key, spans in space.items():
        for text in binding._texts(spans, goal, alignment) or [""]:
            if (value := binding._value(key, text, outputs, today)) is not binding.NOTHING:
                return value
    return binding.NOTHING


def test_binding_by_coincidence_is_found_out(monkeypatch):
    monkeypatch.setattr(binding, "bind", without_agreement)
    monkeypatch.setattr(deciding, "gives_back", lambda _program: "")
    assert WRONG in outcomes()


def test_ignoring_a_change_that_goes_nowhere_is_found_out(monkeypatch):
    monkeypatch.setattr(unproven, "consumed", lambda _program, _span: True)
    monkeypatch.setattr(
        slicing,
        "align",
        lambda left, right, _slots: _align(left, right, left.short_spans(2)),
    )
    assert WRONG in outcomes(is_pinned=True)


def test_binding_to_a_place_in_a_list_is_found_out(monkeypatch):
    monkeypatch.setattr(programs.Program, "trusts", lambda *_: True)
    monkeypatch.setattr(joining, "decides", lambda _key: True)
    monkeypatch.setattr(joining, "_narrowed", only_places)
    assert WRONG in outcomes(look="find", pick="latest")


def only_places(space: Any, first: Any, other: Any, step: int, path: Any) -> Any:
    """Narrow as usual, and of the ways to pick an item keep the bare place, where it is one of them."""
    narrowed = _narrowed(space, first, other, step, path)
    places = {key: spans for key, spans in narrowed.items() if key[0] == "out" and key[3] and key[3][0] == "at"}
    return places or narrowed


def test_dropping_what_was_looked_at_aside_is_found_out(monkeypatch):
    monkeypatch.setattr(Example, "looks_aside", frozenset())
    monkeypatch.setattr(deciding, "found_nothing", lambda _one, _program: True)
    assert WRONG in outcomes(is_guarded=True, look="", pick="")


def test_enlarging_what_may_be_true_is_found_out(monkeypatch):
    monkeypatch.setattr(joining, "_narrowed", lambda space, first, other, step, path: other.spaces[step][path])
    assert not all(not_enlarged(seed) for seed in range(60))


def tidied(folder: Path) -> list[Any]:
    """Learn two commands that differ by a word of their goals, ask for a third without a model; return its calls."""
    world = World(folder)
    tools = world.shelf.tools
    shell = ShelfTool(world.shelf, "Shell", Effect.IDEMPOTENT_WRITE, ("command",), lambda _shelf, command: command)
    shell.probe = lambda _arguments, _context: None  # type: ignore[method-assign]
    world.shelf.tools = lambda: [*tools(), shell]  # type: ignore[method-assign]
    for name in ("docs", "photos"):
        model = model_of([("Shell", {"command": f"tidy {name}"})])
        assert world.run(f"tidy up {name}", model, mode="LEARNER").status == "succeeded"
    world.shelf.log.clear()
    world.run("tidy up letters", Absent())
    return world.shelf.log


def test_letting_a_changing_value_into_a_command_is_found_out(tmp_path, monkeypatch):
    assert tidied(tmp_path / "guarded") == []
    monkeypatch.setattr(deciding, "writes_code", lambda *_: False)
    assert tidied(tmp_path / "unguarded") == [("Shell", {"command": "tidy letters"})]
