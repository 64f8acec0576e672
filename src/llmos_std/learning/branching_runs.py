"""Runs as evidence for a condition: what each looked at before it acted or did nothing, and what its words can mean.

A meaning counts for a run only if every word of its condition is accounted for by the looks that are compared: it goes
into their arguments, or it names them.
"""

from __future__ import annotations

import re
from functools import cached_property
from itertools import permutations
from typing import TYPE_CHECKING, Any

from llmos_core.types.json import canonical_json
from llmos_core.types.record import evolve
from llmos_std.learning.clauses import plain_words, read_clause
from llmos_std.learning.conditions import Condition, is_series, looks_before, numbers
from llmos_std.learning.leaves import leaves
from llmos_std.learning.outlines import is_nothing
from llmos_std.learning.runs import structured
from llmos_std.learning.slicing import Example

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from llmos_std.learning.clauses import Clause
    from llmos_std.learning.explaining import Space
    from llmos_std.learning.leaves import Path
    from llmos_std.learning.programs import Program
    from llmos_std.learning.runs import LoggedCall
    from llmos_std.learning.wording import Goal, Span

    Reads = Callable[[int], Iterable[Span]]
    """The stretches of a goal that go into the arguments of a step."""

Meaning = tuple[int, int | None, str, str]
"""A look, the look it is compared with or None, a quantity, and a field of a list's rows or ""."""

_GENERAL = re.compile("get|find|search|list|read|fetch|query|show|lookup|count|number|data|value")
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


class Watched(Example):
    """A run with all its looks before its last effect, its condition among what its goal says.

    A run that changed nothing, and did not try to, is its looks alone; one that tried in vain has no steps at all.
    `naming` is the stretch of its goal that names the look which decides, where another goal may name another one.
    """

    naming: Span | None = None

    def __init__(self, example: Example, clause: Clause, count: int | None = None) -> None:
        whole = example.watchful if example.steps else None
        steps = tuple(_looks(example) if whole is None else whole.steps)[:count]
        self.example, self.clause, self.is_acting = example, clause, whole is not None
        self.run, self.goal, self.words = example.run, example.goal, example.words
        self.steps, self._whole, self._recorded = steps, whole, steps
        self.outputs = tuple(structured(step.output) for step in steps)
        self.leaves = tuple(leaves(step.arguments) for step in steps)
        self._alignments = {}
        self._cut: dict[int, Watched] = {}

    @cached_property
    def spaces(self) -> tuple[dict[Path, Space], ...]:
        """For each step, the space of each of its leaves."""
        return super().spaces if self._whole is None else self._whole.spaces[: len(self.steps)]

    @cached_property
    def roles(self) -> frozenset[Span]:
        """Every stretch of the goal that may have gone into a value, or is what the condition says."""
        naming = () if self.naming is None else (self.naming,)
        return super().roles | frozenset((*self.clause.roles, *naming))

    @property
    def recorded_tools(self) -> tuple[str, ...]:
        """The tools that its run used, in order."""
        return tuple(step.tool for step in self._recorded)

    @property
    def looks(self) -> tuple[str, ...]:
        """The tools it looked with before its first effect."""
        return self.tools[: looks_before(self.steps)]

    def first_looks(self, count: int) -> Watched:
        """Return the same run cut off after so many looks; asked again, the same object."""
        if count not in self._cut:
            made = Watched(self.example, self.clause, count)
            instead = {place: call for place, call in self.stand_ins.items() if place < count}
            self._cut[count] = made if self.naming is None else made.naming_with(self.naming, instead)
        return self._cut[count]

    def naming_with(self, naming: Span, instead: Mapping[int, LoggedCall]) -> Watched:
        """Return the same run as if it had looked with other tools, as goals do that name them in that stretch."""
        made = Watched(self.example, self.clause, len(self.steps))
        made.naming, made.stand_ins = naming, instead
        made.steps = tuple(
            evolve(step, tool=instead[place].tool) if place in instead else step
            for place, step in enumerate(made.steps)
        )
        return made


def watched(examples: Iterable[Example]) -> list[Watched]:
    """Return the runs whose goals make a comparison that can be read exactly."""
    read = ((one, read_clause(one.goal)) for one in examples)
    return [Watched(one, clause) for one, clause in read if not isinstance(clause, str)]


def _looks(example: Example) -> list[LoggedCall]:
    calls = example.run.calls
    if any(not call.effect.is_safe for call in calls):
        return []
    return list({canonical_json([call.tool, dict(call.arguments)]): call for call in calls if call.is_ok}.values())


