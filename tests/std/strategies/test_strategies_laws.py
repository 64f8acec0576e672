"""The five std strategies obey the laws of the conformance suite and draw the documented lines."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given, settings

from llmos_core.plugins.loading import load_object
from llmos_core.testing.fakes import plugin_context
from llmos_core.testing.records import mode_contexts, small_trace
from llmos_core.testing.suites import strategy_suite
from llmos_core.testing.suites.strategy import BOUNDS
from llmos_core.types.decision import MatchKind, MatchReport, ModeContext, ModeDecision, Thresholds
from llmos_core.types.task import ModeName, TaskBlock
from llmos_std.strategies.auto import Auto
from llmos_std.strategies.cost import CostOptimized
from llmos_std.strategies.forced import ForcedFollower, ForcedLearner
from llmos_std.strategies.plugin import llmos_mode_strategies
from llmos_std.strategies.speed import SpeedOptimized

FEW = settings(BOUNDS, max_examples=40)
"""For strategies that hardly look at what they are asked about."""

TestAuto = pytest.mark.spec("CF-030")(strategy_suite(Auto))
TestCostOptimized = pytest.mark.spec("CF-030")(strategy_suite(CostOptimized))
TestSpeedOptimized = pytest.mark.spec("CF-030")(strategy_suite(SpeedOptimized))
TestForcedLearner = pytest.mark.spec("CF-030")(strategy_suite(ForcedLearner, bounds=FEW))
TestForcedFollower = pytest.mark.spec("CF-030")(strategy_suite(ForcedFollower, may_refuse=True, bounds=FEW))

ALL_MODES = frozenset(mode.value for mode in ModeName if mode is not ModeName.AUTO)


def context(confidence: float, **given_facts: Any) -> ModeContext:
    """Return the context of an exact match of that confidence, replayable unless said otherwise."""
    compiled = given_facts.pop("compiled", None)
    why = "this very goal was learned"
    match = MatchReport(
        kind=MatchKind.EXACT, score=1.0, trace=small_trace(), is_same_values=True, compiled=compiled, why=why
    )
    facts: dict[str, Any] = {"is_replayable": True, "available": ALL_MODES, **given_facts}
    return ModeContext(task=TaskBlock(goal="create hello.txt"), match=match, confidence=confidence, **facts)


def unknown(**facts: Any) -> ModeContext:
    """Return the context of a goal that nothing is known about."""
    return ModeContext(task=TaskBlock(goal="something new"), match=MatchReport(), available=ALL_MODES, **facts)


@pytest.mark.parametrize(
    ("strategy", "confidence", "is_replayable", "mode"),
    [
        (Auto, 0.92, True, "FOLLOWER"),
        (Auto, 0.91, True, "MIXED"),
        (Auto, 0.919, False, "MIXED"),
        (Auto, 0.75, False, "MIXED"),
        (Auto, 0.74, False, "LEARNER"),
        (CostOptimized, 0.75, True, "FOLLOWER"),
        (CostOptimized, 0.74, True, "MIXED"),
        (CostOptimized, 0.9, False, "MIXED"),
        (CostOptimized, 0.5, False, "MIXED"),
        (CostOptimized, 0.49, False, "LEARNER"),
        (SpeedOptimized, 0.7, True, "FOLLOWER"),
        (SpeedOptimized, 0.69, True, "LEARNER"),
        (SpeedOptimized, 0.919, False, "LEARNER"),
        (ForcedLearner, 1.0, True, "LEARNER"),
        (ForcedFollower, 0.1, True, "FOLLOWER"),
    ],
)
def test_the_lines_are_the_documented_ones(
    strategy: Callable[[], Any], confidence: float, is_replayable: bool, mode: str
) -> None:
    assert strategy().decide(context(confidence, is_replayable=is_replayable)).mode == mode


@given(mode_contexts())
def test_auto_uses_the_configured_lines(given_context: ModeContext) -> None:
    decision = Auto().decide(given_context)
    if decision.mode is ModeName.FOLLOWER and given_context.has_model:
        assert given_context.confidence >= given_context.thresholds.follower
    if decision.mode is ModeName.MIXED:
        assert given_context.confidence >= given_context.thresholds.mixed


@pytest.mark.parametrize("strategy", [CostOptimized, SpeedOptimized])
def test_a_lower_configured_line_is_kept(strategy: Callable[[], Any]) -> None:
    low = context(0.6, thresholds=Thresholds(follower=0.6, mixed=0.4))
    assert strategy().decide(low).mode == "FOLLOWER"


@pytest.mark.parametrize("strategy", [Auto, CostOptimized, SpeedOptimized])
def test_a_promoted_trace_runs_compiled_where_that_mode_is_installed(strategy: Callable[[], Any]) -> None:
    assert strategy().decide(context(0.95, compiled=object())).mode == "CRYSTALLIZED"
    without = frozenset({"LEARNER", "FOLLOWER", "MIXED"})
    assert strategy().decide(context(0.95, compiled=object(), available=without)).mode == "FOLLOWER"


def test_complex_goals_are_split_only_where_agents_are_installed() -> None:
    assert Auto().decide(unknown(complexity=2)).mode == "ORCHESTRATOR"
    assert Auto().decide(unknown(complexity=1)).mode == "LEARNER"
    part_one = attrs.evolve(unknown(complexity=5), available=frozenset({"LEARNER", "FOLLOWER", "MIXED"}))
    assert Auto().decide(part_one).mode == "LEARNER"


def test_cost_splits_only_critical_goals_and_speed_never() -> None:
    assert CostOptimized().decide(unknown(complexity=5)).mode == "LEARNER"
    assert CostOptimized().decide(unknown(complexity=5, is_critical=True)).mode == "ORCHESTRATOR"
    assert SpeedOptimized().decide(unknown(complexity=5, is_critical=True)).mode == "LEARNER"


@pytest.mark.parametrize("strategy", [Auto, CostOptimized, SpeedOptimized])
def test_without_a_model_what_may_be_replayed_is_and_all_else_ends_honestly(strategy: Callable[[], Any]) -> None:
    assert strategy().decide(context(0.1, has_model=False)).mode == "FOLLOWER"
    decision = strategy().decide(context(0.919, has_model=False, is_replayable=False))
    assert decision.mode == "LEARNER"
    assert "no model" in decision.reasoning


def test_forced_follower_refuses_instead_of_pretending() -> None:
    decision = ForcedFollower().decide(unknown())
    assert decision == ModeDecision(mode=ModeName.FOLLOWER, confidence=0.0, reasoning=decision.reasoning, trace=None)
    assert "nothing may be replayed" in decision.reasoning


def test_every_offered_strategy_opens(tmp_path: Path) -> None:
    names = {}
    for offered in llmos_mode_strategies():
        names[offered.name] = load_object(offered.factory)(plugin_context(tmp_path))
    assert set(names) == {"auto", "cost-optimized", "speed-optimized", "forced-learner", "forced-follower"}
    assert all(strategy.decide(unknown()).reasoning for strategy in names.values())
