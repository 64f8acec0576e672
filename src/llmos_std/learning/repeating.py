"""The loop that an example shows, together with every other run that tells about it.

A run of the same wording that did something else stands against it; one that did nothing only if the loop's own looks
found nothing to do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from llmos_core.types.json import canonical_json
from llmos_core.types.record import evolve
from llmos_std.learning.binding import NOTHING, settled
from llmos_std.learning.cutting import ANY_LENGTH
from llmos_std.learning.joining import programme
from llmos_std.learning.leaves import joined
from llmos_std.learning.looping import Each, Folded, common, each_of, folded, shape_of_loop, shape_start
from llmos_std.learning.runs import structured

if TYPE_CHECKING:
    from collections.abc import Iterable

    from llmos_std.learning.programs import Program
    from llmos_std.learning.slicing import Example


def loop_of(example: Example, others: Iterable[Example]) -> tuple[Program, Each | str] | None:
    """Return the program of a loop and its items, or why they are not settled; None when the example shows no loop."""
    others = tuple(others)
    if (found := _joined(example, others)) is None:
        return None
    program, members = found
    first = members[0]
    each = common(first, members[1:], 0)
    if isinstance(each, str):
        return program, each
    joined_ids = {one.run.id for one in members}
    alike = [one for one in others if first.same_wording(one.goal) is not None]
    rest = [one for one in alike if one.run.id not in joined_ids]
    if not all(did_nothing(one, program, each) for one in rest):
        return program, "runs of this wording did different things"
    return program, evolve(each, zeros=len(rest))


def open_loop_of(example: Example, others: Iterable[Example]) -> tuple[Program, Each] | None:
    """Return the program of a loop whose items somebody has to name; None when the example shows no loop."""
    found = _joined(example, others)
    return None if found is None else (found[0], each_of(found[1], {}))


def _joined(example: Example, others: Iterable[Example]) -> tuple[Program, list[Folded]] | None:
    """Return the program of an example's loop, and all runs that it holds for; None when it shows none."""
    shape = shape_of_loop(example)
    first = None if shape is None else folded(example, shape)
    if shape is None or first is None:
        return None
    found = (folded(one, shape) for one in others if one.run.id != example.run.id)
    program = programme(first, [one for one in found if one is not None])
    members = [one for one in (*program.examples, *program.witnesses) if isinstance(one, Folded)]
    outcomes = {canonical_json([dict(call.arguments) for call in one.body]) for one in members}
    return evolve(program, outcomes=len(outcomes)), members


def did_nothing(one: Example, program: Program, each: Each) -> bool:
    """Say whether a run made the loop's own looks, found no item that is meant, and did nothing."""
    alignment = program.first.same_wording(one.goal)
    if one.steps or alignment is None:
        return False
    outputs: list[Any] = []
    for step in range(shape_start(each.shape)):
        values = {
            path: settled(program, step, path, one.goal, alignment, outputs, one.run.today)
            for path in program.spaces[step]
        }
        if NOTHING in values.values():
            return False
        wanted = (program.first.steps[step].tool, canonical_json(joined(values)))
        made = [
            call for call in one.run.calls if call.is_ok and (call.tool, canonical_json(dict(call.arguments))) == wanted
        ]
        if not made:
            return False
        outputs.append(structured(made[0].output))
    return evolve(each, zeros=1, longest=ANY_LENGTH).items(outputs, one.goal, alignment) == []
