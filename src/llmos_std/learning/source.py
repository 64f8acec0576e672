"""A bound program as a source of turns: it goes on only while what is seen looks like what all its examples saw.

Like a trace it keeps no position of its own; every value is bound anew from the goal and from the outputs so far.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from llmos_core.types.tools import CallStatus, ToolCall
from llmos_core.types.transcript import Origin, Surprise, Turn
from llmos_std.learning.binding import NOTHING, derived, settled
from llmos_std.learning.cues import OTHERWISE
from llmos_std.learning.cutting import decided
from llmos_std.learning.following import ends, item_values, looks_usual
from llmos_std.learning.leaves import joined
from llmos_std.learning.looping import shape_start
from llmos_std.learning.outlines import shape
from llmos_std.learning.runs import structured
from llmos_std.learning.strangers import is_of, may_be_of, strange_steps
from llmos_std.replay.cursor import ANSWER_STALE, another_call, one_too_many
from llmos_std.replay.guards import failure_kind

if TYPE_CHECKING:
    from llmos_core.runtime.context import RunContext
    from llmos_core.types.trace import Trace, TraceStep
    from llmos_core.types.transcript import StepRecord, Transcript
    from llmos_std.learning.generalising import BoundProgram
    from llmos_std.learning.leaves import Path


class ProgramSource:
    """Makes the calls of a bound program, one a turn. `trace` is the learned run that it was fitted to."""

    def __init__(self, context: RunContext, bound: BoundProgram, trace: Trace) -> None:
        self._context = context
        self._bound = bound
        self._program = bound.fit.program
        tools = self._program.first.recorded_tools
        found = enumerate(recorded_steps(trace, tools))
        self._strangers: frozenset[int] | None = None
        self._checked = 0
        self._asked: set[int] = set()
        self._recorded = tuple(bound.stand_ins.get(place, step) for place, step in found)

    @property
    def recorded(self) -> tuple[TraceStep, ...]:
        """The steps of the program as they were recorded in the trace."""
        return self._recorded

    @property
    def verified(self) -> frozenset[int]:
        """No step: that a result looks as usual is no proof that it is right."""
        return frozenset()

    async def next_turn(self, transcript: Transcript) -> Turn | Surprise | None:
        """Return the next call, the answer after the last, or the surprise that stops it."""
        if transcript.surprise is not None:
            return None
        records = tuple(transcript.steps())
        for number in range(self._checked, len(records)):
            if (surprise := await self._begun_in_vain(number, records) or self._retold(number, records)) is not None:
                return surprise
            self._checked = number + 1
        last = len(self._program.first.steps)
        rows = self._rows(records)
        if isinstance(rows, str):
            return Surprise(kind="binding", index=len(records), expected="the items that are meant", seen=rows)
        if len(records) == (last if rows is None else last - 1 + len(rows)):
            return self._answer(records)
        if (ending := await self._condition(records)) is not None:
            return ending
        return await self._step(len(records), records)

    async def _begun_in_vain(self, number: int, records: tuple[StepRecord, ...]) -> Surprise | None:
        """Return the surprise that an interrupted run went on where the condition is not met, None where it did not."""
        if number in self._asked or await self._condition(records[:number]) is None:
            return None
        expected = "" if self._bound.condition is None else self._bound.condition.text
        seen = f"not so, and yet a call of {records[number].call.tool}"
        return Surprise(kind="condition", index=number, expected=expected, seen=seen)

    def _retold(self, number: int, records: tuple[StepRecord, ...]) -> Surprise | None:
        """Hold step `number` of a transcript against the program: what an interrupted run did is its own call, or none.

        Else what another call returned would be taken for what the program looked for.
        """
        record, last = records[number], len(self._program.first.steps)
        if number not in self._asked:
            rows = self._rows(records[:number])
            if number >= (last if not isinstance(rows, list) else last - 1 + len(rows)):
                return one_too_many(record, number)
            call = self._call(number, records[:number])
            if isinstance(call, Surprise):
                return call
            if (surprise := another_call(record, number, call.tool, call.arguments)) is not None:
                return surprise
        return self._check(records[: number + 1], min(number + 1, last) - 1)

    def _answer(self, records: tuple[StepRecord, ...]) -> Turn | Surprise:
        """Return the answer that other runs prove for these values; where none is proven, somebody has to word one.

        A program that a model completed has had its one call: there the results are the answer, and likewise where no
        run ever had another one.
        """
        from llmos_std.learning.answering import bound_answer
        from llmos_std.replay.telling import observations

        text = bound_answer(self._bound, [record.result.content for record in records])
        is_mute = not any(one.run.answer.strip() for one in self._program.examples)
        if text is None and (is_mute or self._bound.given is not None):
            text = observations(records)
        if text is not None:
            return Turn(origin=Origin.TRACE, text=text)
        expected = "an answer that the learned runs prove for these values"
        return Surprise(kind=ANSWER_STALE, index=len(records) - 1, expected=expected, seen="none")

    async def _condition(self, records: tuple[StepRecord, ...]) -> Turn | Surprise | None:
        """Decide the condition as soon as its looks are made, before the first effect; None lets the program go on.

        What strangers have written decides none.
        """
        condition, index = self._bound.condition, len(records)
        if condition is None or index != condition.looks:
            return None
        is_of_strangers = any(step < index for step in await self._strange())
        outputs = [structured(r.result.content) for r in records]
        is_met = None if is_of_strangers else decided(condition, outputs, self._program)
        if is_met:
            return None
        if is_met is None or OTHERWISE.search(self._bound.fit.goal.text):
            seen = "undecided" if is_met is None else "not so"
            return Surprise(kind="condition", index=index, expected=condition.text, seen=seen)
        return Turn(origin=Origin.TRACE, text=f"Nothing was done, for it is not so: {condition.text}.")

    def _rows(self, records: tuple[StepRecord, ...]) -> list[dict[Path, Any]] | str | None:
        """Return the values of each item for which the last step is made, or why they are not settled.

        None where no step is repeated, or the looks before it are not made yet.
        """
        fit = self._bound.fit
        if fit.each is None or len(records) < shape_start(fit.each.shape):
            return None
        outputs = [structured(record.result.content) for record in records[: shape_start(fit.each.shape)]]
        return item_values(fit.each, outputs, fit.goal, fit.alignment)

    def _check(self, records: tuple[StepRecord, ...], index: int) -> Surprise | None:
        """Hold the last step against what every example saw there: it ended well, with an output of a known shape.

        Of another shape may be only that there is something, or nothing, where that was the question.
        """
        record = records[-1]
        if record.result.status is not CallStatus.OK:
            kind = failure_kind(record.result)
            return Surprise(kind=kind, index=index, expected="a normal end", seen=record.result.text[:400])
        recorded, is_unseen = self._recorded[index], record.is_told and record.after is None
        if recorded.after is not None and not recorded.effect.is_safe and not is_unseen:
            expected, found = recorded.after.get("state"), None if record.after is None else record.after.get("state")
            if found != expected:
                seen = f"one that is {found}"
                return Surprise(kind="post-check", index=index, expected=f"a target that is {expected}", seen=seen)
        if record.is_told:  # a person's word stands for a result that nobody saw
            return None
        outputs = [structured(one.result.content) for one in records]
        is_usual = looks_usual(self._program, index, outputs[-1], self._bound.fit.each)
        if not is_usual and not ends(self._bound.condition, outputs):
            known = {shape(one.outputs[index]) for one in self._program.examples}
            expected = f"a result shaped {' or '.join(sorted(known))}"
            return Surprise(kind="observation", index=index, expected=expected, seen=shape(outputs[-1]))
        return None

    async def _step(self, number: int, records: tuple[StepRecord, ...]) -> Turn | Surprise:
        index = min(number, len(self._program.first.steps) - 1)
        recorded = self._recorded[index]
        if await self._context.fingerprint(recorded.tool) != recorded.fingerprint:
            expected = f"the tool {recorded.tool} as recorded"
            return Surprise(kind="tool-changed", index=index, expected=expected, seen="another version, or none")
        call = self._call(number, records)
        if isinstance(call, Surprise):
            return call
        self._asked.add(number)
        return await self._begun(number, recorded, call)

    def _call(self, number: int, records: tuple[StepRecord, ...]) -> ToolCall | Surprise:
        """Return the call of step `number` for this goal, after these steps; the surprise of a value that is open."""
        rows, index = self._rows(records), min(number, len(self._program.first.steps) - 1)
        of_item = rows[number - index] if isinstance(rows, list) else {}
        tool = self._recorded[index].tool
        outputs = [structured(record.result.content) for record in records[:index]]
        given = self._bound.given or {}
        values: dict[Any, Any] = {}
        for path in self._program.spaces[index]:
            value = given[index, path] if (index, path) in given else self._settled(index, path, outputs)
            if value is NOTHING:
                named = ".".join(map(str, path))
                expected = f"one value for '{named}' of {tool}"
                return Surprise(kind="binding", index=index, expected=expected, seen="none, or several that fit")
            values[path] = value
        return ToolCall(id=f"call_{number}", tool=tool, arguments=joined(values | of_item))

    def _settled(self, index: int, path: Path, outputs: list[Any]) -> Any:
        fit = self._bound.fit
        settle = settled if self._bound.given is None else derived
        return settle(self._program, index, path, fit.goal, fit.alignment, outputs, self._bound.today)

    async def _begun(self, index: int, recorded: TraceStep, call: ToolCall) -> Turn | Surprise:
        """Return the call as a turn, unless its target is in another state than before, or only strangers wish it."""
        if recorded.before is not None and not recorded.effect.is_safe:
            now = await self._context.probe(call)
            seen = "" if now is None else str(now.get("state", ""))
            if seen != str(recorded.before.get("state", "")):
                expected = f"a target that is {recorded.before.get('state')}"
                return Surprise(kind="pre-check", index=index, expected=expected, seen=seen or "nothing to see")
        return await self.wished_by_strangers(index) or Turn(origin=Origin.TRACE, calls=(call,))

    async def wished_by_strangers(self, number: int) -> Surprise | None:
        """Return the surprise that only strangers' words say what the call would change, None when they do not."""
        index = min(number, len(self._program.first.steps) - 1)
        step = self._program.first.steps[index]
        strange = await self._strange() if not step.effect.is_safe else frozenset()
        each, given = self._bound.fit.each, self._bound.given or {}
        is_wish = is_of if self._bound.given is None else may_be_of  # a completed program lets old constants go
        loops = strange if each is not None and index == shape_start(each.shape) else frozenset()
        spaces = self._program.spaces[index].items()
        names = [".".join(map(str, p)) for p, space in spaces if (index, p) not in given and is_wish(space, strange)]
        if each is not None and each.shape.step in loops:
            names.append("how often")
        if not names:
            return None
        expected = f"one value for '{names[0]}' of {step.tool}"
        return Surprise(kind="binding", index=index, expected=expected, seen="only what strangers have written")

    async def _strange(self) -> frozenset[int]:
        """Return the steps whose results strangers decide, by what the tools of today say of themselves."""
        if self._strangers is None:
            tools = [await self._context.reads_untrusted(step.tool) for step in self._recorded]
            self._strangers = strange_steps(self._program, [index for index, reads in enumerate(tools) if reads])
        return self._strangers


def recorded_steps(trace: Trace, tools: tuple[str, ...]) -> tuple[TraceStep, ...]:
    """Return, for each step of the program, the last recorded step of the trace that made it."""
    left = list(trace.steps)
    found: list[TraceStep] = []
    for tool in reversed(tools):
        while left[-1].tool != tool:
            left.pop()
        found.insert(0, left.pop())
    return tuple(found)
