"""How alike two goals read, 0 to 1: what proposes a trace to a model, and never proves anything."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING

from llmos_std.matching.framing import frame_of
from llmos_std.matching.reading import read
from llmos_std.matching.text import canonical

if TYPE_CHECKING:
    from llmos_std.matching.reading import Atom

_TYPO = 0.9
_SHORTEST, _LONG = 4, 8
_SAME_LITERALS = 0.76
_WORDS = frozenset(("w", "u", "n", "m"))


def likeness(one: str, other: str) -> float:
    """Return the share of what two goals say in common, spelling mistakes forgiven.

    Goals that spell out the same literals are alike whatever their language.
    """
    here, there = _bag(one), _bag(other)
    size = here.total() + there.total()
    if not size:
        return 1.0 if canonical(one) == canonical(other) else 0.0
    common = (here & there).total() + _TYPO * _misspelt(
        [atom[1] for atom in (here - there)], [atom[1] for atom in (there - here)]
    )
    share = min(1.0, 2 * common / size)
    is_foreign = frame_of(one) is None or frame_of(other) is None
    return max(share, _SAME_LITERALS) if is_foreign and share_literals(one, other) else share


def share_literals(one: str, other: str) -> bool:
    """Say whether two goals spell out the same literals, and at least one."""
    literals = [Counter({atom: n for atom, n in _bag(goal).items() if atom[0] not in _WORDS}) for goal in (one, other)]
    return bool(literals[0]) and literals[0] == literals[1]


@lru_cache(maxsize=1024)
def _bag(goal: str) -> Counter[Atom]:
    return Counter(atom for atom in read(goal)[0] if atom[0] != "m")


def _misspelt(here: list[str], there: list[str]) -> int:
    """Return how many words of one goal are words of the other with a slip of the fingers."""
    left = list(there)
    count = 0
    for word in here:
        match = next((other for other in left if _is_slip(word, other)), None)
        if match is not None:
            left.remove(match)
            count += 1
    return count


def _is_slip(one: str, other: str) -> bool:
    """Say whether one letter is too many, missing, wrong or swapped (two in a long word)."""
    shorter = min(len(one), len(other))
    if shorter < _SHORTEST or not (one.isalpha() and other.isalpha()):
        return False
    allowed = 2 if shorter >= _LONG else 1
    return abs(len(one) - len(other)) <= allowed and _distance(one.lower(), other.lower()) <= allowed


def _distance(one: str, other: str) -> int:
    before: list[int] = []
    row = list(range(len(other) + 1))
    for n, letter in enumerate(one, start=1):
        new = [n]
        for m, against in enumerate(other, start=1):
            cost = min(row[m] + 1, new[m - 1] + 1, row[m - 1] + (letter != against))
            if n > 1 and m > 1 and letter == other[m - 2] and one[n - 2] == against:
                cost = min(cost, before[m - 2] + 1)
            new.append(cost)
        before, row = row, new
    return row[-1]
