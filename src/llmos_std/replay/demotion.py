"""When a trace that failed stops acting for good: a sequential test over its record, and one rule without patience.

The documented score is itself the test. Each verified success adds 10 and each failure takes 20 away, never above 100:
a cumulated sum (CUSUM) whose drift turns at one failure in three. At 40 it has crossed its line, which are two straight
failures of a fresh trace and three of the best one. A final effect that went wrong does not wait for a second one.
Source: specs/confidence/1, CF-027 and CF-028.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmos_core.types.record import evolve
from llmos_core.types.trace import TraceState

if TYPE_CHECKING:
    from llmos_core.protocols.storing import MemoryBackend
    from llmos_core.types.trace import Statistics, Trace
    from llmos_core.types.transcript import Surprise, Transcript

RETIRED_AT = 40
"""The score, in hundredths, at which a trace is retired."""


def retirement(after: Statistics, *, was_final_wrong: bool) -> str:
    """Return why a trace whose last outcome was a failure must be retired, "" for not yet; `after` are its counters."""
    if was_final_wrong:
        return "something that cannot be taken back went wrong"
    if after.score <= RETIRED_AT:
        return f"its score has fallen to {after.score} of 100 (n = {after.successes + after.failures})"
    return ""


def is_final_wrong(surprise: Surprise, transcript: Transcript) -> bool:
    """Say whether the step that surprised was itself made, and cannot be taken back."""
    return any(step.index == surprise.index and step.effect.is_final for step in transcript.steps())


def retire(memory: MemoryBackend, trace: Trace) -> Trace:
    """Keep a trace for people to see, and let it act no more until a person accepts it again."""
    return memory.save(evolve(trace, state=TraceState.RETIRED))
