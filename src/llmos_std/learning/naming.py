"""Whether a goal names, in words that are known, another value than the one that a program would put there."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING

from llmos_core.types.json import canonical_json
from llmos_std.learning.binding import NOTHING, settled, waits

if TYPE_CHECKING:
    from llmos_std.learning.programs import Program
    from llmos_std.learning.vocabulary import Place, Vocabulary
    from llmos_std.learning.wording import Alignment, Goal


def names_another(words: Vocabulary, program: Program, goal: Goal, alignment: Alignment) -> str:
    """Return what a goal names besides the values that a program has for it, "" when nothing.

    Only arguments count whose values are all settled before anything is looked at; what else a goal speaks of may be
    what a look returns.
    """
    taken: dict[Place, set[str | None]] = defaultdict(set)
    for step, of_step in enumerate(program.spaces):
        for path, space in of_step.items():
            place = (program.first.steps[step].tool, path)
            if place in words.names:
                value = NOTHING if waits(space) else settled(program, step, path, goal, alignment, (), "")
                taken[place].add(None if value is NOTHING else canonical_json(value))
    for place, values in taken.items():
        if None not in values and (others := words.mentioned(place, goal) - values):
            return f"the goal also names {json.loads(min(others))!r} for '{'.'.join(map(str, place[1]))}'"
    return ""
