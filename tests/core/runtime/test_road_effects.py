"""Law: confinement makes a final call reversible only where it holds and the workspace can be put back, and today.

What is recorded of a step is what the call could do by itself: a trace is the same trace on every machine.
"""

import itertools
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from road_doubles import Call, Confining, Keeping, Remembering, Road, Yes

from llmos_core import aio
from llmos_core.protocols.guarding import IN_PROCESS, UNCONFINED
from llmos_core.runtime.confining import confinement_of, worse
from llmos_core.runtime.gates import action_hash
from llmos_core.testing.records import json_objects
from llmos_core.types.tools import Effect, ToolCall
from worlds.kernel import Absent

PROGRAM: list[Call] = [("Run", {"text": "x"})]
TIERS = [IN_PROCESS, "bubblewrap", "landlock", UNCONFINED]


class Program:
    starts_programs = True


@given(
    own=st.sampled_from(Effect),
    tier=st.sampled_from(["bubblewrap", "landlock", "new", UNCONFINED, IN_PROCESS]),
    is_confining=st.sampled_from([True, False, "yes", None]),
    can_keep=st.sampled_from([True, False, None, 1]),
)
def test_only_certain_confinement_changes_an_effect_and_only_a_final_one(
    own: Effect, tier: str, is_confining: Any, can_keep: Any
) -> None:
    async def open_guard(role: str) -> Any:
        if role == "sandbox":
            return Confining(tier, is_confining=is_confining)
        return None if can_keep is None else Keeping([], can_keep=can_keep)  # type: ignore[arg-type]

    confinement = aio.run(confinement_of(Program(), open_guard))
    holds = is_confining is True and can_keep is True and tier not in (UNCONFINED, IN_PROCESS)
    assert confinement.tier == tier
    assert confinement.effect(own) is (Effect.REVERSIBLE_WRITE if holds and own.is_final else own)


@given(st.sampled_from(Effect))
def test_without_a_sandbox_a_program_is_what_it_is(own: Effect) -> None:
    async def nothing(_role: str) -> None:
        return None

    confinement = aio.run(confinement_of(Program(), nothing))
    assert (confinement.tier, confinement.effect(own)) == (UNCONFINED, own)
    assert aio.run(confinement_of(object(), nothing)).tier == IN_PROCESS


@given(st.sampled_from(Effect), st.sampled_from(Effect))
def test_the_worse_of_two_effects_is_never_the_safer_one(one: Effect, other: Effect) -> None:
    found = worse(one, other)
    assert found in (one, other)
    assert found is worse(other, one)
    assert found.is_final == (one.is_final or other.is_final)
    assert found.is_safe == (one.is_safe and other.is_safe)


@given(json_objects())
def test_a_yes_counts_for_one_tier_and_one_taint(arguments: dict[str, Any]) -> None:
    call = ToolCall(id="1", tool="Run", arguments=arguments)
    standings = itertools.product(TIERS, (True, False))
    hashes = {action_hash(call, Path("/w"), "1", tier, is_tainted=taint) for tier, taint in standings}
    assert len(hashes) == 2 * len(TIERS)


def test_what_was_learned_confined_is_replayed_confined_and_not_unconfined(tmp_path: Path) -> None:
    road, approvals = Road(tmp_path), Remembering()
    assert road.go(PROGRAM, approvals=approvals, approver=Yes()).status == "succeeded"
    again = road.go([], model=Absent(), approvals=approvals)
    assert (again.status, again.mode, again.model_calls) == ("succeeded", "FOLLOWER", 0)
    made = len(road.called)
    for sandbox in (None, Confining(UNCONFINED, is_confining=False), Confining(is_confining=False)):
        refused = road.go([], model=Absent(), approvals=approvals, sandbox=sandbox)
        assert refused.status == "partial", refused
        assert len(road.called) == made


def test_confined_programs_replay_with_nobody_to_ask_where_the_mode_lets_them(tmp_path: Path) -> None:
    road = Road(tmp_path)
    road.permission_mode = "yolo"
    assert road.go(PROGRAM, approvals=None).status == "succeeded"
    again = road.go([], model=Absent(), approvals=None)
    assert (again.status, again.mode) == ("succeeded", "FOLLOWER")
    for guards in ({"sandbox": Confining(is_confining=False)}, {"snapshots": None}, {"sandbox": None}):
        refused = road.go([], model=Absent(), approvals=None, **guards)
        assert (refused.status, refused.steps) == ("partial", ())
        assert "cannot be taken back and was not approved" in refused.reason
    assert len(road.called) == 2


@pytest.mark.parametrize("snapshots", [None, "too large"])
def test_without_a_way_back_a_program_is_final(tmp_path: Path, snapshots: Any) -> None:
    road = Road(tmp_path)
    keeping = None if snapshots is None else Keeping(road.diary, can_keep=False)
    asking = Yes()
    road.go(PROGRAM, approvals=Remembering(), approver=asking, snapshots=keeping)
    assert [question.action.effect for question in asking.asked] == [Effect.UNKNOWN]
    assert road.diary.of("kept") == []


def test_a_trace_is_the_same_trace_under_every_tier(tmp_path: Path) -> None:
    ids = set()
    for number, sandbox in enumerate((Confining(), Confining("landlock"), None)):
        road = Road(tmp_path / str(number))
        result = road.go(PROGRAM, sandbox=sandbox)
        ids.add(result.trace_id)
        assert [step.effect for step in result.steps] == ["unknown"]
    assert len(ids) == 1


def test_a_program_is_asked_about_unconfined_even_when_it_only_reads(tmp_path: Path) -> None:
    road, asking = Road(tmp_path), Yes()
    result = road.go([("Look", {"text": "x"}), ("Look", {"text": "y"})], sandbox=None, approvals=None, approver=asking)
    assert result.status == "succeeded"
    assert [question.action.tier for question in asking.asked] == [UNCONFINED, UNCONFINED]
    assert len(result.notices) == 1
    assert "all your rights" in result.notices[0]


def test_an_unconfined_program_is_not_started_where_nobody_can_be_asked(tmp_path: Path) -> None:
    road = Road(tmp_path)
    result = road.go([("Look", {"text": "x"})], sandbox=None, approvals=None)
    assert (result.status, road.called, result.notices) == ("denied", [], ())


def test_confined_looking_is_free_and_silent(tmp_path: Path) -> None:
    road = Road(tmp_path)
    result = road.go([("Look", {"text": "x"})], approvals=None)
    assert (result.status, len(road.called), result.notices) == ("succeeded", 1, ())
