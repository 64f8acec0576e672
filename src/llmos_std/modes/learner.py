"""LEARNER: the model is the only source of turns; a run that worked becomes a trace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmos_core.types.task import ModeName
from llmos_std.loop.model_source import ModelSource
from llmos_std.modes.running import finish

if TYPE_CHECKING:
    from llmos_core.protocols.context import PluginContext
    from llmos_core.runtime.context import RunContext
    from llmos_core.types.decision import ModeDecision
    from llmos_core.types.outcome import Outcome


class Learner:
    """Reasons a goal from nothing."""

    async def run(self, context: RunContext, _decision: ModeDecision) -> Outcome:
        """Execute with the model alone."""
        return await finish(context, [ModelSource(context)], mode=ModeName.LEARNER)


def open_learner(_context: PluginContext) -> Learner:
    """Return the mode."""
    return Learner()
