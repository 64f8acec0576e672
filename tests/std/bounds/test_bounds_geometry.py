"""Law of ways: a way is forbidden exactly when some point of it lies in the closed box, corners included.

Judged by other means than the code's: clipping for a straight way, separating axes for wider hulls in the plane.
"""

from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from llmos_std.bounds.geometry import hull_meets_box

numbers = st.one_of(st.integers(-6, 6).map(Fraction), st.fractions(-6, 6, max_denominator=7))
AXES = ("x", "y", "z")


def points(axes):
    return st.fixed_dictionaries(dict.fromkeys(axes, numbers))


def boxes(axes):
    sides = st.tuples(numbers, numbers).map(lambda pair: (min(pair), max(pair)))
    return st.dictionaries(st.sampled_from(axes), sides, min_size=1)


def clipped(start, end, box):
    """Say whether the part of a straight way that is inside every slab of the box is not empty."""
    first, last = Fraction(0), Fraction(1)
    for name, (low, high) in box.items():
        step = end[name] - start[name]
        if step == 0:
            if not low <= start[name] <= high:
                return False
            continue
        one, other = (low - start[name]) / step, (high - start[name]) / step
        first, last = max(first, min(one, other)), min(last, max(one, other))
    return first <= last


def separated(hull, box):
    """Say whether some line lies strictly between a hull in the plane and a box with both sides."""
    corners = [{"x": x, "y": y} for x in box["x"] for y in box["y"]]
    edges = [(b["y"] - a["y"], a["x"] - b["x"]) for a, b in combinations(hull, 2)]
    for nx, ny in [(1, 0), (0, 1), *edges]:
        ours = [nx * p["x"] + ny * p["y"] for p in hull]
        theirs = [nx * p["x"] + ny * p["y"] for p in corners]
        if max(ours) < min(theirs) or max(theirs) < min(ours):
            return True
    return False


@given(points(AXES), points(AXES), boxes(AXES))
@example(
    {"x": Fraction(0), "y": Fraction(1), "z": Fraction(0)},
    {"x": Fraction(1), "y": Fraction(0), "z": Fraction(0)},
    {"x": (Fraction(0), Fraction(1, 2)), "y": (Fraction(0), Fraction(1, 2))},
)
def test_a_straight_way_is_judged_exactly(start, end, box):
    assert hull_meets_box((start, end), box) == clipped(start, end, box)


@given(st.lists(points("xy"), min_size=1, max_size=4), st.tuples(numbers, numbers, numbers, numbers))
def test_a_hull_in_the_plane_is_judged_exactly(hull, sides):
    a, b, c, d = sides
    box = {"x": (min(a, b), max(a, b)), "y": (min(c, d), max(c, d))}
    assert hull_meets_box(hull, box) == (not separated(hull, box))


@given(st.lists(points(AXES), min_size=4, max_size=4), st.lists(st.integers(0, 9), min_size=4, max_size=4), boxes(AXES))
def test_no_point_between_four_others_is_missed(hull, weights, box):
    total = sum(weights)
    if not total:
        return
    inside = {name: sum(w * p[name] for w, p in zip(weights, hull, strict=True)) / total for name in AXES}
    if all(low <= inside[name] <= high for name, (low, high) in box.items()):
        assert hull_meets_box(hull, box)


@pytest.mark.parametrize(
    ("end", "meets"),
    [((2, 0), True), ((2, 2), True), ((0, 2), False), ((1, 1), True), ((Fraction(999, 1000), 5), False)],
)
def test_touching_counts(end, meets):
    """From the origin: the box has its corner at (1, 0)."""
    box = {"x": (Fraction(1), Fraction(3)), "y": (Fraction(0), Fraction(3))}
    start = {"x": Fraction(0), "y": Fraction(0)}
    assert hull_meets_box((start, {"x": Fraction(end[0]), "y": Fraction(end[1])}), box) is meets


def test_an_open_side_has_no_end_and_a_missing_value_may_be_any():
    below = {"z": (None, Fraction(0))}
    assert hull_meets_box(({"z": Fraction(-(10**9))},), below)
    assert not hull_meets_box(({"z": Fraction(1, 10**9)},), below)
    assert hull_meets_box(({"x": Fraction(5)},), below)
