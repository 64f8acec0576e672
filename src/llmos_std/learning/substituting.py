"""Runs read as if they had looked with the tool that another goal names: "visits" where they said "users".

That the look follows the words is shown only by runs that acted after different looks, each named by its own goal; so
whatever else they did alike did not depend on it. A look whose result goes into a call is never exchanged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from llmos_std.learning.branching_runs import names_in, stem
from llmos_std.learning.clauses import plain_words
from llmos_std.learning.repertoire import kind_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from llmos_std.learning.branching_runs import Watched
    from llmos_std.learning.clauses import Clause
    from llmos_std.learning.programs import Program
    from llmos_std.learning.runs import LoggedCall
    from llmos_std.learning.wording import Alignment, Goal, Span

    Looks = Mapping[Any, Mapping[str, LoggedCall]]

_SHOWN = 2


def as_named(known: Sequence[Watched], goal: Goal, clause: Clause, looks: Looks) -> list[Watched]:
    """Return the runs as if each had looked with the tool that the goal names, where its own goal names another one.

    `looks` are looks by their kind and tool. Nothing is changed where the goal does not name one tool best.
    """
    tools = {tool for of_kind in looks.values() for tool in of_kind}
    wanted = look_named(goal, clause, tools)
    if wanted is None or clause.than is None:
        return list(known)
    return [_as_named(one, wanted[0], tools, looks) for one in known]


def _as_named(one: Watched, tool: str, tools: Iterable[str], looks: Looks) -> Watched:
    own = look_named(one.goal, one.clause, tools)
    if own is None or one.clause.than is None:
        return one
    if own[0] == tool:
        return one.naming_with(own[1], {})
    places = [place for place, name in enumerate(one.looks) if name == own[0]]
    if len(places) != 1 or tool in one.tools or _goes_on(one, places[0]):
        return one
    call = looks.get(kind_of(one.steps[places[0]]), {}).get(tool)
    return one if call is None else one.naming_with(own[1], {places[0]: call})


def look_named(goal: Goal, clause: Clause, tools: Iterable[str]) -> tuple[str, Span] | None:
    """Return the tool with the most words of a clause in its name, and their stretch; None where two have as many."""
    words = plain_words(goal)
    said = {tool: [place for place in clause.words if stem(words[place]) in names_in(tool)] for tool in tools}
    most = max(map(len, said.values()), default=0)
    best = [tool for tool, places in said.items() if len(places) == most]
    if not most or len(best) != 1:
        return None
    places = said[best[0]]
    span = places[0], places[-1] + 1
    return (best[0], span) if len(places) == span[1] - span[0] else None


def _goes_on(one: Watched, place: int) -> bool:
    """Say whether something of what a look returned may have gone into a call."""
    return any(key[:2] == ("out", place) for of_step in one.spaces for space in of_step.values() for key in space)


def names_there(anchor: Watched, goal: Goal, alignment: Alignment, tool: str) -> bool:
    """Say whether a goal names the look where the anchor's goal named its own, if it may be exchanged."""
    span = None if anchor.naming is None else alignment.across(anchor.naming)
    words = [] if span is None else plain_words(goal)[slice(*span)]
    return anchor.naming is None or (span is not None and all(stem(word) in names_in(tool) for word in words))


def unshown(program: Program) -> str:
    """Return why looks may not be exchanged in a program, "" when they may or none is."""
    for place in {place for one in program.examples for place in one.stand_ins}:
        tools = {one.recorded_tools[place] for one in program.examples}
        if len(tools) < _SHOWN:
            return f"only runs that looked with {min(tools)} show what is done then"
    return ""
