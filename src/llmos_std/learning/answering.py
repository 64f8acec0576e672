"""The answer of a bound program: the recorded one with this goal's values, where other runs prove that this is right.

It is proven when the same change of values turns the recorded answer into that of every other run, with other values in
at least one of them, and when no result differs from the recorded one in a way that the change does not account for and
that was not seen, in those runs, to leave the answer as it is.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from llmos_std.learning.leaves import leaves
from llmos_std.learning.runs import structured

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from llmos_core.types.json import JsonValue
    from llmos_std.learning.generalising import BoundProgram
    from llmos_std.learning.leaves import Path
    from llmos_std.learning.slicing import Example
    from llmos_std.learning.wording import Alignment, Goal

    Place = tuple[int, Path]


def bound_answer(bound: BoundProgram, results: Sequence[JsonValue]) -> str | None:
    """Return the proven answer of a program whose steps had these results, None when nothing proves one."""
    program, fit = bound.fit.program, bound.fit
    first = program.first
    if not first.run.answer.strip() or fit.alignment is None:
        return None
    mute: set[Place] = set()
    proofs = 0
    for other in program.examples[1:]:
        alignment = first.same_wording(other.goal)
        if alignment is None:
            continue
        swap = _swap(first.goal, other.goal, alignment)
        if swap is None or swap(first.run.answer) != other.run.answer:
            return None
        proofs += first.goal.text != other.goal.text
        mute |= _unaccounted(first, other.outputs, swap)
    swap = _swap(first.goal, fit.goal, fit.alignment)
    if not proofs or swap is None or len(results) != len(first.outputs):
        return None
    seen = [structured(result) for result in results]
    return swap(first.run.answer) if _unaccounted(first, seen, swap) <= mute else None


def _swap(known: Goal, goal: Goal, alignment: Alignment) -> Callable[[str], str] | None:
    """Return what puts one goal's values in the place of another's, each whole word once; None when that is unclear."""
    values: dict[str, str] = {}
    for old, new in alignment.changed:
        if values.setdefault(known.text_of(old), goal.text_of(new)) != goal.text_of(new):
            return None
    if not values:
        return str
    words = sorted(values, key=len, reverse=True)
    wanted = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})(?!\w)")
    return lambda text: wanted.sub(lambda found: values[found.group()], text)


def _unaccounted(first: Example, outputs: Sequence[Any], swap: Callable[[str], str]) -> set[Place]:
    """Return where results are neither the first run's nor the first run's with the values swapped."""
    found: set[Place] = set()
    for step, (here, there) in enumerate(zip(first.outputs, outputs, strict=True)):
        known, now = leaves({"": here}), leaves({"": there})
        for path in known.keys() | now.keys():
            old, new = known.get(path, _NONE), now.get(path, _NONE)
            if old != new and not (_is_plain(old) and type(old) is type(new) and swap(str(old)) == str(new)):
                found.add((step, path))
    return found


def _is_plain(value: Any) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool)


_NONE: Any = object()
