"""Compare what a step found with what was recorded, before it begins and after it ended.

A check that cannot tell right from wrong is no check: such a step is accepted as *unchecked*, never as verified.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from llmos_core.types.json import digest
from llmos_core.types.record import Record
from llmos_core.types.tools import CallStatus, Effect
from llmos_core.types.trace import Observation

if TYPE_CHECKING:
    from llmos_core.types.json import JsonValue
    from llmos_core.types.tools import Probe, ToolResult
    from llmos_core.types.trace import Trace, TraceStep
    from llmos_core.types.transcript import StepRecord

PREVIEW_CHARS = 400


class Difference(Record, kw_only=False):
    """One way in which the world is not as recorded."""

    kind: str
    expected: str
    seen: str


def observe(result: ToolResult, generalised: JsonValue) -> Observation:
    """Condense a result; `generalised` is its content with drifting parts replaced."""
    content = result.content if result.content is not None else result.error
    text = result.text
    return Observation(
        status=result.status,
        digest=digest(content),
        control=digest(generalised if result.content is not None else result.error),
        shape=shape_of(content),
        preview=text if len(text) <= PREVIEW_CHARS else text[: PREVIEW_CHARS - 1] + "…",
        is_empty=is_empty(content),
    )


def as_compared(trace: Trace, record: StepRecord, step: TraceStep) -> StepRecord:
    """Return a finished step in the form in which the results of a trace are recorded."""
    if not trace.is_from_log:
        return record
    from llmos_std.replay.logged import as_logged

    return as_logged(record, step.observation)


def shape_of(value: JsonValue) -> str:
    """Return the outline of a JSON value: types and keys, without values or lengths of lists."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{key}:{shape_of(value[key])}" for key in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + "|".join(sorted({shape_of(item) for item in value})) + "]"
    if isinstance(value, bool):
        return "bool"
    return {"NoneType": "null", "int": "number", "float": "number", "str": "text"}[type(value).__name__]


def is_empty(value: Any) -> bool:
    """Say whether a result says nothing: empty text, list or object, null, or an object of only such (bar numbers)."""
    if isinstance(value, dict):
        return all(is_empty(item) or (isinstance(item, int) and not item) for item in value.values())
    return value is None or value in ("", [])


def difference_before(step: TraceStep, now: Probe | None) -> Difference | None:
    """Say what speaks against beginning a step, None when nothing does.

    A write may begin when its target is as it was before the recorded step; one that may be repeated also when its
    target is as it was afterwards, or absent (then nothing can be lost).
    """
    allowed = allowed_before(step)
    if not allowed or (None if now is None else dict(now)) in allowed:
        return None
    return Difference("pre-check", f"its target {describe(step.before)}", describe(now))


def is_satisfied(step: TraceStep, now: Probe | None) -> bool:
    """Say whether a step need not be made: it may be repeated, changed its target then, and finds it so already.

    A look that does not say what is in a file proves nothing.
    """
    if step.effect is not Effect.IDEMPOTENT_WRITE or step.before is None or step.after is None or now is None:
        return False
    after = dict(step.after)
    says_all = "sha256" in after or after.get("state") in ("absent", "dir")
    return says_all and dict(now) == after != dict(step.before)


def allowed_before(step: TraceStep) -> list[dict[str, Any]]:
    """Return every look at its target with which a step may begin; none when it may always."""
    if step.before is None or step.effect.is_safe:
        return []
    allowed = [dict(step.before)]
    if step.effect is Effect.IDEMPOTENT_WRITE:
        allowed += [dict(step.after or step.before), {"state": "absent"}]
    return allowed


def difference_after(  # noqa: PLR0911 – one return a check
    step: TraceStep, record: StepRecord, control: str, *, knows_drift: bool
) -> Difference | None:
    """Say how a finished or skipped step differs from the recorded one, None when it does not.

    `control` is the digest of the generalised content; `knows_drift` whether the tool itself generalises.
    """
    recorded, result = step.observation, record.result
    if record.is_skipped and result.status is CallStatus.OK:
        return _difference_at_target(step, record)
    if result.status is not recorded.status:
        return Difference(
            failure_kind(result), f"{step.tool} to end with {recorded.status.value}", result.text[:PREVIEW_CHARS]
        )
    if result.status is CallStatus.UNKNOWN:
        return Difference("unknown-outcome", "a result", "no result")
    if not recorded.digest:  # an edited step: nobody has seen its result yet
        return None
    seen = observe(result, None)
    if seen.is_empty != recorded.is_empty:
        return Difference("observation", in_words(recorded), in_words(seen))
    if step.effect.is_safe or knows_drift:
        if control != recorded.control:
            return Difference("observation", in_words(recorded), in_words(seen))
    elif seen.shape != recorded.shape:
        return Difference("observation", f"a result shaped {recorded.shape}", seen.shape)
    return _difference_at_target(step, record)


def _difference_at_target(step: TraceStep, record: StepRecord) -> Difference | None:
    """Say how a step left its target otherwise than the recorded one did; nobody looked where a person told of it."""
    if record.is_told and record.after is None:
        return None
    if step.after is not None and (record.after is None or dict(record.after) != dict(step.after)):
        return Difference("post-check", f"its target {describe(step.after)}", describe(record.after))
    return None


def failure_kind(result: ToolResult) -> str:
    """Return the kind of surprise of a step that ended with another status than the recorded one."""
    if result.is_timeout:
        return "timeout"
    return {CallStatus.DENIED: "policy", CallStatus.UNKNOWN: "unknown-outcome"}.get(result.status, "call-error")


def is_discriminating(step: TraceStep) -> bool:
    """Say whether the recorded checks of a step could have failed: a look at its target, or a result with content."""
    has_content = bool(step.observation.digest) and not step.observation.is_empty
    return step.after is not None or has_content


def describe(probe: Probe | None) -> str:
    """Return a look at a target in words."""
    if probe is None:
        return "could not be looked at"
    state = str(probe.get("state", "in some state"))
    mark = str(probe.get("sha256", ""))[:12]
    return f"{state} with content {mark}" if mark else state


def in_words(observation: Observation) -> str:
    """Return a result in words."""
    if observation.is_empty:
        return "an empty result"
    text = observation.preview if len(observation.preview) <= 80 else observation.preview[:79] + "…"  # noqa: PLR2004
    return f"the result {text!r}"
