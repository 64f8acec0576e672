"""The laws of matching are laws: a reader that forgets one thing is caught by the hard negatives, each by some kind.

A mutant is a function that blurs a frame; it must take at least one hard negative for the same task.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from llmos_std.matching.framing import Frame, frame_of
from llmos_std.matching.guards import guards
from worlds.negatives import KINDS, negative_of
from worlds.tasks import goal_of

Blur = Callable[[Frame], Any]


def atoms(frame: Frame) -> list[tuple[str, str]]:
    return [atom for atom in frame.atoms() if atom[0] not in ("glue", "front", "clause")]


BLURS: dict[str, Blur] = {
    "forgets moods": lambda frame: [(clause.head, clause.units) for clause in frame.clauses],
    "takes words as a bag": lambda frame: sorted(atoms(frame)),
    "folds the case of literals": lambda frame: [(kind, value.lower()) for kind, value in atoms(frame)],
    "forgets numbers": lambda frame: [atom for atom in atoms(frame) if atom[0] not in ("int", "float")],
    "forgets units": lambda frame: [(kind, value.split(" ")[0]) for kind, value in atoms(frame)],
    "forgets suffixes": lambda frame: [
        (kind, value.rpartition(".")[0] if kind == "path" else value) for kind, value in atoms(frame)
    ],
    "forgets tails": lambda frame: [
        (clause.mood, clause.head, [unit for unit in clause.units if unit[0][0] != "clause"])
        for clause in frame.clauses
    ],
    "forgets adjectives": lambda frame: [atom for atom in atoms(frame) if atom[0] != "w" or atom[1].endswith("+")],
    "forgets prepositions": lambda frame: [
        (clause.mood, clause.head, [unit[1:] for unit in clause.units]) for clause in frame.clauses
    ],
    "forgets the verb": lambda frame: [(clause.mood, clause.head[1:], clause.units) for clause in frame.clauses],
    "forgets the plural": lambda frame: [(kind, value.rstrip("+")) for kind, value in atoms(frame)],
    "sees one clause": lambda frame: frame.clauses[0],
}


def negatives() -> Iterator[tuple[str, Frame, Frame, str, str]]:
    for seed in range(250):
        goal = goal_of(seed)
        for kind in KINDS:
            other = negative_of(goal, kind, seed)
            here, there = frame_of(goal), frame_of(other) if other else None
            if here is not None and there is not None:
                yield kind, here, there, goal, other


PAIRS = tuple(negatives())


def test_the_frame_as_it_is_takes_none_for_the_same() -> None:
    assert not [
        (goal, other) for _, here, there, goal, other in PAIRS if here == there and guards(goal) == guards(other)
    ]


@pytest.mark.parametrize("name", sorted(BLURS))
def test_a_reader_that_forgets_something_is_caught(name: str) -> None:
    blur = BLURS[name]
    caught = {kind for kind, here, there, _, _ in PAIRS if blur(here) == blur(there)}
    assert caught, f"no hard negative tells a reader that {name} from one that does not"


def test_the_second_reader_alone_would_not_do() -> None:
    assert any(guards(goal) == guards(other) for _, _, _, goal, other in PAIRS)
