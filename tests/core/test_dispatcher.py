"""Laws of the dispatcher: no strategy and no caller gets past the safety floor, and every run ends in the journal."""

from pathlib import Path
from typing import Any

import pytest

from llmos_core.errors import UsageError
from llmos_core.types.decision import ModeDecision
from llmos_core.types.task import ModeName
from llmos_std.journal.journal import SqliteJournal
from worlds.kernel import Absent, NoModel, World
from worlds.programs import model_of

GOAL = "tidy the shelf"
PROGRAM: list[tuple[str, dict[str, Any]]] = [("Post", {"text": "x"})]


class Reckless:
    """Follows whatever there is, and claims to be sure."""

    def decide(self, context: Any) -> ModeDecision:
        trace = context.match.trace
        return ModeDecision(mode=ModeName.FOLLOWER, confidence=1.0, reasoning="why not", trace=trace)


class Forgetful:
    """Approves nothing it was asked before."""

    def is_approved(self, _action_hash: str) -> bool:
        return False

    def remember(self, _action_hash: str, *, summary: str, at: str) -> None:
        """Keep nothing."""


class Yes:
    def approve(self, _question: Any) -> bool:
        return True


def test_a_reckless_strategy_cannot_follow_what_trust_refuses(tmp_path: Path) -> None:
    world = World(tmp_path)
    parts = {"approvals": Forgetful(), "approver": Yes()}
    assert world.run(GOAL, model_of(PROGRAM), parts=parts).status == "succeeded"
    world.shelf.log.clear()
    result = world.run(GOAL, NoModel(), parts={**parts, "strategy": Reckless()})
    assert result.status == "partial"
    assert "cannot be taken back and was not approved" in result.reason
    assert world.shelf.log == []


def test_a_reckless_strategy_cannot_follow_a_goal_that_only_looks_alike(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.run(GOAL, model_of(PROGRAM))
    world.shelf.log.clear()
    result = world.run(GOAL + " 2", NoModel(), parts={"strategy": Reckless()})
    assert result.mode == "FOLLOWER"
    assert result.status == "failed"
    assert world.shelf.log == []


def test_follower_asked_for_by_name_asks_no_model_and_says_why_it_cannot(tmp_path: Path) -> None:
    result = World(tmp_path).run(GOAL, NoModel(), mode="FOLLOWER")
    assert result.status == "failed"
    assert "no learned goal" in result.reason


@pytest.mark.parametrize("mode", ["ORCHESTRATOR", "SOMETHING"])
def test_a_mode_that_is_not_there_is_named_with_those_that_are(tmp_path: Path, mode: str) -> None:
    with pytest.raises(UsageError, match=mode):
        World(tmp_path).run(GOAL, NoModel(), mode=mode)


@pytest.mark.parametrize(("error", "status"), [(RuntimeError("boom"), "failed"), (KeyboardInterrupt(), "cancelled")])
def test_a_mode_that_breaks_is_how_the_run_ended(tmp_path: Path, error: BaseException, status: str) -> None:
    class Broken:
        async def run(self, _context: Any, _decision: Any) -> Any:
            raise error

    world = World(tmp_path)
    if isinstance(error, Exception):
        result = world.run(GOAL, NoModel(), parts={"mode": Broken()})
        assert result.status == status
        assert "boom" in result.reason
    else:
        with pytest.raises(KeyboardInterrupt):
            world.run(GOAL, NoModel(), parts={"mode": Broken()})
    journal = SqliteJournal(tmp_path / "workspace" / ".llmos" / "state")
    assert [episode.status for episode in journal.episodes()] == [status]
    journal.close()


@pytest.mark.spec("RP-012")
def test_a_replayed_call_passes_todays_gates(tmp_path: Path) -> None:
    class DenyPut:
        def check(self, action: Any) -> Any:
            from llmos_core.types.decision import ALLOW, Decision, Verdict

            return Verdict(decision=Decision.DENY, reason="not today") if action.call.tool == "Put" else ALLOW

    world = World(tmp_path)
    program: list[tuple[str, dict[str, Any]]] = [("Put", {"name": "a", "text": "x"})]
    assert world.run(GOAL, model_of(program)).status == "succeeded"
    world.shelf.log.clear()
    world.shelf.notes.clear()  # what is already as it should be would not be called for
    result = world.run(GOAL, Absent(), parts={"gates": (DenyPut(),)})
    assert result.status == "partial"
    assert "policy" in result.reason
    assert world.shelf.log == []


@pytest.mark.parametrize("sentence", ["Read only", "no writes"])
def test_a_constrained_task_is_kept_to_reading_whoever_asks(tmp_path: Path, sentence: str) -> None:
    world = World(tmp_path)
    result = world.run(GOAL, model_of([("Put", {"name": "a", "text": "x"})]), constraints=(sentence,))
    assert result.status == "denied"
    assert world.shelf.log == []


def test_a_run_ends_over_budget_before_the_call_that_would_cost_too_much(tmp_path: Path) -> None:
    provider = model_of(PROGRAM)
    result = World(tmp_path).run(GOAL, provider, max_cost_usd="0.001")
    assert result.status == "over-budget"
    assert result.exit_code == 5
    assert provider.requests == []


def test_a_learned_goal_whose_tool_changed_is_partial_when_no_model_is_there(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.run(GOAL, model_of(PROGRAM))
    world.shelf.log.clear()
    spent_yes = {"approvals": Forgetful()}
    for options in ({}, {"mode": "FOLLOWER"}):
        result = world.run(GOAL, Absent(), parts=spent_yes, **options)
        assert result.status == "partial"
        assert result.exit_code == 6
        assert "was not approved" in result.reason
    assert world.shelf.log == []


def test_a_program_that_failed_and_was_reasoned_again_is_trusted_again(tmp_path: Path) -> None:
    world = World(tmp_path)
    program: list[tuple[str, dict[str, Any]]] = [("Put", {"name": "a", "text": "x"})]
    trace_id = world.run(GOAL, model_of(program)).trace_id
    assert trace_id is not None
    world.memory.record_outcome(trace_id, verified=False)
    assert world.run(GOAL, Absent()).status == "partial"
    world.shelf.notes.clear()
    again = world.run(GOAL, model_of(program))
    assert again.trace_id == trace_id
    assert world.memory.statistics(trace_id).successes == 1
