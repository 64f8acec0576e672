"""A trace as a source of turns: it answers only while the transcript is the one it was recorded on.

The cursor keeps no position of its own: how far it is, and whether it may go on, is read off the transcript, so a
resumed run, a replay and a continued one are the same thing. It remembers only which steps it has already checked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmos_core.types.json import digest
from llmos_core.types.record import evolve
from llmos_core.types.tools import ToolCall
from llmos_core.types.transcript import Origin, Surprise, Turn
from llmos_std.replay.guards import (
    as_compared,
    difference_after,
    difference_before,
    is_discriminating,
    is_satisfied,
    observe,
)

if TYPE_CHECKING:
    from llmos_core.runtime.context import RunContext
    from llmos_core.types.json import JsonObject, JsonValue
    from llmos_core.types.trace import Trace, TraceStep
    from llmos_core.types.transcript import StepRecord, Transcript


ANSWER_STALE = "answer-stale"
"""Kind of surprise when every step held, but the recorded answer speaks of results that drifted."""


class TraceSource:
    """Replays one trace, one call a turn, so that every step is checked before the next one can act.

    It may begin later: with the trace's step `first_step` as the transcript's step `at`. What is before is not its own.
    """

    def __init__(self, context: RunContext, trace: Trace, *, first_step: int = 0, at: int = 0) -> None:
        self._context = context
        self._trace = trace
        self._at = at
        self._shift = first_step - at
        self._checked: dict[int, bool] = {}
        self._has_drifted = False

    @property
    def verified(self) -> frozenset[int]:
        """Indexes, in the transcript, of the steps that passed a check which could have failed."""
        return frozenset(index for index, is_proof in self._checked.items() if is_proof)

    async def next_turn(self, transcript: Transcript) -> Turn | Surprise | None:
        """Return the next recorded call, the recorded answer after the last, or the surprise that stops the trace."""
        if transcript.surprise is not None:
            return None
        records = tuple(transcript.steps())
        for record in records[self._at + len(self._checked) :]:
            if surprise := await self._check(record):
                return surprise
        position = len(records) + self._shift
        if position == len(self._trace.steps):
            return self._answer(records)
        if self._has_drifted and (surprise := self._stale(position, records)):
            return surprise
        return await self._step(position)

    async def _check(self, record: StepRecord) -> Surprise | None:
        """Hold one finished step against its recorded twin."""
        at = self._at + len(self._checked)
        index = at + self._shift
        if index >= len(self._trace.steps):
            return one_too_many(record, index)
        step = self._trace.steps[index]
        if surprise := another_call(record, index, step.tool, step.arguments):
            return surprise
        content = await control_of(self._context, record)
        control = digest(content)
        if self._trace.is_from_log:
            from llmos_std.replay.logged import control_in_log

            record = as_compared(self._trace, record, step)
            control = control_in_log(record, content, step.observation)
        knows_drift = await self._context.knows_drift(step.tool)
        if found := difference_after(step, record, control, knows_drift=knows_drift):
            return self._surprise(index, found.kind, found.expected, found.seen, first_left=index + 1)
        self._checked[at] = is_discriminating(step) and not record.is_told
        self._has_drifted |= control != step.observation.control and not step.effect.is_safe
        return None

    def _stale(self, index: int, records: tuple[StepRecord, ...]) -> Surprise | None:
        """Return the surprise of a step that would act on what only the recorded run made, None when it does not."""
        from llmos_std.replay.stale import stale_difference

        steps = self._trace.steps[self._at + self._shift :]
        found = stale_difference(self._trace, index, list(zip(steps, records[self._at :], strict=False)))
        if found is None:
            return None
        return self._surprise(index, found.kind, found.expected, found.seen, first_left=index)

    async def _step(self, index: int) -> Turn | Surprise:
        """Return step `index` as a turn, unless its tool or its target changed meanwhile."""
        step = self._trace.steps[index]
        fingerprint = await self._context.fingerprint(step.tool)
        if fingerprint != step.fingerprint:
            seen = "another version" if fingerprint else "no such tool"
            return self._surprise(index, "tool-changed", f"the tool {step.tool} as recorded", seen, first_left=index)
        call = ToolCall(id=f"call_{index}", tool=step.tool, arguments=step.arguments)
        now = await self._context.probe(call)
        if found := difference_before(step, now):
            return self._surprise(index, found.kind, found.expected, found.seen, first_left=index)
        return Turn(origin=Origin.TRACE, calls=(call,), is_satisfied=is_satisfied(step, now))

    def _answer(self, records: tuple[StepRecord, ...]) -> Turn | Surprise:
        """Return the recorded answer if everything it can depend on was observed again, to the byte."""
        if (index := self.drifted(records)) is not None:
            return self._surprise(index, ANSWER_STALE, "the recorded result", "one that drifted")
        return Turn(origin=Origin.TRACE, text=self._trace.answer)

    def drifted(self, records: tuple[StepRecord, ...]) -> int | None:
        """Return the first step whose result an answer can depend on and that is not the recorded one to the byte."""
        for at, record in enumerate(records[self._at :], start=self._at):
            index = at + self._shift
            step = self._trace.steps[index]
            is_seen = (step.effect.is_safe or step.after is None) and (record.is_told or not record.is_skipped)
            if is_seen and self._digest(record, step) != step.observation.digest:
                return index
        return None

    def _digest(self, record: StepRecord, step: TraceStep) -> str:
        """Return the digest of a whole result, in the form that the trace's own have."""
        return observe(as_compared(self._trace, record, step).result, None).digest

    def _surprise(self, index: int, kind: str, expected: str, seen: str, *, first_left: int | None = None) -> Surprise:
        """Return a surprise at step `index`; the steps from `first_left` on were not made."""
        remaining = () if first_left is None else tuple(_call(step) for step in self._trace.steps[first_left:])
        return Surprise(kind=kind, index=index, expected=expected, seen=seen, remaining=remaining)


async def control_of(context: RunContext, record: StepRecord) -> JsonValue:
    """Return what a finished step is compared by: its content without what drifts, else its error."""
    result = record.result
    if result.content is None:
        return result.error
    return await context.generalised(record.call.tool, result.content)


def another_call(record: StepRecord, index: int, tool: str, arguments: JsonObject) -> Surprise | None:
    """Return the surprise of a transcript in which step `index` is another call than this one."""
    if record.call.tool == tool and dict(record.call.arguments) == dict(arguments):
        return None
    seen = f"another call, {record.call.tool}"
    return Surprise(kind="transcript", index=index, expected=f"a call of {tool}", seen=seen)


def one_too_many(record: StepRecord, index: int) -> Surprise:
    """Return the surprise of a transcript that goes on after the last step; `record` is its step `index`."""
    seen = f"a call of {record.call.tool}"
    return Surprise(kind="transcript", index=index - 1, expected="no further step", seen=seen)


def _call(step: TraceStep) -> ToolCall:
    return ToolCall(id="", tool=step.tool, arguments=step.arguments)


def mark_verified(transcript: Transcript, verified: frozenset[int]) -> Transcript:
    """Return the transcript with the steps marked that passed a check which could have failed."""
    exchanges = tuple(
        evolve(
            exchange,
            steps=tuple(evolve(s, verified=True) if s.index in verified else s for s in exchange.steps),
        )
        for exchange in transcript.exchanges
    )
    return evolve(transcript, exchanges=exchanges)
