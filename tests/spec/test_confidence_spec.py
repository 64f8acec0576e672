"""Every numbered requirement of specs/confidence/1, shown on its vectors."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from functools import reduce
from pathlib import Path
from typing import Any

import attrs
import jsonschema
import pytest

from llmos_core.testing.records import small_trace
from llmos_core.types.decision import Assessment, MatchKind, MatchReport
from llmos_core.types.task import TaskBlock
from llmos_core.types.tools import Effect
from llmos_core.types.trace import BIRTH_SCORE, HEALED, Statistics, Trace, TraceState, score_after
from llmos_std.replay.confidence import lower_bound, needed_bound
from llmos_std.replay.editing import UNRECORDED
from llmos_std.replay.trust import EvidenceTrust

NOW = datetime(2026, 6, 1, tzinfo=UTC)
SPEC = Path(__file__).parents[2] / "specs" / "confidence" / "1"


def vectors(name: str) -> list[dict[str, Any]]:
    content = json.loads((SPEC / "vectors" / f"{name}.json").read_text("utf-8"))
    return list(content[name.replace("-", "_")])


BOUNDS, SCORES, CASES = vectors("lower-bounds"), vectors("scores"), vectors("assessments")


def scored(outcomes: list[bool | None]) -> int:
    return reduce(lambda score, verified: score_after(score, verified=verified), outcomes, BIRTH_SCORE)


def trace_of(case: dict[str, Any]) -> Trace:
    trace = small_trace(mode=HEALED if case.get("is_healed") else "LEARNER")
    seen = trace.steps[0].observation if case.get("has_checks", True) else UNRECORDED
    steps = tuple(attrs.evolve(trace.steps[0], effect=Effect(e), observation=seen) for e in case["effects"])
    created = (NOW - timedelta(days=case.get("unused_days", 0))).isoformat()
    return attrs.evolve(trace, steps=steps, state=TraceState(case.get("state", "learned")), created_at=created)


def match_of(case: dict[str, Any]) -> MatchReport:
    outcomes = case.get("outcomes", [])
    record = Statistics(
        uses=len(outcomes),
        successes=outcomes.count(True),
        failures=outcomes.count(False),
        score=scored(outcomes),
        last_used=(NOW - timedelta(days=case.get("unused_days", 0))).isoformat() if outcomes else "",
    )
    return MatchReport(
        kind=MatchKind(case["match"]),
        score=case.get("likeness", 1.0),
        trace=trace_of(case),
        statistics=record,
        is_same_values=case.get("is_same_values", case["match"] == "exact"),
        why="the case says so",
    )


def assess(case: dict[str, Any]) -> Assessment:
    days = case.get("stale_after_days", 0)
    limit = (NOW - timedelta(days=days)).isoformat() if days else ""
    trust = EvidenceTrust(is_strict=case.get("strict", True), stale_before=lambda: limit)
    return trust.assess(
        TaskBlock(goal="create hello.txt"),
        match_of(case),
        is_approved=lambda _step: case.get("is_approved", False),
        is_current=lambda _step: case.get("is_current", True),
    )


@pytest.mark.parametrize("name", ["lower-bounds", "scores", "assessments"])
def test_the_vectors_have_the_documented_shape(name: str) -> None:
    schema = json.loads((SPEC / "schema.json").read_text("utf-8"))
    jsonschema.validate(json.loads((SPEC / "vectors" / f"{name}.json").read_text("utf-8")), schema)


@pytest.mark.spec("CF-001", "CF-002", "CF-003")
@pytest.mark.parametrize("vector", SCORES, ids=lambda vector: str(vector["outcomes"])[:40])
def test_the_score_follows_the_outcomes(vector: dict[str, Any]) -> None:
    assert Statistics().score == 75
    assert scored(vector["outcomes"]) == vector["score"]
    assert scored([outcome for outcome in vector["outcomes"] if outcome is not None]) == vector["score"]


@pytest.mark.spec("CF-005")
@pytest.mark.parametrize("vector", BOUNDS, ids=lambda vector: f"{vector['successes']}-{vector['failures']}")
def test_the_bound_is_right_to_a_billionth(vector: dict[str, Any]) -> None:
    assert lower_bound(vector["successes"], vector["failures"]) == pytest.approx(vector["bound"], abs=1e-9)


@pytest.mark.spec("CF-006")
@pytest.mark.parametrize("successes", [0, 1, 2, 16, 1000, 1_000_000])
def test_without_failures_the_bound_has_a_closed_form(successes: int) -> None:
    assert lower_bound(successes, 0) == pytest.approx(0.05 ** (1 / (3 + successes)), abs=1e-15)


@pytest.mark.spec("CF-007")
@pytest.mark.parametrize(("successes", "failures"), [(0, 0), (2, 1), (40, 3), (1000, 13)])
def test_the_bound_rises_with_successes_and_falls_with_failures(successes: int, failures: int) -> None:
    here = lower_bound(successes, failures)
    assert lower_bound(successes + 1, failures) > here > lower_bound(successes, failures + 1)


@pytest.mark.spec("CF-008")
@pytest.mark.parametrize(("successes", "failures"), [(-1, 0), (0, -1)])
def test_negative_counts_are_refused(successes: int, failures: int) -> None:
    with pytest.raises(ValueError, match="0 or more"):
        lower_bound(successes, failures)


@pytest.mark.spec("CF-009")
def test_the_bound_needs_only_the_standard_library() -> None:
    program = (
        "import sys, llmos_std.replay.confidence as c; c.lower_bound(40, 2); "
        "print(sorted({m.split('.')[0] for m in sys.modules} & {'scipy', 'numpy', 'mpmath', 'sympy'}))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.spec("CF-010")
@pytest.mark.parametrize(
    ("effect", "needed"),
    [
        ("pure", 0.0),
        ("read", 0.0),
        ("idempotent_write", 0.5),
        ("reversible_write", 0.5),
        ("irreversible", 0.85),
        ("unknown", 0.85),
    ],
)
def test_a_step_needs_the_bound_of_the_table(effect: str, needed: float) -> None:
    assert needed_bound(Effect(effect)) == needed


@pytest.mark.spec("CF-011", "CF-013", "CF-014", "CF-015", "CF-016", "CF-017", "CF-018", "CF-021", "CF-024", "CF-025")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_an_assessment_is_the_one_of_its_vector(case: dict[str, Any]) -> None:
    found = assess(case)
    assert (found.is_replayable, found.is_verifying) == (case["is_replayable"], case["is_verifying"])
    assert found.confidence == pytest.approx(case["confidence"])


@pytest.mark.spec("CF-012")
def test_a_changed_tool_is_named() -> None:
    found = assess({"match": "exact", "effects": ["read"], "is_current": False})
    assert not found.is_replayable
    assert "Write" in found.reason


@pytest.mark.spec("CF-019", "CF-020")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_an_assessment_is_modest_and_gives_one_line_of_reason(case: dict[str, Any]) -> None:
    found = assess(case)
    assert found == assess(case)
    assert found.is_replayable or found.confidence <= 0.919
    assert found.reason.strip()
    assert "\n" not in found.reason


@pytest.mark.spec("CF-018")
def test_without_a_trace_there_is_no_confidence() -> None:
    found = EvidenceTrust().assess(
        TaskBlock(goal="anything"), MatchReport(), is_approved=lambda _step: True, is_current=lambda _step: True
    )
    assert found.confidence == 0.0
    assert not found.is_replayable
