"""A model may give a surprised run back to its trace, and is believed only where nothing can go wrong by it."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmos_core.types.model import ModelReply
from llmos_core.types.tools import ToolCall
from llmos_core.types.trace import HEALED
from llmos_std.modes.resuming import wish_of
from llmos_std.providers.scripted import ScriptedProvider
from worlds.kernel import Absent, NoModel, World
from worlds.oracle import foretell, trail
from worlds.programs import Call, model_of, programs, shelves
from worlds.shelf import Shelf

GOAL = "tidy the shelf"
FEW = settings(max_examples=40, deadline=None)


def learned(folder: Path, notes: dict[str, str], program: list[Call]) -> World:
    world = World(folder, Shelf(**notes))
    assert world.run(GOAL, model_of(program), max_turns=20).status == "succeeded"
    world.shelf = Shelf(**notes)
    return world


def saying(*answers: Any) -> ScriptedProvider:
    """Return a model that says these things after a surprise: texts, JSON values, or lists of calls."""
    turns: list[dict[str, Any]] = []
    for answer in answers:
        if isinstance(answer, list):
            turns.append({"on_surprise": True, "calls": [{"tool": t, "arguments": a} for t, a in answer]})
        else:
            text = answer if isinstance(answer, str) else json.dumps(answer)
            turns.append({"on_surprise": True, "text": text})
    return Asked(turns)


class Asked(ScriptedProvider):
    """Gives its answers one after the other, whatever the transcript: a wish to resume leaves no turn of the model."""

    def _next(self, request: Any) -> Any:
        number = len(self.requests) - (1 if request in self.requests[-1:] else 0)
        return self._turns[number] if number < len(self._turns) else None


SWAPPED: list[Call] = [
    ("Put", {"name": "a", "text": "x"}),
    ("Swap", {"name": "b", "text": "y"}),
    ("Post", {"text": "one"}),
    ("Get", {"name": "c"}),
    ("Post", {"text": "two"}),
]
NOTES = {"b": "old", "c": "see"}


@pytest.mark.spec("RP-036")
def test_a_trace_goes_on_where_the_model_says_and_nobody_is_asked_again(tmp_path: Path) -> None:
    world = learned(tmp_path, NOTES, SWAPPED)
    world.shelf.notes["b"] = "other"
    model = saying({"resume_at": 3})
    result = world.run(GOAL, model)
    assert (result.status, result.mode, result.model_calls) == ("succeeded", "MIXED", 1)
    assert world.shelf.log == [SWAPPED[0], *SWAPPED[2:]]
    assert [step.verified for step in result.steps] == [True, True, True, True]
    assert result.output == "see", "no model knew the later results, so these are the answer"


@pytest.mark.spec("RP-036")
def test_the_model_may_say_what_the_answer_is_if_all_goes_as_recorded(tmp_path: Path) -> None:
    world = learned(tmp_path, NOTES, SWAPPED)
    world.shelf.notes["b"] = "other"
    result = world.run(GOAL, saying({"resume_at": 3, "answer": "sent, and b left alone"}))
    assert result.output == "sent, and b left alone"


@pytest.mark.spec("RP-036")
def test_the_model_may_mend_the_world_first(tmp_path: Path) -> None:
    world = learned(tmp_path, NOTES, SWAPPED)
    world.shelf.notes["b"] = "other"
    result = world.run(GOAL, saying([("Put", {"name": "b", "text": "old"})], {"resume_at": 2}))
    assert (result.status, result.model_calls) == ("succeeded", 2)
    assert world.shelf.log == [SWAPPED[0], ("Put", {"name": "b", "text": "old"}), *SWAPPED[1:]]


@pytest.mark.spec("RP-036", "RP-037")
@pytest.mark.parametrize(
    ("wish", "why"),
    [
        ({"resume_at": 1}, "no remaining step 1"),
        ({"resume_at": 6}, "no remaining step 6"),
        ({"resume_at": True}, "no remaining step 0"),
        ({"resume_at": 4}, "leaves out Post"),
        ({"resume_at": 2}, "pre-check"),
    ],
)
def test_a_wish_that_could_do_harm_is_refused_and_explained_once(tmp_path: Path, wish: Any, why: str) -> None:
    world = learned(tmp_path, NOTES, SWAPPED)
    world.shelf.notes["b"] = "other"
    model = saying(wish, "I leave it at that")
    result = world.run(GOAL, model)
    assert (result.status, result.output, result.model_calls) == ("succeeded", "I leave it at that", 2)
    assert why in model.requests[1].messages[-1].text
    assert world.shelf.log == [SWAPPED[0]]
    assert "not kept" in result.reason, "nothing in this run shows that b was another note"
    world.shelf.log.clear()
    assert world.run(GOAL, saying(wish, wish)).status != "succeeded", "a wish that was refused is no answer"


@pytest.mark.spec("RP-036", "RP-031")
def test_what_the_model_did_itself_is_not_done_again_by_the_trace(tmp_path: Path) -> None:
    world = learned(tmp_path, NOTES, SWAPPED)
    world.shelf.notes["b"] = "other"
    model = saying([("Post", {"text": "one"})], {"resume_at": 3}, "done by hand")
    result = world.run(GOAL, model)
    assert "more often than the recorded run" in model.requests[2].messages[-1].text
    assert world.shelf.posted == ["one"]
    assert result.output == "done by hand"


@pytest.mark.spec("RP-036")
def test_a_second_surprise_is_the_models_again_with_everything_protected(tmp_path: Path) -> None:
    world = learned(tmp_path, NOTES, SWAPPED)
    world.shelf.notes |= {"b": "other", "c": "changed"}
    model = saying({"resume_at": 3}, [("Post", {"text": "one"})], "over")
    result = world.run(GOAL, model)
    assert world.shelf.posted == ["one"]
    assert [step.status for step in result.steps] == ["ok", "ok", "ok", "repeated"]
    assert "step 4: observation" in model.requests[1].messages[-1].text
    assert (result.status, result.output) == ("succeeded", "over")


@pytest.mark.spec("RP-036", "RP-031")
@FEW
@given(programs(least=2), shelves(), st.lists(st.integers(-1, 8), min_size=1, max_size=3))
def test_whatever_a_model_wishes_nothing_final_happens_more_often_than_recorded(
    case: Any, other: Any, wishes: list[int]
) -> None:
    notes, program = case
    with TemporaryDirectory() as folder:
        world = learned(Path(folder), notes, program)
        told = foretell(Shelf(**other), program, trail(Shelf(**notes), program))
        world.shelf = Shelf(**other)
        asked = [{"resume_at": number} for number in wishes]
        world.run(GOAL, saying(*asked, list(program), *asked, "enough"), max_turns=20)
        assert world.shelf.log[: len(told.made)] == told.made
        posts = [arguments["text"] for tool, arguments in program if tool == "Post"]
        for text in set(posts):
            assert world.shelf.posted.count(text) <= posts.count(text)


@pytest.mark.spec("RP-038", "RP-033")
def test_a_healed_run_is_a_new_candidate_beside_the_old_trace(tmp_path: Path) -> None:
    world = learned(tmp_path, NOTES, SWAPPED[:2])
    (old,) = world.memory.list()
    world.shelf.notes["b"] = "other"
    assert world.run(GOAL, saying([("Put", {"name": "b", "text": "y"})], "done")).status == "succeeded"
    new, kept = world.memory.list()
    assert kept == old
    assert (new.mode, new.id != old.id) == (HEALED, True)
    world.shelf = Shelf(b="other", c="see")
    again = world.run(GOAL, NoModel())
    assert (again.mode, again.status, again.trace_id) == ("FOLLOWER", "succeeded", new.id)
    assert "test" in again.reason


@pytest.mark.spec("RP-032")
def test_without_a_model_a_surprise_is_partial_with_a_receipt_for_each_step(tmp_path: Path) -> None:
    world = learned(tmp_path, NOTES, SWAPPED)
    world.shelf.notes["c"] = "changed"
    result = world.run(GOAL, Absent())
    assert (result.status, result.exit_code) == ("partial", 6)
    assert [step.status for step in result.steps] == ["ok"] * 4
    assert "step 4: observation: expected the result 'see', found the result 'changed'" in result.reason


@pytest.mark.spec("RP-035")
def test_the_packet_says_what_is_done_what_surprised_what_remains_and_what_not_to_do(tmp_path: Path) -> None:
    world = learned(tmp_path, NOTES, SWAPPED)
    world.shelf.notes["c"] = "changed"
    model = saying("enough")
    world.run(GOAL, model)
    packet = model.requests[0].messages[-1].text
    for words in (
        "step 4: observation: expected the result 'see', found the result 'changed'",
        "- step 1: Put: ok, verified",
        "- step 3: Post: ok, verified",
        "- step 4: Get: ok, unchecked",
        '- Swap {"name":"b","text":"y"}',
        '- Post {"text":"one"}',
        '- step 5: Post {"text":"two"}',
        '{"resume_at": N} and nothing else, N from\n5 to 5',
    ):
        assert words in packet


@given(
    st.text(max_size=40) | st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists).map(json.dumps)
)
def test_only_exactly_a_wish_is_read_as_one(text: str) -> None:
    assert wish_of(ModelReply(text=text)) is None
    assert wish_of(ModelReply(text='{"resume_at": 2}', calls=(ToolCall(id="1", tool="Get"),))) is None
    assert wish_of(ModelReply(text=f'{text} {{"resume_at": 2}} .')) is None


def test_a_wish_in_a_fence_is_one() -> None:
    assert wish_of(ModelReply(text='```json\n{"resume_at": 2}\n```')) == {"resume_at": 2}
