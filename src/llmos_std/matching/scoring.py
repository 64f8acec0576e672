"""What the tiers share: how sure each may make anybody, and how goals are named in a sentence.

The confidence of a tier is the smaller of its cap and of 1 − the bound on its false follows that was measured: the
95 % Clopper–Pearson bound of `tests/bench/bench_matching.py`, in docs/explanation/measures.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from llmos_core.types.trace import Trace

FRAME_CAP = 0.99
TEMPLATE_CAP = 0.95
VETOED_CAP = 0.49
"""A vetoed proposal scores at most this: below the mixed line of every documented strategy."""

FALSE_FOLLOWS = 3.4e-5
"""Upper bound on the share of hard negatives that these tiers take for the same task: 0 of 90,000 were."""

FRAME_SCORE = min(FRAME_CAP, 1 - FALSE_FOLLOWS)
TEMPLATE_SCORE = min(TEMPLATE_CAP, 1 - FALSE_FOLLOWS)

_VALUE_COST = 0.02


def template_score(changed: int) -> float:
    """Return the score of a template whose `changed` slots differ: 0.95 for none, else falling from 0.9 to 0.8."""
    return TEMPLATE_SCORE if changed == 0 else round(max(0.8, 0.92 - _VALUE_COST * changed), 3)


def wordings(trace: Trace) -> tuple[str, ...]:
    """Return every wording that a trace answers to."""
    return (trace.goal, *trace.aliases)


def quoted(goal: str, limit: int = 60) -> str:
    """Return a goal as one short quoted line."""
    line = " ".join(goal.split())
    return f"'{line if len(line) <= limit else line[: limit - 1] + '…'}'"
