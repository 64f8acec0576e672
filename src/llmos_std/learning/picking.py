"""Which item of a list was taken, said in ways that may hold for another list too.

A bare position explains nothing: it is kept so that it can disagree, never so that it can decide.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from llmos_core.types.json import canonical_json
from llmos_std.learning.coming import next_item, next_of
from llmos_std.learning.cutting import is_known_first
from llmos_std.learning.ordering import is_orderable
from llmos_std.learning.saying import meets, says

if TYPE_CHECKING:
    from collections.abc import Iterator

    from llmos_std.learning.leaves import Path

Pick = tuple[Any, ...]
"""("only",), ("at", index), ("where", field, JSON), ("of-goal", field, "is" or "has"), ("most", field, sign, filter),
("next", field), or, among the items that say a stretch of the goal in a field, ("most-of", field, sign, that field) and
("next-of", field, that field); of a program with what `cutting` and `coming` have to know besides"""

_FEW = 400


def scalars(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Yield every simple value inside, with its path; at most some hundreds of items of a list are looked at."""
    if isinstance(value, dict):
        for key, one in value.items():
            yield from scalars(one, (*path, key))
    elif isinstance(value, list):
        for index, one in enumerate(value[:_FEW]):
            yield from scalars(one, (*path, index))
    else:
        yield path, value


def picks(items: list[Any], index: int) -> Iterator[Pick]:
    """Yield every way that picks exactly item `index`, apart from those that need the goal."""
    yield ("at", index)
    if len(items) == 1:
        yield ("only",)
    item = items[index]
    if not isinstance(item, dict):
        return
    for name, value in item.items():
        if _is_simple(value) and only_one(items, name, value):
            yield ("where", name, canonical_json(value))
    filters: list[Any] = [None, *_filters(items, item)]
    for chosen in filters:
        rows = [row for row in items if _passes(row, chosen)]
        for name, value in item.items():
            for sign in (1, -1):
                if is_orderable(name, value) and most(rows, name, sign) is item:
                    yield ("most", name, sign, chosen)


def _filters(items: list[Any], item: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield fields that sort the items into few kinds, with the kind of the one that was picked."""
    for name, value in item.items():
        kinds = {canonical_json(row.get(name)) for row in items if isinstance(row, dict)}
        if _is_simple(value) and len(kinds) * 2 <= max(len(items), 3):
            yield name, canonical_json(value)


def _passes(row: Any, chosen: tuple[str, str] | None) -> bool:
    return isinstance(row, dict) and (chosen is None or canonical_json(row.get(chosen[0])) == chosen[1])


def only_one(items: list[Any], name: str, value: Any) -> bool:
    """Say whether exactly one item has this value in this field."""
    wanted = canonical_json(value)
    return sum(1 for row in items if isinstance(row, dict) and canonical_json(row.get(name)) == wanted) == 1


def most(rows: list[Any], name: str, sign: int) -> Any:
    """Return the one row with the greatest (sign 1) or least (-1) value of a field; None on a tie or for odd values.

    Where one of them is no time or amount like the others, nobody knows where in the order it belongs.

    The only row is the greatest and the least, whatever its value.
    """
    if len(rows) == 1:
        return rows[0]
    values = [row.get(name) for row in rows]
    if not values or not all(is_orderable(name, value) and type(value) is type(values[0]) for value in values):
        return None
    best = max(values) if sign > 0 else min(values)
    return rows[values.index(best)] if values.count(best) == 1 else None


def picked(items: Any, pick: Pick, wanted: Any = None) -> Any:
    """Return the item that a way picks of another list, None when it picks none or is not sure."""
    if not isinstance(items, list) or not items:
        return None
    if pick[0] == "at":
        return items[pick[1]] if pick[1] < len(items) else None
    if pick[0] == "only":
        return items[0] if len(items) == 1 else None
    if pick[0] in {"next", "next-of", "most", "most-of"}:
        return _first(items, pick, wanted)
    if pick[0] == "where":
        found = [row for row in items if isinstance(row, dict) and canonical_json(row.get(pick[1])) == pick[2]]
    else:
        found = [row for row in items if isinstance(row, dict) and meets(row.get(pick[1]), wanted, pick[2])]
    return found[0] if len(found) == 1 else None


def _first(items: list[Any], pick: Pick, wanted: Any) -> Any:
    """Return the first item of an order: the next of all, or the greatest or least of all or of some."""
    if pick[0] == "next":
        return next_item(items, *pick[1:])
    if pick[0] == "next-of":
        return next_of(items, pick[1], pick[2], wanted, *pick[3:])
    chosen = [row for row in items if (_passes(row, pick[3]) if pick[0] == "most" else says(row, pick[3], wanted))]
    return most(chosen, pick[1], pick[2]) if is_known_first(items, pick) else None


def _is_simple(value: Any) -> bool:
    return isinstance(value, str | int | float | bool) and len(str(value)) <= 200  # noqa: PLR2004
