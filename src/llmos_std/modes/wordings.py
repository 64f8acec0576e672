"""When a model, shown the trace of a similar goal, did exactly what that trace does: then the wording is confirmed.

The wording becomes an alias only if the run equals the trace in every call, in what every call found and in its answer,
and if every step has a check that could have failed. Everything else is a program of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmos_core.types.json import canonical_json
from llmos_core.types.record import evolve
from llmos_core.types.task import ModeName
from llmos_core.types.trace import TraceState
from llmos_std.replay.guards import is_discriminating

if TYPE_CHECKING:
    from llmos_core.runtime.context import RunContext
    from llmos_core.types.trace import Trace, TraceStep


def confirmed(context: RunContext, made: Trace, mode: str) -> Trace | None:
    """Return the matched trace with this run's goal as one more alias, None when the run does not confirm it."""
    known = context.match.trace
    if known is None or mode != ModeName.MIXED or context.transcript.surprise is not None:
        return None
    is_allowed = known.state is TraceState.LEARNED and made.goal not in known.negative_goals
    is_other_wording = made.goal_signature != known.goal_signature and made.goal not in known.aliases
    if is_allowed and is_other_wording and _is_same_run(made, known):
        return evolve(known, aliases=(*known.aliases, made.goal))
    return None


def _is_same_run(made: Trace, known: Trace) -> bool:
    is_same_task = canonical_json(dict(made.context)) == canonical_json(dict(known.context))
    is_same_end = made.answer.split() == known.answer.split()
    return (
        is_same_task
        and is_same_end
        and len(made.steps) == len(known.steps)
        and all(_is_same_step(one, other) for one, other in zip(made.steps, known.steps, strict=True))
    )


def _is_same_step(made: TraceStep, known: TraceStep) -> bool:
    """Say whether a step made the known call, ended as it did, and could have been seen to end otherwise."""
    call = made.tool == known.tool and made.fingerprint == known.fingerprint and made.effect is known.effect
    arguments = canonical_json(dict(made.arguments)) == canonical_json(dict(known.arguments))
    seen, recorded = made.observation, known.observation
    end = (seen.status, seen.is_empty, seen.shape) == (recorded.status, recorded.is_empty, recorded.shape)
    content = seen.control == recorded.control if known.effect.is_safe else True
    target = _look(made) == _look(known)
    return call and arguments and end and content and target and is_discriminating(known)


def _look(step: TraceStep) -> str:
    return "" if step.after is None else canonical_json(dict(step.after))
