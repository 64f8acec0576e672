"""Turns and steps as JSON and back, losing nothing; decimals are kept as their own text."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from llmos_core.types.tools import CallStatus, Effect, ToolCall, ToolResult
from llmos_core.types.transcript import Origin, StepRecord, Turn, Usage


def decimal_text(amount: Decimal | None) -> str | None:
    """Return a decimal's own text, exponent and trailing zeros included; None stays None."""
    return None if amount is None else str(amount)


def decimal_of(text: str | None) -> Decimal | None:
    """Undo `decimal_text`."""
    return None if text is None else Decimal(text)


def call_json(call: ToolCall) -> dict[str, Any]:
    """Return a tool call as JSON."""
    return {"id": call.id, "tool": call.tool, "arguments": dict(call.arguments)}


def intent_json(step: StepRecord) -> dict[str, Any]:
    """Return what is known of a step before it happens."""
    return {
        "call": call_json(step.call),
        "fingerprint": step.fingerprint,
        "effect": step.effect.value,
        "before": None if step.before is None else dict(step.before),
    }


def outcome_json(step: StepRecord) -> dict[str, Any]:
    """Return what is known of a step only after it has happened."""
    result = step.result
    hooked = {"replaced_by": result.replaced_by, "note": result.note, "is_withheld": result.is_withheld}
    hooked["is_timeout"] = result.is_timeout
    return {
        **{key: said for key, said in hooked.items() if said},
        **({"is_skipped": True} if step.is_skipped else {}),
        "status": step.result.status.value,
        "content": step.result.content,
        "error": step.result.error,
        "after": None if step.after is None else dict(step.after),
        "seconds": step.seconds,
        "is_repeat": step.is_repeat,
        "verified": step.verified,
    }


NOBODY_SAW = {"status": "unknown", "error": "it was begun, and nobody saw how it ended"}
"""The outcome of a step whose process died in between."""


def step_of(index: int, facts: dict[str, Any]) -> StepRecord:
    """Return a step from its intent and outcome together."""
    return StepRecord(
        index=index,
        call=ToolCall(**facts["call"]),
        result=ToolResult(
            status=CallStatus(facts["status"]),
            content=facts.get("content"),
            error=facts.get("error", ""),
            replaced_by=facts.get("replaced_by", ""),
            note=facts.get("note", ""),
            is_withheld=facts.get("is_withheld", False),
            is_timeout=facts.get("is_timeout", False),
        ),
        fingerprint=facts["fingerprint"],
        effect=Effect(facts["effect"]),
        before=facts["before"],
        after=facts.get("after"),
        seconds=facts.get("seconds", 0.0),
        is_repeat=facts.get("is_repeat", False),
        is_skipped=facts.get("is_skipped", False),
        verified=facts.get("verified"),
    )


def turn_json(turn: Turn) -> dict[str, Any]:
    """Return a turn as JSON."""
    usage = turn.usage
    return {
        "origin": turn.origin.value,
        "text": turn.text,
        "calls": [call_json(call) for call in turn.calls],
        "usage": None if usage is None else usage_json(usage),
        "is_cut": turn.is_cut,
        **({"is_satisfied": True} if turn.is_satisfied else {}),
    }


def turn_of(facts: dict[str, Any]) -> Turn:
    """Undo `turn_json`."""
    usage = facts["usage"]
    return Turn(
        origin=Origin(facts["origin"]),
        text=facts["text"],
        calls=tuple(ToolCall(**call) for call in facts["calls"]),
        usage=None if usage is None else Usage(**{**usage, "cost_usd": decimal_of(usage["cost_usd"])}),
        is_cut=facts["is_cut"],
        is_satisfied=facts.get("is_satisfied", False),
    )


def usage_json(usage: Usage) -> dict[str, Any]:
    """Return a usage as JSON, money as text."""
    return {
        "model": usage.model,
        "input_tokens": usage.input_tokens,
        "output_tokens": usage.output_tokens,
        "cost_usd": decimal_text(usage.cost_usd),
        "attempts": usage.attempts,
    }
