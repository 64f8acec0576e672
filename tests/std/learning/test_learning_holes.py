"""Laws of holes: one small call fills in what the runs leave open, and only what the goal or a run grounds is believed.

Whole runs of the real kernel around a shelf.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from llmos_core.types.tools import Effect
from llmos_std.learning.deciding import Learned
from llmos_std.learning.filling import request_for
from llmos_std.learning.runs import LoggedCall, Run
from llmos_std.providers.scripted import ScriptedProvider
from worlds.kernel import World
from worlds.programs import model_of

GOAL = "put the word {text} on the note {name}"
NEW = GOAL.format(name="gamma", text="third")


class Filling(ScriptedProvider):
    """A model that fills holes with `values` by their place, refuses with None, and acts when asked for the goal."""

    def __init__(self, values: Any, then: Any = ()) -> None:
        super().__init__([])
        self._values, self._then = values, model_of(list(then))
        self.asked: list[Any] = []

    def complete(self, request: Any, on_text: Any) -> Any:
        self.asked.append(request)
        reply = self._then.complete(request, on_text) if request.purpose != "fill" else None
        if reply is not None:
            return reply
        if self._values is None:
            text = '{"refuse": "another task"}'
        else:
            names = json.loads(request.messages[-1].text)["names"]
            text = json.dumps({"values": {name: self._values[name] for name in names}})
        base = model_of([], answer=text)
        return base.complete(request, on_text)


def learned(tmp_path: Path) -> World:
    world = World(tmp_path)
    model = model_of([("Put", {"name": "alpha", "text": "first"})])
    assert world.run(GOAL.format(name="alpha", text="first"), model, mode="LEARNER").status == "succeeded"
    world.shelf.log.clear()
    return world


def test_one_small_call_completes_what_one_run_leaves_open(tmp_path: Path) -> None:
    world, model = learned(tmp_path), Filling({"name": "gamma", "text": "third"})
    result = world.run(NEW, model)
    assert (result.status, result.mode, result.model_calls) == ("succeeded", "MIXED", 1)
    assert world.shelf.log == [("Put", {"name": "gamma", "text": "third"})]
    assert sum(len(one.text) for one in model.asked[0].messages) < 1_500
    assert model.asked[0].tools == ()


def test_what_was_filled_is_evidence_for_the_next_time(tmp_path: Path) -> None:
    world = learned(tmp_path)
    world.run(NEW, Filling({"name": "gamma", "text": "third"}))
    world.shelf.log.clear()
    model = Filling(None)
    assert world.run(GOAL.format(name="delta", text="fourth"), model).status == "succeeded"
    assert [request.purpose for request in model.asked] in ([], ["answer"])  # nothing is left to fill in
    assert world.shelf.log == [("Put", {"name": "delta", "text": "fourth"})]


@pytest.mark.parametrize(
    "values",
    [{"name": "../secret", "text": "third"}, {"name": "gamma", "text": 3}, {"name": "gamma", "text": "fourth"}],
)
def test_a_value_that_nothing_grounds_is_not_believed(tmp_path: Path, values: Any) -> None:
    world = learned(tmp_path)
    model = Filling(values, then=[("Put", {"name": "gamma", "text": "third"})])
    result = world.run(NEW, model)
    assert (result.status, result.mode) == ("succeeded", "MIXED")
    assert world.shelf.log == [("Put", {"name": "gamma", "text": "third"})]
    assert len(model.asked) > 1


def test_a_refusal_leaves_the_goal_to_the_model(tmp_path: Path) -> None:
    world = learned(tmp_path)
    result = world.run(NEW, Filling(None, then=[("Put", {"name": "elsewhere", "text": "x"})]))
    assert result.status == "succeeded"
    assert world.shelf.log == [("Put", {"name": "elsewhere", "text": "x"})]


def test_a_model_that_acts_instead_of_filling_is_taken_at_its_word(tmp_path: Path) -> None:
    world = learned(tmp_path)
    result = world.run(NEW, model_of([("Put", {"name": "gamma", "text": "third"})]))
    assert (result.status, result.model_calls) == ("succeeded", 2)
    assert world.shelf.log == [("Put", {"name": "gamma", "text": "third"})]


def test_a_surprise_after_filling_is_the_models_business(tmp_path: Path) -> None:
    world = learned(tmp_path)
    world.shelf.notes["gamma"] = "precious"
    model = Filling({"name": "gamma", "text": "third"}, then=[("Put", {"name": "gamma-2", "text": "third"})])
    result = world.run(NEW, model)
    assert result.status == "succeeded"
    assert world.shelf.log == [("Put", {"name": "gamma-2", "text": "third"})]


def test_a_condition_is_never_a_hole(tmp_path: Path) -> None:
    world = World(tmp_path)
    model = model_of([("Put", {"name": "alpha", "text": "there"})])
    world.run("if the note alpha is missing put it there", model, mode="LEARNER")
    asked = Filling({"name": "gamma"}, then=[("Put", {"name": "gamma", "text": "there"})])
    world.run("if the note gamma is missing put it there", asked)
    assert all(request.purpose != "fill" for request in asked.asked)


def test_what_programs_have_in_common_is_said_once_and_every_open_value_has_a_name() -> None:
    def run(verb: str, *looks: str) -> Run:
        calls = [LoggedCall(tool=look, arguments={"name": "oslo"}, output="x", effect=Effect.READ) for look in looks]
        send = LoggedCall(tool="send", arguments={"to": "oslo", "text": "w" * 90}, output="ok", effect=Effect.UNKNOWN)
        return Run(
            goal=f"if it rains {verb} the long letter about 'the weather of this year' to oslo", calls=(*calls, send)
        )

    runs = [run("write", "find"), run("mail", "find", "list"), run("fax", "list")]
    proposals = Learned(runs).proposals("if it rains send the long letter about 'the weather' to lima")
    request = request_for(proposals)
    facts = json.loads(request.messages[-1].text)
    assert len(proposals) == len(facts["programs"]) == 3
    assert sorted(one for call in facts["calls"].values() for one in call) == ["find", "list", "send"]
    assert set(facts["names"]) == {hole.name for one in proposals for hole in one.holes if hole.kind == "value"}
    for number, proposal in enumerate(proposals):
        called = [facts["calls"][letter] for letter in facts["programs"][number]["calls"]]
        assert [tool for one in called for tool in one] == [tool for tool, _ in proposal.outline()]
        assert all(f"<{hole.name}>" in str(called) for hole in proposal.holes if hole.kind == "value")
    assert "w" * 61 not in request.messages[-1].text
