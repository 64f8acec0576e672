"""MIXED: the model works with the trace of a similar goal before it, quoted as data.

The goal stays the user's own goal: an example is shown beside it and never takes its place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmos_core.types.json import canonical_json
from llmos_core.types.task import ModeName
from llmos_std.loop.model_source import ModelSource
from llmos_std.loop.prompting import advice_from
from llmos_std.modes.running import finish

if TYPE_CHECKING:
    from llmos_core.protocols.context import PluginContext
    from llmos_core.runtime.context import RunContext
    from llmos_core.types.decision import ModeDecision
    from llmos_core.types.outcome import Outcome
    from llmos_core.types.trace import Trace

MAX_ADVICE_CHARS = 6_000


class Mixed:
    """Adapts what a similar goal needed."""

    async def run(self, context: RunContext, decision: ModeDecision) -> Outcome:
        """Execute with the model, shown the similar trace when there is one."""
        advice = "" if decision.trace is None else advice_from(decision.trace.goal, _calls(decision.trace))
        return await finish(context, [ModelSource(context, advice=advice, purpose="mixed")], mode=ModeName.MIXED)


def _calls(trace: Trace) -> str:
    lines = (f"- {step.tool} {canonical_json(dict(step.arguments))}" for step in trace.steps)
    text = "\n".join(lines)
    return text if len(text) <= MAX_ADVICE_CHARS else text[:MAX_ADVICE_CHARS] + "…"


def open_mixed(_context: PluginContext) -> Mixed:
    """Return the mode."""
    return Mixed()
