"""FOLLOWER: a trace is the source of turns, with no model call; at the first surprise the model, if any, goes on.

Asked for by name, FOLLOWER never asks a model: it stops at the surprise and says how far it came.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmos_core.errors import LimitError
from llmos_core.types.money import ZERO
from llmos_core.types.outcome import Outcome
from llmos_core.types.record import evolve
from llmos_core.types.result import Status
from llmos_core.types.task import ModeName
from llmos_core.types.tools import ToolCall
from llmos_core.types.transcript import Surprise
from llmos_std.loop.loop import run_loop
from llmos_std.modes.running import ENDINGS, HAPPENED, ended_by, finish
from llmos_std.replay.cursor import ANSWER_STALE, TraceSource, mark_verified

if TYPE_CHECKING:
    from decimal import Decimal

    from llmos_core.protocols.context import PluginContext
    from llmos_core.runtime.context import RunContext
    from llmos_core.types.decision import ModeDecision
    from llmos_core.types.trace import Statistics, Trace
    from llmos_core.types.transcript import Transcript
    from llmos_std.compiling.source import CompiledSource
    from llmos_std.learning.source import ProgramSource

    Replaying = TraceSource | ProgramSource | CompiledSource

_LIMITED = (Status.OVER_BUDGET, Status.TIMED_OUT)


class Follower:
    """Repeats what worked, for nothing."""

    needs_loop = False
    name = ModeName.FOLLOWER

    def __init__(self, *, is_strict: bool = True, prose: bool = True) -> None:
        self._is_strict = is_strict
        self._prose = prose

    async def run(self, context: RunContext, decision: ModeDecision) -> Outcome:
        """Replay the decision's trace; hand over to the model at the first surprise where that is allowed."""
        trace = decision.trace
        if trace is None:
            return Outcome(
                status=Status.FAILED,
                mode=self.name,
                transcript=context.transcript,
                reason=decision.reasoning,
            )
        source = self.source(context, trace)
        context.publish("trace_used", trace_id=trace.id)
        try:
            await run_loop(context, [source])
        except ENDINGS as error:
            if isinstance(error, LimitError) and error.limit == "time":
                context.transcript = _out_of_time(context, trace, error)
            return ended_by(error, context, self.name, trace_id=trace.id)
        context.transcript = mark_verified(context.transcript, source.verified)
        if context.transcript.surprise is None:
            return self._followed(context, trace)
        return await self._surprised(context, trace)

    def source(self, context: RunContext, trace: Trace) -> Replaying:
        """Return the trace as it was recorded or, when several runs proved what its values do, their program."""
        if context.match.program is None:
            return TraceSource(context, trace)
        from llmos_std.learning.source import ProgramSource

        return ProgramSource(context, context.match.program, trace)

    def count(self, context: RunContext, trace: Trace, *, verified: bool | None, saved_usd: Decimal = ZERO) -> None:
        """Count one use of the trace; one failure too many retires it."""
        after = context.memory.record_outcome(trace.id, verified=verified, saved_usd=saved_usd)
        if verified is False and self._is_strict:
            _demote(context, trace, after)

    async def _surprised(self, context: RunContext, trace: Trace) -> Outcome:
        """Let the model continue from the same transcript, or stop and say how far the replay came."""
        surprise = context.transcript.surprise
        assert surprise is not None
        if surprise.kind == ANSWER_STALE:
            return await self._reworded(context, trace)
        self.count(context, trace, verified=_judged(surprise, context.transcript))
        if not context.is_forced and await context.has_model():
            from llmos_std.modes.resuming import ResumingModel

            source = ResumingModel(context, trace)
            outcome = await finish(context, [source], mode=ModeName.MIXED)
            if context.model_calls or outcome.status in _LIMITED:
                return evolve(outcome, transcript=mark_verified(outcome.transcript, source.verified))
        return self._stopped(context, trace)

    async def _reworded(self, context: RunContext, trace: Trace) -> Outcome:
        """Return the outcome of a replay whose recorded answer no longer holds: worded anew, or the fresh results."""
        from llmos_std.modes.answering import worded
        from llmos_std.replay.telling import observations

        may_ask = self._prose and not context.is_forced and await context.has_model()
        text = await worded(context, trace) if may_ask else None
        is_verified = all(step.verified for step in context.transcript.steps())
        saved = ZERO if context.model_calls else trace.cost_usd
        self.count(context, trace, verified=True if is_verified else None, saved_usd=saved or ZERO)
        how = "these are the fresh results" if text is None else "one small call worded it anew"
        return Outcome(
            status=Status.SUCCEEDED,
            mode=ModeName.MIXED if context.model_calls else self.name,
            transcript=context.transcript,
            output=observations(tuple(context.transcript.steps())) if text is None else text,
            reason=f"every step of trace {trace.id} held, but the recorded answer speaks of other results; {how}",
            trace_id=trace.id,
            saved_usd=saved,
        )

    def _followed(self, context: RunContext, trace: Trace) -> Outcome:
        """Return the outcome of a replay that came to its end."""
        is_verified = all(step.verified for step in context.transcript.steps())
        saved = trace.cost_usd
        self.count(context, trace, verified=True if is_verified else None, saved_usd=saved or ZERO)
        return Outcome(
            status=Status.SUCCEEDED,
            mode=self.name,
            transcript=context.transcript,
            output=context.transcript.answer or "",
            reason=f"replayed trace {trace.id}{_as_test(context, is_verified=is_verified)}",
            trace_id=trace.id,
            saved_usd=saved,
        )

    def _stopped(self, context: RunContext, trace: Trace) -> Outcome:
        """Return the outcome of a replay that was surprised with no model to hand over to."""
        surprise = context.transcript.surprise
        assert surprise is not None
        steps = tuple(context.transcript.steps())
        done = f"{len(steps)} of {len(trace.steps)} steps were made"
        advice = "and no model was there to go on; connect one, or do it afresh with --mode LEARNER"
        if surprise.kind == "unknown-outcome":
            advice = f"and nothing more: look whether it happened, then run it again with {HAPPENED}"
        return Outcome(
            status=Status.PARTIAL,
            mode=self.name,
            transcript=context.transcript,
            output="",
            reason=f"{surprise.message}; {done}, {advice}",
            trace_id=trace.id,
        )


