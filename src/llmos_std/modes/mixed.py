"""MIXED: a small model call completes a learned program, or the model works with a similar trace shown as data.

The goal stays the user's own goal: an example is shown beside it and never takes its place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmos_core.errors import NoModelError, ProviderError
from llmos_core.types.json import canonical_json
from llmos_core.types.task import ModeName
from llmos_std.loop.model_source import ModelSource
from llmos_std.loop.prompting import advice_from
from llmos_std.modes.running import finish

if TYPE_CHECKING:
    from collections.abc import Sequence

    from llmos_core.protocols.context import PluginContext
    from llmos_core.runtime.context import RunContext
    from llmos_core.types.decision import ModeDecision
    from llmos_core.types.outcome import Outcome
    from llmos_core.types.trace import Trace
    from llmos_std.learning.proposing import Proposal
    from llmos_std.loop.loop import Source

MAX_ADVICE_CHARS = 6_000


class Mixed:
    """Adapts what a similar goal needed."""

    async def run(self, context: RunContext, decision: ModeDecision) -> Outcome:
        """Execute with the model, shown the similar trace when there is one."""
        if context.match.proposals and (outcome := await _completed(context, context.match.proposals)) is not None:
            return outcome
        advice = "" if decision.trace is None else advice_from(decision.trace.goal, _calls(decision.trace))
        return await finish(context, [ModelSource(context, advice=advice, purpose="mixed")], mode=ModeName.MIXED)


async def _completed(context: RunContext, proposed: Sequence[tuple[Proposal, Trace]]) -> Outcome | None:
    """Let one small call choose a learned program, fill its open values and run it; None when that is refused.

    Whatever then surprises the program is the model's business, with the same transcript.
    """
    from llmos_std.learning.filling import read_reply, request_for
    from llmos_std.learning.generalising import bound
    from llmos_std.learning.source import ProgramSource

    today = context.clock.now().date().isoformat()
    try:
        reply = await context.ask(request_for([proposal for proposal, _ in proposed], today=today))
    except (NoModelError, ProviderError):
        return None  # this model takes no small calls; it may well take the goal
    if reply.calls:  # it began to act instead: that is its first turn
        source = ModelSource(context, purpose="mixed", first=reply)
        return await finish(context, [source], mode=ModeName.MIXED)
    filling = read_reply([proposal for proposal, _ in proposed], reply.text, today=today)
    if isinstance(filling, str):
        context.publish("holes_refused", reason=filling)
        return None
    trace = next(trace for proposal, trace in proposed if proposal is filling.proposal)
    program = bound(filling, today)
    sources: list[Source] = [ProgramSource(context, program, trace), ModelSource(context, purpose="surprise")]
    return await finish(context, sources, mode=ModeName.MIXED)


def _calls(trace: Trace) -> str:
    lines = (f"- {step.tool} {canonical_json(dict(step.arguments))}" for step in trace.steps)
    text = "\n".join(lines)
    return text if len(text) <= MAX_ADVICE_CHARS else text[:MAX_ADVICE_CHARS] + "…"


def open_mixed(_context: PluginContext) -> Mixed:
    """Return the mode."""
    return Mixed()
