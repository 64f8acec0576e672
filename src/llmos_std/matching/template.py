"""Compare the reading of a goal with those of a trace: same words, same kinds of slots, which values differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmos_core.types.decision import MatchKind, MatchReport
from llmos_std.matching.scoring import VETOED_CAP, quoted, template_score, wordings
from llmos_std.matching.slots import parse, swapped_values

if TYPE_CHECKING:
    from llmos_core.types.trace import Trace
    from llmos_std.matching.slots import Template


def alike(asked: Template, trace: Trace) -> tuple[MatchReport | None, str]:
    """Return the best template match with one of the trace's wordings, and the veto on it ("" for none)."""
    best: MatchReport | None = None
    best_veto = ""
    for wording in wordings(trace):
        known = parse(wording)
        if known is None or known.parts != asked.parts:
            continue
        report, veto = _compared(asked, known, trace)
        if best is None or report.score > best.score:
            best, best_veto = report, veto
    return best, best_veto


def _compared(asked: Template, known: Template, trace: Trace) -> tuple[MatchReport, str]:
    changed = asked.changed(known)
    veto = ""
    if changed and swapped_values(asked.values, known.values):
        veto = f"the values of {' and '.join(changed)} changed places"
    score = min(template_score(len(changed)), VETOED_CAP if veto else 1.0)
    report = MatchReport(
        kind=MatchKind.TEMPLATE,
        score=score,
        trace=trace,
        bindings=dict(asked.values),
        is_same_values=not changed,
        why=veto or _why(asked, known, changed, trace),
    )
    return report, veto


def _why(asked: Template, known: Template, changed: tuple[str, ...], trace: Trace) -> str:
    if not changed:
        return f"the learned goal {quoted(trace.goal)} with the same values"
    was = ", ".join(f"{quoted(asked.values[n], 30)} instead of {quoted(known.values[n], 30)}" for n in changed[:3])
    return f"the learned goal with other values: {was}; one run does not prove how values are used"
