"""How alike two goals read, for proposals only: rare words in common count more than common ones."""

from __future__ import annotations

from collections import Counter
from math import log
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from llmos_std.learning.wording import Goal


class Likeness:
    """Compares goals by their words, weighed by how rare each is among `goals`."""

    def __init__(self, goals: Iterable[Goal]) -> None:
        seen = [set(_words(goal)) for goal in goals]
        self._count = len(seen)
        self._with = Counter(word for words in seen for word in words)

    def of(self, one: Goal, other: Goal) -> float:
        """Return 0 for no word in common up to 1 for the same words; symmetric."""
        left, right = set(_words(one)), set(_words(other))
        total = self._weight(left) + self._weight(right)
        return 2 * self._weight(left & right) / total if total else 0.0

    def _weight(self, words: Iterable[str]) -> float:
        return sum(log(1 + (self._count + 1) / (1 + self._with[word])) for word in sorted(words))


def _words(goal: Goal) -> Sequence[str]:
    return [token.lower() for token in goal.tokens if token[0].isalnum()]
