"""Answer fast: replay earlier than usual, and never take the slow roads (mixed, many agents)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmos_std.strategies.choices import follow, learn, run_compiled

if TYPE_CHECKING:
    from llmos_core.protocols.context import PluginContext
    from llmos_core.types.decision import ModeContext, ModeDecision

FOLLOWER_LINE = 0.7


class SpeedOptimized:
    """Follows from 0.7 on, or from the configured line where that is lower; everything else is learned."""

    def decide(self, context: ModeContext) -> ModeDecision:
        """Return the fastest mode that the safety floor allows."""
        line = min(FOLLOWER_LINE, context.thresholds.follower)
        return run_compiled(context, line) or follow(context, line) or learn(context)


def open_speed_optimized(_context: PluginContext) -> SpeedOptimized:
    """Make the strategy."""
    return SpeedOptimized()
