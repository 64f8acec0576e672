"""One program out of several examples: for every value, the explanations that hold in all of them.

The examples may be worded differently; what refers to the goal is kept for each wording apart. The order of examples
does not matter, and one more can only shrink what may still be true.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

from llmos_core.types.json import canonical_json
from llmos_core.types.record import Record
from llmos_std.learning.ordering import speaks_of
from llmos_std.learning.wording import align

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from llmos_std.learning.explaining import Key, Space
    from llmos_std.learning.leaves import Path
    from llmos_std.learning.slicing import Example
    from llmos_std.learning.wording import Span


_BY_CHANCE = 0.05


class Program(Record):
    """What `examples` have in common, seen from the wording of the first.

    `spaces[step][path]` is never empty where the value can still be explained; the spans in it are those of the first
    example's goal. `witnesses` looked in other ways, but what they did has the same explanations. `vectors` counts the
    different sets of values among the examples, `outcomes` the different effects among examples and witnesses.
    """

    examples: tuple[Example, ...]
    witnesses: tuple[Example, ...]
    spaces: tuple[dict[Path, Space], ...]
    vectors: int
    outcomes: int

    @property
    def first(self) -> Example:
        """The example whose wording the spans belong to."""
        return self.examples[0]

    def trusts(self, step: int, path: Path, key: Key) -> bool:
        """Say whether an explanation may decide a value here.

        A way to pick an item has to be one that the goal speaks of, or to have been right so often among so many
        items that none of the ways that were possible at first can be right by chance.
        """
        if key[0] != "out" or key[3] is None:
            return True
        pick = key[3]
        if pick[0] == "at":
            return False
        if pick[0] in {"only", "of-goal"} or (pick[0] == "most" and speaks_of(self.first.goal.text, pick[2])):
            return True
        seen = [len(_at(one.outputs[key[1]], key[2])) for one in (*self.examples, *self.witnesses)]
        return len(self.first.spaces[step][path]) / prod(seen) <= _BY_CHANCE

    def varies(self, step: int, path: Path) -> bool:
        """Say whether a leaf has had more than one value."""
        return len({canonical_json(one.leaves[step][path]) for one in self.examples}) > 1


def programme(first: Example, others: Iterable[Example]) -> Program:
    """Return the program of the first example and every other that is a run of the same one.

    An example that would leave a value unexplained which was explained before belongs to another program.
    """
    examples, spaces = [first], first.spaces
    witnesses: list[Example] = []
    for one in sorted(others, key=lambda one: (align(first.goal, one.goal) is None, one.run.id)):
        if one is first or not one.steps or one.tools != first.tools:
            continue
        is_twin = one.skeleton == first.skeleton
        steps = [is_twin or not step.effect.is_safe for step in first.steps]
        if not is_twin and any(one.skeleton[i] != first.skeleton[i] for i, is_told in enumerate(steps) if is_told):
            continue
        narrowed = tuple(
            {path: _narrowed(space, first, one, i, path) for path, space in spaces[i].items()} if is_told else spaces[i]
            for i, is_told in enumerate(steps)
        )
        if not _lost(spaces, narrowed):
            (examples if is_twin else witnesses).append(one)
            spaces = narrowed
    vectors = len({canonical_json(_values(one, spaces, all_steps=True)) for one in examples})
    outcomes = len({canonical_json(_values(one, spaces, all_steps=False)) for one in (*examples, *witnesses)})
    return Program(
        examples=tuple(examples), witnesses=tuple(witnesses), spaces=spaces, vectors=vectors, outcomes=outcomes
    )


def _narrowed(space: Space, first: Example, other: Example, step: int, path: Path) -> Space:
    theirs = other.spaces[step][path]
    alignment = align(first.goal, other.goal)
    narrowed: Space = {}
    for key, spans in space.items():
        if key not in theirs:
            continue
        if spans and alignment is not None:
            kept = frozenset(span for span in spans if alignment.across(span) in theirs[key])
            if kept:
                narrowed[key] = kept
        else:
            narrowed[key] = spans
    return narrowed


def _lost(before: Sequence[dict[Path, Space]], after: Sequence[dict[Path, Space]]) -> bool:
    """Say whether the last explanation that could decide a value was taken away."""
    return any(
        _is_explained(before[step][path]) and not _is_explained(space)
        for step, of_step in enumerate(after)
        for path, space in of_step.items()
    )


def _at(value: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        value = value[key]
    return value


def _is_explained(space: Space) -> bool:
    return any(decides(key) for key in space)


def decides(key: Key) -> bool:
    """Say whether an explanation can ever decide a value: a bare position in a list cannot."""
    return not (key[0] == "out" and key[3] is not None and key[3][0] == "at")


def _values(one: Example, spaces: Sequence[dict[Path, Space]], *, all_steps: bool) -> list[object]:
    """Return the values of one example that the goal determines, or those of its effects."""
    return [
        one.leaves[step][path]
        for step, of_step in enumerate(spaces)
        for path, space in of_step.items()
        if (any(space.values()) if all_steps else not one.steps[step].effect.is_safe)
    ]


def consumed(program: Program, span: Span) -> bool:
    """Say whether a stretch of the first goal goes into a value that is known to vary."""
    return any(
        program.varies(step, path) and any(start <= span[0] and span[1] <= end for start, end in spans)
        for step, of_step in enumerate(program.spaces)
        for path, space in of_step.items()
        for spans in space.values()
    )