def _as_test(context: RunContext, *, is_verified: bool) -> str:
    """Return what a whole replay says about its trace, beyond that it came to its end."""
    if not is_verified:
        return "; some steps have no check of their own"
    return ", which was its test: every check held" if context.is_verifying else ""


def _out_of_time(context: RunContext, trace: Trace, error: LimitError) -> Transcript:
    """Return the transcript with the surprise that the step under way was not done in time."""
    index = sum(1 for _ in context.transcript.steps())
    left = () if context.match.program is not None else trace.steps[index + 1 :]
    remaining = tuple(ToolCall(id="", tool=step.tool, arguments=step.arguments) for step in left)
    seen = str(error)
    return context.transcript.surprised(
        Surprise(kind="timeout", index=index, expected="an end in time", seen=seen, remaining=remaining)
    )


def _judged(surprise: Surprise, transcript: Transcript) -> bool | None:
    """Return False for a surprise after an effect, a failure of the trace; before any effect it is only a miss."""
    has_acted = any(not (step.effect.is_safe or step.is_skipped) for step in transcript.steps())
    is_own_fault = surprise.kind in ("observation", "post-check", "call-error")
    return False if has_acted and is_own_fault else None


def _demote(context: RunContext, trace: Trace, after: Statistics) -> None:
    """Retire a trace whose last failure was one too many."""
    from llmos_std.replay.demotion import is_final_wrong, retire, retirement

    surprise = context.transcript.surprise
    was_final_wrong = surprise is not None and is_final_wrong(surprise, context.transcript)
    if why := retirement(after, was_final_wrong=was_final_wrong):
        retire(context.memory, trace)
        context.publish("trace_retired", trace_id=trace.id, reason=why)


def open_follower(context: PluginContext) -> Follower:
    """Make the mode from the sections `memory` and `model`."""
    return Follower(is_strict=context.section("memory").strict, prose=context.section("model").prose)