def meanings(one: Watched, program: Program) -> frozenset[Meaning]:
    """Return everything that the words of a run's goal can mean about the looks of a program."""

    def reads(step: int) -> Iterator[Span]:
        for path, space in program.spaces[step].items():
            mine = space if one is program.first else one.spaces[step].get(path, {})
            for key in space.keys() & mine.keys():
                yield from mine[key]

    found: set[Meaning] = set()
    looks, tools = range(len(one.steps)), one.recorded_tools
    pairs = [(step, None) for step in looks] if one.clause.than is not None else permutations(looks, 2)
    for step, other in pairs:
        if accounts_for(one.clause, one.goal, program, step, other, reads, tools):
            found.update(_of_outputs(one.clause, step, other, one.outputs))
    return frozenset(found)


def accounts_for(
    clause: Clause, goal: Goal, program: Program, step: int, other: int | None, reads: Reads, tools: Sequence[str]
) -> bool:
    """Say whether every word of a clause goes into an argument of a look that is compared, or names it.

    `step` is the place of the look that is compared, `other` that of one it is compared with, both from 0; `tools` are
    those that are looked with for this goal. Some word of the goal must name a look that stands alone. Of two looks,
    the first accounts for the words before "than" and the second for those after it, and neither side may be empty.
    """
    words = plain_words(goal)
    before = [place for place in clause.words if other is None or place < clause.split]
    after = [place for place in clause.words if place not in before]
    if other is None:
        names = names_of(program, step, tools[step])
        return any(stem(word) in names for word in words) and _is_read(program, step, words, before, reads, names)
    if not before or not after:
        return False
    names, others = (names_of(program, one, tools[one]) for one in (step, other))
    is_left = _is_read(program, step, words, before, reads, names)
    return is_left and _is_read(program, other, words, after, reads, others)


def _is_read(
    program: Program, step: int, words: Sequence[str], places: Sequence[int], reads: Reads, names: frozenset[str]
) -> bool:
    into = {place for one in _chain(program, step) for span in reads(one) for place in range(*span)}
    return all(place in into or stem(words[place]) in names for place in places)


def _chain(program: Program, step: int) -> frozenset[int]:
    """Return a look, and those whose results its arguments come from."""
    found = frozenset({step})
    for space in program.spaces[step].values():
        for key in space:
            if key[0] == "out":
                found |= _chain(program, key[1])
    return found


def names_of(program: Program, step: int, tool: str) -> frozenset[str]:
    """Return the words that name a look: of its tool, of its arguments' names and constants, and of a lone field."""
    output = program.first.outputs[step]
    texts = []
    for path, space in program.spaces[step].items():
        texts += [key for key in path if isinstance(key, str)]
        texts += [key[1] for key in space if key[0] == "const" and len(space) == 1]
    texts += map(str, output) if isinstance(output, dict) and len(output) == 1 else []
    return frozenset.union(names_in(tool), *map(_names, texts))


def names_in(tool: str) -> frozenset[str]:
    """Return the words of a tool's name that say what it looks at; those that say that it looks something up do not."""
    return _names(tool.rpartition(".")[2])


def _names(text: str) -> frozenset[str]:
    words = (stem(word.lower()) for word in _WORD.findall(text))
    return frozenset(word for word in words if not _GENERAL.fullmatch(word))


def stem(word: str) -> str:
    """Return a word without the s of a plural."""
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def _of_outputs(clause: Clause, step: int, other: int | None, outputs: Sequence[Any]) -> Iterator[Meaning]:
    """Yield what may be compared of these outputs; several numbers in one have to be of one kind."""
    compared = [outputs[step], *([] if other is None else [outputs[other]])]
    fields = _columns(compared)
    are_many = all(isinstance(one, list | dict) and not is_nothing(one) for one in compared)
    for quantity in clause.quantities:
        for field in [""] * are_many if quantity == "count" and fields is not None else fields or ():
            yield step, other, quantity, field


def _columns(outputs: Sequence[Any]) -> list[str] | None:
    """Return the fields of rows that hold numbers everywhere, "" where outputs are numbers; None for anything else."""
    if all(map(is_series, outputs)):
        return [""]
    rows = [row for one in outputs if isinstance(one, list) for row in one]
    if not rows or not all(isinstance(row, dict) for row in rows) or not all(isinstance(one, list) for one in outputs):
        return None
    return sorted(name for name in rows[0] if all(numbers(one, name) for one in outputs))


def condition_of(clause: Clause, meaning: Meaning) -> Condition:
    """Return a meaning as a condition, with the direction and the number that a goal says."""
    look, other, quantity, field = meaning
    return Condition(
        look=look,
        quantity=quantity,
        operator=clause.operator,
        than=clause.than or 0.0,
        than_look=other,
        field=field,
    )
