"""Law: one call passes decision, way back, intent, tool, result and end in this order, whatever the program is."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from road_doubles import Call, Road, SpyingJournal

from llmos_core.protocols.guarding import IN_PROCESS
from llmos_core.types.decision import Decision
from llmos_core.types.tools import ToolCall

KEPT = {"Run": None, "Change": ("x",)}
"""What is kept before a call of each tool; of others, nothing."""

PROGRAMS: st.SearchStrategy[list[Call]] = st.lists(
    st.sampled_from(["Run", "Look", "Change", "Post"]).map(lambda tool: (tool, {"text": "x"})), min_size=1, max_size=5
)


@given(PROGRAMS)
@settings(deadline=None, max_examples=15)
def test_every_station_comes_in_its_turn(program: list[Call]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        road = Road(Path(folder))
        journal = SpyingJournal(Path(folder) / "state")
        journal.diary = road.diary
        made = [call for n, call in enumerate(program) if call[0] != "Post" or call not in program[:n]]
        assert road.go(made, journal=journal).status == "succeeded"
        journal.close()
        expected = []
        for index, (tool, _arguments) in enumerate(made):
            expected.append(("decided", index))
            expected += [("kept", index, KEPT[tool])] if tool in KEPT else []
            expected += [("intended", index), ("called", tool)] if tool != "Post" else [("intended", index)]
            expected += [("settled", index), ("ended", index)]
        assert [tuple(entry[: len(wanted)]) for entry, wanted in zip(road.diary, expected, strict=True)] == expected


def test_a_decision_says_effect_rule_policy_and_tier(tmp_path: Path) -> None:
    road = Road(tmp_path)
    road.go([("Run", {"text": "x"}), ("Put", {"name": "a", "text": "y"})])
    (_, _, key, verdict, facts), (_, _, _, _, plain) = road.diary.of("decided")
    assert key == ToolCall(id="", tool="Run", arguments={"text": "x"}).key
    assert (verdict.decision, verdict.rule) == (Decision.ALLOW, "approved-before")
    assert (facts["tier"], facts["effect"], facts["origin"]) == ("bubblewrap", "reversible_write", "model")
    assert len(facts["policy"]) == 16
    assert (plain["tier"], plain["effect"]) == (IN_PROCESS, "idempotent_write")


def test_a_denial_is_on_record_and_has_no_end(tmp_path: Path) -> None:
    road = Road(tmp_path)
    road.go([("Run", {"text": "x"})], approvals=None)
    ((_, index, _, verdict, _),) = road.diary.of("decided")
    assert (index, verdict.decision) == (0, Decision.DENY)
    assert road.diary.of("kept", "called", "ended") == []


@pytest.mark.parametrize(("tool", "is_given"), [("Run", True), ("Look", True), ("Change", False)])
def test_only_a_tool_that_starts_programs_is_given_the_sandbox(tmp_path: Path, tool: str, is_given: bool) -> None:
    road = Road(tmp_path)
    road.go([(tool, {"text": "x"})])
    ((_, _, _, sandbox),) = road.diary.of("called")
    assert (sandbox is not None) is is_given
