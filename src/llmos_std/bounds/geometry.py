"""Whether a way leads through a box, exactly: fractions, no rounding; touching a face, an edge or a corner counts.

The way from one of several places to the next point stays inside the convex hull of them all, so that hull is asked.
"""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

Point = Mapping[str, Fraction]
"""One value for each argument."""

_Row = tuple[Fraction, ...]
"""Coefficients of the weights and a constant: their sum, the constant included, is at least 0."""

_ZERO, _ONE = Fraction(0), Fraction(1)


def hull_meets_box(points: Sequence[Point], box: Mapping[str, tuple[Fraction | None, Fraction | None]]) -> bool:
    """Say whether any point of the convex hull of 1 to 4 points lies in a closed box.

    A side None has no end. An argument that a point lacks has any value there, so the box counts as met along it.
    """
    sides = {name: ends for name, ends in box.items() if all(name in point for point in points)}
    free = len(points) - 1
    rows = [_unit(place, free) for place in range(free)]
    rows.append((*(-_ONE for _ in range(free)), _ONE))
    for name, (low, high) in sides.items():
        start = points[0][name]
        along = [point[name] - start for point in points[1:]]
        if low is not None:
            rows.append((*along, start - low))
        if high is not None:
            rows.append((*(-step for step in along), high - start))
    return _is_possible(rows, free)


def _unit(place: int, free: int) -> _Row:
    return (*(_ONE if other == place else _ZERO for other in range(free)), _ZERO)


def _is_possible(rows: Iterable[_Row], free: int) -> bool:
    """Say whether some weights satisfy every row, by leaving out one weight after the other (Fourier and Motzkin)."""
    left = {_scaled(row) for row in rows}
    for place in range(free):
        below = [row for row in left if row[place] > 0]
        above = [row for row in left if row[place] < 0]
        left = {row for row in left if row[place] == 0}
        left |= {_scaled(_without(place, low, high)) for low in below for high in above}
    return all(row[-1] >= 0 for row in left)


def _without(place: int, low: _Row, high: _Row) -> _Row:
    return tuple(a * -high[place] + b * low[place] for a, b in zip(low, high, strict=True))


def _scaled(row: _Row) -> _Row:
    """Return the row in a form that equal rows share."""
    largest = max((abs(value) for value in row), default=_ZERO)
    return row if not largest else tuple(value / largest for value in row)
