"""Law of the gate: wherever a machine may really be, no call that passes leads it beyond a bound or through a region.

It may stop anywhere on its way, fail, be refused or crash with its process; the clock may jump; runs come and go.
"""

import json
from fractions import Fraction

import pytest
from bound_worlds import TOOL, Road, Watch
from hypothesis import example, given
from hypothesis import strategies as st

from llmos_core.errors import StorageError, ToolRefusedError
from llmos_core.types.decision import Decision
from llmos_core.types.tools import CallStatus
from llmos_std.bounds.geometry import hull_meets_box
from llmos_std.bounds.memory import Places

BOX = {"x": [1, 2], "y": [1, 2]}
coordinates = st.one_of(st.integers(0, 4), st.sampled_from([0.5, 1.0, 1.5, 2.5, 0.1]))
outcomes = st.sampled_from(
    [CallStatus.OK, CallStatus.OK, CallStatus.ERROR, CallStatus.UNKNOWN, CallStatus.DENIED, None]
)
moves = st.lists(st.tuples(coordinates, coordinates, outcomes, st.integers(0, 8), st.booleans()), max_size=12)


def between(start, end, eighths):
    return {name: start[name] + (end[name] - start[name]) * Fraction(eighths, 8) for name in start}


@given(moves)
@example([(0, 0, CallStatus.OK, 8, False), (0, 3, None, 4, True), (3, 3, CallStatus.OK, 8, False)])
def test_wherever_the_machine_stopped_its_next_way_is_clear(tmp_path_factory, plan):
    state, clock = tmp_path_factory.mktemp("state"), Watch()
    limits = {"x": {"min": 0, "max": 4, "max_change": 3}, "y": {"min": 0, "max": 4}}
    road = Road(state, limits, [{"box": BOX}], clock=clock)
    machine = None
    box = {name: (Fraction(low), Fraction(high)) for name, (low, high) in BOX.items()}
    for x, y, outcome, eighths, is_new_run in plan:
        if is_new_run:
            road = Road(state, limits, [{"box": BOX}], clock=clock)
        target = {"x": Fraction(x), "y": Fraction(y)}
        if not road.move(outcome, x=x, y=y):
            continue
        if machine is not None:
            assert not hull_meets_box((machine, target), box)
            assert abs(target["x"] - machine["x"]) <= 3
        if outcome is CallStatus.OK:
            machine = target
        elif outcome is not CallStatus.DENIED and machine is not None:
            machine = between(machine, target, eighths)


@given(st.lists(st.tuples(st.integers(-20, 20), st.integers(0, 3), st.sampled_from([0, 0, -100, 100])), max_size=10))
def test_a_value_never_changes_faster_than_it_may_by_the_steady_clock(tmp_path_factory, plan):
    clock = Watch()
    road = Road(tmp_path_factory.mktemp("state"), {"x": {"max_change_per_s": 2}}, clock=clock)
    last = None
    for x, seconds, jump in plan:
        clock.wait(seconds)
        clock.jump(jump)
        if road.move(x=x):
            if last is not None:
                assert abs(x - last[0]) <= 2 * (clock.steady - last[1])
            last = (x, clock.steady)


@given(
    st.one_of(
        st.booleans(),
        st.none(),
        st.text(max_size=5),
        st.just(float("nan")),
        st.just(float("inf")),
        st.just(float("-inf")),
        st.lists(st.integers(), max_size=2),
        st.just({"x": 1}),
        st.just("1"),
    )
)
def test_what_is_no_finite_number_is_refused(tmp_path_factory, value):
    road = Road(tmp_path_factory.mktemp("state"), {"x": {"min": -(10**400), "max": 10**400}})
    verdict = road.judge({"x": value})
    assert (verdict.decision, verdict.rule) == (Decision.DENY, "no-number")


