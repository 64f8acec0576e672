"""Words of a goal that stand for a value though nothing makes the one of the other: "engaged users", user_engaged.

They are learned from all runs that call a tool. A stretch of a goal may name a value of an argument only if it is said
in every run that had the value there and in no run that had another one; all that is left names it together. More runs
only leave less. It counts when so many goals agree that hardly any stretch could do so by chance (5 %).
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from functools import lru_cache
from math import comb
from typing import TYPE_CHECKING

from llmos_core.types.json import canonical_json
from llmos_std.learning.leaves import Path, leaves

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from llmos_core.types.json import JsonValue
    from llmos_std.learning.runs import Run
    from llmos_std.learning.wording import Goal, Span

Place = tuple[str, Path]
"""A tool and the path of one of its arguments."""
Words = tuple[str, ...]
"""Words that follow each other in a goal, whatever their case."""
Names = dict[str, frozenset[Words]]
"""A value, as JSON → everything that names it."""

_LONGEST = 4
_FEWEST = 2
_BY_CHANCE = 0.05
_NAME = re.compile(r"[^\W\d]+(?:[ _\-/]+[^\W\d]+){0,4}")
_LONGEST_NAME = 40


def is_name(value: JsonValue) -> bool:
    """Say whether a value may be named by words: a short name without digits, no text, address, date or identifier."""
    return isinstance(value, str) and len(value) <= _LONGEST_NAME and bool(_NAME.fullmatch(value))


@lru_cache(maxsize=4096)  # goals are kept as they are, and asked about for every new one
def stretches(goal: Goal) -> dict[Words, frozenset[Span]]:
    """Return everything that a goal says in up to four words outside of quotation marks, and where."""
    found: dict[Words, set[Span]] = defaultdict(set)
    is_word = [goal.is_plain_word(place) for place in range(len(goal.tokens))]
    for start, end in goal.short_spans(_LONGEST):
        if all(is_word[start:end]):
            found[tuple(token.casefold() for token in goal.tokens[start:end])].add((start, end))
    return {words: frozenset(spans) for words, spans in found.items()}


class Table:
    """Which goals said what, and which had which values where. A goal is a bit, however many runs it had."""

    def __init__(self, runs: Iterable[tuple[Run, Goal, Iterable[Words]]]) -> None:
        self._said: dict[Words, int] = defaultdict(int)
        self._rows: dict[Place, list[tuple[int, frozenset[str]]]] = defaultdict(list)
        bits: dict[Words, int] = {}
        for run, goal, said in runs:
            wording = tuple(token.casefold() for token in goal.tokens)
            if wording not in bits:
                bits[wording] = 1 << len(bits)
                for words in said:
                    self._said[words] |= bits[wording]
            for place, values in _values_of(run).items():
                self._rows[place].append((bits[wording], frozenset(values)))

    @property
    def places(self) -> list[Place]:
        """Every place that had a value in some run."""
        return list(self._rows)

    def possible(self, place: Place) -> Names:
        """Return what may still name each value of a place: more runs never add words to a value that was seen."""
        everyone, goals_with = self._goals(place)
        return {
            value: frozenset(words for words, goals in self._said.items() if goals & everyone == had)
            for value, had in goals_with.items()
        }

    def proven(self, place: Place) -> Names:
        """Return what names the values of a place beyond chance.

        Were the values dealt out to the goals blindly, each set of so many goals would be as likely as any other to be
        those with the value, and only the sets that some stretch is said in could give it a name.
        """
        everyone, goals_with = self._goals(place)
        count = everyone.bit_count()
        often = {v: had for v, had in goals_with.items() if _FEWEST <= had.bit_count() <= count - _FEWEST}
        if not often:
            return {}
        sets = {goals & everyone for goals in self._said.values()}
        found: Names = {}
        for value, had in often.items():
            size = had.bit_count()
            tries = len(often) * sum(1 for one in sets if one.bit_count() == size)
            if had in sets and tries <= _BY_CHANCE * comb(count, size):
                found[value] = frozenset(words for words, goals in self._said.items() if goals & everyone == had)
        return found

    def _goals(self, place: Place) -> tuple[int, dict[str, int]]:
        """Return all goals that had a value in a place, and for each name those that had it; none where runs differ."""
        everyone = 0
        had: dict[str, int] = defaultdict(int)
        for goal, values in self._rows[place]:
            everyone |= goal
            for value in values:
                had[value] |= goal
        for goal, values in self._rows[place]:
            for value in [value for value, goals in had.items() if goals & goal and value not in values]:
                had[value] = 0
        return everyone, {value: had[value] for value in sorted(had) if had[value] and is_name(json.loads(value))}


class Vocabulary:
    """What goals say in place of values: `names[place][value]` is all that names a value, as JSON, there."""

    def __init__(self, names: Mapping[Place, Names]) -> None:
        self.names = names
        self._meant = {place: _meant(of_place) for place, of_place in names.items()}
        self._said: dict[str, dict[Words, frozenset[Span]]] = {}

    def spans(self, place: Place, value: JsonValue, goal: Goal) -> frozenset[Span]:
        """Return the stretches of a goal that name a value, and no other one, of a place."""
        meant = self._meant.get(place)
        if not meant or not is_name(value):
            return frozenset()
        wanted = canonical_json(value)
        return frozenset(s for words, spans in self._of(goal).items() if meant.get(words) == wanted for s in spans)

    def value(self, place: Place, span: Span, goal: Goal) -> str | None:
        """Return the value, as JSON, that a stretch names in a goal that says everything which names it, else None."""
        words = tuple(token.casefold() for token in goal.tokens[slice(*span)])
        found, said = self._meant.get(place, {}).get(words), self._of(goal)
        if found is None or span not in said.get(words, ()):
            return None
        return found if self.names[place][found] <= said.keys() else None

    def is_name(self, span: Span, goal: Goal) -> bool:
        """Say whether a stretch of a goal as a whole names some value of some place."""
        return any(self.value(place, span, goal) is not None for place in self.names)

    def mentioned(self, place: Place, goal: Goal) -> frozenset[str]:
        """Return every value, as JSON, of which a goal says something that names it."""
        said = self._of(goal)
        return frozenset(v for v, named in self.names.get(place, {}).items() if not named.isdisjoint(said))

    def _of(self, goal: Goal) -> dict[Words, frozenset[Span]]:
        if goal.text not in self._said:
            self._said[goal.text] = stretches(goal)
        return self._said[goal.text]


def vocabulary_of(runs: Iterable[tuple[Run, Goal, Iterable[Words]]]) -> Vocabulary:
    """Return what names a value in these runs. Their order does not matter."""
    table = Table(runs)
    proven = {place: table.proven(place) for place in table.places}
    return Vocabulary({place: names for place, names in proven.items() if names})


def _meant(names: Names) -> dict[Words, str]:
    """Return what each of the words names, without those that name two values."""
    found: dict[Words, set[str]] = defaultdict(set)
    for value, named in names.items():
        for words in named:
            found[words].add(value)
    return {words: min(values) for words, values in found.items() if len(values) == 1}


def _values_of(run: Run) -> dict[Place, set[str]]:
    """Return every value, as JSON, that the calls of a run had in each place."""
    found: dict[Place, set[str]] = defaultdict(set)
    for call in run.calls:
        for path, value in leaves(call.arguments).items() if call.is_ok else ():
            found[call.tool, path].add(canonical_json(value))
    return found
