"""The index keys of a goal besides the exact one: equal keys only say where to look, never that goals are the same."""

from __future__ import annotations

from llmos_std.matching.framing import frame_of
from llmos_std.matching.shapes import shape_of
from llmos_std.matching.slots import parse


def reading_keys(goal: str) -> tuple[str, ...]:
    """Return the keys of the goal's frame, template and shape; those it does not have are left out."""
    frame = frame_of(goal)
    template = parse(goal)
    shape = None if frame is None else shape_of(frame)
    return tuple(each.key for each in (frame, template, shape) if each is not None)
