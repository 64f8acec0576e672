"""Compare a goal with those of a trace value by value: the same task, and which of its values differ.

With one episode behind it, a trace follows only for the values it was recorded with. Whether several episodes together
settle other values is for the service `generaliser` to say: it is asked with the report that is made here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmos_core.types.decision import MatchKind, MatchReport
from llmos_std.matching.comparing import frame, values_between
from llmos_std.matching.scoring import quoted, template_score, wordings
from llmos_std.matching.shapes import shape_of
from llmos_std.matching.slots import parse

if TYPE_CHECKING:
    from llmos_core.types.trace import Trace
    from llmos_std.matching.comparing import Values


def template_keys(goal: str) -> tuple[str, ...]:
    """Return the keys under which traces of the same template are filed."""
    read = frame(goal)
    shape = None if read is None else shape_of(read)
    return tuple(each.key for each in (parse(goal), shape) if each is not None)


def alike(goal: str, trace: Trace) -> MatchReport | None:
    """Return the best template match with one of the trace's wordings, None when there is none."""
    best: MatchReport | None = None
    for wording in wordings(trace):
        values = values_between(wording, goal)
        if values is None:
            continue
        report = MatchReport(
            kind=MatchKind.TEMPLATE,
            score=template_score(len(values.changed)),
            trace=trace,
            bindings=dict(values.bindings),
            is_same_values=not values.changed,
            why=_why(values, trace),
        )
        if best is None or report.score > best.score:
            best = report
    return best


def _why(values: Values, trace: Trace) -> str:
    if not values.changed:
        return f"the learned goal {quoted(trace.goal)} with the same values"
    new, old = values.bindings, values.known
    was = ", ".join(f"{quoted(new[n], 30)} instead of {quoted(old[n], 30)}" for n in values.changed[:3])
    beside = f"; {values.veto}" if values.veto else ""
    return f"the learned goal with other values: {was}{beside}; one run does not prove how values are used"
