"""The next item: the first one that is still to come, where a goal says "next" and the items have times.

A list may be cut, but at its end: only of a list in the order of its times is it known that what is missing comes
later. What may be over or not decides nothing, and that is everything within a day of the known day, or between what
runs of one unknown day passed over and what they took.
"""

from __future__ import annotations

import re
from datetime import timedelta
from math import factorial, prod
from typing import TYPE_CHECKING, Any

from llmos_std.learning.clock import read_date
from llmos_std.learning.leaves import value_at
from llmos_std.learning.saying import says

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from llmos_std.learning.explaining import Key, Space
    from llmos_std.learning.leaves import Path
    from llmos_std.learning.programs import Program
    from llmos_std.learning.slicing import Example

_NEXT = re.compile(r"\b(next|upcoming|soonest)\b", re.IGNORECASE)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?)?")
_FEWEST = 2
_BY_CHANCE = 0.01
_NEVER = "~"
"""Later than every time as text."""

Bounds = tuple[str, str]
"""What is not after the first is over, what is not before the second is still to come."""


def speaks_of_next(goal: str) -> bool:
    """Say whether a goal speaks of what comes next."""
    return bool(_NEXT.search(goal))


def next_picks(items: list[Any], index: int, today: str) -> Iterator[tuple[str, str]]:
    """Yield ("next", field) for each field by which an item may have been the next one on the day of the run."""
    item = items[index]
    over, coming = bounds_of_day(today) or ("", _NEVER)
    for name in item if isinstance(item, dict) else ():
        times = times_of(items, name)
        if times is None or times.count(times[index]) > 1 or times[index] <= over:
            continue
        if all(time < coming for time in times if time < times[index]):
            yield "next", name


def times_of(items: list[Any], name: str) -> list[str] | None:
    """Return the times of all items in one form that can be compared, None when some have none."""
    found = [row.get(name) if isinstance(row, dict) else None for row in items]
    times = [value.replace("T", " ") for value in found if isinstance(value, str) and _MOMENT.fullmatch(value)]
    return times if len(times) == len(items) and len({len(time) for time in times}) == 1 else None


def next_item(items: list[Any], name: str, bounds: Bounds = ("", _NEVER)) -> Any:
    """Return the first item that is still to come, None when that is not sure."""
    times = times_of(items, name)
    over, coming = bounds
    if times is None or not _is_rising(times) or any(over < time < coming for time in times):
        return None
    return next((item for item, time in zip(items, times, strict=True) if time >= coming), None)


def next_of(items: list[Any], name: str, label: str, text: str | None, bounds: Bounds = ("", _NEVER)) -> Any:
    """Return the first item still to come of those that say a text in the field `label`, None when that is not sure."""
    if not _is_rising(times_of(items, name) or [_NEVER, _NEVER]):
        return None
    return next_item([row for row in items if says(row, label, text)], name, bounds)


def dated(program: Program, step: int, path: Path, space: Space, today: str) -> Space:
    """Return a space in which the next item is the next one of a day ("" unknown); empty where that cannot be told.

    Runs with and without a day cannot be compared, where only one run looked so, it may have looked no farther than its
    own goal needed, and the lists of all runs have to be in order, more often than is chance (1 %).
    """
    found: Space = {}
    for key, spans in space.items():
        if key[0] != "out" or key[3] is None or key[3][0] not in {"next", "next-of"}:
            found[key] = spans
            continue
        members = (*program.examples, *program.witnesses)
        is_of_day = {bool(one.run.today) for one in members}
        if is_of_day != {bool(today)} or len(program.examples) < _FEWEST or not _is_in_order(members, key):
            return {}
        bounds = bounds_of_day(today) or bounds_of_runs(program, step, path, key)
        if bounds is None:
            return {}
        found[(*key[:3], (*key[3], bounds), key[4])] = spans
    return found


def _is_in_order(members: Iterable[Example], key: Key) -> bool:
    found = [times_of(_items(one, key), key[3][1]) or [] for one in members]
    return (
        all(_is_rising(times) for times in found) and prod(factorial(len(times)) for times in found) * _BY_CHANCE >= 1
    )


def _is_rising(times: list[str]) -> bool:
    return times == sorted(set(times))


def _items(one: Example, key: Key) -> list[Any]:
    """Return the list that an explanation picks from, as an example saw it."""
    found = one.outputs[key[1]]
    for part in key[2]:
        found = found[part]
    items: list[Any] = found
    return items


def _rows(one: Example, step: int, path: Path, key: Key) -> list[Any]:
    """Return the items that an explanation lets come into question in a run: those that say what its goal says."""
    items, spans = _items(one, key), one.spaces[step][path].get(key, frozenset())
    if key[3][0] != "next-of":
        return items
    return [row for row in items if any(says(row, key[3][2], one.goal.text_of(span)) for span in spans)]


def bounds_of_day(today: str) -> Bounds | None:
    """Return what is surely over and surely to come on a day, whatever clock the times are of; None for no day."""
    day = read_date(today)
    if day is None:
        return None
    return f"{(day - timedelta(days=2)).isoformat()}{_NEVER}", (day + timedelta(days=2)).isoformat()


def bounds_of_runs(program: Program, step: int, path: Path, key: Key) -> Bounds | None:
    """Return what runs of one unknown day passed over and what they took; None where they contradict each other."""
    over, coming = "", _NEVER
    for one in (*program.examples, *program.witnesses):
        items = _rows(one, step, path, key)
        times = times_of(items, key[3][1]) or []
        taken = [
            time for row, time in zip(items, times, strict=False) if value_at(row, key[4]) == one.leaves[step][path]
        ]
        if len(taken) != 1:
            return None
        over = max([over, *(time for time in times if time < taken[0])])
        coming = min(coming, taken[0])
    return (over, coming) if over < coming else None
