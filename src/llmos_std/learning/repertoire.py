"""What known runs have used: the words that an argument takes, and looks that may stand in for one another.

Only a look that decides, and whose output goes into no call, may be exchanged, and only where the goal names the other.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from llmos_core.types.json import canonical_json
from llmos_core.types.record import evolve
from llmos_std.learning.leaves import leaves
from llmos_std.learning.outlines import outline
from llmos_std.learning.runs import structured
from llmos_std.learning.slicing import Example

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from llmos_std.learning.leaves import Path
    from llmos_std.learning.programs import Program
    from llmos_std.learning.runs import LoggedCall
    from llmos_std.learning.wording import Goal

    Words = Mapping[tuple[str, Path], tuple[str, ...]]

_AGAIN = 2
_WORD = re.compile(r"[^\W\d_]+")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")


class Exchanged(Example):
    """An example with the looks of other runs in the place of some, by the step they stand at."""

    def __init__(self, example: Example, looks: Mapping[int, LoggedCall]) -> None:
        self.run, self.goal = example.run, example.goal
        self._recorded, self.stand_ins = example, looks
        self.steps = tuple(
            evolve(step, tool=looks[index].tool, effect=looks[index].effect) if index in looks else step
            for index, step in enumerate(example.steps)
        )
        self.outputs = tuple(
            structured(looks[index].output) if index in looks else output
            for index, output in enumerate(example.outputs)
        )
        self.leaves, self.spaces = example.leaves, example.spaces
        self._alignments = {}

    @property
    def recorded_tools(self) -> tuple[str, ...]:
        """The tools that its run used, in order."""
        return self._recorded.tools


def words_of(known: Iterable[Example]) -> Words:
    """Return the words that an argument of a tool takes: where runs have used the same few values again and again."""
    used: dict[tuple[str, Path], Counter[str]] = {}
    for one in known:
        for step, found in zip(one.steps, one.leaves, strict=True):
            for path, value in found.items():
                used.setdefault((step.tool, path), Counter())[canonical_json(value)] += 1
    return {place: tuple(sorted(values)) for place, values in used.items() if values.total() >= _AGAIN * len(values)}


def looks_like(known: Iterable[Example]) -> dict[Any, dict[str, LoggedCall]]:
    """Return, by the names of their arguments and the outline of what they return, one look of each tool."""
    found: dict[Any, dict[str, LoggedCall]] = {}
    for one in known:
        for call in one.run.calls:
            if call.is_ok and call.effect.is_safe:
                found.setdefault(kind_of(call), {}).setdefault(call.tool, call)
    return found


def kind_of(call: LoggedCall) -> Any:
    """Return what calls have in common that may stand in for one another: names of arguments, and what they return."""
    return tuple(leaves(call.arguments)), outline(structured(call.output))


def exchanged(program: Program, goal: Goal, looks: Mapping[Any, Mapping[str, LoggedCall]]) -> Program:
    """Return the program with the looks that the goal names in place of those that only its own goal named."""
    used = {key[1] for of_step in program.spaces for space in of_step.values() for key in space if key[0] == "out"}
    tools, known = {step.tool for step in program.first.steps}, program.first.goal
    found: dict[int, LoggedCall] = {}
    for index, step in enumerate(program.first.steps):
        if not step.effect.is_safe or index in used:
            continue
        others = {tool: call for tool, call in looks.get(kind_of(step), {}).items() if tool not in tools}
        said = {tool: says(goal, tool, step.tool) for tool in others if says(known, step.tool, tool) > 0}
        best = [tool for tool, more in said.items() if more == max(said.values()) > 0]
        if len(best) == 1:
            found[index] = others[best[0]]
            tools.add(best[0])
    if not found:
        return program
    return evolve(program, examples=tuple(Exchanged(one, found) for one in program.examples), witnesses=())


def says(goal: Goal, name: str, other: str) -> int:
    """Return how many more words of one name than of another a goal says; words of both count for neither."""
    words, of_name, of_other = set(words_in(goal.text)), set(words_in(name)), set(words_in(other))
    return len(words & of_name - of_other) - len(words & of_other - of_name)


def words_in(text: str) -> list[str]:
    """Return the words of a text or a name ("countOrders" has two), without case and the s of a plural."""
    return [word.lower().removesuffix("s") for word in _WORD.findall(_HUMP.sub(" ", text))]
