"""Laws of binding new values: several runs may prove what one cannot, and whatever is not proven is not done.

Whole runs of the real kernel around a shelf: what a model did for some goals is followed for another without one.
"""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmos_core.types.record import evolve
from llmos_core.types.tools import Effect
from worlds.kernel import Absent, World
from worlds.programs import model_of
from worlds.shelf import Shelf, ShelfTool

GOAL = "put the word {text} on the note {name}"
FEW = settings(max_examples=25, deadline=None)
WORDS = st.from_regex(r"[a-z]{4,9}", fullmatch=True)
PAIRS = st.lists(st.tuples(WORDS, WORDS), min_size=3, max_size=5, unique_by=(lambda p: p[0], lambda p: p[1]))


def learn(world: World, goal: str, *program: tuple[str, dict[str, Any]]) -> None:
    result = world.run(goal, model_of(list(program)), max_turns=20, mode="LEARNER")
    assert (result.status, result.mode) == ("succeeded", "LEARNER"), result
    world.shelf.log.clear()


def learn_puts(world: World, pairs: Any) -> None:
    for name, text in pairs:
        learn(world, GOAL.format(name=name, text=text), ("Put", {"name": name, "text": text}))


def followed(world: World, goal: str, **options: Any) -> list[Any]:
    """Return what was done about a goal with no model there: nothing, unless it was followed."""
    result = world.run(goal, Absent(), **options)
    assert result.model_calls == 0
    assert (result.mode == "FOLLOWER" and result.status == "succeeded") == bool(world.shelf.log), result
    return world.shelf.log


@pytest.mark.spec("RP-061", "RP-067")
@FEW
@given(PAIRS)
def test_values_that_two_runs_show_to_vary_are_bound_for_the_next(pairs: Any) -> None:
    with TemporaryDirectory() as folder:
        world = World(Path(folder))
        *known, (name, text) = pairs
        if any(word in {"word", "note"} for pair in pairs for word in pair):
            return
        learn_puts(world, known)
        assert followed(world, GOAL.format(name=name, text=text)) == [("Put", {"name": name, "text": text})]


@pytest.mark.spec("RP-060", "RP-063")
def test_one_run_is_never_given_other_values(tmp_path: Path) -> None:
    world = World(tmp_path)
    learn_puts(world, [("alpha", "first")])
    assert followed(world, GOAL.format(name="beta", text="second")) == []


@pytest.mark.spec("RP-062")
def test_a_stretch_that_never_varied_is_no_value(tmp_path: Path) -> None:
    world = World(tmp_path)
    learn_puts(world, [("alpha", "same"), ("beta", "same")])
    assert followed(world, GOAL.format(name="gamma", text="same")) != []
    world.shelf.log.clear()
    assert followed(world, GOAL.format(name="gamma", text="other")) == []


@pytest.mark.spec("RP-062")
@pytest.mark.parametrize(
    "goal",
    [
        "put the word third off the note gamma",
        "never put the word third on the note gamma",
        "put the word third on the note gamma twice",
        "put the note third on the word gamma",
        "take the word third on the note gamma",
        "put the word third on every note gamma",
        "put the word third on the note gamma and delta",
        "put the word not third on the note gamma",
        "put the word third on the note gamma, delta",
        "put the word third and fourth on the note gamma",
        "put the word third on the note gamma after lunch",
    ],
)
def test_a_word_that_is_no_value_may_not_change(tmp_path: Path, goal: str) -> None:
    world = World(tmp_path)
    learn_puts(world, [("alpha", "first"), ("beta", "second"), ("delta", "fourth")])
    assert followed(world, goal) == []


@pytest.mark.spec("RP-061")
def test_what_a_model_wrote_of_its_own_is_not_bound(tmp_path: Path) -> None:
    world = World(tmp_path)
    for name, text in (("alpha", "roses are red"), ("beta", "violets are blue")):
        learn(world, f"write a poem on the note {name}", ("Put", {"name": name, "text": text}))
    assert followed(world, "write a poem on the note gamma") == []


@pytest.mark.spec("RP-063")
def test_what_cannot_be_taken_back_needs_more_than_two_runs(tmp_path: Path) -> None:
    world = World(tmp_path)
    for text in ("first", "second", "third"):
        learn(world, f"post the word {text}", ("Post", {"text": text}))
    assert followed(world, "post the word fourth") == []


@pytest.mark.spec("RP-064")
def test_a_condition_is_not_decided_without_a_model(tmp_path: Path) -> None:
    world = World(tmp_path)
    for name in ("alpha", "beta", "delta"):
        learn(world, f"if the note {name} is missing put it there", ("Put", {"name": name, "text": "there"}))
    assert followed(world, "if the note gamma is missing put it there") == []


