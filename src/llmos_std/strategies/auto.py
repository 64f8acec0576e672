"""The default: compiled, then follower, then mixed, then many agents, else the model learns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmos_std.strategies.choices import follow, learn, mix, orchestrate, run_compiled

if TYPE_CHECKING:
    from llmos_core.protocols.context import PluginContext
    from llmos_core.types.decision import ModeContext, ModeDecision


class Auto:
    """Uses the configured lines (follower 0.92, mixed 0.75, two cues for many steps)."""

    def decide(self, context: ModeContext) -> ModeDecision:
        """Return the cheapest mode that the evidence supports."""
        lines = context.thresholds
        return (
            run_compiled(context, lines.follower)
            or follow(context, lines.follower)
            or mix(context, lines.mixed)
            or orchestrate(context)
            or learn(context)
        )


def open_auto(_context: PluginContext) -> Auto:
    """Make the strategy."""
    return Auto()
