"""A compiled trace as a source of turns: its function is taken one wish further each time, and answered.

The function is fed from the transcript alone, so a resumed run begins with the steps that are already in it. What it
may know of the world is what `program` tells it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from llmos_core.types.json import digest
from llmos_core.types.tools import Effect, ToolCall
from llmos_core.types.transcript import Origin, Surprise, Turn
from llmos_std.compiling.program import Divergence, Done, Look, Skipped, Step, call
from llmos_std.replay.cursor import ANSWER_STALE, another_call, control_of, one_too_many
from llmos_std.replay.guards import as_compared, is_discriminating, is_satisfied

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from llmos_core.runtime.context import RunContext
    from llmos_core.types.trace import Trace
    from llmos_core.types.transcript import StepRecord, Transcript
    from llmos_std.compiling.program import Call

    Function = Callable[[Call], Coroutine[Any, Any, str]]


class CompiledSource:
    """Runs the compiled function of one trace, one call a turn, with the checks that are in its code."""

    def __init__(self, context: RunContext, trace: Trace, function: Function) -> None:
        self._context = context
        self._trace = trace
        self._function = function
        self._running: Coroutine[Any, Any, str] | None = None
        self._wish: Step | Look | None = None
        self._end: Turn | Surprise | None = None
        self._made = self._passed = 0
        self._has_drifted = False
        self._told: frozenset[int] = frozenset()

    @property
    def verified(self) -> frozenset[int]:
        """Indexes of the steps that passed a check which could have failed."""
        steps = enumerate(self._trace.steps[: self._passed])
        return frozenset(index for index, step in steps if is_discriminating(step)) - self._told

    async def next_turn(self, transcript: Transcript) -> Turn | Surprise | None:
        """Return the next call, the answer after the last, or the surprise that stops the function."""
        if transcript.surprise is not None:
            return None
        records = tuple(transcript.steps())
        if self._running is None:
            self._running = self._function(call)
            self._resume(None)
        while self._end is None and self._wish is not None:
            is_next = self._made == len(records) and self._has_drifted
            if is_next and (surprise := self._stale(records)):
                return surprise
            if isinstance(self._wish, Look):
                answer = await self._seen(self._wish, is_past=self._made < len(records))
            elif self._made == len(records):
                return await self._wished(self._wish)
            elif surprise := another_call(records[self._made], self._made, self._wish.tool, self._wish.arguments):
                return surprise
            else:
                answer = await self._done(records[self._made])
                self._made += 1
            self._resume(answer)
        if self._passed == self._made < len(records):
            return one_too_many(records[self._made], self._made)
        return self._end

    def _resume(self, answer: Any) -> None:
        """Answer the function's wish; it then has another one, or it has come to its end."""
        assert self._running is not None
        try:
            self._wish = self._running.send(answer)
        except StopIteration as end:
            self._end = Turn(origin=Origin.PROGRAM, text=end.value)
        except Divergence as found:
            self._end = self._surprise(found)
            if found.kind != ANSWER_STALE:
                return
        self._passed = self._made

    async def _wished(self, wish: Step) -> Turn | Surprise:
        """Return the step as a turn, marked when its target is already as it would leave it."""
        call = as_call(wish, self._made)
        step = self._trace.steps[self._made]
        may_skip = step.effect is Effect.IDEMPOTENT_WRITE and step.after is not None
        is_done = may_skip and is_satisfied(step, await self._context.probe(call))
        return Turn(origin=Origin.PROGRAM, calls=(call,), is_satisfied=is_done)

    async def _done(self, record: StepRecord) -> Done:
        step, content = self._trace.steps[self._made], await control_of(self._context, record)
        record, control = as_compared(self._trace, record, step), digest(content)
        if self._trace.is_from_log:
            from llmos_std.replay.logged import control_in_log

            control = control_in_log(record, content, step.observation)
        self._has_drifted |= control != step.observation.control and not step.effect.is_safe
        if record.is_told:
            self._told |= {self._made}
        if record.is_skipped:
            return Skipped(record, step)
        return Done(record, control, knows_drift=await self._context.knows_drift(record.call.tool))

    def _stale(self, records: tuple[StepRecord, ...]) -> Surprise | None:
        """Return the surprise of a step that would act on what only the recorded run made, None when it does not."""
        from llmos_std.replay.stale import stale_difference

        found = stale_difference(self._trace, self._made, list(zip(self._trace.steps, records, strict=False)))
        if found is None:
            return None
        return self._surprise(Divergence(found.kind, self._made, found.expected, found.seen))

    async def _seen(self, wish: Look, *, is_past: bool) -> Any:
        """Look for the function; before a step that was made already, everything was as recorded."""
        if is_past:
            step = self._trace.steps[self._made]
            return step.fingerprint if wish.of == "version" else dict(step.before or {})
        if wish.of == "version":
            return await self._context.fingerprint(wish.step.tool)
        probe = await self._context.probe(as_call(wish.step, self._made))
        return None if probe is None else dict(probe)

    def _surprise(self, found: Divergence) -> Surprise:
        """Return the surprise that a replay would have found here; the steps that were not made are its advice."""
        left = self._trace.steps[self._made :]
        return Surprise(
            kind=found.kind,
            index=found.index,
            expected=found.expected,
            seen=found.seen,
            remaining=tuple(ToolCall(id="", tool=step.tool, arguments=step.arguments) for step in left),
        )


def as_call(step: Step, index: int) -> ToolCall:
    """Return a wish as the call of step `index`."""
    return ToolCall(id=f"call_{index}", tool=step.tool, arguments=step.arguments)
