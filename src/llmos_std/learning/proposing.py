"""What one small model call would have to fill in so that a learned program fits a goal that may not be followed.

A hole is a value, the condition on which the calls are to be made, or the items that they are made for. The call sees
only programs and their holes, may refuse, and what it fills is checked against the type and the values seen. Too many
holes, and the goal is learned.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from llmos_core.types.json import canonical_json
from llmos_core.types.record import Record, evolve, field
from llmos_std.learning.binding import NOTHING, settled, waits
from llmos_std.learning.clock import read_date
from llmos_std.learning.conditions import looks_of, read_condition
from llmos_std.learning.cues import condition_in
from llmos_std.learning.explaining import is_informative
from llmos_std.learning.following import Decision, follow
from llmos_std.learning.leaves import joined
from llmos_std.learning.looping import shape_start
from llmos_std.learning.provenance import writes_code
from llmos_std.learning.selecting import read_tests

if TYPE_CHECKING:
    from collections.abc import Mapping

    from llmos_core.types.json import JsonObject
    from llmos_core.types.trace import TraceStep
    from llmos_std.learning.following import Look
    from llmos_std.learning.leaves import Path
    from llmos_std.learning.looping import Each
    from llmos_std.learning.programs import Program
    from llmos_std.learning.repertoire import Words
    from llmos_std.learning.wording import Alignment, Goal

MOST_HOLES = 6
ITEMS = "items"
"""How the hole is named that says for which items of a list the last call is made."""
_SHARE_UNEXPLAINED = 0.3
_PROVEN = 2


class Hole(Record):
    """One thing to fill in: `kind` is "value", "condition" or "items"; `type` a JSON type.

    `seen` are values that it has had, as JSON; `places` are the (step, path) of the values that it fills; what was
    always equal is one hole. `days` are how many days after its run's own day a date was there in every run.
    """

    name: str
    kind: str = "value"
    type: str = "string"
    seen: tuple[str, ...] = ()
    places: tuple[tuple[int, Path], ...] = ()
    days: tuple[int, ...] = ()


def holes_of(
    program: Program, goal: Goal, alignment: Alignment | None, *, today: str, words: Words
) -> tuple[Hole, ...]:
    """Return the values that neither the goal nor anything that will be looked at settles, in order of first use.

    A value that can come from the goal, and was always equal to an open one, is filled with it.
    """
    columns: dict[str, list[tuple[int, Path]]] = {}
    open_columns: set[str] = set()
    for step, of_step in enumerate(program.spaces):
        for path, space in of_step.items():
            column = canonical_json([one.leaves[step][path] for one in program.examples])
            value = NOTHING if waits(space) else settled(program, step, path, goal, alignment, (), today)
            is_stale = alignment is None and _is_date(value)
            if not waits(space) and (value is NOTHING or is_stale):
                open_columns.add(column)
            elif not any(key[0] in {"goal", "frame"} for key in space):
                continue
            columns.setdefault(column, []).append((step, path))
    columns = {column: places for column, places in columns.items() if column in open_columns}
    holes: dict[str, Hole] = {}
    for places in columns.values():
        name = plain = ".".join(str(part).lstrip("@").strip() for part in places[0][1])
        while name in holes:
            name = f"{plain}#{int(name.rpartition('#')[2]) + 1 if '#' in name else 2}"
        holes[name] = _hole(program, name, places, words)
    return tuple(holes.values())


def _is_date(value: Any) -> bool:
    """Say whether a value is a date: of another wording nobody knows which day it meant."""
    return isinstance(value, str) and read_date(value) is not None


def _hole(program: Program, name: str, places: list[tuple[int, Path]], words: Words) -> Hole:
    step, path = places[0]
    others = words.get((program.first.steps[step].tool, path), ())
    values = [one.leaves[step][path] for one in program.examples]
    return Hole(
        name=name,
        type=_json_type(values[0]),
        seen=tuple(dict.fromkeys([*sorted({canonical_json(value) for value in values}), *others])),
        places=tuple(places),
        days=tuple(key[1] for key in program.spaces[step][path] if key[0] == "clock"),
    )


def too_many(program: Program, holes: tuple[Hole, ...]) -> str:
    """Return why these holes are too many for a small call, "" when they are not."""
    if (count := len({_leaf(one) for one in holes if one.kind == "value"})) > MOST_HOLES:
        return f"{count} values are open, at most {MOST_HOLES} may be"
    leaves = sum(len(of_step) for of_step in program.spaces)
    unexplained = sum(1 for hole in holes for step, path in hole.places[:1] if not program.spaces[step][path])
    if unexplained > max(1, int(_SHARE_UNEXPLAINED * leaves)):
        return f"nothing explains {unexplained} of {leaves} values"
    return ""


def _leaf(hole: Hole) -> tuple[int, Path]:
    """Return the argument that a hole is in: the date and the time of day of one argument are one."""
    step, path = hole.places[0]
    return step, tuple(part for part in path if not str(part).startswith("@"))


class Proposal(Record):
    """A program that one small call could make fit: `holes` are what it would fill in.

    `stand_ins` are recorded steps of other traces by their place in the program, where it looks with another tool.
    """

    program: Program
    goal: Goal
    alignment: Alignment | None
    holes: tuple[Hole, ...]
    each: Each | None = None
    stand_ins: Mapping[int, TraceStep] = field(factory=dict)

    def outline(self) -> list[tuple[str, JsonObject]]:
        """Return the calls as far as they are known: `{"hole": name}` is to be filled in, `{"later": true}` seen."""
        names = {place: hole.name for hole in self.holes for place in hole.places}
        calls: list[tuple[str, JsonObject]] = []
        for index, step in enumerate(self.program.first.steps):
            values: dict[Path, Any] = {}
            for path in self.program.spaces[index]:
                value = settled(self.program, index, path, self.goal, self.alignment, (), "")
                known = {"hole": names[index, path]} if (index, path) in names else {"later": True}
                values[path] = known if (index, path) in names or value is NOTHING else value
            if self.each is not None and index == shape_start(self.each.shape):
                values |= {path: {"item": ".".join(map(str, inner))} for path, inner in self.each.shape.inner}
            calls.append((step.tool, joined(values)))
        return calls

    @property
    def is_conditional(self) -> bool:
        """Whether the calls are made on a condition only."""
        return any(hole.kind == "condition" for hole in self.holes)

    def completed(self, values: Mapping[str, Any], look: Look, *, today: str = "") -> Decision:
        """Return what follows from a reply: hole name → value; a condition that is not met ends it with the looks."""
        found = read_condition(values.get("condition"), self.program, self.goal) if self.is_conditional else None
        if isinstance(found, str):
            return Decision(would="learn", why=found)
        each = self.each_with(values.get(ITEMS), today=today)
        if isinstance(each, str):
            return Decision(would="learn", why=each)
        given = filled(self.holes, values)
        return follow(
            self.program, self.alignment, self.goal, look, given=given, today=today, condition=found, each=each
        )

    def each_with(self, tests: Any, *, today: str) -> Each | str | None:
        """Return the loop with the items that a reply names, or why it is not believed; None when there is no loop."""
        if self.each is None:
            return None
        found = read_tests(tests, self.each.columns, self.goal, today=today)
        # nothing has to show that an empty list means no call: that is what was asked for
        return found if isinstance(found, str) else evolve(self.each, filters={("which", found): frozenset()}, zeros=1)


def propose(
    program: Program,
    alignment: Alignment | None,
    goal: Goal,
    *,
    today: str = "",
    words: Words | None = None,
    each: Each | None = None,
) -> Proposal | str:
    """Return the program with its holes if one small call could fill them, else why not.

    `words` are values that other runs gave to the same argument of the same tool, `each` is the loop of a program.
    """
    if writes_code(program, each):
        return "a changing value would go into something that is executed"
    condition = (Hole(name="condition", kind="condition", type="object"),) if condition_in(goal.text) else ()
    if condition and not looks_of(program):
        return "nothing was looked at that could tell whether the condition holds"
    items = () if each is None else (Hole(name=ITEMS, kind="items", type="array"),)
    holes = (*condition, *items, *holes_of(program, goal, alignment, today=today, words=words or {}))
    if not holes:
        return "nothing is open, and yet it may not be followed"
    if code := _unexplained_code(program, holes):
        return f"nothing explains {code}, which one run alone has used"
    return too_many(program, holes) or Proposal(program=program, goal=goal, alignment=alignment, holes=holes, each=each)


def _unexplained_code(program: Program, holes: tuple[Hole, ...]) -> str:
    """Return, as JSON, a code or an hour in what would be done that nothing but one run alone explains; else ""."""
    is_open = {place for hole in holes for place in hole.places}
    for step, of_step in enumerate(program.spaces if program.vectors < _PROVEN else ()):
        for path, space in of_step.items():
            value = program.first.leaves[step][path]
            is_code = is_informative(value) and any(map(str.isdecimal, canonical_json(value)))
            is_kept = (step, path) not in is_open and not program.first.steps[step].effect.is_safe
            if is_kept and is_code and all(key[0] == "const" for key in space):
                return canonical_json(value)
    return ""


def filled(holes: tuple[Hole, ...], values: Mapping[str, Any]) -> dict[tuple[int, Path], Any]:
    """Return what a reply puts where; a hole that it left open, or filled with another type, is not there."""
    return {
        place: values[hole.name]
        for hole in holes
        if hole.kind == "value" and hole.name in values and _json_type(values[hole.name]) == hole.type
        for place in hole.places
    }


def _json_type(value: Any) -> str:
    names = {bool: "boolean", int: "integer", float: "number", str: "string", type(None): "null"}
    return names.get(type(value), "array" if isinstance(value, list) else "object")
