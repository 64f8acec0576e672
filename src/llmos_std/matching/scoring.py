"""What the tiers share: how high a proposal may score, and how goals are named in a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from llmos_core.types.trace import Trace

TEMPLATE_CAP = 0.95
VETOED_CAP = 0.49
"""A vetoed proposal scores at most this: below the mixed line of every documented strategy."""

_VALUE_COST = 0.02


def template_score(changed: int) -> float:
    """Return the score of a template whose `changed` slots differ: 0.95 for none, else falling from 0.9 to 0.8."""
    return TEMPLATE_CAP if changed == 0 else max(0.8, 0.92 - _VALUE_COST * changed)


def wordings(trace: Trace) -> tuple[str, ...]:
    """Return every wording that a trace answers to."""
    return (trace.goal, *trace.aliases)


def quoted(goal: str, limit: int = 60) -> str:
    """Return a goal as one short quoted line."""
    line = " ".join(goal.split())
    return f"'{line if len(line) <= limit else line[: limit - 1] + '…'}'"
