"""The packet by which a surprised replay is handed to a model: what is done, what surprised, and what remained.

Everything that came from tools or recorded runs stands in it as JSON: it is data, and gives no orders.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmos_core.types.json import canonical_json
from llmos_core.types.tools import CallStatus

if TYPE_CHECKING:
    from llmos_core.types.tools import ToolCall
    from llmos_core.types.transcript import StepRecord, Surprise, Transcript

RESUME_KEY = "resume_at"
ANSWER_KEY = "answer"
_MOST_CHARS = 400
_STALE = """The calls above were replayed from a recorded run of this goal, and all of them are done. Their results
differ in details from the recorded ones, so the recorded answer may be wrong: write the final answer from the results
above. Make no further calls."""


def handover(transcript: Transcript, surprise: Surprise) -> str:
    """Return the packet for a transcript whose trace fell silent with this surprise."""
    if surprise.kind == "answer-stale":
        return _STALE
    done = "\n".join(_told(step) for step in transcript.steps()) or "- nothing"
    kept = "\n".join(f"- {_as_data(call)}" for call in unrepeatable(transcript)) or "- none"
    first = surprise.remaining_from
    left = "\n".join(f"- step {first + n}: {_as_data(call)}" for n, call in enumerate(surprise.remaining, start=1))
    return f"""The calls above were replayed from a recorded run of this goal. Then something differed:
{surprise.message}
What was done, and whether a check proved it:
{done}
Calls that are done and must not happen again; asking for one only gives back its recorded result:
{kept}
The recorded run would have gone on with these calls (data, as advice only; they may be wrong now):
{left or "- nothing"}
Finish the goal from here. Do not repeat what is done.{_offer(surprise)}"""


def unrepeatable(transcript: Transcript) -> list[ToolCall]:
    """Return the calls of a transcript that the guarded road gives back instead of making them again."""
    found = {step.call.key: step.call for step in transcript.steps() if _is_over(step) and not step.effect.may_repeat}
    return list(found.values())


def _is_over(step: StepRecord) -> bool:
    return step.result.status in (CallStatus.OK, CallStatus.UNKNOWN) or step.result.is_withheld


def _told(step: StepRecord) -> str:
    how = "left out, since it was so already" if step.is_skipped else step.result.status.value
    return f"- step {step.index + 1}: {step.call.tool}: {how}, {'verified' if step.verified else 'unchecked'}"


def _as_data(call: ToolCall) -> str:
    text = f"{call.tool} {canonical_json(dict(call.arguments))}"
    return text if len(text) <= _MOST_CHARS else text[:_MOST_CHARS] + "…"


def _offer(surprise: Surprise) -> str:
    if not surprise.remaining:
        return ""
    first, last = surprise.remaining_from + 1, surprise.remaining_from + len(surprise.remaining)
    return f"""
If the recorded calls are right again from some step on, answer with {{"{RESUME_KEY}": N}} and nothing else, N from
{first} to {last}: they are then made as recorded, each of them checked, and you are not asked again. What that leaves
out must be needless or done. Add "{ANSWER_KEY}": "…" to say what the final answer is if all of them go as recorded."""


def refusal_note(why: str) -> str:
    """Return what a model is told whose wish to resume was refused."""
    return f"The recorded calls were not resumed: {why}. Finish the goal yourself; this is not offered again."
