"""Law: once strangers' words were read, a yes of an untainted run counts no more, and what they may be after is asked.

A replay is no exception: what it reads cannot steer it, but the same rules hold for its calls.
"""

from pathlib import Path
from typing import Any

import pytest
from road_doubles import Call, Remembering, Road, RoadTool, Yes

from llmos_core.types.tools import Effect
from worlds.kernel import Absent

FETCH: Call = ("Fetch", {"text": "https://example.org"})
POST: Call = ("Post", {"text": "x"})


def test_reading_strangers_words_taints_every_later_call_and_no_earlier_one(tmp_path: Path) -> None:
    road, asking = Road(tmp_path), Yes()
    road.go([POST, FETCH, ("Post", {"text": "y"})], approvals=None, approver=asking)
    assert [(q.action.call.arguments["text"], q.action.is_tainted) for q in asking.asked] == [("x", False), ("y", True)]


def test_a_remembered_yes_does_not_count_in_a_tainted_run(tmp_path: Path) -> None:
    road, approvals = Road(tmp_path), Remembering()
    road.go([POST], "first", approvals=approvals, approver=Yes())
    assert road.go([POST], "second", approvals=approvals).status == "succeeded"
    tainted = road.go([FETCH, POST], "third", approvals=approvals)
    assert [step.status for step in tainted.steps] == ["ok", "denied"]


def test_egress_is_asked_about_in_a_tainted_run_and_free_before(tmp_path: Path) -> None:
    road = Road(tmp_path)
    result = road.go([FETCH, ("Fetch", {"text": "https://other.example"})], approvals=None)
    assert [step.status for step in result.steps] == ["ok", "denied"]
    assert "outside was read" in result.reason


def test_a_replay_that_reads_strangers_words_needs_the_yes_of_a_tainted_run(tmp_path: Path) -> None:
    road, approvals = Road(tmp_path), Remembering()
    road.go([FETCH, POST], approvals=approvals, approver=Yes())
    again = road.go([], model=Absent(), approvals=approvals)
    assert (again.status, again.mode) == ("succeeded", "FOLLOWER")
    untainted = Remembering()
    road.go([POST], "another", approvals=untainted, approver=Yes())
    made = len(road.called)
    assert road.go([], model=Absent(), approvals=untainted).status == "partial"
    assert len(road.called) == made


@pytest.mark.parametrize("is_gone", [False, True])
def test_a_run_that_goes_on_after_a_crash_is_as_tainted_as_before(tmp_path: Path, is_gone: bool) -> None:
    road = Road(tmp_path)

    class PowerCut(BaseException):
        """Nothing catches this."""

    def cut(tool: str, _arguments: Any) -> None:
        if tool == "Change":
            raise PowerCut

    road.shelf.before_call = cut
    with pytest.raises(PowerCut):
        road.go([FETCH, ("Change", {"text": "x"})])
    road.shelf.before_call = lambda _tool, _arguments: None
    asking = Yes()
    if is_gone:
        tools = [tool for tool in road.shelf.tools() if tool.spec.name != "Fetch"]
        road.shelf.tools = lambda: tools  # type: ignore[method-assign]
    road.go([POST], approvals=None, approver=asking)
    assert [question.action.is_tainted for question in asking.asked] == [True]


def test_an_answer_that_says_the_call_failed_taints_as_well(tmp_path: Path) -> None:
    class Failing(RoadTool):
        def is_failure(self, _content: Any) -> bool:
            return True

    road, asking = Road(tmp_path), Yes()
    others = [tool for tool in road.shelf.tools() if tool.spec.name != "Fetch"]
    tools = [*others, Failing(road.shelf, "Fetch", Effect.READ, road.diary)]
    road.shelf.tools = lambda: tools  # type: ignore[method-assign]
    road.go([FETCH, POST], approvals=None, approver=asking)
    assert [question.action.is_tainted for question in asking.asked] == [True]
