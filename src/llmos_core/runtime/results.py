"""Turn what a mode hands back into the result that a user sees."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmos_core.errors import LlmosError
from llmos_core.types.outcome import Outcome
from llmos_core.types.record import evolve
from llmos_core.types.result import RunResult, Status, StepReceipt
from llmos_core.types.task import ModeName

if TYPE_CHECKING:
    from llmos_core.runtime.context import RunContext
    from llmos_core.runtime.redacting import Hider
    from llmos_core.types.decision import Assessment, MatchReport, ModeDecision
    from llmos_core.types.task import TaskBlock
    from llmos_core.types.transcript import StepRecord, Transcript


def result_of(context: RunContext, decision: ModeDecision, outcome: Outcome, hider: Hider) -> RunResult:
    """Return the run's result: status and mode from the outcome, money from the guarded road."""
    hidden = hider.last_words
    return RunResult(
        status=outcome.status,
        mode=str(outcome.mode),
        run_id=context.run_id,
        output=hidden(outcome.output),
        model_calls=context.models.calls,
        cost_usd=context.models.cost_usd,
        saved_usd=outcome.saved_usd,
        trace_id=outcome.trace_id,
        match=context.match.kind.value,
        steps=tuple(_receipt(step) for step in outcome.transcript.steps()),
        reason=hidden(outcome.reason or decision.reasoning),
        abstained=outcome.abstained,
        notices=context.notices,
    )


def _receipt(step: StepRecord) -> StepReceipt:
    return StepReceipt(
        index=step.index,
        tool=step.call.tool,
        status=_status(step),
        effect=step.effect.value,
        verified=bool(step.verified),
    )


def _status(step: StepRecord) -> str:
    if step.is_ok and (step.is_repeat or step.is_skipped):
        return "repeated" if step.is_repeat else "skipped"
    return step.result.status.value


def cancelled(mode: str, transcript: Transcript) -> Outcome:
    """Return the outcome of a run that was interrupted; its journal entry tells what was done."""
    done = sum(1 for _ in transcript.steps())
    reason = f"interrupted by the user after {done} finished steps"
    return Outcome(status=Status.CANCELLED, mode=mode, transcript=transcript, reason=reason)


def failed(mode: str, transcript: Transcript, error: Exception) -> Outcome:
    """Return the outcome of a run whose mode raised; steps that were done make it partial, not failed."""
    reason = str(error) if isinstance(error, LlmosError) else f"the mode {mode} failed: {type(error).__name__}: {error}"
    has_acted = any(step.is_ok and not step.effect.is_safe for step in transcript.steps())
    status = Status.PARTIAL if has_acted else Status.FAILED
    return Outcome(status=status, mode=mode, transcript=transcript, reason=reason)


def known_but_stuck(outcome: Outcome, match: MatchReport, assessment: Assessment) -> Outcome:
    """Return PARTIAL for a goal that was learned, may not be replayed today, and that nobody else could begin.

    It is the same plight as a surprise before the first step: what was learned no longer fits, and no model is there.
    """
    is_stuck = outcome.status is Status.FAILED and not any(outcome.transcript.steps())
    known = next((one.reason for one in match.rejected if one.tier == "exact"), "")
    if is_stuck and known and known not in outcome.reason:
        return evolve(
            outcome, reason=f"this goal was learned, but {known}; and nobody else could begin: {outcome.reason}"
        )
    if not (is_stuck and match.is_proof and not assessment.is_replayable):
        return outcome
    reason = f"this goal was learned, but {assessment.reason}"
    if assessment.reason not in outcome.reason:
        reason += f"; and nobody could go on: {outcome.reason}"
    return evolve(outcome, status=Status.PARTIAL, abstained=False, reason=reason)


def planned(
    run_id: str, task: TaskBlock, match: MatchReport, decision: ModeDecision, assessment: Assessment
) -> RunResult:
    """Return the result of a dry run: what would happen, with nothing called and nothing written.

    Steps are planned only where a trace would be replayed; a model that is merely shown a trace decides for itself.
    """
    steps: tuple[StepReceipt, ...] = ()
    shown = "" if decision.trace is None else f", shown the similar trace {decision.trace.id}"
    output = f"would ask a model for: {task.goal}{shown}"
    if decision.trace is None and decision.mode in (ModeName.FOLLOWER, ModeName.CRYSTALLIZED):
        output = f"would do nothing: {decision.reasoning}"
    if decision.trace is not None and decision.mode is not ModeName.MIXED:
        calls = enumerate(decision.trace.steps)
        steps = tuple(
            StepReceipt(index=i, tool=step.tool, status="planned", effect=step.effect.value) for i, step in calls
        )
        names = ", ".join(f"{receipt.index + 1}. {receipt.tool}" for receipt in steps)
        output = f"would replay trace {decision.trace.id}: {names}"
        if match.program is not None:
            output = f"would run the program of {match.program.evidence} learned runs, after trace {decision.trace.id}"
    return RunResult(
        status=Status.SUCCEEDED,
        mode=decision.mode.value,
        run_id=run_id,
        output=output,
        trace_id=None if decision.trace is None else decision.trace.id,
        match=match.kind.value,
        steps=steps,
        reason=f"dry run, nothing was done; {decision.reasoning or assessment.reason}",
    )
