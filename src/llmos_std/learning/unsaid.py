"""Constants that nobody said: they may come from a rule of the house, of which runs of other wordings show more.

"Reserve 'Salt Roads'" is made with pickup="main desk", and no word of it says so. Where a run of another wording made
the same calls, explained alike in everything else, with pickup="annex", nobody knows what decides between them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmos_std.learning.cutting import unbounded
from llmos_std.learning.moving import unsteady

if TYPE_CHECKING:
    from collections.abc import Iterable

    from llmos_std.learning.explaining import Space
    from llmos_std.learning.programs import Program
    from llmos_std.learning.slicing import Example

_SAID = frozenset({"goal", "frame", "said"})


def doubted(program: Program, everyone: Iterable[Example]) -> str:
    """Return what other runs show against a program, or that nothing is known of the day it is for; "" for neither."""
    return contradicted(program, everyone) or unsteady(program, everyone)


def contradicted(program: Program, everyone: Iterable[Example]) -> str:
    """Return which unsaid constant of a program another run had otherwise, all else being explained alike; else ""."""
    told = {one.run.id for one in (*program.examples, *program.witnesses)}
    for one in everyone:
        if one.run.id not in told and one.tools == program.first.tools and (name := _otherwise(program, one)):
            return f"'{name}' was another one in a run that did the same, and no word says why"
    return ""


def _otherwise(program: Program, one: Example) -> str:
    """Return the name of an effect's argument in which a run differs though no other does, "" when it is not so."""
    found = ""
    for step, of_step in enumerate(program.spaces):
        if program.first.steps[step].effect.is_safe:
            continue
        if of_step.keys() != one.leaves[step].keys():
            return ""
        for path, space in of_step.items():
            theirs = one.spaces[step][path]
            if not space or {unbounded(key) for key in space} & theirs.keys():
                continue
            if not _is_unsaid(program.first.spaces[step][path]) or not _is_unsaid(theirs):
                return ""
            found = ".".join(map(str, path))
    return found


def _is_unsaid(space: Space) -> bool:
    """Say whether a value is a constant of which no goal says anything."""
    return any(key[0] == "const" for key in space) and not any(key[0] in _SAID for key in space)
