"""Trust never exceeds the evidence: worse effects, failures or a missing yes never make a trace more replayable."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import attrs
from hypothesis import given
from hypothesis import strategies as st

from llmos_core.testing.fakes import plugin_context
from llmos_core.testing.records import match_reports, small_trace, statistics
from llmos_core.types.decision import PROPOSAL_CAP, Assessment, MatchKind, MatchReport
from llmos_core.types.task import TaskBlock
from llmos_core.types.tools import Effect
from llmos_core.types.trace import Statistics, Trace, TraceState, score_after
from llmos_std.replay.trust import EvidenceTrust, open_trust

NOW = datetime(2026, 6, 1, tzinfo=UTC)
TASK = TaskBlock(goal="create hello.txt")
effects = st.lists(st.sampled_from(Effect), min_size=1, max_size=3)
kinds = st.sampled_from(MatchKind)


def trace_with(*given_effects: Effect) -> Trace:
    trace = small_trace()
    return attrs.evolve(trace, steps=tuple(attrs.evolve(trace.steps[0], effect=effect) for effect in given_effects))


def exact(trace: Trace, record: Statistics) -> MatchReport:
    return MatchReport(kind=MatchKind.EXACT, score=1.0, trace=trace, statistics=record, is_same_values=True, why="same")


def assess(match: MatchReport, *, approved: bool = False, current: bool = True, strict: bool = True) -> Assessment:
    trust = EvidenceTrust(is_strict=strict)
    return trust.assess(TASK, match, is_approved=lambda _step: approved, is_current=lambda _step: current)


@given(match_reports(), st.booleans(), st.booleans(), st.booleans())
def test_every_match_gets_a_modest_assessment(match: MatchReport, approved: bool, current: bool, strict: bool) -> None:
    found = assess(match, approved=approved, current=current, strict=strict)
    assert 0.0 <= found.confidence <= 1.0
    assert found.is_replayable or found.confidence <= PROPOSAL_CAP
    assert found.is_replayable or not found.is_verifying
    assert not found.is_replayable or match.is_proof
    assert found.reason.strip()


@given(effects, statistics(), st.booleans())
def test_a_changed_tool_is_never_replayable(given_effects: list[Effect], record: Statistics, approved: bool) -> None:
    assert not assess(exact(trace_with(*given_effects), record), approved=approved, current=False).is_replayable


@given(effects, statistics(), st.sampled_from([state for state in TraceState if state is not TraceState.LEARNED]))
def test_only_a_learned_trace_is_replayable(given_effects: list[Effect], record: Statistics, state: TraceState) -> None:
    trace = attrs.evolve(trace_with(*given_effects), state=state)
    found = assess(exact(trace, record), approved=True)
    assert found.confidence == 0.0
    assert not found.is_replayable


@given(effects, st.integers(0, 50))
def test_unchecked_uses_never_wear_a_trace_out(given_effects: list[Effect], uses: int) -> None:
    trace = trace_with(*given_effects)
    fresh, used = (assess(exact(trace, Statistics(uses=n)), approved=True) for n in (0, uses))
    assert fresh == used
    assert fresh.is_replayable
    assert fresh.is_verifying


@given(effects, statistics())
def test_a_yes_never_takes_away(given_effects: list[Effect], record: Statistics) -> None:
    match = exact(trace_with(*given_effects), record)
    asked, unasked = assess(match, approved=True), assess(match, approved=False)
    assert asked.is_replayable >= unasked.is_replayable
    assert asked.confidence >= unasked.confidence


@given(effects, statistics(), st.booleans())
def test_one_more_failure_never_adds_trust(given_effects: list[Effect], record: Statistics, approved: bool) -> None:
    worse = attrs.evolve(
        record, uses=record.uses + 1, failures=record.failures + 1, score=score_after(record.score, verified=False)
    )
    before, after = (assess(exact(trace_with(*given_effects), each), approved=approved) for each in (record, worse))
    assert after.is_replayable <= before.is_replayable
    assert after.confidence <= before.confidence


@given(effects, st.sampled_from(Effect), statistics(), st.booleans())
def test_one_more_step_never_adds_trust(
    given_effects: list[Effect], more: Effect, record: Statistics, approved: bool
) -> None:
    shorter, longer = (
        assess(exact(trace_with(*steps), record), approved=approved)
        for steps in (given_effects, [*given_effects, more])
    )
    assert longer.is_replayable <= shorter.is_replayable
    assert longer.confidence <= shorter.confidence


@given(effects, st.integers(0, 15))
def test_what_cannot_be_taken_back_needs_a_yes_or_sixteen_successes(given_effects: list[Effect], wins: int) -> None:
    record = Statistics(uses=wins, successes=wins, score=min(100, 75 + 10 * wins))
    found = assess(exact(trace_with(*given_effects, Effect.IRREVERSIBLE), record))
    assert not found.is_replayable
    assert "approved" in found.reason


def test_each_final_step_needs_its_own_yes() -> None:
    trace = trace_with(Effect.UNKNOWN, Effect.UNKNOWN)
    first, second = attrs.evolve(trace.steps[0], tool="Bash"), attrs.evolve(trace.steps[1], tool="send_mail")
    match = exact(attrs.evolve(trace, steps=(first, second)), Statistics())
    found = EvidenceTrust().assess(
        TASK, match, is_approved=lambda step: step.tool == "Bash", is_current=lambda _step: True
    )
    assert not found.is_replayable
    assert "step 2 (send_mail)" in found.reason


def test_the_configured_threshold_and_strictness_are_used(tmp_path: Path) -> None:
    def judge(**memory: object) -> Assessment:
        section = SimpleNamespace(
            **{"trace_confidence_threshold": 0.9, "strict": True, "stale_after_days": 90, **memory}
        )
        trust = open_trust(plugin_context(tmp_path, sections={"memory": section}))
        record = Statistics(uses=3, successes=2, failures=1, score=75, last_used="2026-01-02T12:00:00Z")
        match = exact(trace_with(Effect.READ), record)
        return trust.assess(TASK, match, is_approved=lambda _step: False, is_current=lambda _step: True)

    assert not judge().is_replayable
    assert judge(trace_confidence_threshold=0.7).is_replayable
    assert not judge(strict=False).is_replayable
    assert judge(strict=False, trace_confidence_threshold=0.74).is_replayable


@given(effects, statistics(), st.integers(0, 400), st.integers(0, 400), st.booleans())
def test_age_never_adds_trust(
    given_effects: list[Effect], record: Statistics, younger: int, older: int, approved: bool
) -> None:
    younger, older = sorted((younger, older))

    def aged(days: int) -> Assessment:
        used = (NOW - timedelta(days=days)).isoformat()
        trust = EvidenceTrust(stale_before=(NOW - timedelta(days=90)).isoformat)
        match = exact(trace_with(*given_effects), attrs.evolve(record, last_used=used))
        return trust.assess(TASK, match, is_approved=lambda _step: approved, is_current=lambda _step: True)

    new, old = aged(younger), aged(older)
    assert old.is_replayable <= new.is_replayable
    assert old.confidence <= new.confidence
    assert not old.is_replayable or old.is_verifying >= new.is_verifying


def test_the_configured_days_are_used(tmp_path: Path) -> None:
    def reason(**memory: object) -> str:
        section = SimpleNamespace(trace_confidence_threshold=0.9, strict=True, **memory)
        trust = open_trust(plugin_context(tmp_path, sections={"memory": section}))
        record = Statistics(uses=3, successes=3, score=100, last_used="2000-01-01T00:00:00Z")
        match = exact(trace_with(Effect.READ), record)
        return trust.assess(TASK, match, is_approved=lambda _step: False, is_current=lambda _step: True).reason

    assert "2000-01-01" in reason(stale_after_days=90)
    assert "2000-01-01" not in reason(stale_after_days=0)
