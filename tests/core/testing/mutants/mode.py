"""Modes that are right, and modes with one fault each."""

import asyncio
from typing import Any

import attrs
from hypothesis import settings

from llmos_core.errors import LimitError, LlmosError, LowBatteryError
from llmos_core.testing import mode_suite
from llmos_core.testing.records import small_trace
from llmos_core.types.model import Message, ModelReply, ModelRequest
from llmos_core.types.outcome import Outcome
from llmos_core.types.result import Status
from llmos_core.types.tools import CallStatus, Effect, ToolCall, ToolResult
from llmos_core.types.transcript import Exchange, Origin, StepRecord, Transcript, Turn
from llmos_std.modes.follower import Follower
from llmos_std.modes.learner import Learner


class Reference:
    """A loop of asking and calling, with every station in a method of its own."""

    endings: Any = LlmosError

    async def run(self, context: Any, _decision: Any) -> Outcome:
        try:
            while context.transcript.answer is None:
                await self.turn(context)
        except self.endings as error:
            return self.ended(context, self.status_of(error), str(error))
        return self.finished(context)

    async def turn(self, context: Any) -> None:
        reply = await self.ask(context)
        turn = Turn(origin=Origin.MODEL, text=reply.text, calls=reply.calls, is_cut=reply.is_cut or reply.is_refusal)
        index = len(context.transcript.exchanges)
        self.record(context, index, turn)
        before, exchange = context.transcript, Exchange(turn=turn)
        context.transcript = before.plus(exchange)
        for call in turn.calls:
            exchange = Exchange(turn=turn, steps=(*exchange.steps, await self.call(context, call, index)))
            self.note(context, before.plus(exchange))
        context.transcript = before.plus(exchange)

    async def ask(self, context: Any) -> ModelReply:
        found: ModelReply = await context.ask(ModelRequest(messages=(Message(role="user", text=context.task.goal),)))
        return found

    async def call(self, context: Any, call: ToolCall, index: int) -> StepRecord:
        step: StepRecord = await context.call(call, turn=index, origin="model")
        return step

    def record(self, context: Any, index: int, turn: Turn) -> None:
        context.record(index, turn)

    def note(self, context: Any, transcript: Transcript) -> None:
        context.transcript = transcript

    def finished(self, context: Any) -> Outcome:
        steps = list(context.transcript.steps())
        if context.transcript.exchanges[-1].turn.is_cut:
            return self.ended(context, Status.FAILED, "the answer was cut or declined")
        if not steps and not context.transcript.answer:
            return self.ended(context, Status.FAILED, "the answer was empty")
        if any(not step.is_ok for step in steps):
            return self.ended(context, Status.PARTIAL, "a step was left failed")
        self.learn(context)
        return self.ended(context, Status.SUCCEEDED, "")

    def learn(self, context: Any) -> None:
        context.memory.save(small_trace(context.task.goal))

    def status_of(self, error: LlmosError) -> Status:
        if isinstance(error, LowBatteryError):
            return Status.OVER_BUDGET
        is_late = isinstance(error, LimitError) and error.limit == "time"
        return Status.TIMED_OUT if is_late else Status.FAILED

    def ended(self, context: Any, status: Status, reason: str) -> Outcome:
        return Outcome(status=status, mode="LEARNER", transcript=context.transcript, reason=reason)


class LearnsOfTheStandard(Learner):
    """The std LEARNER, as it is."""


class FollowsOfTheStandard(Follower):
    """The std FOLLOWER, as it is."""


class LetsLimitsThrough(Reference):
    endings = (ValueError,)


class IsProudOfHalfAnAnswer(Reference):
    def finished(self, context: Any) -> Outcome:
        return self.ended(context, Status.SUCCEEDED, "")


class CallsEveryEndAFailure(Reference):
    def status_of(self, error: LlmosError) -> Status:
        return Status.FAILED


class SaysNoReason(Reference):
    def ended(self, context: Any, status: Status, reason: str) -> Outcome:
        return super().ended(context, status, "")


class AsksOnceMore(Reference):
    def ended(self, context: Any, status: Status, reason: str) -> Outcome:
        return super().ended(context, status, reason)

    async def run(self, context: Any, decision: Any) -> Outcome:
        outcome = await super().run(context, decision)
        if outcome.status in (Status.OVER_BUDGET, Status.TIMED_OUT):
            try:
                await self.ask(context)
            except LlmosError:
                return outcome
        return outcome


