"""The part of a run that mattered: what changed something, and what those calls were made of.

Failed calls, repetitions, and looks whose results were used nowhere are left out. What is left is an example.
"""

from __future__ import annotations

from functools import cached_property
from itertools import takewhile
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from llmos_core.types.json import canonical_json
from llmos_std.learning.explaining import Space, explain, is_informative, is_said_by
from llmos_std.learning.leaves import Path, leaves
from llmos_std.learning.picking import scalars
from llmos_std.learning.runs import structured
from llmos_std.learning.vocabulary import stretches
from llmos_std.learning.wording import Alignment, Goal, Span, align

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from llmos_core.types.json import JsonValue
    from llmos_std.learning.runs import LoggedCall, Run
    from llmos_std.learning.vocabulary import Vocabulary, Words

Skeleton = tuple[tuple[str, tuple[Path, ...]], ...]
"""Tools in order, each with the paths of its arguments."""


class Example:
    """A run reduced to the steps that mattered, with the space of explanations of every value."""

    words: Vocabulary | None = None
    """What goals say in place of values, where that explains some value of this example."""
    stand_ins: Mapping[int, LoggedCall] = MappingProxyType({})
    """Looks of other runs, by the step at which it is read as if it had made them in place of its own."""

    def __init__(self, run: Run, *, is_watchful: bool = False) -> None:
        self.run = run
        self.goal = Goal(run.goal)
        self.steps = tuple(_sliced(run, self.goal, is_watchful=is_watchful))
        self.outputs = tuple(structured(step.output) for step in self.steps)
        self.leaves = tuple(leaves(step.arguments) for step in self.steps)
        self._alignments: dict[str, Alignment | None] = {}

    @property
    def skeleton(self) -> Skeleton:
        """What has to be equal for two examples to be runs of one program."""
        return tuple((step.tool, tuple(found)) for step, found in zip(self.steps, self.leaves, strict=True))

    @property
    def tools(self) -> tuple[str, ...]:
        """The tools in order."""
        return tuple(step.tool for step in self.steps)

    @property
    def recorded_tools(self) -> tuple[str, ...]:
        """The tools that its run used, in order."""
        return self.tools

    @property
    def effects(self) -> tuple[str, ...]:
        """The tools that changed something, in order."""
        return tuple(step.tool for step in self.steps if not step.effect.is_safe)

    @cached_property
    def watchful(self) -> Example:
        """The same run with every look before its last effect: any of them may have decided what was done."""
        made = Example(self.run, is_watchful=True)
        return made if self.words is None else made.knowing(self.words)

    def knowing(self, words: Vocabulary) -> Example:
        """Return the same example with what its goal's words stand for among the explanations."""
        said = {
            (step, path): found
            for step, of_step in enumerate(self.leaves)
            for path, value in of_step.items()
            if (found := words.spans((self.steps[step].tool, path), value, self.goal))
        }
        return Knowing(self, words, said) if said else self

    @cached_property
    def said(self) -> frozenset[Words]:
        """Everything that its goal says in a few words."""
        return frozenset(stretches(self.goal))

    @cached_property
    def spaces(self) -> tuple[dict[Path, Space], ...]:
        """For each step, the space of each of its leaves."""
        return tuple(
            {path: _without_itself(self._space(index, value), path, found) for path, value in found.items()}
            for index, found in enumerate(self.leaves)
        )

    @cached_property
    def looks_aside(self) -> frozenset[str]:
        """The tools it looked with before its last effect without using a value of theirs: they may have decided."""
        calls = self.run.calls
        last = max((i for i, call in enumerate(calls) if call.is_ok and not call.effect.is_safe), default=0)
        looked = frozenset(call.tool for call in calls[:last] if call.is_ok and call.effect.is_safe)
        return looked - frozenset(self.recorded_tools)

    @cached_property
    def first_looked(self) -> tuple[tuple[str, str], ...]:
        """What it looked at before it changed anything, and what that returned, both as JSON."""
        looks = takewhile(lambda call: call.effect.is_safe, self.run.calls)
        return tuple(
            (canonical_json([one.tool, dict(one.arguments)]), canonical_json(one.output)) for one in looks if one.is_ok
        )

    @cached_property
    def roles(self) -> frozenset[Span]:
        """Every stretch of the goal that may have gone into a value."""
        found = (spans for of_step in self.spaces for space in of_step.values() for spans in space.values())
        return frozenset(span for spans in found for span in spans)

    def same_wording(self, goal: Goal) -> Alignment | None:
        """Return how a goal lies on this one, if it differs only where this run took values from; else None."""
        if goal.text not in self._alignments:
            self._alignments[goal.text] = align(self.goal, goal, self.roles)
        return self._alignments[goal.text]

    def _space(self, index: int, value: JsonValue) -> Space:
        return explain(value, self.goal, self.outputs[:index], today=self.run.today)


def _without_itself(space: Space, path: Path, found: dict[Path, JsonValue]) -> Space:
    """Leave out that a value comes from the field which the same call names: what is there already need not be set."""
    named = {value for at, value in found.items() if at != path and isinstance(value, str)}
    return {
        key: spans for key, spans in space.items() if key[0] != "out" or not named.intersection((key[4] or key[2])[-1:])
    }


class Knowing(Example):
    """An example in the light of a vocabulary: the stretches of its goal that name a value explain it too."""

    def __init__(self, plain: Example, words: Vocabulary, said: dict[tuple[int, Path], frozenset[Span]]) -> None:
        self.run, self.goal, self.words = plain.run, plain.goal, words
        self.steps, self.outputs, self.leaves = plain.steps, plain.outputs, plain.leaves
        self._plain, self._said_values = plain, said
        self._alignments = {}

    @cached_property
    def spaces(self) -> tuple[dict[Path, Space], ...]:
        """For each step, the space of each of its leaves."""
        found = tuple(dict(of_step) for of_step in self._plain.spaces)
        for (step, path), spans in self._said_values.items():
            found[step][path] = found[step][path] | {("said", self.steps[step].tool, path): spans}
        return found


def _sliced(run: Run, goal: Goal, *, is_watchful: bool) -> list[LoggedCall]:
    """Return the calls that changed something and, backwards, the looks that their values came from, or all looks."""
    kept: list[LoggedCall] = []
    seen: set[str] = set()
    wanted: list[JsonValue] = []
    for index in range(len(run.calls) - 1, -1, -1):
        call = run.calls[index]
        if not call.is_ok:
            continue
        if call.effect.is_safe:
            data = structured(call.output)
            used = [value for value in wanted if any(one == value for _, one in scalars(data))]
            if not used and not (is_watchful and kept):
                continue
            wanted = [value for value in wanted if value not in used]
        key = canonical_json([call.tool, dict(call.arguments)])
        if key in seen:
            continue
        seen.add(key)
        kept.insert(0, call)
        wanted += _unexplained(call, goal, run.calls[:index])
    return kept


def _unexplained(call: LoggedCall, goal: Goal, earlier: Sequence[LoggedCall]) -> list[JsonValue]:
    """Return the values of a call that no stretch of the goal makes, but that something it looked at before has.

    "ann.lee@example.org" may be "ann" in a frame or the address that a look found under that name: the look is kept.
    """
    looked = [structured(one.output) for one in earlier if one.is_ok and one.effect.is_safe]
    return [
        value
        for value in leaves(call.arguments).values()
        if is_informative(value)
        and not is_said_by(explain(value, goal, ()))
        and any(_holds(output, value) for output in looked)
    ]


def _holds(output: Any, value: JsonValue) -> bool:
    return any(one == value and type(one) is type(value) for _, one in scalars(output))
