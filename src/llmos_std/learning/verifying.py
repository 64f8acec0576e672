"""Put the recorded goals back into a program: it must give back every recorded argument, byte for byte.

An independent look at what intersection and alignment made: it knows nothing of how they came to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmos_core.types.json import canonical_json
from llmos_core.types.record import evolve
from llmos_std.learning.binding import NOTHING, settled
from llmos_std.learning.cutting import ANY_LENGTH
from llmos_std.learning.following import for_each
from llmos_std.learning.leaves import joined
from llmos_std.learning.looping import Folded, shape_start

if TYPE_CHECKING:
    from llmos_std.learning.looping import Each
    from llmos_std.learning.programs import Program
    from llmos_std.learning.slicing import Example


def gives_back(program: Program, each: Each | None = None) -> str:
    """Return which recorded call a program would make differently, "" when it makes all of them again."""
    for one in program.examples:
        if each is not None and not _repeats(program, each, one):
            return f"bound to {one.run.goal!r} it would call {each.shape.tool} for other items"
        for step, call in enumerate(one.steps if each is None else one.steps[:-1]):
            made = _made(program, one, step)
            if made is not None and made != canonical_json(dict(call.arguments)):
                return f"bound to {one.run.goal!r} it would call {call.tool} with {made}"
    return ""


def _repeats(program: Program, each: Each, one: Example) -> bool:
    """Say whether a loop makes the recorded calls of a folded example again, in any order."""
    alignment = program.first.same_wording(one.goal)
    if alignment is None or not isinstance(one, Folded):
        return alignment is None
    step = shape_start(each.shape)
    outputs = one.outputs[:step]
    values = {
        path: settled(program, step, path, one.goal, alignment, outputs, one.run.today) for path in program.spaces[step]
    }
    if NOTHING in values.values():
        return True
    made = for_each(evolve(each, longest=ANY_LENGTH), one.steps[step], values, outputs, one.goal, alignment)
    if isinstance(made, str):
        return False
    return sorted(canonical_json(dict(call.arguments)) for call in made) == sorted(
        canonical_json(dict(call.arguments)) for call in one.body
    )


def _made(program: Program, one: Example, step: int) -> str | None:
    """Return the arguments of a step for a recorded goal; None where another wording or an open value leaves none."""
    alignment = program.first.same_wording(one.goal)
    if alignment is None:
        return None
    outputs = one.outputs[:step]
    values = {
        path: settled(program, step, path, one.goal, alignment, outputs, one.run.today) for path in program.spaces[step]
    }
    return None if NOTHING in values.values() else canonical_json(joined(values))
