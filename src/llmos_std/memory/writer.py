"""Write a trace file: the same document always gives the same bytes, and reading them gives the document again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from llmos_core.errors import TraceError
from llmos_core.types.money import optional_usd, plain
from llmos_std.memory.document import (
    FENCE_CLOSE,
    FENCE_OPEN,
    NESTED_KEYS,
    NOTES_HEADING,
    PREVIEW_CHARS,
    SCHEMA,
    STEPS_HEADING,
    Document,
)
from llmos_std.memory.lines import WRAP, block, fits_as_name, line, name, step_heading, title
from llmos_std.memory.shapes import MONEY_KEYS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from llmos_core.types.trace import Statistics, TraceStep


def render(document: Document) -> bytes:
    """Return the bytes of the file that says `document`; previews are cut to 400 characters.

    Raises TraceError when the trace holds what JSON cannot (NaN, a key that is no text, an object of another type).
    """
    try:
        return "\n".join(_lines(document)).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise TraceError(f"the trace of '{title(document.trace.goal)}' cannot be stored: {error}") from error


def counter_lines(statistics: Statistics) -> dict[str, str]:
    """Return the lines of the front matter that hold the counters, by key and without line ends."""
    return {key: f"{key}: {_front_line(key, value)}" for key, value in _counters(statistics).items()}


def _lines(document: Document) -> Iterator[str]:
    yield "---"
    for key, value in _front(document).items():
        yield f"{key}: {_front_line(key, value)}"
    yield from ("---", "", f"# {document.title or title(document.trace.goal)}", "", STEPS_HEADING, "")
    for number, step in enumerate(document.trace.steps, 1):
        yield from (step_heading(number, step.tool), "", FENCE_OPEN)
        for key, value in _step(step).items():
            yield from _nested(key, value) if key in NESTED_KEYS else [f"{key}: {line(value)}"]
        yield from (FENCE_CLOSE, "")
    yield NOTES_HEADING
    yield document.notes


def _front_line(key: str, value: Any) -> str:
    return (plain(optional_usd(value)) or "null") if key in MONEY_KEYS else line(value)


def _nested(key: str, values: Mapping[str, Any]) -> Iterator[str]:
    """Yield a mapping one value a line, texts of several lines as blocks; on one line if a name cannot begin one."""
    if not values or not all(map(fits_as_name, values)) or list(values) == [WRAP]:
        yield f"{key}: {line(values)}"
        return
    yield f"{key}:"
    blocks = {name: block(value) if isinstance(value, str) else None for name, value in values.items()}
    order = sorted(values, key=lambda each: (blocks[each] is not None, each)) if key == "arguments" else list(values)
    for each in order:
        marker, *text = blocks[each] or [line(values[each])]
        yield f"  {name(each)}: {marker}"
        yield from text


def _front(document: Document) -> dict[str, Any]:
    trace = document.trace
    return {
        "schema": SCHEMA,
        "id": document.stored_id or trace.id,
        "goal_signature": trace.goal_signature,
        "goal_text": trace.goal,
        "state": trace.state.value,
        "mode": trace.mode,
        "provider": trace.provider,
        "model": trace.model,
        "created_at": trace.created_at,
        "estimated_cost_usd": trace.cost_usd,
        "estimated_time_secs": trace.seconds,
        **_counters(document.statistics),
        "tools_used": trace.tools_used,
        "aliases": trace.aliases,
        "negative_goals": trace.negative_goals,
        "context": trace.context,
        "episodes": trace.episodes,
        "answer": trace.answer,
        "seal": document.seal or trace.seal,
    }


def _counters(statistics: Statistics) -> dict[str, Any]:
    return {
        "success_rating": statistics.score / 100,
        "usage_count": statistics.uses,
        "success_count": statistics.successes,
        "failure_count": statistics.failures,
        "last_used": statistics.last_used,
        "saved_usd": statistics.saved_usd,
    }


def _step(step: TraceStep) -> dict[str, Any]:
    seen = step.observation
    return {
        "tool": step.tool,
        "effect": step.effect.value,
        "turn": step.turn,
        "fingerprint": step.fingerprint,
        "arguments": step.arguments,
        "before": step.before,
        "after": step.after,
        "observation": {
            "status": seen.status.value,
            "digest": seen.digest,
            "control": seen.control,
            "shape": seen.shape,
            "is_empty": seen.is_empty,
            "preview": seen.preview[:PREVIEW_CHARS],
        },
    }
