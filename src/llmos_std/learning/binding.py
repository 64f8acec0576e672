"""Give a program the values of a new goal. A value is bound only if everything that may still be true agrees on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from llmos_core.types.json import canonical_json
from llmos_std.learning.picking import picked
from llmos_std.learning.programs import decides
from llmos_std.learning.values import made

if TYPE_CHECKING:
    from collections.abc import Sequence

    from llmos_core.types.json import JsonValue
    from llmos_std.learning.explaining import Key, Space
    from llmos_std.learning.wording import Alignment, Goal, Span

NOTHING: Any = object()
"""No value: an explanation that does not apply, or a leaf on which they disagree."""


def bind(space: Space, goal: Goal, alignment: Alignment, outputs: Sequence[Any], *, today: str = "") -> Any:
    """Return the one value that all explanations give, else NOTHING."""
    values: dict[str, JsonValue] = {}
    is_decided = False
    for key, spans in space.items():
        texts = _texts(spans, goal, alignment)
        if spans and not texts:
            return NOTHING
        for value in [_value(key, text, outputs, today) for text in texts or [""]]:
            if value is NOTHING:
                return NOTHING
            values[canonical_json(value)] = value
        is_decided = is_decided or decides(key)
    if not is_decided or len(values) != 1:
        return NOTHING
    return next(iter(values.values()))


def _texts(spans: frozenset[Span], goal: Goal, alignment: Alignment) -> list[str]:
    across = [alignment.across(span) for span in sorted(spans)]
    return list(dict.fromkeys(goal.text_of(span) for span in across if span is not None))


def _value(key: Key, text: str, outputs: Sequence[Any], today: str) -> Any:
    if key[0] == "const":
        import json

        constant: JsonValue = json.loads(key[1])
        return constant
    if key[0] == "today":
        return today or NOTHING
    if key[0] == "goal":
        value = made(key[1], text)
        return NOTHING if value is None else value
    if key[0] == "frame":
        return f"{key[1]}{text}{key[2]}"
    return _from_output(key, text, outputs)


def _from_output(key: Key, text: str, outputs: Sequence[Any]) -> Any:
    _, step, outer, pick, inner = key
    value = _at(outputs[step], outer)
    if pick is not None and value is not NOTHING:
        found = picked(value, pick, text)
        value = NOTHING if found is None else _at(found, inner)
    found_value: JsonValue = NOTHING if isinstance(value, dict | list) else value
    return found_value


def _at(value: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        if not isinstance(value, dict) or key not in value:
            return NOTHING
        value = value[key]
    return value
