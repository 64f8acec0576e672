"""The same call for each item of a list that was looked at, when runs did it more or less often.

Which items were taken is a hypothesis too: all, or those with, or without, a value in a field, or those the goal
names. Every one that fits all runs must choose the same items of a new list. An empty choice means no call at all, and
that only after a run which found nothing to do and did nothing.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from llmos_core.types.json import canonical_json
from llmos_core.types.record import Record, field
from llmos_std.learning.cues import EVERY
from llmos_std.learning.cutting import longest, may_be_cut
from llmos_std.learning.explaining import LONGEST_LABEL, said_inside
from llmos_std.learning.leaves import leaves, value_at
from llmos_std.learning.outlines import is_nothing
from llmos_std.learning.picking import scalars
from llmos_std.learning.saying import says
from llmos_std.learning.selecting import passes, untold
from llmos_std.learning.slicing import Example

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from llmos_std.learning.leaves import Path
    from llmos_std.learning.runs import LoggedCall
    from llmos_std.learning.wording import Alignment, Goal, Span

Filter = tuple[Any, ...]
"""("all",), ("is", field, JSON), ("not", field, JSON), ("of-goal", field) or ("has-goal", field); where a small call
says which items are meant, ("which", …) with tests of `selecting`."""

_BY_CHANCE = 0.05
_TWICE = 2


class Shape(Record):
    """Where the items are, and which values of the call come from them: path of the call → path inside an item."""

    looks: tuple[str, ...]
    tool: str
    step: int
    outer: tuple[Any, ...]
    inner: tuple[tuple[Path, tuple[Any, ...]], ...]


class Folded(Example):
    """An example with the repeated call once. `taken` are the places of the items that it was made for."""

    def __init__(self, example: Example, shape: Shape, taken: tuple[int, ...]) -> None:
        self.run, self.goal, self.words = example.run, example.goal, example.words
        self.shape, self.taken = shape, taken
        self.body = example.steps[shape_start(shape) :]
        first = shape_start(shape) + 1
        items = {path for path, _ in shape.inner}
        self.steps = example.steps[:first]
        self.outputs = example.outputs[:first]
        found = example.leaves[:first]
        self.leaves = (*found[:-1], {path: value for path, value in found[-1].items() if path not in items})
        self._alignments = {}

    @cached_property
    def roles(self) -> frozenset[Span]:
        """Every stretch of the goal that may have gone into a value, or said which items were meant."""
        of_values = (spans for of_step in self.spaces for space in of_step.values() for spans in space.values())
        return frozenset(span for spans in (*of_values, *self.filters().values()) for span in spans)

    @property
    def items(self) -> list[Any]:
        """The list that it took items from."""
        found: list[Any] = items_of(self.shape, self.outputs)
        return found

    def filters(self) -> dict[Filter, frozenset[Span]]:
        """Return everything that chooses just these items, with the stretches of the goal it may refer to."""
        found: dict[Filter, set[Span]] = {}
        for one, span in _candidates(self.items, self.goal):
            if chosen(self.items, one, "" if span is None else self.goal.text_of(span)) == self.taken:
                found.setdefault(one, set()).update([] if span is None else [span])
        return {one: frozenset(spans) for one, spans in found.items()}


class Each(Record):
    """A loop that several runs have in common. `zeros` counts runs that found nothing to do, and did nothing.

    `seen[path]` are the values, as JSON, that items gave to the calls, `longest` is how long lists there have been,
    `columns` what the items had in each field, as JSON.
    """

    shape: Shape
    filters: dict[Filter, frozenset[Span]]
    zeros: int = 0
    longest: int = 0
    seen: dict[Path, frozenset[str]] = field(factory=dict)
    columns: dict[str, frozenset[str]] = field(factory=dict)

    def items(self, outputs: Sequence[Any], goal: Goal, alignment: Alignment | None) -> list[Any] | str:
        """Return the items to do it for, or why that is not settled."""
        rows = items_of(self.shape, outputs)
        if not isinstance(rows, list):
            return "there is no list to go through"
        if may_be_cut(rows, self.longest):
            return f"the list may be cut at {len(rows)} items"
        choices = {chosen(rows, one, text) for one, text in self._said(goal, alignment)}
        lacking = next((name for one in self.filters if one[0] == "which" and (name := untold(rows, one[1]))), "")
        if lacking or len(choices) != 1:
            return f"an item does not tell its '{lacking}'" if lacking else "which items are meant is not settled"
        (taken,) = choices
        if not taken and not self.zeros:
            return "no run shows that nothing is done when there is nothing to do"
        if len(taken) > 1 and not EVERY.search(goal.text):
            return f"{len(taken)} items fit, and the goal does not say that several are meant"
        return [rows[place] for place in taken]

    def _said(self, goal: Goal, alignment: Alignment | None) -> Iterator[tuple[Filter, str]]:
        """Yield each filter with the text of the goal it speaks of; a filter of another wording speaks of none."""
        for one, spans in self.filters.items():
            for span in spans or [None]:
                across = None if span is None or alignment is None else alignment.across(span)
                yield one, "" if across is None else goal.text_of(across)

    def says(self, span: Span) -> bool:
        """Say whether a stretch of the first goal is what tells which items are meant."""
        return all(
            key[0] in {"of-goal", "has-goal"} and any(a <= span[0] and span[1] <= b for a, b in spans)
            for key, spans in self.filters.items()
        )

    def arguments(self, item: Any) -> dict[Path, Any] | None:
        """Return the values that an item gives a call, None when it lacks one."""
        found = {path: value_at(item, inner) for path, inner in self.shape.inner}
        return None if any(value is None or isinstance(value, dict | list) for value in found.values()) else found


def shape_start(shape: Shape) -> int:
    """Return how many steps come before the repeated call."""
    return len(shape.looks)


def items_of(shape: Shape, outputs: Sequence[Any]) -> Any:
    """Return the list among the outputs, None when it is not there; a text that says "nothing" is an empty one."""
    output = outputs[shape.step]
    return [] if is_nothing(output) else value_at(output, shape.outer)


def shape_of_loop(example: Example) -> Shape | None:
    """Return the loop of an example that made a call at least twice, None when it is none or may be several."""
    start = len([step for step in example.steps if step.effect.is_safe])
    body = example.steps[start:]
    if not start or len(body) < _TWICE or not _is_alike(example, start):
        return None
    found = example.leaves[start:]
    varying = [path for path in found[0] if len({canonical_json(one[path]) for one in found}) > 1]
    shapes = []
    for step, outer in _lists(example.outputs[:start]):
        rows = value_at(example.outputs[step], outer)
        inner = [[at for at in _fields(rows) if _covers(rows, at, [one[path] for one in found])] for path in varying]
        if varying and all(len(ways) == 1 for ways in inner):
            pairs = tuple(zip(varying, (ways[0] for ways in inner), strict=True))
            looks = tuple(one.tool for one in example.steps[:start])
            shapes.append(Shape(looks=looks, tool=body[0].tool, step=step, outer=outer, inner=pairs))
    return shapes[0] if len(shapes) == 1 else None


def folded(example: Example, shape: Shape) -> Folded | None:
    """Return an example as a run of a loop; None when it is not one, or took an item twice."""
    start = shape_start(shape)
    tools = tuple(step.tool for step in example.steps[:start])
    if tools != shape.looks or len(example.steps) <= start or not _is_alike(example, start):
        return None
    if example.steps[start].tool != shape.tool or not set(dict(shape.inner)) <= set(example.leaves[start]):
        return None
    rows = items_of(shape, example.outputs)
    if not isinstance(rows, list):
        return None
    taken = []
    for found in example.leaves[start:]:
        places = [n for n, row in enumerate(rows) if all(value_at(row, at) == found[path] for path, at in shape.inner)]
        if len(places) != 1 or places[0] in taken:
            return None
        taken += places
    return Folded(example, shape, tuple(sorted(taken)))


def common(first: Folded, others: Iterable[Folded], zeros: int) -> Each | str:
    """Return what folded examples have in common, or why it is too little to go on; `zeros` as in `each_of`."""
    members = [first, *others]
    filters = first.filters()
    choices = len(list(_candidates(first.items, first.goal)))
    for one in members[1:]:
        theirs, alignment = one.filters(), first.same_wording(one.goal)
        kept: dict[Filter, frozenset[Span]] = {}
        for key, spans in filters.items():
            if key not in theirs:
                continue
            across = spans if alignment is None else {s for s in spans if alignment.across(s) in theirs[key]}
            if across or not spans:
                kept[key] = frozenset(across)
        filters = kept
    if not filters:
        return "nothing explains which items were taken"
    decisions = sum(len(one.items) for one in members)
    if choices * 0.5**decisions > _BY_CHANCE:
        return f"{decisions} items were seen, too few to tell which ones are meant"
    return each_of(members, filters, zeros)


def each_of(members: Sequence[Folded], filters: dict[Filter, frozenset[Span]], zeros: int = 0) -> Each:
    """Return the loop of folded examples with these filters, and what their items had.

    `zeros` counts the runs that made no call because the list was empty.
    """
    first = members[0]
    calls = [leaves(call.arguments) for one in members for call in one.body]
    seen = {path: frozenset(canonical_json(found[path]) for found in calls) for path, _ in first.shape.inner}
    known = longest(members, first.steps[first.shape.step].tool, first.shape.outer)
    columns: dict[str, set[str]] = {}
    for row in (row for one in members for row in one.items if isinstance(row, dict)):
        for name, value in row.items():
            columns.setdefault(name, set()).add(canonical_json(value))
    return Each(
        shape=first.shape,
        filters=filters,
        zeros=zeros,
        seen=seen,
        longest=known,
        columns={name: frozenset(values) for name, values in columns.items()},
    )


def chosen(rows: list[Any], one: Filter, text: str) -> tuple[int, ...]:
    """Return the places of the items that a filter chooses."""
    if one[0] == "all":
        return tuple(range(len(rows)))
    if one[0] == "which":
        return tuple(n for n, row in enumerate(rows) if all(passes(row, test) for test in one[1]))
    values = [row.get(one[1]) if isinstance(row, dict) else None for row in rows]
    if one[0] == "has-goal":
        return tuple(n for n, row in enumerate(rows) if says(row, one[1], text))
    if one[0] == "of-goal":
        return tuple(n for n, v in enumerate(values) if isinstance(v, str) and v.casefold() == text.casefold())
    return tuple(n for n, value in enumerate(values) if (canonical_json(value) == one[2]) == (one[0] == "is"))


def _candidates(rows: list[Any], goal: Goal) -> Iterator[tuple[Filter, Span | None]]:
    yield ("all",), None
    known: set[tuple[Filter, Span | None]] = set()
    for row in rows:
        for name, value in row.items() if isinstance(row, dict) else ():
            if isinstance(value, dict | list):
                continue
            text = canonical_json(value)
            spans = goal.spans_of(value) if isinstance(value, str) and value else frozenset()
            known |= {(("is", name, text), None), (("not", name, text), None)}
            inside = said_inside(goal, value) if len(text) <= LONGEST_LABEL else ()
            known |= {(("of-goal", name), span) for span in spans} | {(("has-goal", name), span) for span in inside}
    yield from sorted(known, key=repr)


def _is_alike(example: Example, start: int) -> bool:
    """Say whether all steps from one on are the same call with other values, and change something."""
    body: Sequence[LoggedCall] = example.steps[start:]
    paths = [tuple(found) for found in example.leaves[start:]]
    return all(not one.effect.is_safe and one.tool == body[0].tool for one in body) and len(set(paths)) == 1


def _lists(outputs: Sequence[Any]) -> list[tuple[int, tuple[Any, ...]]]:
    found: dict[tuple[int, tuple[Any, ...]], None] = {}
    for step, output in enumerate(outputs):
        for path, _ in scalars(output):
            at = next((index for index, key in enumerate(path) if isinstance(key, int)), None)
            if at is not None:
                found[step, path[:at]] = None
    return list(found)


def _fields(rows: Any) -> list[tuple[Any, ...]]:
    paths = (path for path, _ in scalars(rows) if not any(isinstance(key, int) for key in path[1:]))
    return list(dict.fromkeys(path[1:] for path in paths))


def _covers(rows: Any, at: tuple[Any, ...], values: list[Any]) -> bool:
    """Say whether these are values of so many different items there."""
    there = [canonical_json(value_at(row, at)) for row in rows]
    wanted = [canonical_json(value) for value in values]
    return len(set(wanted)) == len(wanted) and all(there.count(value) == 1 for value in wanted)