class CallsBehindTheBack(Reference):
    async def call(self, context: Any, call: ToolCall, index: int) -> StepRecord:
        if call.tool != "Send":
            return await super().call(context, call, index)
        result = ToolResult(status=CallStatus.OK, content={"sent": "by another road"})
        index = 900 + len(list(context.transcript.steps()))
        return StepRecord(index=index, call=call, result=result, fingerprint="", effect=Effect.IRREVERSIBLE)


class ForgetsLooks(Reference):
    def ended(self, context: Any, status: Status, reason: str) -> Outcome:
        outcome = super().ended(context, status, reason)
        exchanges = tuple(
            attrs.evolve(one, steps=tuple(step for step in one.steps if step.call.tool != "Read"))
            for one in outcome.transcript.exchanges
        )
        return attrs.evolve(outcome, transcript=attrs.evolve(outcome.transcript, exchanges=exchanges))


class NotesOnlyWholeTurns(Reference):
    def note(self, context: Any, transcript: Transcript) -> None:
        """Wait for the end of the turn."""

    async def turn(self, context: Any) -> None:
        before = context.transcript
        try:
            await super().turn(context)
        except LlmosError:
            if context.transcript is not before:
                turn = context.transcript.exchanges[-1].turn
                told = len(list(before.steps()))
                context.transcript = before.plus(Exchange(turn=turn, steps=tuple(context.steps[told:])))
            raise


class AddsAWordOfItsOwn(Reference):
    async def ask(self, context: Any) -> ModelReply:
        reply = await super().ask(context)
        return attrs.evolve(reply, text=reply.text + " (checked by another model)")


class RecordsAfterwards(Reference):
    def record(self, context: Any, index: int, turn: Turn) -> None:
        if turn.is_final:
            context.record(index, turn)

    async def turn(self, context: Any) -> None:
        await super().turn(context)
        last = len(context.transcript.exchanges) - 1
        context.record(last, context.transcript.exchanges[last].turn)


class LearnsFromFailures(Reference):
    def ended(self, context: Any, status: Status, reason: str) -> Outcome:
        self.learn(context)
        return super().ended(context, status, reason)


class CallsItselfFree(Reference):
    def ended(self, context: Any, status: Status, reason: str) -> Outcome:
        return attrs.evolve(super().ended(context, status, reason), mode="FOLLOWER")


class GoesOnWhenCancelled(Reference):
    endings = (LlmosError, asyncio.CancelledError)

    def status_of(self, error: Any) -> Status:
        return Status.CANCELLED if isinstance(error, asyncio.CancelledError) else super().status_of(error)


RIGHT = (Reference, LearnsOfTheStandard, FollowsOfTheStandard)

MUTANTS: dict[Any, str] = {
    LetsLimitsThrough: "test_every_run_ends_with_an_outcome",
    IsProudOfHalfAnAnswer: "test_success_is_a_whole_answer_with_nothing_left_failed",
    CallsEveryEndAFailure: "test_a_limit_is_told",
    SaysNoReason: "test_whoever_does_not_succeed_says_why",
    AsksOnceMore: "test_after_a_limit_nothing_more_is_done",
    CallsBehindTheBack: "test_every_step_was_made_by_the_context",
    ForgetsLooks: "test_everything_that_was_done_is_told",
    NotesOnlyWholeTurns: "test_the_transcript_is_true_before_every_call",
    AddsAWordOfItsOwn: "test_every_model_turn_was_an_answer_of_the_context",
    RecordsAfterwards: "test_every_turn_is_recorded_before_its_calls",
    LearnsFromFailures: "test_only_what_succeeded_is_learned",
    CallsItselfFree: "test_a_run_that_asked_a_model_is_not_called_free",
    GoesOnWhenCancelled: "test_a_cancellation_passes_through",
}


def suite(made: Any, bounds: settings) -> type:
    is_follower = made is FollowsOfTheStandard
    name = "FOLLOWER" if is_follower else "LEARNER"
    return mode_suite(made, name=name, with_trace=is_follower, bounds=bounds)
