"""A value that an earlier write made: an id from a counter or the clock, which this run's write did not make again.

Repeated literally, the next call would act on what belonged to the recorded run, or by now to somebody else.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from llmos_core.types.json import canonical_json
from llmos_std.replay.guards import PREVIEW_CHARS, Difference, as_compared, observe

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from llmos_core.types.trace import Trace, TraceStep
    from llmos_core.types.transcript import StepRecord

_NAME = re.compile(r"[\w-]{3,}")


def stale_difference(trace: Trace, index: int, made: Sequence[tuple[TraceStep, StepRecord]]) -> Difference | None:
    """Return what speaks against step `index`: it would act on what only the recorded run made; else None.

    `made` are the steps before it with what they ended as.
    """
    compared = [(known, as_compared(trace, record, known)) for known, record in made]
    found = stale_value(trace.steps[index], compared, trace.goal)
    if found is None:
        return None
    name, write = found
    return Difference(
        "binding", f"{name}, which {write.tool} made in the recorded run", "nothing that says it made it again"
    )


def stale_value(
    step: TraceStep, made: Sequence[tuple[TraceStep, StepRecord]], goal: str
) -> tuple[str, TraceStep] | None:
    """Return a value in a step's arguments that is known only from a write whose result has changed, and that write.

    `made` are the steps before it with what they were recorded as. A value is looked for wherever it may be from: the
    goal, what earlier calls were given, and what they returned now. A recorded result is known by its beginning only; a
    value that may stand in the rest of it counts as one that does.
    """
    changed = [(known, record) for known, record in made if _has_changed(known, record)]
    if not changed:
        return None
    known_texts = [goal, *(canonical_json(one.arguments) for one, _ in made)]
    names = set(_NAME.findall("\n".join([*known_texts, *(record.result.text for _, record in made)])))
    for name in _names(step):
        if name in names:
            continue
        for known, _ in changed:
            preview = known.observation.preview
            if name in preview or len(preview) == PREVIEW_CHARS:
                return name, known
    return None


def _has_changed(known: TraceStep, record: StepRecord) -> bool:
    is_write = not (known.effect.is_safe or (record.is_skipped and not record.is_told))
    return is_write and observe(record.result, None).digest != known.observation.digest


def _names(step: TraceStep) -> Iterator[str]:
    """Yield what may be an id in the arguments of a step: three characters or more, one of them a digit."""
    for found in _NAME.findall(canonical_json(step.arguments)):
        if any(character.isdigit() for character in found):
            yield found