@given(
    st.one_of(st.integers(), st.floats(allow_nan=False, allow_infinity=False)), st.integers(-5, 5), st.integers(0, 9)
)
def test_a_number_passes_exactly_when_it_is_within_and_is_never_changed(tmp_path_factory, value, low, width):
    road = Road(tmp_path_factory.mktemp("state"), {"x": {"min": low, "max": low + width}})
    arguments = {"x": value}
    is_allowed = road.judge(arguments).decision is Decision.ALLOW
    assert is_allowed == (low <= Fraction(value) <= low + width)
    assert arguments == {"x": value}


@pytest.mark.parametrize("origin", ["model", "trace", "program"])
def test_live_and_replayed_calls_are_judged_alike(tmp_path, origin):
    road = Road(tmp_path, {"x": {"max": 1}})
    assert road.judge({"x": 2}, origin=origin).decision is Decision.DENY
    assert road.judge({"x": 1}, origin=origin).decision is Decision.ALLOW


def test_a_way_through_a_region_is_refused_though_both_ends_are_clear(tmp_path):
    road = Road(tmp_path, None, [{"box": BOX}])
    assert road.move(x=0, y=0)
    verdict = road.judge({"x": 3, "y": 3})
    assert (verdict.decision, verdict.rule) == (Decision.DENY, "forbidden-region")
    assert road.move(x=3, y=0)
    assert road.move(x=3, y=2)
    assert not road.move(x=0, y=2), "along an edge is inside"
    assert not road.move(x=1, y=1), "a corner is inside"


def test_the_last_value_outlives_the_run_and_the_process(tmp_path):
    assert Road(tmp_path, {"x": {"max_change": 1}}).move(x=10)
    assert not Road(tmp_path, {"x": {"max_change": 1}}).move(x=12)
    assert Road(tmp_path, {"x": {"max_change": 1}}).move(x=11)
    assert Road(tmp_path, {"x": {"max_change": 1}}).move(x=12)


@pytest.mark.parametrize(
    ("mode", "decision"), [("ask", Decision.ASK), ("accept-edits", Decision.ASK), ("yolo", Decision.ALLOW)]
)
def test_the_first_call_is_asked_about_as_nobody_knows_where_it_starts(tmp_path, mode, decision):
    road = Road(tmp_path, {"x": {"max_change": 1}})
    verdict = road.judge({"x": 1}, mode=mode)
    assert (verdict.decision, verdict.rule) == (decision, "first-call")
    region = Road(tmp_path, None, [{"box": {"x": [0, 2]}}])
    assert region.judge({"x": 1}, mode="yolo").decision is Decision.DENY, "an end inside is refused at once"


def test_a_call_that_was_denied_elsewhere_moves_nothing(tmp_path):
    road = Road(tmp_path, {"x": {"max_change": 1}})
    road.move(x=0)
    road.judge({"x": 1})
    assert not road.move(x=2)
    assert road.move(CallStatus.DENIED, x=1)
    assert not road.move(x=2), "nor does one that the tool refused"
    assert road.move(x=-1), "and the place is as certain as before"


def test_after_a_crash_the_machine_may_be_anywhere_between(tmp_path):
    Road(tmp_path, {"x": {"max_change": 4}}).move(x=0)
    Road(tmp_path, {"x": {"max_change": 4}}).move(None, x=4)
    road = Road(tmp_path, {"x": {"max_change": 4}})
    assert not road.move(x=5)
    assert not road.move(x=-1)
    assert road.move(x=2)
    assert road.move(x=6)


def test_a_machine_that_is_lost_too_often_waits_for_somebody_to_look(tmp_path):
    road = Road(tmp_path, {"x": {"max_change": 9}})
    road.move(x=0)
    made = [road.move(CallStatus.ERROR, x=1) for _ in range(5)]
    assert made == [True, True, True, False, False]
    verdict = road.judge({"x": 1})
    assert (verdict.rule, f"llmos bounds forget {TOOL}" in verdict.reason) == ("place-unknown", True)
    Places(tmp_path).put(TOOL, None)
    assert road.move(x=1)