@pytest.mark.spec("RP-064")
def test_a_look_whose_result_went_nowhere_may_have_decided(tmp_path: Path) -> None:
    world = World(tmp_path, Shelf(rule="short words"))
    for name, text in (("alpha", "first"), ("beta", "second")):
        goal, put = GOAL.format(name=name, text=text), ("Put", {"name": name, "text": text})
        learn(world, goal, ("Get", {"name": "rule"}), put)
    assert followed(world, GOAL.format(name="gamma", text="third")) == []


@pytest.mark.spec("RP-061", "RP-068")
def test_a_value_may_come_from_what_an_earlier_step_returned(tmp_path: Path) -> None:
    shelf = Shelf(alpha="first thing", beta="second thing", gamma="third thing")
    world = World(tmp_path, shelf)
    for name in ("alpha", "beta"):
        goal = f"copy the note {name} to the note copy-of-{name}"
        copied = {"name": f"copy-of-{name}", "text": shelf.notes[name]}
        learn(world, goal, ("Get", {"name": name}), ("Put", copied))
    done = followed(world, "copy the note gamma to the note copy-of-gamma")
    assert done[-1] == ("Put", {"name": "copy-of-gamma", "text": "third thing"})


@pytest.mark.spec("RP-068")
def test_a_target_in_another_state_is_a_surprise_before_anything_is_done(tmp_path: Path) -> None:
    world = World(tmp_path)
    learn_puts(world, [("alpha", "first"), ("beta", "second")])
    world.shelf.notes["gamma"] = "precious"
    result = world.run(GOAL.format(name="gamma", text="third"), Absent())
    assert (result.status, world.shelf.log) == ("partial", [])
    assert "absent" in result.reason


@pytest.mark.spec("RP-066")
def test_a_run_of_a_bound_program_is_no_evidence_for_itself(tmp_path: Path) -> None:
    world = World(tmp_path)
    learn_puts(world, [("alpha", "first"), ("beta", "second")])
    before = [trace.id for trace in world.memory.list()]
    assert followed(world, GOAL.format(name="gamma", text="third")) != []
    assert [trace.id for trace in world.memory.list()] == before


@pytest.mark.spec("RP-066")
def test_a_goal_that_was_marked_as_wrong_is_not_bound_however_it_is_spaced(tmp_path: Path) -> None:
    world = World(tmp_path)
    learn_puts(world, [("alpha", "first"), ("beta", "second")])
    goal = GOAL.format(name="gamma", text="third")
    for trace in list(world.memory.list()):
        world.memory.save(evolve(trace, negative_goals=(goal.replace(" ", "  ").upper(),)))
    assert followed(world, goal) == []


@pytest.mark.spec("RP-066")
def test_runs_with_other_inputs_do_not_count(tmp_path: Path) -> None:
    world = World(tmp_path)
    learn_puts(world, [("alpha", "first"), ("beta", "second")])
    assert followed(world, GOAL.format(name="gamma", text="third"), inputs={"colour": "red"}) == []


@pytest.mark.spec("RP-068")
def test_a_tool_that_changed_stops_a_bound_program(tmp_path: Path) -> None:
    world = World(tmp_path)
    learn_puts(world, [("alpha", "first"), ("beta", "second")])
    put = next(tool for tool in world.shelf.tools() if tool.spec.name == "Put")
    tools = [tool for tool in world.shelf.tools() if tool.spec.name != "Put"]
    put.spec = evolve(put.spec, version="2")
    world.shelf.tools = lambda: [*tools, put]  # type: ignore[method-assign]
    assert followed(world, GOAL.format(name="gamma", text="third")) == []


@pytest.mark.spec("RP-082")
@pytest.mark.parametrize("count", [1, 4])
def test_a_call_for_each_item_is_made_for_as_many_as_there_are_now(tmp_path: Path, count: int) -> None:
    world = World(tmp_path)
    tools = world.shelf.tools
    lists: dict[str, list[dict[str, str]]] = {
        name: [{"note": f"note-{first + number}", "kind": f"k{number}"} for number in range(size)]
        for name, first, size in (("red", 10, 3), ("blue", 20, 5), ("grey", 30, 4), ("green", 40, count))
    }
    extra = ShelfTool(world.shelf, "List", Effect.READ, ("colour",), lambda _shelf, colour: lists[colour])
    extra.probe = lambda _arguments, _context: None  # type: ignore[method-assign]
    world.shelf.tools = lambda: [*tools(), extra]  # type: ignore[method-assign]
    for colour in ("red", "blue", "grey"):
        puts = [("Put", {"name": row["note"], "text": "seen"}) for row in lists[colour]]
        learn(world, f"mark all notes in {colour}", ("List", {"colour": colour}), *puts)
    expected = [("Put", {"name": row["note"], "text": "seen"}) for row in lists["green"]]
    assert followed(world, "mark all notes in green") == [("List", {"colour": "green"}), *expected]
