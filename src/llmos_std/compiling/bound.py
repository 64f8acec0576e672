"""What compiled programs with values of their own are written in: where each value comes from, and what must agree.

An explanation is the tuple of values that it gives for the goal and the world of today, empty where it does not apply.
A value is used only when everything that may still be true of it gives the very same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from llmos_core.types.json import canonical_json
from llmos_std.compiling.program import Call, Divergence, Done
from llmos_std.learning.outlines import shape
from llmos_std.learning.picking import picked
from llmos_std.learning.provenance import is_strange
from llmos_std.learning.runs import structured
from llmos_std.learning.values import made

if TYPE_CHECKING:
    from collections.abc import Sequence

    from llmos_core.types.json import JsonValue
    from llmos_core.types.trace import TraceStep
    from llmos_core.types.transcript import StepRecord

__all__ = [
    "BoundDone",
    "Call",
    "Divergence",
    "Slot",
    "agreed",
    "alone",
    "as_left",
    "constant",
    "framed",
    "from_goal",
    "from_item",
    "is_strange",
    "left",
    "moment",
    "state",
]

Slot = str | None
"""A stretch of the goal, None where the goal has nothing in its place."""

Explanation = tuple[Any, ...]
_NOTHING: Any = object()


class BoundDone(Done):
    """How a step ended, as far as a program with values of its own may ask."""

    @property
    def said(self) -> str:
        """The beginning of the result, as long as a surprise shows it."""
        return self._result.text[:400]

    @property
    def output(self) -> Any:
        """The result as data."""
        return structured(self._result.content)

    @property
    def outline(self) -> str:
        """Kinds and names of what came back, and whether there was anything."""
        return shape(self.output)


class Told(BoundDone):
    """How a step ended of which a person said that it was made: as usual, with a result that nobody saw."""

    def __init__(self, record: StepRecord, step: TraceStep, outline: str) -> None:
        super().__init__(record, "", knows_drift=False)
        self._step, self._outline = step, outline

    @property
    def outline(self) -> str:
        """As in the first run."""
        return self._outline

    @property
    def target(self) -> dict[str, Any] | None:
        """As recorded where nobody looked."""
        seen = self._step.after if self._record.after is None else self._record.after
        return None if seen is None else dict(seen)


def agreed(index: int, name: str, explanations: Sequence[Explanation], *alone: bool) -> JsonValue:
    """Return the one value that all explanations give; Divergence at step `index` when one gives none, or another.

    `alone`, where given, says of lists whether they had one item only: no way of picking could be decided before, so
    one of them must.
    """
    values = {canonical_json(value): value for explanation in explanations for value in explanation}
    if len(values) != 1 or not all(explanations) or (alone and not any(alone)):
        raise Divergence("binding", index, f"one value for {name}", "none, or several that fit")
    value: JsonValue = next(iter(values.values()))
    return value


def constant(value: JsonValue) -> Explanation:
    """Explain a value as always the same."""
    return (value,)


def from_goal(way: str, *texts: Slot) -> Explanation:
    """Explain a value as made, in one of the ways of `learning.values`, of what the goal says."""
    present = [text for text in texts if text is not None]
    values = [made(way, text) for text in present]
    return () if None in values else tuple(values)


def framed(before: str, after: str, *texts: Slot) -> Explanation:
    """Explain a value as what the goal says between two fixed texts."""
    return tuple(f"{before}{text}{after}" for text in texts if text is not None)


def from_item(done: BoundDone, outer: list[str], pick: list[Any] | None, inner: list[str], *texts: Slot) -> Explanation:
    """Explain a value as a field of a result, or of the item of a list in it that `pick` names (`learning.picking`)."""
    present = [text for text in texts if text is not None]
    if texts and not present:
        return ()
    values = [_field(done.output, outer, pick, inner, text) for text in present or [""]]
    return () if any(value is _NOTHING for value in values) else tuple(values)


def alone(done: BoundDone, outer: list[str]) -> bool:
    """Say whether a list in a result has exactly one item."""
    items = _at(done.output, outer)
    return isinstance(items, list) and len(items) == 1


def moment(date: JsonValue, between: str, time: JsonValue) -> str:
    """Return a date and a time of day as one value."""
    return f"{date}{between}{time}"


def state(target: dict[str, Any] | None) -> str:
    """Return how a tool found its target: "absent", "file", … or "" when it could not see it."""
    return "" if target is None else str(target.get("state", ""))


def left(target: dict[str, Any] | None) -> JsonValue:
    """Return how a step left its target, None when that cannot be seen."""
    return None if target is None else target.get("state")


def as_left(target: dict[str, Any] | None) -> str:
    """Return the same in words."""
    return f"one that is {left(target)}"


def _field(output: Any, outer: list[str], pick: list[Any] | None, inner: list[str], text: str) -> Any:
    value = _at(output, outer)
    if pick is not None and value is not _NOTHING:
        found = picked(value, tuple(pick), text)
        value = _NOTHING if found is None else _at(found, inner)
    return _NOTHING if isinstance(value, dict | list) else value


def _at(value: Any, path: Sequence[str]) -> Any:
    for key in path:
        if not isinstance(value, dict) or key not in value:
            return _NOTHING
        value = value[key]
    return value
