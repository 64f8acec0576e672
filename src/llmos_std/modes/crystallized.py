"""CRYSTALLIZED: a replay whose checks are compiled code. In all else it is FOLLOWER, and shares every line with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmos_core.types.money import ZERO
from llmos_core.types.task import ModeName
from llmos_std.compiling.source import CompiledSource
from llmos_std.modes.follower import Follower

if TYPE_CHECKING:
    from decimal import Decimal

    from llmos_core.protocols.context import PluginContext
    from llmos_core.runtime.context import RunContext
    from llmos_core.types.decision import ModeDecision
    from llmos_core.types.outcome import Outcome
    from llmos_core.types.trace import Trace


class Crystallized(Follower):
    """Runs the promoted code of a trace. Where there is none, or it was edited, the trace itself is replayed."""

    name = ModeName.CRYSTALLIZED

    async def run(self, context: RunContext, decision: ModeDecision) -> Outcome:
        """Run the compiled trace; a divergence is a surprise like any other."""
        if context.match.compiled is None:
            return await Follower(is_strict=self._is_strict, prose=self._prose).run(context, decision)
        return await super().run(context, decision)

    def source(self, context: RunContext, trace: Trace) -> CompiledSource:
        """Return the promoted code of the trace, or of the program that several runs prove."""
        program, function = context.match.program, context.match.compiled.function
        if program is None:
            return CompiledSource(context, trace, function)
        from llmos_std.compiling.bound_source import CompiledProgram

        return CompiledProgram(context, program, trace, function)

    def count(self, context: RunContext, trace: Trace, *, verified: bool | None, saved_usd: Decimal = ZERO) -> None:
        """Count one use of the trace, and what was verified also for the promotion."""
        super().count(context, trace, verified=verified, saved_usd=saved_usd)
        if verified is not None:
            was_final = any(step.effect.is_final for step in context.transcript.steps())
            context.match.compiled.count(is_success=verified, was_final=was_final)


def open_crystallized(context: PluginContext) -> Crystallized:
    """Make the mode from the sections `memory` and `model`."""
    return Crystallized(is_strict=context.section("memory").strict, prose=context.section("model").prose)
