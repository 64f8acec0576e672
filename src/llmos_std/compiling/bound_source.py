"""A compiled program as a source of turns: its function is given what this goal says, and driven like any other.

Only the end is the interpreter's: what is answered follows from the results, not from the code.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from llmos_core.types.record import evolve
from llmos_core.types.transcript import Origin, Turn
from llmos_std.compiling.bound import BoundDone, Told
from llmos_std.compiling.slots import Slots
from llmos_std.compiling.source import CompiledSource, as_call
from llmos_std.learning.outlines import shape
from llmos_std.learning.source import ProgramSource

if TYPE_CHECKING:
    from llmos_core.runtime.context import RunContext
    from llmos_core.types.trace import Trace
    from llmos_core.types.transcript import StepRecord, Surprise, Transcript
    from llmos_std.compiling.program import Divergence, Step
    from llmos_std.learning.generalising import BoundProgram


class CompiledProgram(CompiledSource):
    """Runs the compiled function of a program whose values several runs prove. `trace` is the run it was fitted to."""

    def __init__(self, context: RunContext, bound: BoundProgram, trace: Trace, function: Any) -> None:
        self._interpreted = ProgramSource(context, bound, trace)
        assert bound.fit.alignment is not None, "only what was fitted to the wording of a run is compiled"
        goal = bound.fit.goal
        given = Slots.of(bound.fit.program).values(goal, bound.fit.alignment)
        recorded = evolve(trace, steps=self._interpreted.recorded)
        self._outlines = tuple(map(shape, bound.fit.program.first.outputs))
        super().__init__(context, recorded, partial(function, goal=goal.text, today=bound.today, **given))

    @property
    def verified(self) -> frozenset[int]:
        """No step: that a result looks as usual is no proof that it is right."""
        return frozenset()

    async def next_turn(self, transcript: Transcript) -> Turn | Surprise | None:
        """Return the next call, the interpreter's answer after the last, or the surprise that stops the function."""
        found = await super().next_turn(transcript)
        if isinstance(found, Turn) and found.is_final:
            return await self._interpreted.next_turn(transcript)
        return found

    async def _wished(self, wish: Step) -> Turn | Surprise:
        """Return the step as a turn, unless only strangers' words say what it would change.

        None is left out: what was recorded is where another call would have led.
        """
        return await self._interpreted.wished_by_strangers(self._made) or Turn(
            origin=Origin.PROGRAM, calls=(as_call(wish, self._made),)
        )

    async def _done(self, record: StepRecord) -> BoundDone:
        if record.is_told:
            return Told(record, self._trace.steps[self._made], self._outlines[self._made])
        return BoundDone(record, "", knows_drift=False)

    def _surprise(self, found: Divergence) -> Surprise:
        """Return the surprise without advice: the calls that were recorded had other values."""
        return evolve(super()._surprise(found), remaining=())
