"""The choices that strategies are made of. Each returns a decision, or None when it does not apply.

Whatever line a strategy draws, `follow` and `run_compiled` hold the safety floor: only a replayable match.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmos_core.types.decision import ModeDecision
from llmos_core.types.task import ModeName

if TYPE_CHECKING:
    from llmos_core.types.decision import ModeContext


def run_compiled(context: ModeContext, line: float) -> ModeDecision | None:
    """Run the compiled form of the trace, when it has been promoted to one and that mode is installed."""
    if context.match.compiled is None:
        return None
    return _act_alone(context, ModeName.CRYSTALLIZED, line)


def follow(context: ModeContext, line: float) -> ModeDecision | None:
    """Replay the trace from a confidence of `line` on. Without a model there is no line: replaying is all there is."""
    return _act_alone(context, ModeName.FOLLOWER, line if context.has_model else 0.0)


def mix(context: ModeContext, line: float) -> ModeDecision | None:
    """Let the model work with the trace from a confidence of `line` on."""
    trace = context.match.trace
    is_possible = context.has_model and trace is not None and ModeName.MIXED in context.available
    if not is_possible or context.confidence < line:
        return None
    why = f"{context.match.why}; {_sure(context)} is enough to work with what was learned"
    return ModeDecision(mode=ModeName.MIXED, confidence=context.confidence, reasoning=why, trace=trace)


def orchestrate(context: ModeContext) -> ModeDecision | None:
    """Split the goal among agents when it shows enough cues for many steps."""
    is_possible = context.has_model and ModeName.ORCHESTRATOR in context.available
    if not is_possible or context.complexity < context.thresholds.complexity:
        return None
    why = f"the goal shows {context.complexity} signs of many steps, {context.thresholds.complexity} are enough"
    return ModeDecision(mode=ModeName.ORCHESTRATOR, confidence=context.confidence, reasoning=why)


def learn(context: ModeContext, why: str = "") -> ModeDecision:
    """Ask the model; always possible to decide, and honest about it when there is no model to ask."""
    why = why or f"{context.match.why}; {_sure(context)} is not enough to use what was learned"
    if not context.has_model:
        why = f"{context.match.why}; nothing may be replayed, and no model can be asked"
    return ModeDecision(mode=ModeName.LEARNER, confidence=context.confidence, reasoning=why)


def _act_alone(context: ModeContext, mode: ModeName, line: float) -> ModeDecision | None:
    trace = context.match.trace
    is_allowed = context.is_replayable and trace is not None and mode in context.available
    if not is_allowed or context.confidence < line:
        return None
    why = f"{context.match.why}; {_sure(context)} is enough to act without a model"
    return ModeDecision(mode=mode, confidence=context.confidence, reasoning=why, trace=trace)


def _sure(context: ModeContext) -> str:
    return f"a confidence of {context.confidence:.3g}"
