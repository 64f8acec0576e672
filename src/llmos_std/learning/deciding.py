"""Decide about a goal from recorded runs alone: follow with bound values, or say what stands in the way.

Following needs a run of the same wording, every changed stretch used by a value that is known to vary, enough
different sets of values for what the calls can do, no condition in the goal, and outputs of the known shape.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from llmos_core.types.json import canonical_json
from llmos_core.types.record import Record
from llmos_core.types.tools import Effect
from llmos_std.learning.binding import NOTHING, bind
from llmos_std.learning.leaves import joined
from llmos_std.learning.programs import Program, consumed, programme
from llmos_std.learning.runs import structured
from llmos_std.learning.slicing import Example
from llmos_std.learning.wording import Alignment, Goal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from llmos_core.types.json import JsonObject
    from llmos_std.learning.runs import Run

    Look = Callable[[str, JsonObject], Any]

UNSEEN: Any = object()
"""What a look returns when the log cannot say what the call would have returned."""

_CONDITION = re.compile(
    r"\b(if|unless|when|whenever|whether|until|otherwise|else|in case|at least|at most|only|except|while|did|does|has"
    r"|have|hasn|haven|isn|aren|wasn|weren|didn|doesn|check)\b",
    re.IGNORECASE,
)
_EVERY = re.compile(r"\b(all|any|each|every|everything|everyone|none|some|few)\b", re.IGNORECASE)
_FOR_WRITES, _FOR_FINAL = 2, 4


class PlannedCall(Record):
    """A call that a replay would make."""

    tool: str
    arguments: JsonObject
    effect: Effect


class Decision(Record):
    """What would happen: `would` is "follow" or "learn"; `why` says what decided; `evidence` counts the examples."""

    would: str
    why: str
    calls: tuple[PlannedCall, ...] = ()
    evidence: int = 0


class Learned:
    """Everything learned from some runs. The order in which they come does not matter."""

    def __init__(self, runs: Iterable[Run]) -> None:
        found = {run.id: run for run in runs if run.succeeded}
        self._examples = [Example(found[key]) for key in sorted(found)]

    def decide(self, text: str, look: Look, *, today: str = "") -> Decision:
        """Return what would be done about a goal; `look` answers harmless calls, or UNSEEN."""
        goal = Goal(text)
        near = [(one, found) for one in self._examples if (found := one.same_wording(goal)) is not None]
        if not near:
            return Decision(would="learn", why="no run of this wording")
        near.sort(key=lambda pair: (len(pair[1].changed), pair[0].run.id))
        follows: list[Decision] = []
        refusals: list[Decision] = []
        for example, alignment in near:
            decision = self._with(example, alignment, goal, look, today)
            (follows if decision.would == "follow" else refusals).append(decision)
        plans = {canonical_json(_effects(one)) for one in follows}
        if len(plans) > 1:
            return Decision(would="learn", why="two programs fit this goal, and they differ")
        return max(follows, key=lambda one: one.evidence) if follows else refusals[0]

    def _with(
        self,
        example: Example,
        alignment: Alignment,
        goal: Goal,
        look: Look,
        today: str,
    ) -> Decision:
        if not example.steps:
            return Decision(would="learn", why="that run changed nothing")
        if alignment.changed and (cue := _CONDITION.search(goal.text)):
            return Decision(would="learn", why=f"the goal is conditional ('{cue[0]}')")
        if alignment.changed and (cue := _EVERY.search(goal.text)):
            return Decision(would="learn", why=f"the goal is about a number of things ('{cue[0]}')")
        if any(one.effects != example.effects for one in self._examples if example.same_wording(one.goal)):
            return Decision(would="learn", why="runs of this wording did different things")
        program = programme(example, self._examples)
        if why := _unfit(program, alignment):
            return Decision(would="learn", why=why, evidence=len(program.examples))
        return follow(program, alignment, goal, look, today=today)


def _unfit(program: Program, alignment: Alignment) -> str:
    """Return why a program may not be given other values, "" when it may."""
    if not alignment.changed:
        return ""
    for span, _ in alignment.changed:
        if not consumed(program, span):
            return f"'{program.first.goal.text_of(span)}' was changed, and no value is known to depend on it"
    if aside := frozenset.intersection(*(one.looks_aside for one in (*program.examples, *program.witnesses))):
        return f"what {min(aside)} returned may have decided what was done"
    is_final = any(step.effect in {Effect.IRREVERSIBLE, Effect.UNKNOWN} for step in program.first.steps)
    if program.vectors < _FOR_WRITES:
        return f"{program.vectors} sets of values were seen, {_FOR_WRITES} are needed"
    if is_final and program.outcomes < _FOR_FINAL:
        return f"{program.outcomes} different effects were seen, {_FOR_FINAL} are needed for what cannot be undone"
    return ""


def follow(program: Program, alignment: Alignment, goal: Goal, look: Look, *, today: str = "") -> Decision:
    """Bind and look step by step; the first value without one explanation, or the first surprise, ends it."""
    outputs: list[Any] = []
    calls: list[PlannedCall] = []
    evidence = len(program.examples)
    for index, step in enumerate(program.first.steps):
        values = {
            path: bind(space, goal, alignment, outputs, today=today) for path, space in program.spaces[index].items()
        }
        open_paths = [path for path, value in values.items() if value is NOTHING]
        if open_paths:
            named = ".".join(map(str, open_paths[0]))
            return Decision(would="learn", why=f"{step.tool}: '{named}' is not settled", evidence=evidence)
        arguments = joined(values)
        calls.append(PlannedCall(tool=step.tool, arguments=arguments, effect=step.effect))
        if not step.effect.is_safe:
            outputs.append(None)
            continue
        seen = look(step.tool, arguments)
        if seen is UNSEEN:
            return Decision(would="learn", why=f"unseen: {step.tool} {canonical_json(arguments)}", evidence=evidence)
        if shape(structured(seen)) not in {shape(one.outputs[index]) for one in program.examples}:
            return Decision(would="learn", why=f"{step.tool} returned something of another shape", evidence=evidence)
        outputs.append(structured(seen))
    return Decision(would="follow", why="all values are settled", calls=tuple(calls), evidence=evidence)


def shape(value: Any) -> str:
    """Return the outline of an output: kinds and names of fields, and whether there is anything in it."""
    if isinstance(value, dict):
        return "{" + ",".join(sorted(map(str, value))) + "}"
    if isinstance(value, list):
        return f"[{shape(value[0])}]" if value else "[]"
    return type(value).__name__


def _effects(decision: Decision) -> list[Any]:
    return [[call.tool, dict(call.arguments)] for call in decision.calls if not call.effect.is_safe]
