"""From JSON values to records: every value of a trace file must have its type and its range, or it is refused by name.

The trace is believed only as far as its seal fits: else its state is EDITED, whatever the file says.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, TypeVar

from llmos_core.types.record import evolve
from llmos_core.types.tools import CallStatus, Effect
from llmos_core.types.trace import Observation, Statistics, Trace, TraceState, TraceStep
from llmos_std.memory.document import FRONT_KEYS, OBSERVATION_KEYS, PREVIEW_CHARS, STEP_KEYS, Document

MONEY_KEYS = ("estimated_cost_usd", "saved_usd")

_TYPES = {
    str: "text in double quotes",
    int: "a whole number of 0 or more",
    bool: "true or false",
    dict: "a JSON object",
    list: "a list of texts",
}
_FRONT_TYPES = {
    **dict.fromkeys(("id", "goal_signature", "goal_text", "state", "mode", "provider", "model"), str),
    **dict.fromkeys(("created_at", "last_used", "answer", "seal"), str),
    **dict.fromkeys(("usage_count", "success_count", "failure_count"), int),
    **dict.fromkeys(("tools_used", "aliases", "negative_goals", "episodes"), list),
    "context": dict,
}
_STEP_TYPES = {"tool": str, "effect": str, "turn": int, "fingerprint": str, "arguments": dict, "observation": dict}
_OBSERVATION_TYPES = {**dict.fromkeys(OBSERVATION_KEYS, str), "is_empty": bool}
ID_CHARS = 16
_MOST = 2**53
_SHOWN_CHARS = 40
_HEX = frozenset("0123456789abcdef")

W = TypeVar("W", TraceState, CallStatus, Effect)


class WrongValueError(ValueError):
    """A value is missing, unknown or not what its key needs. `step` counts from 1; 0 is the front matter."""

    def __init__(self, message: str, key: str, step: int = 0) -> None:
        self.key = key
        self.step = step
        super().__init__(message)


def is_id(text: str) -> bool:
    """Say whether a text is a whole trace id."""
    return len(text) == ID_CHARS and _HEX.issuperset(text)


def document_of(found: dict[str, Any]) -> Document:
    """Return the document that the structure of a file stands for. Raises WrongValueError for the first wrong value."""
    front = found["front"]
    _check(front, FRONT_KEYS, _FRONT_TYPES, 0)
    if not is_id(front["id"]):
        raise WrongValueError(f"id: expected {ID_CHARS} hex digits, found {_shown(front['id'])}", "id")
    steps = tuple(_step(step, number) for number, step in enumerate(found["steps"], 1))
    return Document(
        trace=_trace(front, steps),
        statistics=_statistics(front),
        title=found["title"],
        notes=found["notes"],
        stored_id=front["id"],
        seal=front["seal"],
    )


def _trace(front: dict[str, Any], steps: tuple[TraceStep, ...]) -> Trace:
    cost = front["estimated_cost_usd"]
    trace = Trace(
        goal=front["goal_text"],
        goal_signature=front["goal_signature"],
        steps=steps,
        answer=front["answer"],
        created_at=front["created_at"],
        mode=front["mode"],
        provider=front["provider"],
        model=front["model"],
        cost_usd=None if cost is None else _money(front, "estimated_cost_usd"),
        seconds=_number(front, "estimated_time_secs"),
        episodes=tuple(front["episodes"]),
        aliases=tuple(front["aliases"]),
        negative_goals=tuple(front["negative_goals"]),
        context=front["context"],
        state=_word(TraceState, front["state"], "state", 0),
    )
    is_intact = front["seal"] == trace.seal and front["id"] == trace.id
    if is_intact and front["tools_used"] == list(trace.tools_used):
        return trace
    return evolve(trace, state=TraceState.EDITED)


def _statistics(front: dict[str, Any]) -> Statistics:
    rating = _number(front, "success_rating")
    if rating > 1:
        raise WrongValueError(
            f"success_rating: expected a number from 0 to 1, found {_shown(rating)}", "success_rating"
        )
    return Statistics(
        uses=front["usage_count"],
        successes=front["success_count"],
        failures=front["failure_count"],
        score=round(rating * 100),
        last_used=front["last_used"],
        saved_usd=_money(front, "saved_usd"),
    )


def _step(step: dict[str, Any], number: int) -> TraceStep:
    _check(step, STEP_KEYS, _STEP_TYPES, number)
    observation = step["observation"]
    _check(observation, OBSERVATION_KEYS, _OBSERVATION_TYPES, number)
    if len(observation["preview"]) > PREVIEW_CHARS:
        raise WrongValueError(f"preview: expected at most {PREVIEW_CHARS} characters", "preview", number)
    for key in ("before", "after"):
        if step[key] is not None and type(step[key]) is not dict:
            raise WrongValueError(f"{key}: expected a JSON object or null, found {_shown(step[key])}", key, number)
    return TraceStep(
        turn=step["turn"],
        tool=step["tool"],
        fingerprint=step["fingerprint"],
        arguments=step["arguments"],
        effect=_word(Effect, step["effect"], "effect", number),
        before=step["before"],
        after=step["after"],
        observation=Observation(
            status=_word(CallStatus, observation["status"], "status", number),
            digest=observation["digest"],
            control=observation["control"],
            shape=observation["shape"],
            preview=observation["preview"],
            is_empty=observation["is_empty"],
        ),
    )


def _check(found: dict[str, Any], keys: tuple[str, ...], types: dict[str, type], step: int) -> None:
    """Refuse missing and unknown keys, and values of the wrong type."""
    if len(found) != len(keys) or any(key not in found for key in keys):
        for key in found:
            if key not in keys:
                raise WrongValueError(f"unknown key '{key}' (known: {', '.join(keys)})", key, step)
        missing = ", ".join(key for key in keys if key not in found)
        raise WrongValueError(f"missing: {missing}", "", step)
    for key, expected in types.items():
        value = found[key]
        if type(value) is not expected or not _is_in_range(value):
            raise WrongValueError(f"{key}: expected {_TYPES[expected]}, found {_shown(value)}", key, step)


def _is_in_range(value: object) -> bool:
    if isinstance(value, list):
        return all(type(item) is str for item in value)
    return not isinstance(value, int) or 0 <= value <= _MOST


def _number(front: dict[str, Any], key: str) -> float:
    value = front[key]
    if type(value) not in {int, float} or not 0 <= value <= _MOST:
        raise WrongValueError(f"{key}: expected a number of 0 or more (at most 2^53), found {_shown(value)}", key)
    return float(value)


def _money(front: dict[str, Any], key: str) -> Decimal:
    value = front[key]
    if not isinstance(value, Decimal) or value < 0:
        raise WrongValueError(f"{key}: expected an amount of 0 or more US dollars, found {_shown(value)}", key)
    return value


def _word(kind: type[W], value: str, key: str, step: int) -> W:
    try:
        return kind(value)
    except ValueError:
        known = ", ".join(kind)
        raise WrongValueError(f"{key}: expected one of {known}, found {_shown(value)}", key, step) from None


def _shown(value: object) -> str:
    """Return the beginning of a value as it stands in the file."""
    from json import dumps

    return dumps(value, default=str)[:_SHOWN_CHARS]
