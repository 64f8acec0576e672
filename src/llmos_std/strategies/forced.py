"""One mode whatever was learned: for tests, for fresh reasoning, and for runs that must not ask a model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmos_core.types.decision import ModeDecision
from llmos_core.types.task import ModeName
from llmos_std.strategies.choices import learn

if TYPE_CHECKING:
    from llmos_core.protocols.context import PluginContext
    from llmos_core.types.decision import ModeContext


class ForcedLearner:
    """Always asks the model, as if nothing had been learned."""

    def decide(self, context: ModeContext) -> ModeDecision:
        """Return LEARNER."""
        return learn(context, "this strategy always learns afresh")


class ForcedFollower:
    """Never asks a model. Where nothing may be replayed it says so: FOLLOWER, no trace, confidence 0."""

    def decide(self, context: ModeContext) -> ModeDecision:
        """Return FOLLOWER, with the trace when it may be replayed, whatever the confidence."""
        trace = context.match.trace
        if trace is not None and context.is_replayable:
            why = f"{context.match.why}; this strategy follows whatever may be replayed"
            return ModeDecision(mode=ModeName.FOLLOWER, confidence=context.confidence, reasoning=why, trace=trace)
        why = f"{context.match.why}; nothing may be replayed, and this strategy never asks a model"
        return ModeDecision(mode=ModeName.FOLLOWER, confidence=0.0, reasoning=why)


def open_forced_learner(_context: PluginContext) -> ForcedLearner:
    """Make the strategy that always learns."""
    return ForcedLearner()


def open_forced_follower(_context: PluginContext) -> ForcedFollower:
    """Make the strategy that always follows."""
    return ForcedFollower()
