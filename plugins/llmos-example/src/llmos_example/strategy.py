"""Choose as the standard strategy does, but never follow what was learned too long ago.

A strategy may be stricter than the safety floor, never looser: here a stale trace is only ever learned anew.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from llmos_core.types.decision import ModeContext, ModeDecision
from llmos_core.types.task import ModeName
from llmos_example.age import is_stale
from llmos_std.strategies.auto import Auto

if TYPE_CHECKING:
    from collections.abc import Callable

    from llmos_core.protocols.context import PluginContext


class Fresh:
    """Decides as `auto` while the matched trace is younger than `days`, else has the model reason again."""

    def __init__(self, days: int, now: "Callable[[], datetime]") -> None:
        self._days = days
        self._now = now
        self._usual = Auto()

    def decide(self, context: ModeContext) -> ModeDecision:
        """Return LEARNER for a stale trace, and the standard decision for everything else."""
        trace = context.match.trace
        if trace is None or not is_stale(trace, self._now(), self._days):
            return self._usual.decide(context)
        why = f"{context.match.why}; that was {self._days} days ago or more, so it is learned anew"
        return ModeDecision(mode=ModeName.LEARNER, confidence=context.confidence, reasoning=why)


def open_fresh(context: "PluginContext") -> Fresh:
    """Make the strategy, with the section's days and the kernel's clock."""
    return Fresh(context.config.days, context.clock.now)
