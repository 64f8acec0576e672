"""Lists that may have been cut: many a search returns only so many items, and does not say that there are more.

What hangs on a whole list (the oldest, all of them, how many) is known only of a list that is shorter than one which
the same tool has returned to the same runs; or, for the first of an order, of one in this order and cut at its end.
"""

from __future__ import annotations

from math import factorial, prod
from typing import TYPE_CHECKING, Any

from llmos_std.learning.leaves import value_at
from llmos_std.learning.runs import structured

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from llmos_std.learning.branching import Branch
    from llmos_std.learning.conditions import Condition
    from llmos_std.learning.explaining import Key, Space
    from llmos_std.learning.programs import Program
    from llmos_std.learning.slicing import Example

_BY_CHANCE = 0.01
_FEWEST = 3
_MORE, _LESS = frozenset({">", ">="}), frozenset({"<", "<="})
ANY_LENGTH = 1_000_000_000
"""The longest list that was seen, where it does not matter whether a list is cut."""
OF_WHOLE = frozenset({"most", "most-of"})
"""The first parts of picks that hang on all of a list."""


def longest(members: Iterable[Example], tool: str, outer: tuple[Any, ...]) -> int:
    """Return the length of the longest list that a tool returned to some runs, in this place of its output."""
    calls = (call for one in members for call in one.run.calls if call.tool == tool and call.is_ok)
    found = (value_at(structured(call.output), outer) for call in calls)
    return max((len(items) for items in found if isinstance(items, list)), default=0)


def may_be_cut(items: Sequence[Any], known: int) -> bool:
    """Say whether a list may lack items, where the longest that was seen had `known`; one of two items lacks none."""
    return len(items) >= max(known, _FEWEST)


def orders(items: Sequence[Any], name: str, sign: int) -> int:
    """Return in how many orders these values could stand, 0 unless they fall (sign 1) or rise (-1)."""
    values: list[Any] = [row.get(name) for row in items if isinstance(row, dict)]
    if len(values) != len(items) or len({type(value) for value in values}) > 1 or None in values:
        return 0
    is_in_order = values == sorted(values, reverse=sign > 0)
    return factorial(len(set(map(str, values)))) if is_in_order else 0


def is_known_first(items: Sequence[Any], pick: tuple[Any, ...]) -> bool:
    """Say whether the greatest or least that a pick with its bounds names is in this list, and not in what is missing.

    The bounds are the longest list that was seen, and in how many orders all seen lists could have stood.
    """
    if len(pick) <= _AT_BOUNDS:
        return True
    known, ways = pick[_AT_BOUNDS:]
    return not may_be_cut(items, known) or ways * orders(items, pick[1], pick[2]) * _BY_CHANCE >= 1


_AT_BOUNDS = 4


def bounded(space: Space, members: Sequence[Example]) -> Space:
    """Return a space in which whatever hangs on a whole list says how long and in what order lists were."""
    return {_bounded(key, members): spans for key, spans in space.items()}


def _bounded(key: Key, members: Sequence[Example]) -> Key:
    if key[0] != "out" or key[3] is None or key[3][0] not in OF_WHOLE:
        return key
    _, step, outer, pick, inner = key
    tool = members[0].steps[step].tool
    lists = [value_at(one.outputs[step], outer) for one in members]
    ways = prod(orders(items, pick[1], pick[2]) for items in lists if isinstance(items, list))
    return "out", step, outer, (*pick, longest(members, tool, outer), ways), inner


def unbounded(key: Key) -> Key:
    """Return a key as a single run has it."""
    is_of_whole = key[0] == "out" and key[3] is not None and key[3][0] in OF_WHOLE
    return (*key[:3], key[3][:_AT_BOUNDS], key[4]) if is_of_whole else key


def decided(condition: Condition | Branch, outputs: Sequence[Any], program: Program) -> bool | None:
    """Return what a condition says of these looks, None where it cannot be told or what is missing could change it."""
    is_met = condition.decide(outputs)
    members = (*program.examples, *program.witnesses)
    compared: tuple[Any, ...] = getattr(condition, "conditions", (condition,))
    for one in compared:
        for look in (one.look, *([] if one.than_look is None else [one.than_look])):
            items = outputs[look] if look < len(outputs) else None
            if not isinstance(items, list) or not all(isinstance(row, dict) for row in items):
                continue  # numbers are a series, not what a search found
            known = longest(members, program.first.steps[look].tool, ())
            if may_be_cut(items, known) and not _stays(one, len(items), is_met=is_met):
                return None
    return is_met


def _stays(condition: Condition, count: int, *, is_met: bool | None) -> bool:
    """Say whether more items than so many could not change what a condition came to."""
    if condition.than_look is not None:
        return False
    if condition.quantity == "count":
        is_above = condition.operator == "==" and count > condition.than
        return condition.operator in (_MORE if is_met else _LESS) or (is_above and not is_met)
    return condition.quantity == ("any" if is_met else "all")
