"""Everything that could explain one value of one call: a constant, a stretch of the goal, an earlier output.

An explanation is a key that means the same in every run, and the stretches of this run's goal it refers to. What
explains a value in all runs is the intersection of the keys; more runs can only make it smaller.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from llmos_core.types.json import canonical_json
from llmos_std.learning.clock import clock_keys
from llmos_std.learning.coming import next_picks, speaks_of_next
from llmos_std.learning.leaves import value_at
from llmos_std.learning.ordering import is_orderable, speaks_of
from llmos_std.learning.picking import most, picks, scalars
from llmos_std.learning.saying import meets, says
from llmos_std.learning.values import LONGEST, ways

if TYPE_CHECKING:
    from collections.abc import Sequence

    from llmos_core.types.json import JsonValue
    from llmos_std.learning.wording import Goal, Span

Key = tuple[Any, ...]
Space = dict[Key, frozenset["Span"]]
"""Explanation → the stretches of the goal it may refer to (none for those that need none)."""

_INFORMATIVE = 3
_SOURCES = 200
LONGEST_LABEL = 80
"""Characters: a longer text of an item is no name that a goal would say."""
_SMALL_WORDS = re.compile(
    "the|for|and|you|can|all|any|his|her|its|our|who|was|has|had|not|but|are|did|new|old|get|set|put|add|now|day|ask"
)


def explain(value: JsonValue, goal: Goal, outputs: Sequence[Any], *, today: str = "") -> Space:
    """Return the whole space of explanations of a value, given the goal and the outputs of the steps before it."""
    space: Space = {("const", canonical_json(value)): frozenset()}
    roles: dict[Key, set[Span]] = {}
    for key, span in clock_keys(value, goal, today):
        roles.setdefault(key, set()).update([] if span is None else [span])
    space |= {key: frozenset(spans) for key, spans in roles.items()}
    _add_goal(space, value, goal)
    for step, output in enumerate(outputs):
        _add_output(space, value, goal, step, output, today)
    return space


def comes_from_goal(space: Space) -> bool:
    """Say whether a value is some stretch of the goal, whole or in a fixed frame."""
    return any(key[0] in {"goal", "frame"} for key in space)


def is_said_by(space: Space) -> bool:
    """Say whether a value is all made of some stretch of the goal: in a frame, the rest may come from elsewhere."""
    return any(key[0] == "goal" for key in space)


def _add_goal(space: Space, value: JsonValue, goal: Goal) -> None:
    roles: dict[Key, set[Span]] = {}
    if isinstance(value, str):
        for span in goal.spans_of(value):
            for way in ways(goal.text_of(span), value, of_long=True):
                roles.setdefault(("goal", way), set()).add(span)
    for span in goal.short_spans(LONGEST):
        text = goal.text_of(span)
        for way in ways(text, value):
            roles.setdefault(("goal", way), set()).add(span)
        if isinstance(value, str) and len(text) >= _INFORMATIVE and text in value and text != value:
            before, _, after = value.partition(text)
            if text not in after:
                roles.setdefault(("frame", before, after), set()).add(span)
    space |= {key: frozenset(spans) for key, spans in roles.items()}


def _add_output(space: Space, value: JsonValue, goal: Goal, step: int, output: Any, today: str) -> None:
    if not is_informative(value):
        return
    found = 0
    for path, one in scalars(output):
        if one != value or type(one) is not type(value):
            continue
        found += 1
        if found > _SOURCES:
            return
        at = next((index for index, key in enumerate(path) if isinstance(key, int)), None)
        if at is None:
            space["out", step, path, None, ()] = frozenset()
            continue
        outer, inner = path[:at], path[at + 1 :]
        if any(isinstance(key, int) for key in inner):
            continue
        items = value_at(output, outer)
        index: int = path[at]  # type: ignore[assignment]
        coming = next_picks(items, index, today) if speaks_of_next(goal.text) else ()
        for pick in (*picks(items, index), *coming):
            space["out", step, outer, pick, inner] = frozenset()
        _add_of_goal(space, goal, ("out", step, outer), items, index, inner)
        _add_first_of_goal(space, goal, ("out", step, outer), items, index, inner, today)


def _add_of_goal(space: Space, goal: Goal, start: Key, items: list[Any], index: Any, inner: Any) -> None:
    """Add the ways that find the item by something the goal says about it."""
    item = items[index]
    if not isinstance(item, dict):
        return
    for name, value in item.items():
        if not isinstance(value, str) or len(value) < _INFORMATIVE:
            continue
        for how in ("is", "has"):
            spans = goal.spans_of(value) if how == "is" else said_inside(goal, value)
            good = {s for s in spans if sum(meets(_field(row, name), goal.text_of(s), how) for row in items) == 1}
            if good:
                space[(*start, ("of-goal", name, how), inner)] = frozenset(good)


def _add_first_of_goal(
    space: Space, goal: Goal, start: Key, items: list[Any], index: Any, inner: Any, today: str
) -> None:
    """Add the ways that take the greatest, least or next of those items which have in them what the goal says."""
    item = items[index]
    signs = [sign for sign in (1, -1) if speaks_of(goal.text, sign)]
    ordered = [name for name, value in item.items() if is_orderable(name, value)] if isinstance(item, dict) else []
    is_next = speaks_of_next(goal.text)
    if not (signs or is_next) or not ordered:
        return
    for name, value in item.items():
        if not isinstance(value, str) or not _INFORMATIVE <= len(value) <= LONGEST_LABEL:
            continue
        found: dict[Key, set[Span]] = {}
        for span in {*goal.spans_of(value), *said_inside(goal, value)}:
            rows = [row for row in items if says(row, name, goal.text_of(span))]
            picks_of = [("most-of", by, sign, name) for by in ordered for sign in signs if most(rows, by, sign) is item]
            place = next((at for at, row in enumerate(rows) if row is item), None)
            coming = () if place is None or not is_next else next_picks(rows, place, today)
            for pick in (*picks_of, *(("next-of", by, name) for _, by in coming)):
                found.setdefault((*start, pick, inner), set()).add(span)
        space |= {key: frozenset(spans) for key, spans in found.items()}


def _field(row: Any, name: str) -> Any:
    return row.get(name) if isinstance(row, dict) else None


def said_inside(goal: Goal, value: JsonValue) -> list[Span]:
    """Return the stretches of a goal that stand as words in a text, small words apart."""
    spans = goal.short_spans(LONGEST)
    return [
        span
        for span in spans
        if len(text := goal.text_of(span)) >= _INFORMATIVE
        and not _SMALL_WORDS.fullmatch(text.lower())
        and meets(value, text, "has")
    ]


def is_informative(value: JsonValue) -> bool:
    """Say whether a value is too special to turn up in an output by chance: True, 1 and "a" are not."""
    if isinstance(value, bool) or value is None:
        return False
    return len(value if isinstance(value, str) else canonical_json(value)) >= _INFORMATIVE
