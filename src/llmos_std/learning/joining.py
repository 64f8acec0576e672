"""One program out of several examples: what explains each value in all of them is what may still be true.

The order of examples does not matter, and one more can only shrink what may be true.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmos_core.types.json import canonical_json
from llmos_core.types.record import evolve
from llmos_std.learning.cutting import bounded
from llmos_std.learning.programs import Program, decides

if TYPE_CHECKING:
    from collections.abc import Iterable

    from llmos_std.learning.explaining import Space
    from llmos_std.learning.leaves import Path
    from llmos_std.learning.slicing import Example

    Spaces = tuple[dict[Path, Space], ...]
    Place = tuple[int, Path]


def programme(first: Example, others: Iterable[Example]) -> Program:
    """Return the program of the first example and every other that is a run of the same one.

    An example that would leave a value unexplained which was explained before belongs to another program.
    """
    made = _Joining(first)
    others = list(others)
    alike = (one for one in others if one is not first and one.steps and one.tools == first.tools)
    for one in sorted(alike, key=lambda one: (first.same_wording(one.goal) is None, one.run.id)):
        made.join(one)
    return evolve(made.program(), heard=_heard(first, others))


def _heard(first: Example, others: Iterable[Example]) -> tuple[dict[Path, frozenset[str]], ...]:
    """Return the values that known runs, whatever they were about, gave to each argument of the effects."""
    found: list[dict[Path, set[str]]] = [{} for _ in first.steps]
    places: dict[str, list[int]] = {}
    for step, call in enumerate(first.steps):
        if not call.effect.is_safe:
            places.setdefault(call.tool, []).append(step)
    for one in others:
        for call, values in zip(one.steps, one.leaves, strict=True):
            for step in places.get(call.tool, ()):
                for path, value in values.items():
                    found[step].setdefault(path, set()).add(canonical_json(value))
    return tuple({path: frozenset(values) for path, values in of_step.items()} for of_step in found)


class _Joining:
    """The examples so far. `told` holds for each the places of the values that it tells something about."""

    def __init__(self, first: Example) -> None:
        self._first = first
        self._spaces: Spaces = first.spaces
        everything = frozenset((step, path) for step, found in enumerate(first.leaves) for path in found)
        self._twins: list[Example] = [first]
        self._told: list[tuple[Example, frozenset[Place]]] = [(first, everything)]

    def join(self, one: Example) -> None:
        """Narrow what explains each value to what explains this example's too, if it is a run of the same program.

        One that looked with other arguments, or with values that are made in another way, tells about its effects and
        about arguments that are explained alike.
        """
        if not (one.skeleton == self._first.skeleton and self._narrow(one, is_twin=True)):
            self._narrow(one, is_twin=False)

    def _narrow(self, one: Example, *, is_twin: bool) -> bool:
        """Take an example in, and say so; nothing is changed by one of another program."""
        first = self._first
        narrowed: list[dict[Path, Space]] = []
        told: set[Place] = set()
        for step, spaces in enumerate(self._spaces):
            is_loose = not is_twin and first.steps[step].effect.is_safe
            if not is_loose and one.skeleton[step] != first.skeleton[step]:
                return False
            of_step = dict(spaces)
            for path, space in spaces.items():
                if path not in one.leaves[step]:
                    continue
                common = _narrowed(space, first, one, step, path)
                if _is_explained(space) and not _is_explained(common):
                    if not is_loose:
                        return False
                    continue
                of_step[path] = common
                told.add((step, path))
            narrowed.append(of_step)
        self._spaces = tuple(narrowed)
        self._twins += [one] if is_twin else []
        self._told.append((one, frozenset(told)))
        return True

    def program(self) -> Program:
        """Return what these examples have in common."""
        twins = {id(one) for one in self._twins}
        members = [one for one, _ in self._told]
        seen = tuple(
            {path: frozenset(self._values(step, path)) for path in of_step} for step, of_step in enumerate(self._spaces)
        )
        return Program(
            examples=tuple(self._twins),
            witnesses=tuple(one for one, _ in self._told if id(one) not in twins),
            spaces=tuple(
                {path: bounded(_plainest(space), members) for path, space in of_step.items()}
                for of_step in self._spaces
            ),
            seen=seen,
            vectors=len(set(self._vectors())),
            outcomes=len({_effects(one) for one, _ in self._told}),
        )

    def _values(self, step: int, path: Path) -> Iterable[str]:
        return (canonical_json(one.leaves[step][path]) for one, told in self._told if (step, path) in told)

    def _vectors(self) -> Iterable[str]:
        """Yield the values that the goal determined, of each example that tells about all of them."""
        determined = [
            (step, path)
            for step, of_step in enumerate(self._spaces)
            for path, space in of_step.items()
            if any(space.values())
        ]
        for one, told in self._told:
            if told.issuperset(determined):
                yield canonical_json([one.leaves[step][path] for step, path in determined])


def _narrowed(space: Space, first: Example, other: Example, step: int, path: Path) -> Space:
    theirs = other.spaces[step][path]
    alignment = first.same_wording(other.goal)
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


def _plainest(space: Space) -> Space:
    """Return a space without what only words name where something plainer explains the value as well."""
    plain = {key: spans for key, spans in space.items() if key[0] != "said"}
    return plain if _is_explained(plain) else space


def _is_explained(space: Space) -> bool:
    return any(decides(key) for key in space)


def _effects(one: Example) -> str:
    return canonical_json(
        [list(found.values()) for step, found in zip(one.steps, one.leaves, strict=True) if not step.effect.is_safe]
    )
