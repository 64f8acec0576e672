"""The tiers of matching, from proof to guess; each looks at memory and says what it found and what it turned away.

A tier is a plain function, so that more can be put between these. What an index returns is only a candidate: every
tier recomputes from the goals themselves before it claims anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmos_core.types.decision import PROPOSAL_CAP, MatchKind, MatchReport, Rejection
from llmos_core.types.json import canonical_json
from llmos_core.types.record import evolve
from llmos_core.types.task import context_of
from llmos_core.types.trace import BIRTH_SCORE, CONVERSATION, TraceState
from llmos_std.matching.scoring import FRAME_SCORE, VETOED_CAP, quoted, wordings
from llmos_std.matching.text import canonical, signature

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from llmos_core.protocols.storing import MemoryBackend
    from llmos_core.types.task import TaskBlock
    from llmos_core.types.trace import Statistics, Trace

    Tier = Callable[["Asked", MemoryBackend], tuple[MatchReport | None, tuple[Rejection, ...]]]

_CANDIDATES = 5
_RIVALS = 2
_WAITING = {
    TraceState.EDITED: "edited since it was learned: review it with `llmos traces verify {id} --accept`",
    TraceState.IMPORTED: "imported and not reviewed yet: review it with `llmos traces verify {id} --accept`",
    TraceState.RETIRED: "retired: bring it back with `llmos traces verify {id} --accept`",
}


class Asked:
    """A task as the tiers look at it; what takes time is computed by the tier that wants it."""

    __slots__ = ("canonical", "context", "goal", "only", "signature")

    def __init__(self, task: TaskBlock) -> None:
        self.goal = task.goal
        self.canonical = canonical(task.goal)
        self.signature = signature(task.goal)
        self.context = context_of(task)
        self.only = task.trace


def exact_tier(asked: Asked, memory: MemoryBackend) -> tuple[MatchReport | None, tuple[Rejection, ...]]:
    """T0: the same canonical goal, or a recorded alias of it, with the same inputs and constraints."""
    found, rejected = [], []
    for trace in memory.find(asked.signature):
        if asked.canonical not in map(canonical, wordings(trace)):
            continue
        reason = barred(asked, trace) or other_context(asked, trace)
        if reason:
            rejected.append(Rejection(trace_id=trace.id, goal=trace.goal, tier="exact", reason=reason))
        else:
            found.append(trace)
    found = unrivalled(found, rejected, "exact")
    if not found:
        return None, tuple(rejected)
    trace, statistics = preferred(found, memory)
    is_alias = canonical(trace.goal) != asked.canonical
    why = "this wording was confirmed to mean a learned goal" if is_alias else "this very goal was learned"
    report = MatchReport(
        kind=MatchKind.EXACT, score=1.0, trace=trace, statistics=statistics, is_same_values=True, why=why
    )
    return report, tuple(rejected)


def frame_tier(asked: Asked, memory: MemoryBackend) -> tuple[MatchReport | None, tuple[Rejection, ...]]:
    """T1: the same task in other words. Two readers must agree, and nothing may be left over on either side."""
    from llmos_std.matching.comparing import frame, is_paraphrase

    read = frame(asked.goal)
    found, rejected = [], []
    for trace in memory.find(read.key) if read is not None else ():
        if not is_paraphrase(asked.goal, trace.goal):
            continue
        reason = barred(asked, trace) or other_context(asked, trace) or spoken(trace)
        if any(is_paraphrase(asked.goal, wrong) for wrong in trace.negative_goals):
            reason = reason or "it was marked as wrong for this task in other words"
        if reason:
            rejected.append(Rejection(trace_id=trace.id, goal=trace.goal, tier="frame", reason=reason))
        else:
            found.append(trace)
    found = unrivalled(found, rejected, "frame")
    if not found:
        return None, tuple(rejected)
    trace, statistics = preferred(found, memory)
    why = f"the same task as the learned goal {quoted(trace.goal)}, in other words"
    report = MatchReport(
        kind=MatchKind.FRAME, score=FRAME_SCORE, trace=trace, statistics=statistics, is_same_values=True, why=why
    )
    return report, tuple(rejected)


def template_tier(asked: Asked, memory: MemoryBackend) -> tuple[MatchReport | None, tuple[Rejection, ...]]:
    """T2: the same task around the same kinds of values. Other values are proposed, never proven."""
    from llmos_std.matching.template import alike, template_keys

    best: MatchReport | None = None
    rejected: list[Rejection] = []
    traces = {trace.id: trace for key in template_keys(asked.goal) for trace in memory.find(key)}
    for trace in _each_goal_alone(traces.values(), rejected):
        reason = barred(asked, trace) or other_context(asked, trace) or spoken(trace)
        report = None if reason else alike(asked.goal, trace)
        if reason:
            rejected.append(Rejection(trace_id=trace.id, goal=trace.goal, tier="template", reason=reason))
        if report is not None and (best is None or report.score > best.score):
            best = report
    return with_statistics(best, memory), tuple(rejected)


def similar_tier(asked: Asked, memory: MemoryBackend) -> tuple[MatchReport | None, tuple[Rejection, ...]]:
    """T3: what reads alike. A guess for MIXED; a guard word that differs takes even that away."""
    from llmos_std.matching.likeness import likeness

    best: MatchReport | None = None
    rejected = []
    for trace, _ in memory.candidates(asked.goal, _CANDIDATES):
        reason = barred(asked, trace)
        veto = reason or vetoed(asked, trace)
        if veto:
            rejected.append(Rejection(trace_id=trace.id, goal=trace.goal, tier="similar", reason=veto))
        alike = max(likeness(asked.goal, wording) for wording in wordings(trace))
        score = round(min(alike, VETOED_CAP if veto else PROPOSAL_CAP), 3)
        if not reason and score > 0 and (best is None or score > best.score):
            why = veto or f"it reads like the learned goal {quoted(trace.goal)}"
            best = MatchReport(kind=MatchKind.SIMILAR, score=score, trace=trace, why=why)
    return with_statistics(best, memory), tuple(rejected)


TIERS: tuple[Tier, ...] = (exact_tier, frame_tier, template_tier, similar_tier)
"""The standard cascade."""


def barred(asked: Asked, trace: Trace) -> str:
    """Return why a trace may not be used for anything now, "" when it may."""
    if asked.only and trace.id != asked.only:
        return "it is not the trace that was asked for"
    if trace.state is not TraceState.LEARNED:
        return _WAITING[trace.state].format(id=trace.id)
    if asked.canonical in map(canonical, trace.negative_goals):
        return "it was marked as wrong for this goal"
    return ""


def unrivalled(found: list[Trace], rejected: list[Rejection], tier: str) -> list[Trace]:
    """Return the traces of one goal against which no imported run stands; the others go to `rejected`."""
    if len(found) < _RIVALS:
        return found
    from llmos_std.matching.rivals import REASON, contested

    against = contested(found)
    rejected += [
        Rejection(trace_id=one.id, goal=one.goal, tier=tier, reason=REASON.format(id=one.id))
        for one in found
        if one.id in against
    ]
    return [trace for trace in found if trace.id not in against]


def _each_goal_alone(traces: Iterable[Trace], rejected: list[Rejection]) -> Iterator[Trace]:
    """Yield the traces of each goal against which no imported run of that goal stands."""
    of_goal: dict[str, list[Trace]] = {}
    for trace in traces:
        of_goal.setdefault(trace.goal, []).append(trace)
    for found in of_goal.values():
        acting = [trace for trace in found if trace.state is TraceState.LEARNED]
        yield from unrivalled(acting, rejected, "template")
        yield from (trace for trace in found if trace not in acting)


def other_context(asked: Asked, trace: Trace) -> str:
    """Return which part of the context differs, "" when it is the same JSON."""
    for part in ("inputs", "constraints"):
        if not same_json(asked.context.get(part), trace.context.get(part)):
            return f"learned with other {part}"
    return ""


def spoken(trace: Trace) -> str:
    """Return why other words are never the task of a trace: what was said answered an agent; "" when they may be."""
    return "it was a conversation, which only the same words repeat" if trace.mode == CONVERSATION else ""


def same_json(one: object, other: object) -> bool:
    """Say whether two values have one JSON text (1, 1.0 and true are three values); what is no JSON equals nothing."""
    try:
        return canonical_json(one) == canonical_json(other)
    except (TypeError, ValueError):
        return False


def preferred(found: list[Trace], memory: MemoryBackend) -> tuple[Trace, Statistics]:
    """Return the newest trace that has not fallen below its score at birth, else the best of the fallen.

    Past successes never keep an older program ahead of a newer one; failures do push a newer one behind.
    """
    counted = [(trace, memory.statistics(trace.id)) for trace in found]
    return max(counted, key=lambda pair: min(pair[1].score, BIRTH_SCORE))


def with_statistics(report: MatchReport | None, memory: MemoryBackend) -> MatchReport | None:
    """Return the report with its trace's counters."""
    if report is None or report.trace is None:
        return report

    return evolve(report, statistics=memory.statistics(report.trace.id))


def vetoed(asked: Asked, trace: Trace) -> str:
    """Return the word, or the constraint, that tells a goal from every wording of a trace, "" when nothing does."""
    from llmos_std.matching.comparing import against

    if not same_json(asked.context.get("constraints"), trace.context.get("constraints")):
        return "learned with other constraints"
    vetoes = [against(wording, asked.goal) for wording in wordings(trace)]
    return "" if "" in vetoes else vetoes[0]
