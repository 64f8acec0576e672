"""Which items a wise model would say are meant: those of which every word of the goal that names a value is true.

It reads the goal alone and never looks at what is right. Where a goal names several values of one field, each of them
is a reading, and all readings have to come out rightly.
"""

from __future__ import annotations

import json
import re
from itertools import product
from typing import TYPE_CHECKING, Any

from llmos_core.types.json import canonical_json
from llmos_std.learning.clock import clock_value
from llmos_std.learning.selecting import MOST_TESTS, day_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from llmos_std.learning.proposing import Proposal
    from llmos_std.learning.wording import Goal

_QUOTED = re.compile(r"(?<!\w)'[^']*'(?!\w)|\"[^\"]*\"")
_NOT_BEFORE = re.compile(r"\b(?:not|\w+n't|except|without|other than)\b[^,.;]{0,12}$", re.IGNORECASE)
_OVERDUE = re.compile(r"\b(?:overdue|past due|late)\b", re.IGNORECASE)
_NOT_FOR = re.compile(r"\b(?:not|\w+n't)\b", re.IGNORECASE)


def readings(proposal: Proposal, values: Mapping[str, Any], today: str) -> list[list[dict[str, Any]]]:
    """Return the lists of tests that the words of a goal may mean, as a reply would give them."""
    if proposal.each is None:
        return []
    text, done = _QUOTED.sub(" ", proposal.goal.text), _set(proposal, values)
    choices: list[list[dict[str, Any]]] = []
    for field, column in sorted(proposal.each.columns.items()):
        named = [value for value in map(json.loads, sorted(column)) if _is_named(value, proposal.goal, text)]
        if said := [value for value in named if canonical_json(value).casefold() not in done]:
            choices.append([{"field": field, _way(text, value): value} for value in said])
    if (day := _day(proposal.goal, text, today)) and (dated := _dated(proposal.each.columns)):
        choices.append([{"field": field, "before": day} for field in dated])
    return [list(one) for one in product(*choices)] if len(choices) <= MOST_TESTS else []


def _is_named(value: Any, goal: Goal, text: str) -> bool:
    return isinstance(value, str) and value.casefold() in text.casefold() and bool(goal.spans_of(value))


def _way(text: str, value: str) -> str:
    return "not" if _NOT_BEFORE.search(text[: text.casefold().index(value.casefold())]) else "is"


def _set(proposal: Proposal, values: Mapping[str, Any]) -> set[str]:
    """Return the values, as JSON, that the last call is given: what is set does not say which items are meant."""
    _, arguments = proposal.outline()[-1]
    last = len(proposal.program.first.steps) - 1
    filled = [values[hole.name] for hole in proposal.holes for step, _ in hole.places if step == last]
    return {canonical_json(one).casefold() for one in (*arguments.values(), *filled)}


def _day(goal: Goal, text: str, today: str) -> str:
    """Return the day before which something is overdue, or has not been for so long; "" where none is said."""
    if not today:
        return ""
    if _OVERDUE.search(text):
        return today
    found = (clock_value(("clock-length", -1), goal.text_of(span), today) for span in goal.short_spans(2))
    return next(filter(None, found), "") if _NOT_FOR.search(text) else ""


def _dated(columns: Mapping[str, Iterable[str]]) -> list[str]:
    return [name for name, texts in sorted(columns.items()) if all(day_of(json.loads(text)) for text in texts)]
