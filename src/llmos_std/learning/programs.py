"""What several runs have in common: for every value, the explanations that hold in all of them, and how far they count.

The runs may be worded differently; what refers to the goal is kept as stretches of the first one's wording.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from llmos_core.types.record import Record
from llmos_std.learning.coming import speaks_of_next
from llmos_std.learning.cutting import OF_WHOLE
from llmos_std.learning.leaves import value_at
from llmos_std.learning.ordering import speaks_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from llmos_std.learning.explaining import Key, Space
    from llmos_std.learning.leaves import Path
    from llmos_std.learning.slicing import Example
    from llmos_std.learning.wording import Span


_BY_CHANCE = 0.05


class Program(Record):
    """What `examples` have in common, seen from the wording of the first.

    `spaces[step][path]` is never empty where the value can still be explained; the spans in it are those of the first
    example's goal. `witnesses` looked in other ways, but what they did has the same explanations. `seen[step][path]`
    are the values, as JSON, that these explanations were right about. `vectors` counts the different sets of values
    that the goal determined, `outcomes` the different effects among examples and witnesses. `heard[step][path]` are the
    values, as JSON, that any known run gave to this argument of an effect.
    """

    examples: tuple[Example, ...]
    witnesses: tuple[Example, ...]
    spaces: tuple[dict[Path, Space], ...]
    seen: tuple[dict[Path, frozenset[str]], ...]
    vectors: int
    outcomes: int
    heard: tuple[dict[Path, frozenset[str]], ...] = ()

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
        if pick[0] in {"next", "next-of"}:
            return speaks_of_next(self.first.goal.text)
        if pick[0] in {"only", "of-goal"} or (pick[0] in OF_WHOLE and speaks_of(self.first.goal.text, pick[2])):
            return True
        seen = [len(value_at(one.outputs[key[1]], key[2])) for one in (*self.examples, *self.witnesses)]
        return len(self.first.spaces[step][path]) / prod(seen) <= _BY_CHANCE

    def varies(self, step: int, path: Path) -> bool:
        """Say whether a leaf has had more than one value."""
        return len(self.seen[step][path]) > 1


def decides(key: Key) -> bool:
    """Say whether an explanation can ever decide a value: a bare position in a list cannot."""
    return not (key[0] == "out" and key[3] is not None and key[3][0] == "at")


def consumed(program: Program, span: Span) -> bool:
    """Say whether a stretch of the first goal goes into a value that is known to vary."""
    return any(
        program.varies(step, path) and any(start <= span[0] and span[1] <= end for start, end in spans)
        for step, of_step in enumerate(program.spaces)
        for path, space in of_step.items()
        for spans in space.values()
    )


def tells_of_all(program: Program, alike: Iterable[Example]) -> bool:
    """Say whether every run that made the program's calls is explained by it: one that is not stands against it."""
    told = {one.run.id for one in (*program.examples, *program.witnesses)}
    return all(one.run.id in told for one in alike if one.tools == program.first.tools)
