"""What the MCP server does with llmos: run a goal, recall what is known of one, show traces. All as JSON.

Whoever calls is a program, so nobody is there to be asked: what a gate would ask about is denied.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from llmos_core.errors import UsageError
from llmos_core.types.task import TaskBlock
from llmos_core.types.tools import Effect
from llmos_core.types.trace import TraceState
from llmos_mcp.apart import apart
from llmos_mcp.words import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from llmos_core.types.result import RunResult
    from llmos_core.types.trace import Trace, TraceStep
    from llmos_std.boot import LLMOS

MOST_REPLAYS = 50


class Refuser:
    """Answers every question with no."""

    def approve(self, _question: object) -> bool:
        """Say no."""
        return False


class Runs:
    """llmos as a server uses it: each request opens one of its own, `open_llmos` says for which workspace."""

    def __init__(self, open_llmos: Callable[..., LLMOS]) -> None:
        self._open = open_llmos

    async def run(self, goal: str, **options: Any) -> RunResult:
        """Execute a goal as `llmos run` does, by the same gates; `options` are fields of TaskBlock."""

        async def work() -> RunResult:
            async with self._open(approver=Refuser()) as llmos:
                return await llmos.execute(goal, **options)

        return await apart(work)

    async def recall(self, goal: str) -> dict[str, Any]:
        """Say what is known of a goal and what would be done, without doing anything."""

        async def work() -> dict[str, Any]:
            from llmos_core.runtime.dispatcher import foresee

            async with self._open() as llmos:
                seen = await foresee(llmos.kernel, TaskBlock(goal=goal))
            match, trust, decision = seen.match, seen.assessment, seen.decision
            return {
                "goal": goal,
                "match": match.kind.value,
                "score": match.score,
                "why": match.why,
                "trace_id": None if match.trace is None else match.trace.id,
                "trace_goal": None if match.trace is None else match.trace.goal,
                "confidence": trust.confidence,
                "replayable": trust.is_replayable,
                "trust": trust.reason,
                "mode": decision.mode.value,
                "reasoning": decision.reasoning,
                "rejected": [{"trace_id": r.trace_id, "goal": r.goal, "reason": r.reason} for r in match.rejected],
            }

        return await apart(work)

    async def traces(self, limit: int) -> dict[str, Any]:
        """Return the newest traces in short."""

        async def work() -> dict[str, Any]:
            from itertools import islice

            async with self._open() as llmos:
                memory = await llmos.kernel.memory()
                found = [_facts(memory, trace) for trace in islice(memory.list(), limit)]
                return {"traces": found, "problems": list(memory.problems())}

        return await apart(work)

    async def trace(self, trace_id: str) -> dict[str, Any]:
        """Return one trace whole, by id or the beginning of it; UsageError when there is none."""

        async def work() -> dict[str, Any]:
            async with self._open() as llmos:
                memory = await llmos.kernel.memory()
                trace = memory.load(trace_id)
                if trace is None:
                    raise UsageError(f"there is no trace {trace_id!r}; call 'traces' for those there are")
                return {**_facts(memory, trace), **trace.program()}

        return await apart(work)

    async def replays(self) -> list[Replay]:
        """Return the traces that could be replayed right now without a model, newest first.

        Only those whose goal stands for itself (no inputs) and whose tools are installed in llmos: to know about the
        tools of other servers, those would have to be started for every look.
        """

        async def work() -> list[Replay]:
            async with self._open() as llmos:
                memory, registry = await llmos.kernel.memory(), llmos.kernel.registry
                installed = set(registry.names("tool"))
                fit = (trace for trace in memory.list() if _is_fit(trace, installed))
                return [Replay(trace.goal, trace) async for trace in _replayable(llmos, fit)]

        return await apart(work)


class Replay:
    """A trace that may be replayed, as a tool without parameters."""

    def __init__(self, goal: str, trace: Trace) -> None:
        self.goal = goal
        self.name = f"replay_{trace.id[:12]}"
        self.summary = f"Repeats, without a model, what was learned for the goal: {one_line(goal, 300)}"
        effects = [step.effect for step in trace.steps]
        self.only_reads = all(effect.is_safe for effect in effects)
        self.may_repeat = all(effect.may_repeat for effect in effects)
        self.is_open_world = any(_reaches_out(step) for step in trace.steps)


def _is_fit(trace: Trace, installed: set[str]) -> bool:
    is_known = all(step.tool in installed for step in trace.steps)
    return trace.state is TraceState.LEARNED and not trace.context and is_known


async def _replayable(llmos: LLMOS, traces: Iterator[Trace]) -> Any:
    from llmos_core.runtime.dispatcher import foresee

    found = 0
    for trace in traces:
        seen = await foresee(llmos.kernel, TaskBlock(goal=trace.goal, mode="FOLLOWER"))
        if seen.assessment.is_replayable and seen.match.trace is not None and seen.match.trace.id == trace.id:
            yield trace
            found += 1
        if found == MOST_REPLAYS:
            return


def _reaches_out(step: TraceStep) -> bool:
    return step.tool == "WebFetch" or step.effect is Effect.UNKNOWN


def _facts(memory: Any, trace: Trace) -> dict[str, Any]:
    counters = memory.statistics(trace.id)
    return {
        "id": trace.id,
        "goal": trace.goal,
        "state": trace.state.value,
        "tools": sorted({step.tool for step in trace.steps}),
        "effects": sorted({step.effect.value for step in trace.steps}),
        "uses": counters.uses,
        "score": counters.score,
    }
