"""Fresh results as a person reads them: the answer where no recorded one holds and nobody was asked to word one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from llmos_core.types.json import canonical_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from llmos_core.types.json import JsonValue
    from llmos_core.types.transcript import StepRecord

MOST_CHARS = 4_000
_DEPTH = 2


def observations(steps: Sequence[StepRecord]) -> str:
    """Return what the run saw: every result of a call that only looked, or that of the last call where none did."""
    looks = [step for step in steps if step.effect.is_safe and step.is_ok and not step.is_repeat]
    told = looks or list(steps[-1:])
    if len(told) == 1:
        return readable(told[0].result.content) if told[0].is_ok else told[0].result.text
    return "\n".join(f"{_named(step)}: {_beside(readable(step.result.content))}" for step in told)


def readable(content: JsonValue) -> str:
    """Return a JSON value without its punctuation: text as it is, fields and items one a line; cut at MOST_CHARS."""
    text = "\n".join(_lines(content, 0)) if content is not None else "done"
    return text if len(text) <= MOST_CHARS else text[: MOST_CHARS - 1] + "…"


def _lines(value: Any, depth: int) -> list[str]:
    if isinstance(value, str):
        return [value]
    if not isinstance(value, dict | list) or not value or depth > _DEPTH:
        return [_word(value)]
    pairs = value.items() if isinstance(value, dict) else (("-", item) for item in value)
    found: list[str] = []
    for key, item in pairs:
        mark = "- " if isinstance(value, list) else f"{key}: "
        first, *more = _lines(item, depth + 1)
        is_block = isinstance(item, dict | list) and bool(item) and isinstance(value, dict)
        found += [mark.rstrip(), "  " + first] if is_block else [mark + first]
        found += ["  " + line for line in more]
    return found


def _word(value: Any) -> str:
    if value is None or value in ([], {}):
        return "nothing"
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else canonical_json(value)


def _named(step: StepRecord) -> str:
    values = [value for value in step.call.arguments.values() if isinstance(value, str | int | float)]
    return f"{step.call.tool} {values[0]}" if values else step.call.tool


def _beside(text: str) -> str:
    return f"\n  {text.replace(chr(10), chr(10) + '  ')}" if "\n" in text else text
