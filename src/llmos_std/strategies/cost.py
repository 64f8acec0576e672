"""Spend little: replay and mix earlier than usual, and use many agents only for critical goals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmos_std.strategies.choices import follow, learn, mix, orchestrate, run_compiled

if TYPE_CHECKING:
    from llmos_core.protocols.context import PluginContext
    from llmos_core.types.decision import ModeContext, ModeDecision

FOLLOWER_LINE, MIXED_LINE = 0.75, 0.5


class CostOptimized:
    """Follows from 0.75 and mixes from 0.5 on, or from the configured lines where those are lower."""

    def decide(self, context: ModeContext) -> ModeDecision:
        """Return the cheapest mode that the safety floor allows."""
        lines = context.thresholds
        return (
            run_compiled(context, min(FOLLOWER_LINE, lines.follower))
            or follow(context, min(FOLLOWER_LINE, lines.follower))
            or mix(context, min(MIXED_LINE, lines.mixed))
            or (orchestrate(context) if context.is_critical else None)
            or learn(context)
        )


def open_cost_optimized(_context: PluginContext) -> CostOptimized:
    """Make the strategy."""
    return CostOptimized()
