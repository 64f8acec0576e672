"""Imported runs of one goal that did different things: which of them is meant, nobody can know.

A run of this machine that is newer replaces an older one. Runs that were taken in from a log have no such order, so
two that differ stand against each other, unless what they looked at before they acted tells their worlds apart.
"""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING

from llmos_core.types.json import canonical_json
from llmos_core.types.tools import CallStatus

if TYPE_CHECKING:
    from collections.abc import Sequence

    from llmos_core.types.trace import Trace, TraceStep

REASON = (
    "another imported run of this goal did something else, and nothing that was looked at tells which is meant; "
    "say it with `llmos run --trace {id}`"
)


def contested(found: Sequence[Trace]) -> frozenset[str]:
    """Return the ids of the imported traces against which another imported one stands, of traces of one goal."""
    imported = [trace for trace in found if trace.is_from_log]
    return frozenset(
        trace.id for trace in imported if any(are_rivals(trace, other) for other in imported if other is not trace)
    )


def are_rivals(one: Trace, other: Trace) -> bool:
    """Say whether two traces have different effects, and no look of both before they act came out differently."""
    if _effects(one) == _effects(other):
        return False
    seen, known = _looks(one), _looks(other)
    return all(seen[call] == known[call] for call in seen.keys() & known.keys())


def _effects(trace: Trace) -> list[str]:
    return [_call(s) for s in trace.steps if not s.effect.is_safe and s.observation.status is CallStatus.OK]


def _looks(trace: Trace) -> dict[str, str]:
    """Return what every look before the first effect came to, by its call."""
    before = takewhile(lambda step: step.effect.is_safe, trace.steps)
    return {_call(step): step.observation.control for step in before}


def _call(step: TraceStep) -> str:
    return canonical_json([step.tool, dict(step.arguments)])
