"""Judge the numbers of a call by their bounds, and by where the calls before it led. It rejects, it never clamps.

Live and replayed calls pass here alike. What cannot be judged (no number, an unknown place) does not pass by itself.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from llmos_core.errors import StorageError, ToolRefusedError
from llmos_core.types.decision import ALLOW, Verdict
from llmos_core.types.json import digest
from llmos_core.types.record import Record
from llmos_core.types.tools import CallStatus
from llmos_std.bounds.geometry import hull_meets_box
from llmos_std.bounds.memory import Place
from llmos_std.bounds.reading import is_number
from llmos_std.bounds.verdicts import ask, deny

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from llmos_core.protocols.acting import ActionContext
    from llmos_core.protocols.context import Clock
    from llmos_core.types.tools import ToolCall
    from llmos_core.types.transcript import StepRecord
    from llmos_std.bounds.geometry import Point
    from llmos_std.bounds.memory import Places
    from llmos_std.bounds.reading import Limit, Rules

MAX_POINTS = 3
"""Between how many points a machine may be lost before somebody has to look."""


class _Move(Record):
    """A call that is being made: where it leads, where its machine was before, and when it began."""

    point: Point
    last: Place | None
    began: datetime


class Bounds:
    """The gate. `begins` and `ended` tell it which calls were really made, and how they ended."""

    def __init__(self, rules: Mapping[str, Rules], places: Places, clock: Clock) -> None:
        self._rules = rules
        self._places = places
        self._clock = clock
        self._seen: dict[tuple[str, str], Place | None] = {}
        self._moving: dict[tuple[str, int], _Move] = {}
        self._began_s: dict[str, float] = {}
        self.policy = digest({tool: one.policy for tool, one in rules.items()})

    def check(self, action: ActionContext) -> Verdict:
        """Deny what is beyond a bound; ask about the first call, before which nobody knows where the machine is."""
        rules = self._rules.get(action.call.tool)
        if rules is None:
            return ALLOW
        if problems := list(_problems(rules, action.call.arguments)):
            return deny("no-number", "; ".join(problems))
        point = _point(rules, action.call.arguments)
        if problems := list(_beyond(rules, point)):
            return deny("out-of-bounds", "; ".join(problems))
        if not rules.needs_last:
            return ALLOW
        try:
            last = self._places.get(action.call.tool)
        except StorageError as error:
            return deny("place-unreadable", str(error))
        self._seen[action.run_id, action.call.key] = last
        objections = self._objections(rules, action.call.tool, point, last, action.permission_mode)
        return next(objections, ALLOW)

    def begins(self, run_id: str, index: int, call: ToolCall) -> None:
        """Note that step `index` is about to be made: from now on its machine may be anywhere on the way.

        Raises ToolRefusedError when the machine was moved since the call was judged, StorageError when this cannot be
        noted.
        """
        rules = self._rules.get(call.tool)
        if rules is None or not rules.needs_last:
            return
        with self._places.open_alone():
            last = self._places.get(call.tool)
            if last != self._seen.pop((run_id, call.key), None):
                raise ToolRefusedError(f"{call.tool} was moved by another run meanwhile; try again")
            point, now = _completed(_point(rules, call.arguments), last), self._clock.now()
            if last is not None:
                self._places.put(call.tool, Place(points=(*last.points, point), began=now))
            self._moving[run_id, index] = _Move(point=point, last=last, began=now)
            self._began_s[call.tool] = self._clock.monotonic()

    def ended(self, run_id: str, step: StepRecord) -> None:
        """Note where a call has led: to its point, nowhere if the tool refused it, else somewhere on the way."""
        move = self._moving.pop((run_id, step.index), None)
        if move is None:
            return
        with self._places.open_alone():
            if step.result.status is CallStatus.OK:
                self._places.put(step.call.tool, Place(points=(move.point,), began=move.began))
            elif step.result.status is CallStatus.DENIED:
                self._places.put(step.call.tool, move.last)

    def _objections(self, rules: Rules, tool: str, point: Point, last: Place | None, mode: str) -> Iterator[Verdict]:
        """Yield what speaks against the way from the last place to a point, the gravest first."""
        for region in rules.regions:
            if hull_meets_box((point,), region.box):
                yield deny("forbidden-region", f"{tool} would lead into {region.name}")
        if last is None:
            yield ask("first-call", f"nobody knows where {tool} would start from, so its way cannot be judged", mode)
            return
        if len(last.points) > MAX_POINTS:
            yield deny("place-unknown", _lost(tool))
        point = _completed(point, last)
        if missing := [name for name in rules.arguments if name not in point]:
            yield deny("place-uncertain", f"{tool}: give {', '.join(missing)} too, as its last value is not known")
        if missing := [name for name in rules.arguments if any(name not in before for before in last.points)]:
            yield ask("first-call", f"nobody knows the last {', '.join(missing)} of {tool}", mode)
            return
        if problems := list(self._too_fast(rules, tool, point, last)):
            yield deny("too-much-change", "; ".join(problems))
        for region in rules.regions:
            if hull_meets_box((*last.points, point), region.box):
                yield deny("forbidden-region", f"the way of {tool} would lead through {region.name}")

    def _too_fast(self, rules: Rules, tool: str, point: Point, last: Place) -> Iterator[str]:
        elapsed_s = self._elapsed_s(tool, last)
        for name, limit in rules.limits.items():
            change = max(abs(point.get(name, before[name]) - before[name]) for before in last.points)
            if limit.max_change is not None and change > limit.max_change:
                yield f"{name} would change by {_shown(change)} at once, and {_shown(limit.max_change)} is allowed"
            if limit.max_change_per_s is not None and change > limit.max_change_per_s * elapsed_s:
                yield (
                    f"{name} would change by {_shown(change)} after {_shown(elapsed_s)} seconds, and"
                    f" {_shown(limit.max_change_per_s)} a second is allowed"
                )

    def _elapsed_s(self, tool: str, last: Place) -> Fraction:
        """Return the seconds since the last call began; a clock that was set back or forward gains nothing."""
        elapsed = (self._clock.now() - last.began).total_seconds()
        if tool in self._began_s:
            elapsed = min(elapsed, self._clock.monotonic() - self._began_s[tool])
        return max(Fraction(elapsed), Fraction(0))


def _problems(rules: Rules, arguments: Mapping[str, Any]) -> Iterator[str]:
    """Yield why arguments that bounds speak of are no numbers that could be judged."""
    for name in rules.arguments:
        values = list(values_at(arguments, name))
        limit = rules.limits.get(name)
        if not values and not (limit is not None and limit.is_optional):
            yield f"{name} is missing, and has a bound"
        elif len(values) > 1:
            yield f"{name} is given twice"
        elif values and not is_number(values[0]):
            yield f"{name} is {values[0]!r:.80}, and must be a finite number"


def values_at(arguments: Mapping[str, Any], name: str) -> Iterator[Any]:
    """Yield every value that a name can mean: the argument of that name, or with dots what is inside another."""
    if name in arguments:
        yield arguments[name]
    if "." not in name:
        return
    value: Any = arguments
    for part in name.split("."):
        if isinstance(value, dict) and part in value:
            value = value[part]
        elif isinstance(value, list) and part.isdecimal() and int(part) < len(value):
            value = value[int(part)]
        else:
            return
    yield value


def _point(rules: Rules, arguments: Mapping[str, Any]) -> Point:
    found = {name: list(values_at(arguments, name)) for name in rules.arguments}
    return {name: Fraction(values[0]) for name, values in found.items() if values}


def _completed(point: Point, last: Place | None) -> Point:
    """Return the point with the last values of what was left out."""
    return point if last is None or not last.is_known else {**last.points[0], **point}


def _beyond(rules: Rules, point: Point) -> Iterator[str]:
    limit: Limit
    for name, limit in rules.limits.items():
        value = point.get(name)
        if value is None:
            continue
        if limit.min is not None and value < limit.min:
            yield f"{name} is {_shown(value)}, and must be at least {_shown(limit.min)}"
        if limit.max is not None and value > limit.max:
            yield f"{name} is {_shown(value)}, and may be at most {_shown(limit.max)}"


def _lost(tool: str) -> str:
    return f"several calls of {tool} did not end well; look where its machine is, then: llmos bounds forget {tool}"


def _shown(value: Fraction) -> str:
    try:
        return f"{float(value):g}"
    except OverflowError:
        return "a number beyond all bounds"
