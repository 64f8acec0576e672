"""Look whether several learned runs, taken together, settle a goal that none of them proves alone.

Nothing is stored for it: the program is derived from the traces that may act and from the journal of the runs behind
them, each time anew and always the same. A trace that is edited, forgotten or marked as wrong takes its run along.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from llmos_core.types.decision import MatchKind, MatchReport
from llmos_core.types.json import canonical_json
from llmos_core.types.record import Record, evolve, field
from llmos_core.types.task import context_of
from llmos_core.types.trace import CONVERSATION, Trace, TraceState
from llmos_std.learning.deciding import Learned, best_of
from llmos_std.learning.runs import LoggedCall, Run
from llmos_std.learning.slicing import Example

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from llmos_core.protocols.context import PluginContext
    from llmos_core.protocols.storing import Episode, Journal, MemoryBackend
    from llmos_core.types.task import TaskBlock
    from llmos_core.types.trace import TraceStep
    from llmos_std.learning.branching import Branch
    from llmos_std.learning.conditions import Condition
    from llmos_std.learning.deciding import Fit
    from llmos_std.learning.filling import Filling
    from llmos_std.learning.leaves import Path
    from llmos_std.learning.programs import Program
    from llmos_std.learning.proposing import Proposal

NEAREST = 24
"""Learned goals that are looked at, nearest first."""
_CAP = 0.95
_SAME_WORDING = 0.85


class BoundProgram(Record):
    """A program fitted to one goal, run in place of the trace's own values; `given` is what a small call filled in.

    The first effect is made on the `condition` only, when there is one: said by a small call, or learned. `stand_ins`
    are recorded steps of other traces by their place in the program, for looks that were exchanged.
    """

    fit: Fit | Proposal
    today: str
    evidence: int
    given: Mapping[tuple[int, Path], Any] | None = None
    condition: Condition | Branch | None = None
    stand_ins: Mapping[int, TraceStep] = field(factory=dict)

    @property
    def examples(self) -> tuple[str, ...]:
        """The goals of the runs that prove it."""
        return tuple(one.run.goal for one in self.fit.program.examples)

    @property
    def traces(self) -> tuple[str, ...]:
        """The ids of the traces whose runs prove it."""
        return tuple(one.run.task for one in self.fit.program.examples)


class Generaliser:
    """The standard one. `nearest` limits how many learned goals are compared."""

    def __init__(self, *, nearest: int = NEAREST) -> None:
        self._nearest = nearest

    def generalise(
        self, task: TaskBlock, match: MatchReport, memory: MemoryBackend, journal: Journal, *, today: str
    ) -> MatchReport:
        """Return the match with a program bound to the goal, or as it was when the runs do not settle it."""
        if match.is_proof:
            return match
        traces = of_one_version(_sources(task, memory, self._nearest))
        sources = {run.id: (run, trace) for trace in traces if (run := _run_of(trace, journal)) is not None}
        if not sources:
            return match
        learned = Learned.of(Example(run) for run, _ in sources.values())
        fits = learned.fits(task.goal)
        if isinstance(fits, str):
            return _with_proposals(task.goal, match, learned, sources, today)
        best = best_of(fits, today)
        if isinstance(best, str) or best.is_open(today):
            return _with_proposals(task.goal, match, learned, sources, today)
        stand_ins = _stand_ins(best.program, sources)
        if stand_ins is None:
            return _with_proposals(task.goal, match, learned, sources, today)
        trace = sources[best.program.first.run.id][1]
        program = _bound(best, today, stand_ins)
        return _report(program, best, evolve(match, trace=trace, statistics=memory.statistics(trace.id)))

    def behind(
        self, task: TaskBlock, memory: MemoryBackend, journal: Journal
    ) -> tuple[Program, Mapping[str, Trace]] | str:
        """Return the program that several runs prove for such goals and the trace of each run by its id, or why none.

        It is the one that `generalise` would bind to another goal with the same neighbours.
        """
        traces = of_one_version(_sources(task, memory, self._nearest))
        sources = {run.id: (run, trace) for trace in traces if (run := _run_of(trace, journal)) is not None}
        fits = Learned.of(Example(run) for run, _ in sources.values()).fits(task.goal)
        if isinstance(fits, str):
            return fits
        best = best_of(fits, "")
        if isinstance(best, str):
            return best
        if best.condition is not None:
            return "a program that acts on a condition is not compiled"
        return best.program, {key: trace for key, (_, trace) in sources.items()}


def _sources(task: TaskBlock, memory: MemoryBackend, limit: int) -> list[Trace]:
    """Return the traces that may act, were learned under the same inputs and constraints, and are nearest."""
    context = canonical_json(context_of(task))
    found = [trace for trace, _ in memory.candidates(task.goal, limit)]
    return [
        trace
        for trace in found
        if trace.state is TraceState.LEARNED
        and canonical_json(dict(trace.context)) == context
        and _plain(task.goal) not in map(_plain, trace.negative_goals)
    ]


def of_one_version(traces: Sequence[Trace]) -> list[Trace]:
    """Return the traces whose tools are those of the newest: what another version did proves nothing of this one."""
    newest: dict[str, str] = {}
    for trace in sorted(traces, key=lambda one: (one.created_at, one.id), reverse=True):
        for step in trace.steps:
            newest.setdefault(step.tool, step.fingerprint)
    return [trace for trace in traces if all(newest[step.tool] == step.fingerprint for step in trace.steps)]


def _plain(goal: str) -> str:
    return " ".join(goal.split()).casefold()


def _run_of(trace: Trace, journal: Journal) -> Run | None:
    """Return the newest run behind a trace that is still in the journal, succeeded, and made these very calls."""
    if trace.mode == CONVERSATION:
        return None
    for run_id in reversed(trace.episodes):
        episode = journal.episode(run_id)
        if episode is not None and episode.status == "succeeded" and not episode.resumes:
            return _as_run(trace, episode)
    return None


def _as_run(trace: Trace, episode: Episode) -> Run:
    calls = tuple(
        LoggedCall(
            tool=step.call.tool,
            arguments=step.call.arguments,
            output=step.result.content,
            effect=step.effect,
            is_ok=step.is_ok,
        )
        for step in episode.steps
    )
    is_imported = episode.task.get("provenance") == "imported"  # it was filed long after it was run
    today = str(episode.task.get("date", "")) if is_imported else episode.started_at[:10]
    return Run(goal=trace.goal, calls=calls, today=today, task=trace.id, answer=trace.answer)


def _bound(fit: Fit, today: str, stand_ins: Mapping[int, TraceStep]) -> BoundProgram:
    shown = 0 if fit.condition is None else fit.condition.falses
    evidence = len(fit.program.examples) + shown
    return BoundProgram(fit=fit, today=today, evidence=evidence, condition=fit.condition, stand_ins=stand_ins)


def _report(program: BoundProgram, fit: Fit, match: MatchReport) -> MatchReport:
    changed = {fit.program.first.goal.text_of(old): fit.goal.text_of(new) for old, new in fit.alignment.changed}
    values = ", ".join(f"'{new}' for '{old}'" for old, new in changed.items())
    on = "" if fit.condition is None else f", and that they act if {fit.condition.text} ({fit.condition.evidence})"
    return evolve(
        match,
        kind=MatchKind.TEMPLATE,
        score=_CAP,
        bindings=dict(changed),
        is_same_values=False,
        program=program,
        why=f"{program.evidence} learned runs show where its values go ({values}){on}",
    )


def _with_proposals(
    goal: str, match: MatchReport, learned: Learned, sources: Mapping[str, tuple[Run, Trace]], today: str
) -> MatchReport:
    """Return the match with the programs whose open values, and whose condition, a small call may fill in."""
    found = [
        (evolve(one, stand_ins=stand_ins), sources[one.program.first.run.id][1])
        for one in learned.proposals(goal, today=today)
        if (stand_ins := _stand_ins(one.program, sources)) is not None
    ]
    if not found:
        return match
    nearest = found[0][1] if match.trace is None else match.trace
    score = max(match.score, _SAME_WORDING) if any(one.alignment is not None for one, _ in found) else match.score
    return evolve(match, trace=nearest, score=score, proposals=tuple(found))


def _stand_ins(program: Program, sources: Mapping[str, tuple[Run, Trace]]) -> dict[int, TraceStep] | None:
    """Return the recorded steps of other traces that a program looks with, by place; None where one is missing."""
    recorded = {step.tool: step for _, trace in sources.values() for step in trace.steps}
    looks = program.first.stand_ins
    known = all(call.tool in recorded for call in looks.values())
    return {place: recorded[call.tool] for place, call in looks.items()} if known else None


def bound(filling: Filling, today: str) -> BoundProgram:
    """Return the program that a small call chose, with its holes filled."""
    return BoundProgram(
        fit=evolve(filling.proposal, each=filling.each),
        today=today,
        evidence=len(filling.proposal.program.examples),
        given=filling.given,
        condition=filling.condition,
        stand_ins=filling.proposal.stand_ins,
    )


def open_generaliser(_context: PluginContext) -> Generaliser:
    """Make the standard generaliser."""
    return Generaliser()
