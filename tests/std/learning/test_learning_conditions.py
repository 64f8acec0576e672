"""Laws: a small call may say what a condition is, the program's own looks decide it, and the undecided acts not.

Whole runs of the real kernel around a shelf, and the expressions alone.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmos_core.types.tools import Effect
from llmos_std.learning.conditions import OPERATORS, QUANTITIES, Condition, holds, read_condition
from llmos_std.learning.joining import programme
from llmos_std.learning.runs import LoggedCall, Run
from llmos_std.learning.slicing import Example
from llmos_std.learning.wording import Goal
from llmos_std.providers.scripted import ScriptedProvider
from worlds.kernel import World
from worlds.programs import model_of
from worlds.shelf import ShelfTool

GOAL = "if the note {name} is longer than {size} letters put the word long on the note verdict"


def length(shelf: Any, name: str) -> Any:
    return {"letters": len(shelf.notes[name])}


class Deciding(ScriptedProvider):
    """A model that fills the holes and proposes a condition; anything else it is asked is a failure of the test."""

    def __init__(self, name: str, condition: Any, then: Any = None) -> None:
        super().__init__([])
        self._name = name
        self._condition = condition
        self._then = then

    def complete(self, request: Any, on_text: Any) -> Any:
        if request.purpose != "fill":
            assert self._then is not None, "the goal was given to the model"
            return self._then.complete(request, on_text)
        names = json.loads(request.messages[-1].text)["names"]
        values = {name: self._name if seen == ["alpha"] else seen[0] for name, seen in names.items()}
        text = json.dumps({"program": 1, "values": values, "condition": self._condition})
        return model_of([], answer=text).complete(request, on_text)


def learned(folder: Path) -> World:
    """Learn one run in which the condition was met."""
    world = World(folder)
    tools = world.shelf.tools
    extra = ShelfTool(world.shelf, "Length", Effect.READ, ("name",), length)
    world.shelf.tools = lambda: [*tools(), extra]  # type: ignore[method-assign]
    world.shelf.notes |= {"alpha": "abcde", "beta": "abcdefghijkl", "gamma": "a"}
    calls = [("Length", {"name": "alpha"}), ("Put", {"name": "verdict", "text": "long"})]
    assert world.run(GOAL.format(name="alpha", size=3), model_of(calls), mode="LEARNER").status == "succeeded"
    del world.shelf.notes["verdict"]
    world.shelf.log.clear()
    return world


def than(size: Any, operator: str = ">", **more: Any) -> dict[str, Any]:
    return {"look": "look#1", "quantity": "sum", "operator": operator, "than": size, **more}


@pytest.mark.spec("RP-069")
@pytest.mark.parametrize(("name", "is_met"), [("beta", True), ("gamma", False)])
def test_the_programs_own_look_decides_and_one_call_is_enough(tmp_path: Path, name: str, is_met: bool) -> None:
    world = learned(tmp_path)
    result = world.run(GOAL.format(name=name, size=9), Deciding(name, than(9)))
    assert (result.status, result.mode, result.model_calls) == ("succeeded", "MIXED", 1)
    look = ("Length", {"name": name})
    assert world.shelf.log == [look, *([("Put", {"name": "verdict", "text": "long"})] if is_met else [])]


@pytest.mark.spec("RP-069")
def test_a_look_may_be_named_by_the_letter_that_it_is_shown_with(tmp_path: Path) -> None:
    world = learned(tmp_path)
    result = world.run(GOAL.format(name="beta", size=9), Deciding("beta", than(9, look="A")))
    assert (result.status, result.mode, result.model_calls) == ("succeeded", "MIXED", 1)
    other = Deciding("beta", than(9, look="B"), then=model_of([], answer="no"))  # B is the call that acts
    world.shelf.log.clear()
    world.run(GOAL.format(name="gamma", size=8), other)
    assert world.shelf.log == []


@pytest.mark.spec("RP-069")
@pytest.mark.parametrize(
    "condition",
    [
        None,
        True,
        than(7),
        than(True),
        than("look#1"),
        than("look#2"),
        than(9, "!="),
        than(9, look="look#2"),
        than(9, quantity="feeling"),
        than(9, look=["look#1"]),
        than(0, ">=", quantity="count"),
    ],
)
def test_a_condition_that_is_not_grounded_is_not_believed(tmp_path: Path, condition: Any) -> None:
    world = learned(tmp_path)
    result = world.run(GOAL.format(name="beta", size=9), Deciding("beta", condition, then=model_of([], answer="no")))
    assert world.shelf.log == []
    assert result.model_calls == 2


@pytest.mark.spec("RP-069")
def test_what_cannot_be_computed_is_left_to_the_model_before_anything_is_done(tmp_path: Path) -> None:
    world = learned(tmp_path)
    undecided = Deciding("beta", than(9, field="colour"), then=model_of([], answer="I cannot tell"))
    world.run(GOAL.format(name="beta", size=9), undecided)
    assert world.shelf.log == [("Length", {"name": "beta"})]


@pytest.mark.spec("RP-069")
@pytest.mark.parametrize(("name", "is_met"), [("beta", True), ("gamma", False)])
def test_a_field_of_an_object_is_shown_by_name_and_may_decide(tmp_path: Path, name: str, is_met: bool) -> None:
    world = learned(tmp_path)
    deciding = Deciding(name, than(9, field="letters"))
    shown: list[Any] = []
    complete = deciding.complete
    deciding.complete = lambda request, on_text: (  # type: ignore[method-assign]
        shown.append(json.loads(request.messages[-1].text)["columns"]),
        complete(request, on_text),
    )[1]
    world.run(GOAL.format(name=name, size=9), deciding)
    assert shown == [{"A": ["letters"]}]
    assert ("Put", {"name": "verdict", "text": "long"}) in world.shelf.log or not is_met
    assert len(world.shelf.log) == 1 + is_met


@given(st.integers(-50, 50), st.integers(-50, 50), st.sampled_from(sorted(OPERATORS)))
def test_only_the_field_that_is_named_counts(value, other, operator):
    found = Condition(look=0, quantity="last", operator=operator, than=0, field="a")
    assert holds(found, [{"a": value, "b": other}]) == OPERATORS[operator](value, 0)
    assert holds(found, [[{"a": other, "b": 1}, {"a": value, "b": 2}]]) == OPERATORS[operator](value, 0)
    for unknown in ({"b": other}, {"a": "many"}, {"a": None}, {"a": True}, [{"a": value}, {"b": other}]):
        assert holds(found, [unknown]) is None


def test_a_goal_that_says_what_to_do_otherwise_goes_to_the_model_when_it_is_not_so(tmp_path: Path) -> None:
    world = learned(tmp_path)
    goal = GOAL.format(name="gamma", size=9) + " otherwise put the word short there"
    other = model_of([("Put", {"name": "verdict", "text": "short"})])
    world.run(goal, Deciding("gamma", than(9), then=other))
    assert [call for call in world.shelf.log if call[0] == "Put"] == [("Put", {"name": "verdict", "text": "short"})]


NUMBERS = st.lists(st.integers(-50, 50), max_size=6)


@given(NUMBERS, st.sampled_from(sorted(OPERATORS)), st.integers(-50, 50))
def test_some_and_every_number_are_compared_as_python_compares(values, operator, number):
    for quantity, of in (("any", any), ("all", all)):
        found = holds(Condition(look=0, quantity=quantity, operator=operator, than=number), [values])
        assert found == (of(OPERATORS[operator](value, number) for value in values) if values else None)


@given(NUMBERS, NUMBERS, st.sampled_from(sorted(OPERATORS)))
def test_a_table_by_date_is_its_numbers_in_order_and_two_looks_are_compared(left, right, operator):
    tables = [{f"2023-01-{day:02}": value for day, value in enumerate(one, 1)} for one in (left, right)]
    for quantity in ("sum", "first", "last", "mean", "count", "growth_percent"):
        condition = Condition(look=0, quantity=quantity, operator=operator, than_look=1)
        assert holds(condition, tables) == holds(condition, [left, right])


@given(st.sampled_from(QUANTITIES), st.sampled_from(sorted(OPERATORS)), st.sampled_from(["x", None, [["a"]], [True]]))
def test_what_is_no_number_decides_nothing_but_how_many(quantity, operator, output):
    found = holds(Condition(look=0, quantity=quantity, operator=operator, than=1), [output])
    assert (found is None) == (quantity != "count" or output == "x")


@pytest.mark.spec("RP-116")
@pytest.mark.parametrize(
    ("output", "found"),
    [
        ([], True),
        ("", True),
        ("No mail found.", True),
        ([{"id": 7}], False),
        ("Error: the service is down", None),
        ("hello", None),
        (5, None),
    ],
)
def test_only_a_list_an_object_or_the_word_nothing_says_whether_there_is_something(output, found):
    assert holds(Condition(look=0, quantity="count", operator="==", than=0), [output]) is found


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
        max_leaves=8,
    )
)
def test_whatever_a_reply_proposes_is_read_or_refused_and_never_fails(value):
    calls = (
        LoggedCall(tool="look", arguments={"name": "a"}, output={"n": 1}, effect=Effect.READ),
        LoggedCall(tool="act", arguments={"name": "a"}, output="ok", effect=Effect.REVERSIBLE_WRITE),
    )
    goal = Goal("if a is more than 3 act on a")
    program = programme(Example(Run(goal=goal.text, calls=calls), is_watchful=True), [])
    assert isinstance(read_condition(value, program, goal), str)
