"""Requests and replies as JSON: what a program is given, what it may answer, and what a recording holds.

One form for all of them, specified in specs/model-exchange/1. Reading is strict: whatever is not the form is an error
that names what was found.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from llmos_core.types.json import canonical_json
from llmos_core.types.model import ModelReply
from llmos_core.types.money import optional_usd, plain
from llmos_core.types.tools import ToolCall
from llmos_core.types.transcript import Usage

if TYPE_CHECKING:
    from collections.abc import Mapping

    from llmos_core.types.model import Message, ModelRequest

REQUEST_SCHEMA = "llmos.model-request/1"
REPLY_SCHEMA = "llmos.model-reply/1"

_REPLY_KEYS = {"schema": str, "text": str, "calls": list, "usage": dict, "is_cut": bool, "is_refusal": bool}
_CALL_KEYS = {"id": str, "tool": str, "arguments": (dict, str)}
_USAGE_KEYS = {"model": str, "input_tokens": int, "output_tokens": int, "cost_usd": (str, int, float, type(None))}


def request_json(request: ModelRequest) -> dict[str, Any]:
    """Return a request as JSON, everything that a model sees and nothing that changes from run to run.

    Call ids are numbered in the order of their appearance: call-1, call-2 …
    """
    ids: dict[str, str] = {}
    return {
        "schema": REQUEST_SCHEMA,
        "purpose": request.purpose,
        "model": request.model,
        "messages": [_message_json(message, ids) for message in request.messages],
        "tools": [
            {"name": spec.name, "description": spec.description, "parameters": dict(spec.parameters)}
            for spec in request.tools
        ],
        "json_schema": None if request.json_schema is None else dict(request.json_schema),
        "temperature": request.temperature,
        "max_tokens": request.max_tokens,
    }


def _message_json(message: Message, ids: dict[str, str]) -> dict[str, Any]:
    made: dict[str, Any] = {"role": message.role, "text": message.text}
    if message.calls:
        made["calls"] = [_call_json(call, ids) for call in message.calls]
    if message.call_id:
        made["call_id"] = _numbered(message.call_id, ids)
    return made


def _call_json(call: ToolCall, ids: dict[str, str]) -> dict[str, Any]:
    return {"id": _numbered(call.id, ids), "tool": call.tool, "arguments": dict(call.arguments)}


def _numbered(call_id: str, ids: dict[str, str]) -> str:
    return ids.setdefault(call_id, f"call-{len(ids) + 1}")


def reply_json(reply: ModelReply) -> dict[str, Any]:
    """Return a reply as JSON. Its calls are paired with their results by their order, so they need no ids."""
    usage = reply.usage
    return {
        "schema": REPLY_SCHEMA,
        "text": reply.text,
        "calls": [{"tool": call.tool, "arguments": dict(call.arguments)} for call in reply.calls],
        "usage": {
            "model": usage.model,
            "input_tokens": usage.input_tokens,
            "output_tokens": usage.output_tokens,
            "cost_usd": plain(usage.cost_usd),
        },
        "is_cut": reply.is_cut,
        "is_refusal": reply.is_refusal,
    }


def reply_from(value: Mapping[str, Any], request: ModelRequest) -> ModelReply:
    """Return the reply that JSON stands for; its calls get ids that are new in the request's conversation.

    Arguments may also be a text that holds a JSON object, as models write it; it is repaired where that is certain.
    Raises ValueError with one sentence for anything that is not the form.
    """
    _require(value, _REPLY_KEYS, "the reply")
    if value.get("schema", REPLY_SCHEMA) != REPLY_SCHEMA:
        raise ValueError(f"the reply's schema is '{value['schema']}', expected '{REPLY_SCHEMA}'")
    made = sum(len(message.calls) for message in request.messages)
    calls = tuple(_call(call, made + n) for n, call in enumerate(value.get("calls", ()), start=1))
    reply = ModelReply(
        text=value.get("text", ""),
        calls=calls,
        usage=_usage(value.get("usage", {})),
        is_cut=value.get("is_cut", False),
        is_refusal=value.get("is_refusal", False),
    )
    if not (reply.text or reply.calls or reply.is_cut or reply.is_refusal):
        raise ValueError("the reply neither says nor calls anything; expected 'text' or 'calls'")
    return reply


def _call(value: Any, number: int) -> ToolCall:
    _require(value, _CALL_KEYS, "a call")
    if not value.get("tool"):
        raise ValueError('a call names no tool; expected {"tool": …, "arguments": {…}}')
    arguments = value.get("arguments", {})
    if isinstance(arguments, str):
        from llmos_std.providers.litellm.repair import read_arguments

        arguments = read_arguments(arguments)
    canonical_json(arguments)  # what JSON cannot hold (NaN) raises here
    return ToolCall(id=f"call-{number}", tool=value["tool"], arguments=arguments)


def _usage(value: Mapping[str, Any]) -> Usage:
    _require(value, _USAGE_KEYS, "'usage'")
    counts = {name: value.get(name, 0) for name in ("input_tokens", "output_tokens")}
    for name, count in counts.items():
        if count < 0:
            raise ValueError(f"'{name}' is {count}, expected a number of tokens")
    return Usage(model=value.get("model", ""), cost_usd=optional_usd(value.get("cost_usd")), **counts)


def _require(value: Any, keys: Mapping[str, Any], name: str) -> None:
    """Raise ValueError unless `value` is an object with these keys only, each of its type."""
    if not isinstance(value, dict):
        raise ValueError(f"{name} is {_short(value)}, expected an object")
    for key, found in value.items():
        if key not in keys:
            raise ValueError(f"{name} has an unknown key '{key}' (known: {', '.join(keys)})")
        if not isinstance(found, keys[key]) or (isinstance(found, bool) and keys[key] is not bool):
            raise ValueError(f"'{key}' in {name} is {_short(found)}")


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=repr)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


_LONGEST = 60


def json_bytes(value: Any) -> bytes:
    """Return JSON on one line as UTF-8; lone surrogates, which UTF-8 cannot carry, are escaped."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    try:
        return text.encode()
    except UnicodeEncodeError:
        return json.dumps(value, allow_nan=False).encode()
