"""The frame of a goal: what is done, to what, and under which roles, in one form for every proven wording.

Two goals with equal frames order the same thing: whatever the lexicon does not know stays in the frame as it is
written and where it stands. A goal whose verbs are unknown has no frame.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from llmos_core.types.json import digest
from llmos_std.matching.clauses import clauses_of
from llmos_std.matching.ordering import Clause, ordered
from llmos_std.matching.reading import read

if TYPE_CHECKING:
    from llmos_std.matching.reading import Atom


class Frame(NamedTuple):
    """The clauses of a goal in order; equal frames are one task."""

    clauses: tuple[Clause, ...]

    @property
    def key(self) -> str:
        """The index key of the frame."""
        return "frame:" + digest([list(map(_plain, clause)) for clause in self.clauses])[:32]

    def atoms(self) -> list[Atom]:
        """Return every atom of the frame, clause by clause."""
        return [atom for clause in self.clauses for part in (clause.head, *clause.units) for atom in part]


def frame_of(goal: str) -> Frame | None:
    """Return the frame of a goal, None when it has none: no known verb, no object, or a whole text."""
    atoms, is_question = read(goal)
    if len(atoms) < 2:
        return None
    found = clauses_of(list(atoms))
    if found is None:
        return None
    is_single = len(found) == 1
    clauses = tuple(ordered(clause, is_single=is_single) for clause in found)
    if is_question and not found[0].is_question_form:
        clauses = (clauses[0]._replace(mood=clauses[0].mood + "?"), *clauses[1:])
    return Frame(clauses)


def _plain(part: object) -> object:
    return [_plain(each) for each in part] if isinstance(part, tuple) else part
