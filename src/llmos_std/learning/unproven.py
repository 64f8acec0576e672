"""Why a program may not be given the values of a goal: its words say more, or too few runs prove where they go.

Each function returns the reason, "" when there is none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmos_core.types.tools import Effect
from llmos_std.learning.cues import EVERY, adds_meaning
from llmos_std.learning.programs import consumed

if TYPE_CHECKING:
    from llmos_std.learning.looping import Each
    from llmos_std.learning.programs import Program
    from llmos_std.learning.vocabulary import Vocabulary
    from llmos_std.learning.wording import Alignment, Goal

_FOR_WRITES, _FOR_FINAL = 2, 4


def meant_otherwise(
    known: Goal, goal: Goal, alignment: Alignment, words: Vocabulary, *, is_about_many: bool = False
) -> str:
    """Return why the words of a goal say more than other values, "" when they do not."""
    if not is_about_many and (cue := EVERY.search(goal.text)):
        return f"the goal is about a number of things ('{cue[0]}')"
    for (a, b), (i, j) in alignment.changed:
        is_name = words.is_name((a, b), known) and words.is_name((i, j), goal)
        if not is_name and (word := adds_meaning(known.tokens[a:b], goal.tokens[i:j])):
            return f"'{goal.text_of((i, j))}' may be more than a value ('{word}')"
    return ""


def unfit(program: Program, alignment: Alignment, each: Each | None = None) -> str:
    """Return why a program may not be given other values, "" when it may."""
    return _unspent(program, alignment, each) or _unproven(program)


def _unspent(program: Program, alignment: Alignment, each: Each | None = None) -> str:
    """Return which change of a goal goes into no value that is known to vary, "" when all do."""
    for span, _ in alignment.changed:
        if not consumed(program, span) and not (each is not None and each.says(span)):
            return f"'{program.first.goal.text_of(span)}' was changed, and no value is known to depend on it"
    return ""


def _unproven(program: Program) -> str:
    """Return why the runs of a program are too few, or do not tell what decided, "" when they prove enough."""
    if aside := frozenset.intersection(*(one.looks_aside for one in (*program.examples, *program.witnesses))):
        return f"what {min(aside)} returned may have decided what was done"
    is_final = any(step.effect in {Effect.IRREVERSIBLE, Effect.UNKNOWN} for step in program.first.steps)
    if program.vectors < _FOR_WRITES:
        return f"{program.vectors} sets of values were seen, {_FOR_WRITES} are needed"
    if is_final and program.outcomes < _FOR_FINAL:
        return f"{program.outcomes} different effects were seen, {_FOR_FINAL} are needed for what cannot be undone"
    return ""
