"""What an edit by hand does to a trace's checks: they were recorded for other calls, and no longer say what is right.

From the first edited step on nothing is known to compare with, so those steps are replayed unchecked, and say so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from llmos_core.types.record import evolve
from llmos_core.types.tools import CallStatus
from llmos_core.types.trace import Observation

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from llmos_core.protocols.storing import Episode
    from llmos_core.types.trace import Trace, TraceStep

UNRECORDED = Observation(status=CallStatus.OK, digest="", control="", shape="", is_empty=False)
"""Stands for "nobody has seen this step's result": only that it succeeds can be checked."""


def recorded_calls(episode: Episode | None) -> list[tuple[str, dict[str, Any]]]:
    """Return the calls of an episode that can be steps of its trace; [] when the episode is gone."""
    if episode is None:
        return []
    steps = (step for step in episode.steps if not step.is_repeat and (step.is_ok or step.effect.is_safe))
    return [(step.call.tool, dict(step.call.arguments)) for step in steps]


def without_stale_checks(trace: Trace, recorded: Sequence[tuple[str, dict[str, Any]]]) -> Trace:
    """Return the trace with the checks dropped from the first step on that is not the recorded call at its place."""
    calls = [(step.tool, dict(step.arguments)) for step in trace.steps]
    same = 0
    while same < min(len(calls), len(recorded)) and calls[same] == recorded[same]:
        same += 1
    edited = tuple(evolve(step, before=None, after=None, observation=UNRECORDED) for step in trace.steps[same:])
    return evolve(trace, steps=(*trace.steps[:same], *edited))


def of_installed(trace: Trace, tools: Mapping[str, Any]) -> Trace:
    """Return a trace that was recorded elsewhere as one of these tools: their versions, and the graver of two effects.

    A person who accepts it says that they are the same tools. A step whose tool is not among them stays as it is, and
    so stops a replay until that tool is installed and the trace accepted again.
    """
    return evolve(trace, steps=tuple(_of_tool(step, tools.get(step.tool)) for step in trace.steps))


def _of_tool(step: TraceStep, tool: Any) -> TraceStep:
    if tool is None:
        return step
    from llmos_core.runtime.confining import effect_of, worse
    from llmos_core.types.tools import ToolCall

    here = effect_of(tool, ToolCall(id="", tool=step.tool, arguments=step.arguments))
    return evolve(step, fingerprint=tool.spec.fingerprint, effect=worse(here, step.effect))
