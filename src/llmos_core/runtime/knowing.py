"""What else is known of a matched goal: what several runs settle together, and the code that a trace was compiled to.

None of it is needed for a replay of a trace as it was recorded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmos_core import aio
from llmos_core.errors import LlmosError
from llmos_core.types.decision import Rejection
from llmos_core.types.record import evolve
from llmos_core.types.task import ModeName

if TYPE_CHECKING:
    from llmos_core.protocols.storing import MemoryBackend
    from llmos_core.runtime.context import RunContext
    from llmos_core.runtime.kernel import Kernel
    from llmos_core.types.decision import MatchReport
    from llmos_core.types.result import RunResult
    from llmos_core.types.task import TaskBlock


async def generalised(kernel: Kernel, task: TaskBlock, match: MatchReport, memory: MemoryBackend) -> MatchReport:
    """Ask whether several learned runs together settle what none of them proves alone."""
    generaliser = await kernel.optional_service("generaliser")
    if generaliser is None or task.trace:
        return match
    journal, today = await kernel.service("journal"), kernel.clock.now().date().isoformat()
    found: MatchReport = await aio.call(generaliser.generalise, task, match, memory, journal, today=today)
    return found if found.program is None else await compiled(kernel, found)


async def compiled(kernel: Kernel, match: MatchReport) -> MatchReport:
    """Return a match with the promoted code of its trace or program, or with the reason why that may not run."""
    compiler = await kernel.optional_service("compiler")
    if compiler is None or match.trace is None:
        return match
    if match.program is None:
        found = await aio.call(compiler.find, match.trace, match.statistics)
    else:
        found = await aio.call(compiler.find_program, match.program, match.trace)
    if not isinstance(found, str):
        return evolve(match, compiled=found)
    if not found:
        return match
    refused = Rejection(trace_id=match.trace.id, goal=match.trace.goal, tier="compiled", reason=found)
    return evolve(match, rejected=(*match.rejected, refused))


async def compile_if_proven(kernel: Kernel, context: RunContext, result: RunResult) -> None:
    """After a replay that worked, let the trace be compiled if its record is good enough; a failure is only told."""
    trace = context.match.trace
    compiler = await kernel.optional_service("compiler")
    if compiler is None or trace is None or result.mode != ModeName.FOLLOWER or context.match.program is not None:
        return
    statistics, journal = context.memory.statistics(trace.id), await kernel.service("journal")
    try:
        if result.success and await aio.call(compiler.consider, trace, statistics, journal, kernel.tool):
            context.publish("trace_compiled", trace_id=trace.id)
    except LlmosError as error:
        context.publish("trace_not_compiled", trace_id=trace.id, reason=str(error))
