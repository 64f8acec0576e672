"""Follow a program with the values of a new goal, step by step, without a model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from llmos_core.types.json import canonical_json
from llmos_core.types.record import Record
from llmos_core.types.tools import Effect
from llmos_std.learning.binding import NOTHING, derived, settled
from llmos_std.learning.conditions import Condition
from llmos_std.learning.cues import OTHERWISE
from llmos_std.learning.cutting import decided
from llmos_std.learning.leaves import joined
from llmos_std.learning.looping import shape_start
from llmos_std.learning.outlines import is_nothing, outline, shape
from llmos_std.learning.provenance import may_be_bound
from llmos_std.learning.runs import structured

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from llmos_core.types.json import JsonObject
    from llmos_std.learning.branching import Branch
    from llmos_std.learning.explaining import Space
    from llmos_std.learning.leaves import Path
    from llmos_std.learning.looping import Each
    from llmos_std.learning.programs import Program
    from llmos_std.learning.proposing import Proposal
    from llmos_std.learning.runs import LoggedCall
    from llmos_std.learning.wording import Alignment, Goal

    Look = Callable[[str, JsonObject], Any]

_OF_OUTPUT: Space = {("out",): frozenset()}

UNSEEN: Any = object()
"""What a look returns when the log cannot say what the call would have returned."""


class PlannedCall(Record):
    """A call that a replay would make."""

    tool: str
    arguments: JsonObject
    effect: Effect


class Decision(Record):
    """What would happen: `would` is "follow", "mixed" or "learn"; `why` says what decided.

    `evidence` counts the examples behind it; `proposals` are programs of which one small call could complete one.
    """

    would: str
    why: str
    calls: tuple[PlannedCall, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    evidence: int = 0


def follow(
    program: Program,
    alignment: Alignment | None,
    goal: Goal,
    look: Look,
    *,
    given: Mapping[tuple[int, Path], Any] | None = None,
    today: str = "",
    condition: Condition | Branch | None = None,
    each: Each | None = None,
) -> Decision:
    """Bind and look step by step; the first value without one explanation, or the first surprise, ends it.

    `given` holds what was filled in from outside, `condition` on what the first effect is made at all; `each` repeats
    the last step for the items of a list.
    """
    settle = settled if given is None else derived
    given = given or {}
    outputs: list[Any] = []
    calls: list[PlannedCall] = []
    evidence = len(program.examples)
    for index, step in enumerate(program.first.steps):
        if condition is not None and index == condition.looks:
            if not (is_met := decided(condition, outputs, program)):
                return unmet(is_met, condition, goal, calls, evidence)
            condition = None
        values = {
            path: given[index, path]
            if (index, path) in given
            else settle(program, index, path, goal, alignment, outputs, today)
            for path in program.spaces[index]
        }
        if missing := [".".join(map(str, path)) for path, value in values.items() if value is NOTHING]:
            return Decision(would="learn", why=f"{step.tool}: '{missing[0]}' is not settled", evidence=evidence)
        if each is not None and index == shape_start(each.shape):
            repeated = for_each(each, step, values, outputs, goal, alignment)
            if isinstance(repeated, str):
                return Decision(would="learn", why=repeated, evidence=evidence)
            calls += repeated
            break
        arguments = joined(values)
        calls.append(PlannedCall(tool=step.tool, arguments=arguments, effect=step.effect))
        seen = look(step.tool, arguments) if step.effect.is_safe else None
        if seen is UNSEEN:
            return Decision(would="learn", why=f"unseen: {step.tool} {canonical_json(arguments)}", evidence=evidence)
        outputs.append(structured(seen))
        is_usual = not step.effect.is_safe or looks_usual(program, index, outputs[-1], each)
        if not is_usual and not ends(condition, outputs):
            return Decision(would="learn", why=f"{step.tool} returned something of another shape", evidence=evidence)
    return Decision(would="follow", why="all values are settled", calls=tuple(calls), evidence=evidence)


def for_each(
    each: Each,
    step: LoggedCall,
    values: dict[Path, Any],
    outputs: Sequence[Any],
    goal: Goal,
    alignment: Alignment | None,
) -> list[PlannedCall] | str:
    """Return the call for each item that is meant, or why that is not settled."""
    found = item_values(each, outputs, goal, alignment)
    if isinstance(found, str):
        return found
    return [PlannedCall(tool=step.tool, arguments=joined(values | one), effect=step.effect) for one in found]


def item_values(
    each: Each, outputs: Sequence[Any], goal: Goal, alignment: Alignment | None
) -> list[dict[Path, Any]] | str:
    """Return what each item that is meant gives to its call, or why that is not settled."""
    rows = each.items(outputs, goal, alignment)
    if isinstance(rows, str):
        return rows
    found = [each.arguments(row) for row in rows]
    complete = [one for one in found if one is not None]
    if len(complete) < len(found):
        return "an item lacks a value that all items had"
    if not all(
        may_be_bound(path, value, _OF_OUTPUT, goal.text, each.seen.get(path, ()))
        for one in complete
        for path, value in one.items()
    ):
        return "an item would become a program, a place, a host, or something else than all items were"
    return complete


def looks_usual(program: Program, index: int, seen: Any, each: Each | None) -> bool:
    """Say whether an output is like one that an example saw there, or nothing where that is known to mean no call."""
    if each is not None and index == each.shape.step and is_nothing(seen):
        return each.zeros > 0
    alike = outline if index in program.first.stand_ins else shape
    return alike(seen) in {alike(one.outputs[index]) for one in program.examples}


def ends(condition: Condition | Branch | None, outputs: Sequence[Any]) -> bool:
    """Say whether the last output answers a proposed condition with no, though no run saw one of its outline."""
    return isinstance(condition, Condition) and condition.is_ended_by(outputs)


def unmet(
    is_met: bool | None, condition: Condition | Branch, goal: Goal, calls: Sequence[PlannedCall], evidence: int
) -> Decision:
    """Return what becomes of a condition that does not hold: nothing more is done, unless the goal says what else."""
    if is_met is None or OTHERWISE.search(goal.text):
        why = f"undecided: {condition.text}" if is_met is None else "the goal says what to do otherwise"
        return Decision(would="learn", why=why, evidence=evidence)
    return Decision(would="follow", why=f"not so: {condition.text}", calls=tuple(calls), evidence=evidence)
