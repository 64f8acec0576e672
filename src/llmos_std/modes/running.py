"""What every mode with a model shares: run the loop, end honestly, and keep what worked as a trace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmos_core.errors import DeniedError, LimitError, LowBatteryError, NoModelError, ProviderError
from llmos_core.runtime.resuming import is_unknown
from llmos_core.types.outcome import Outcome
from llmos_core.types.result import Status
from llmos_core.types.task import ModeName
from llmos_core.types.tools import CallStatus
from llmos_core.types.trace import HEALED
from llmos_std.loop.loop import run_loop
from llmos_std.replay.recording import blind_reason, derive_trace, failed_for_good, unfit_reason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from llmos_core.runtime.context import RunContext
    from llmos_core.types.trace import Trace
    from llmos_core.types.transcript import StepRecord
    from llmos_std.loop.loop import Source

HAPPENED = "--happened yes or --happened no to go on, or --fresh to start over"
"""What a person may say of a call whose end nobody saw."""

ENDINGS = (DeniedError, LimitError, LowBatteryError, NoModelError, ProviderError)
"""The errors by which a run ends in an orderly way."""


async def finish(context: RunContext, sources: Sequence[Source], *, mode: str) -> Outcome:
    """Run the loop to its end and return the honest outcome; a run that succeeded is kept as a trace."""
    try:
        await run_loop(context, sources)
    except ENDINGS as error:
        return ended_by(error, context, mode)
    transcript = context.transcript
    answer = transcript.answer or ""
    last = transcript.exchanges[-1].turn if transcript.exchanges else None
    if last is None or not last.is_final or not (answer.strip() or any(transcript.steps())):
        return _outcome(context, mode, _acted_or_failed(context), "", "nobody had an answer")
    if last.is_cut:
        status = _acted_or_failed(context)
        return _outcome(context, mode, status, answer, "the model's answer was cut off or declined")
    if (step := failed_for_good(transcript)) is not None:
        return _outcome(context, mode, _status_after(context, step), answer, _failure(step))
    return await _kept(context, mode, answer)


async def _kept(context: RunContext, mode: str, answer: str) -> Outcome:
    """Save a run that succeeded as a trace, unless it is unfit to be repeated; the reason says which."""
    if why := unfit_reason(context.transcript) or blind_reason(context.transcript):
        return _outcome(context, mode, Status.SUCCEEDED, answer, f"not kept for replay: {why}")
    how_learned = mode if context.transcript.surprise is None else HEALED
    trace = await derive_trace(context, context.transcript, mode=how_learned)
    from llmos_std.modes.wordings import confirmed  # a replay needs none of it

    if (known := confirmed(context, trace, mode)) is not None:
        return _confirmed(context, known, answer)
    surprise = context.transcript.surprise
    how = "" if surprise is None else f"{surprise.message}; a model went on from there; "
    is_known = context.memory.load(trace.id) is not None
    saved = context.memory.save(trace)
    if is_known:  # a model came to the same program again, and it worked: that is evidence for it
        context.memory.record_outcome(saved.id, verified=True)
    context.publish("trace_learned", trace_id=saved.id)
    return Outcome(
        status=Status.SUCCEEDED,
        mode=mode,
        transcript=context.transcript,
        output=answer,
        reason=f"{how}learned as trace {saved.id}",
        trace_id=saved.id,
    )


def _confirmed(context: RunContext, known: Trace, answer: str) -> Outcome:
    """Keep the wording as an alias of the trace that does the very same, and count the evidence."""
    saved = context.memory.save(known)
    context.memory.record_outcome(saved.id, verified=True)
    context.publish("wording_confirmed", trace_id=saved.id)
    return Outcome(
        status=Status.SUCCEEDED,
        mode=ModeName.MIXED,
        transcript=context.transcript,
        output=answer,
        reason=f"did exactly what trace {saved.id} does; from now on this wording follows it",
        trace_id=saved.id,
    )


def ended_by(error: Exception, context: RunContext, mode: str, *, trace_id: str | None = None) -> Outcome:
    """Return the outcome of a run that a limit, a budget or the provider ended."""
    abstained = isinstance(error, NoModelError) and not any(context.transcript.steps())
    if isinstance(error, LimitError) and error.limit == "time":
        status = Status.TIMED_OUT
    elif isinstance(error, LowBatteryError):
        status = Status.OVER_BUDGET
    elif isinstance(error, DeniedError):
        status = Status.DENIED
    else:
        status = _acted_or_failed(context)
    unseen = next((step for step in context.transcript.steps() if is_unknown(step)), None)
    is_half_done = context.transcript.surprise is not None or unseen is not None
    if is_half_done and status is Status.FAILED:
        status = Status.PARTIAL
    reason = str(error)
    if unseen is not None and context.transcript.surprise is None:
        reason = _failure(unseen) if isinstance(error, NoModelError) else f"{_failure(unseen)}; then {reason}"
    if status is Status.FAILED and (step := _last_step(context)) and step.result.status is CallStatus.DENIED:
        status, reason = Status.DENIED, f"{_failure(step)}; then {reason}"
    if context.transcript.surprise is not None:
        reason = f"{context.transcript.surprise.message}; then {reason}"
    return Outcome(
        status=status,
        mode=mode,
        transcript=context.transcript,
        reason=reason,
        trace_id=trace_id,
        abstained=abstained and status is Status.FAILED,
    )


def _outcome(context: RunContext, mode: str, status: Status, output: str, reason: str) -> Outcome:
    return Outcome(status=status, mode=mode, transcript=context.transcript, output=output, reason=reason)


def _last_step(context: RunContext) -> StepRecord | None:
    return next(reversed(tuple(context.transcript.steps())), None)


def _acted_or_failed(context: RunContext) -> Status:
    """PARTIAL when something was changed, FAILED when nothing was."""
    has_acted = any(step.is_ok and not step.effect.is_safe for step in context.transcript.steps())
    return Status.PARTIAL if has_acted else Status.FAILED


def _status_after(context: RunContext, step: StepRecord) -> Status:
    if step.result.status is CallStatus.DENIED:
        return Status.DENIED
    if step.result.status is CallStatus.UNKNOWN:
        return Status.PARTIAL
    return _acted_or_failed(context)


def _failure(step: StepRecord) -> str:
    if step.result.status is CallStatus.UNKNOWN:
        what = f"step {step.index + 1} ({step.call.tool}) was begun, and nobody saw its end"
        return f"{what}; look whether it happened, then run it again with {HAPPENED}"
    return f"step {step.index + 1} ({step.call.tool}) was left {step.result.status.value}: {step.result.error[:400]}"
