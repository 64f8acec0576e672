"""Derive a trace from what a run did, deterministically; and say honestly when a run must not become one.

Only a run that reached its end with nothing left failed is kept. Calls given back from the journal, and failed calls
that provably changed nothing, are no part of the program.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmos_core.types.task import context_of
from llmos_core.types.tools import CallStatus
from llmos_core.types.trace import Trace, TraceStep
from llmos_std.replay.guards import observe

if TYPE_CHECKING:
    from llmos_core.runtime.context import RunContext
    from llmos_core.types.tools import ToolCall
    from llmos_core.types.transcript import StepRecord, Transcript


def failed_for_good(transcript: Transcript) -> StepRecord | None:
    """Return the last call that failed, was denied or is unknown and was not made good later; None when all is well.

    What nobody saw the end of stays open, whatever came later. A failed look is made good by any later success; a
    failed action only by a later success of the same tool that was asked for after the failure was seen.
    """
    numbered = [(n, step) for n, exchange in enumerate(transcript.exchanges) for step in exchange.steps]
    for place in range(len(numbered) - 1, -1, -1):
        turn, step = numbered[place]
        if step.result.status is CallStatus.UNKNOWN and not step.effect.may_repeat:
            return step
        if step.is_ok or (step.effect.is_safe and _is_expected_failure(step, place == len(numbered) - 1)):
            continue
        later = [(n, other) for n, other in numbered[place + 1 :] if other.is_ok]
        if step.effect.is_safe and later:
            continue
        if any(n > turn and other.call.tool == step.call.tool for n, other in later):
            continue
        return step
    return None


def _is_expected_failure(step: StepRecord, is_last: bool) -> bool:
    """Say whether a failed look is itself an answer: a command that only reads and reports by its exit code."""
    return is_last and step.result.status is CallStatus.ERROR and step.result.content is not None


def unfit_reason(transcript: Transcript) -> str:
    """Return why a finished run must not become replayable, "" when it may."""
    steps = [step for step in transcript.steps() if not step.is_repeat]
    if not steps:
        return "it made no call, so a replay would have nothing to check"
    for step in steps:
        if step.is_skipped:
            what = f"step {step.index + 1} ({step.call.tool}) was left out, since it was done already"
            return f"{what}, and a replay elsewhere would miss it"
        if step.result.status in (CallStatus.DENIED, CallStatus.UNKNOWN):
            return f"step {step.index + 1} ({step.call.tool}) was {step.result.status.value}"
        if not step.is_ok and not step.effect.is_safe and not _changed_nothing(step):
            return f"step {step.index + 1} ({step.call.tool}) failed after it may have changed something"
    return ""


def blind_reason(transcript: Transcript) -> str:
    """Return why a run that a model healed shows nowhere what differed from the learned one, "" when it does.

    Without that, the new trace could not tell its own world from the one in which the old trace is right.
    """
    surprise = transcript.surprise
    if surprise is None or surprise.kind not in _OF_THE_WORLD:
        return ""
    steps = [step for step in transcript.steps() if not (step.is_repeat or step.is_skipped)]
    shown = [step for step in steps if step.index == surprise.index] if surprise.kind != "pre-check" else []
    if any(step.is_ok or step.effect.is_safe for step in shown):
        return ""  # the step that surprised is part of the new trace, with what was found as its check
    call = surprise.remaining[0] if surprise.kind == "pre-check" and surprise.remaining else None
    call = shown[0].call if shown else call
    later = [step for step in steps if step.index >= surprise.index and step not in shown]
    if call is not None and any(_looks_at(step, call) for step in later):
        return ""
    return f"nothing in it shows what differed from the learned run ({surprise.message})"


_OF_THE_WORLD = frozenset({"pre-check", "observation", "post-check", "call-error", "timeout"})


def _looks_at(step: StepRecord, call: ToolCall) -> bool:
    """Say whether a step names something that a call names too, and has a look or a result to be checked by."""
    is_seen = step.before is not None or (step.effect.is_safe and step.is_ok)
    here, there = step.call.arguments, call.arguments
    return is_seen and any(
        here[key] == there[key] and isinstance(there[key], str) for key in here.keys() & there.keys()
    )


def _changed_nothing(step: StepRecord) -> bool:
    """Say whether the tool itself saw its target unchanged by the failed call."""
    return step.before is not None and step.after is not None and dict(step.before) == dict(step.after)


async def derive_trace(context: RunContext, transcript: Transcript, *, mode: str) -> Trace:
    """Return the program that this run amounts to; the same transcript always gives the same id."""
    steps = []
    for turn, exchange in enumerate(transcript.exchanges):
        for record in exchange.steps:
            if record.is_repeat or (not record.is_ok and not record.effect.is_safe):
                continue
            steps.append(await _step(context, record, turn))
    task, models = context.task, context.models
    first = next((e.turn.usage for e in transcript.exchanges if e.turn.usage is not None), None)
    return Trace(
        goal=task.goal,
        goal_signature=context.goal_signature,
        steps=tuple(steps),
        answer=transcript.answer or "",
        created_at=context.clock.now().isoformat(timespec="seconds"),
        mode=mode,
        provider=context.provider_name,
        model="" if first is None else first.model,
        cost_usd=models.cost_usd,
        seconds=round(context.elapsed_s, 3),
        episodes=(context.run_id,),
        context=context_of(task),
    )


async def _step(context: RunContext, record: StepRecord, turn: int) -> TraceStep:
    content = record.result.content
    generalised = None if content is None else await context.generalised(record.call.tool, content)
    return TraceStep(
        turn=turn,
        tool=record.call.tool,
        fingerprint=record.fingerprint,
        arguments=dict(record.call.arguments),
        effect=record.effect,
        before=record.before,
        after=record.after,
        observation=observe(record.result, generalised),
    )