def test_a_place_that_was_changed_by_another_run_after_judging_stops_the_call(tmp_path):
    from llmos_core.types.tools import ToolCall

    one, other = Road(tmp_path, {"x": {"max_change": 1}}), Road(tmp_path, {"x": {"max_change": 1}})
    one.move(x=0)
    assert one.judge({"x": 1}).decision is Decision.ALLOW
    assert other.move(x=-1)
    with pytest.raises(ToolRefusedError, match="another run"):
        one.gate.begins("run", 7, ToolCall(id="c", tool=TOOL, arguments={"x": 1}))
    assert not one.move(x=1)


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"null", b'{"facts": {"points": []}, "sum": ""}'])
def test_a_place_that_cannot_be_believed_denies_with_the_next_step(tmp_path, content):
    road = Road(tmp_path, {"x": {"max_change": 1}})
    road.move(x=0)
    (path,) = (tmp_path / "bounds").glob("*.json")
    path.write_bytes(content)
    verdict = road.judge({"x": 0})
    assert (verdict.decision, verdict.rule) == (Decision.DENY, "place-unreadable")
    assert "llmos bounds forget" in verdict.reason


def test_every_changed_byte_of_a_place_is_noticed(tmp_path):
    road = Road(tmp_path, {"x": {"max_change": 1}})
    road.move(x=0.5)
    (path,) = (tmp_path / "bounds").glob("*.json")
    whole = path.read_bytes()
    for where in range(len(whole)):
        path.write_bytes(whole[:where] + bytes([whole[where] ^ 1]) + whole[where + 1 :])
        try:
            assert Places(tmp_path).get(TOOL) is None
        except StorageError:
            continue
        raise AssertionError(where)


def test_values_inside_others_are_found_and_a_name_that_means_two_is_refused(tmp_path):
    road = Road(tmp_path, {"to.x": {"max": 1}, "joints.1": {"min": 0}})
    assert road.judge({"to": {"x": 1}, "joints": [-5, 0]}).decision is Decision.ALLOW
    assert road.judge({"to": {"x": 2}, "joints": [0, 0]}).rule == "out-of-bounds"
    assert road.judge({"to": {"x": 1}, "joints": [0]}).rule == "no-number"
    assert road.judge({"to": {"x": 9}, "to.x": 1, "joints": [0, 0]}).rule == "no-number"


def test_an_optional_argument_keeps_its_last_value(tmp_path):
    road = Road(tmp_path, {"x": {"optional": True, "max": 9}, "y": {"max": 9}}, [{"box": BOX}])
    assert not road.move(y=1.5), "x may be anything at the first call"
    assert road.move(x=0, y=1.5)
    assert road.move(y=3)
    assert not road.move(x=1.5, y=1.5)
    strict = Road(tmp_path, {"x": {"max": 9}})
    assert strict.judge({}).rule == "no-number"


def test_the_policy_changes_with_every_bound():
    def policy(limits, forbidden=None):
        import tempfile
        from pathlib import Path

        return Road(Path(tempfile.gettempdir()), limits, forbidden).gate.policy

    found = [
        policy({"x": {"max": 1}}),
        policy({"x": {"max": 2}}),
        policy({"x": {"min": 1}}),
        policy({"y": {"max": 1}}),
        policy({"x": {"max": 1, "optional": True}}),
        policy({"x": {"max": 1}}, [{"box": {"x": [5, 6]}}]),
        policy({"x": {"max": 1}}, [{"box": {"x": [5, float("inf")]}}]),
    ]
    assert len(set(found)) == len(found)
    assert policy({"x": {"max": 1}}) == found[0]


def test_places_are_private(tmp_path):
    import stat

    Road(tmp_path, {"x": {"max_change": 1}}).move(x=0)
    (path,) = (tmp_path / "bounds").glob("*.json")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert json.loads(path.read_text())["facts"]["points"] == [{"x": "0"}]
