"""Count the cues for many steps in a goal: whole words and phrases, never parts of words, never quoted text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from llmos_core.protocols.context import PluginContext

CUES = (
    "and",
    "then",
    "after that",
    "create a project",
    "analyze and",
    "analyse and",
    "research",
    "multiple",
    "in parallel",
    "coordinate",
    "delegate",
    "orchestrate",
    "team",
    "pipeline",
    "workflow",
    "step by step",
)

_QUOTED = re.compile(r"\"[^\"]*\"|“[^”]*”|`[^`]*`|(?<!\w)'[^']*'(?!\w)|(?<!\w)‘[^’]*’(?!\w)")
_EDGES = "()[]{}<>,;:!?.*"


class CueCounter:
    """Serves as `complexity`: how many signs of many steps a goal shows."""

    def count(self, goal: str) -> int:
        """Return the number of different cues."""
        return count_cues(goal)


def count_cues(goal: str) -> int:
    """Return how many different cues occur in the goal; a phrase counts beside the words it is made of."""
    words = (word.strip(_EDGES).lower() for word in _QUOTED.sub(" … ", goal).split())
    line = f" {' '.join(words)} "
    return sum(f" {cue} " in line for cue in CUES)


def open_complexity(_context: PluginContext) -> CueCounter:
    """Make the counter."""
    return CueCounter()
