"""Which learned programs a small call is shown for a goal that may not be followed: the nearest of each kind.

Likeness may propose a program here; what becomes of it is decided by what the call fills in and by looks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from llmos_std.learning.cues import condition_in
from llmos_std.learning.joining import programme
from llmos_std.learning.proposing import Proposal, propose
from llmos_std.learning.repeating import open_loop_of
from llmos_std.learning.repertoire import exchanged, words_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from llmos_std.learning.likeness import Likeness
    from llmos_std.learning.repertoire import Words
    from llmos_std.learning.slicing import Example
    from llmos_std.learning.substituting import Looks
    from llmos_std.learning.wording import Alignment, Goal

_MOST, _ALIKE = 5, 0.4
_PROPOSED = 3


def nominated(
    known: Sequence[Example], likeness: Likeness, looks: Looks, goal: Goal, *, today: str
) -> tuple[Proposal, ...]:
    """Return the best programs, one of which a small call could make fit: at most three, of different calls.

    `looks` are those of all runs, by their kind and tool.
    """
    words = words_of(known)
    if condition_in(goal.text):
        known = [one.watchful for one in known if one.steps]
    near = [(one, found) for one in known if (found := one.same_wording(goal)) is not None]
    near.sort(key=lambda pair: (len(pair[1].changed), pair[0].run.id))
    alike = sorted(
        ((likeness.of(one.goal, goal), one) for one in known if one.steps),
        key=lambda pair: (-pair[0], pair[1].run.id),
    )
    others: list[tuple[Example, Alignment | None]] = [(one, None) for score, one in alike[:_MOST] if score >= _ALIKE]
    candidates = [*((one, found) for one, found in near if one.steps), *others]
    tried = [_proposal(one, found, known, looks, goal, today, words) for one, found in candidates]
    best = sorted(
        (one for one in tried if isinstance(one, Proposal)),
        key=lambda one: (one.alignment is None, -len(one.program.examples)),
    )
    different: dict[Any, Proposal] = {}
    for one in best:
        different.setdefault(one.program.first.skeleton, one)
    return tuple(different.values())[:_PROPOSED]


def _proposal(
    one: Example,
    found: Alignment | None,
    known: Sequence[Example],
    looks: Looks,
    goal: Goal,
    today: str,
    words: Words,
) -> Proposal | str:
    """Return the program of an example with what is open: of a loop, also the items that are meant."""
    if (loop := open_loop_of(one, known)) is not None:
        program, each = loop
        alignment = None if found is None else program.first.same_wording(goal)
        return propose(program, alignment, goal, today=today, words=words, each=each)
    return propose(exchanged(programme(one, known), goal, looks), found, goal, today=today, words=words)
