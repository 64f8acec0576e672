"""From llmos's messages to what LiteLLM sends, and from an answer to a reply. What was sent can be read back.

Everything here is plain data; nothing is imported from LiteLLM.
"""

import json
import re
from collections.abc import Callable, Iterable
from typing import Any

from llmos_core.types.model import Message, ModelReply, ModelRequest
from llmos_core.types.tools import ToolCall, ToolSpec
from llmos_core.types.transcript import Usage
from llmos_std.providers.litellm.answers import Answer, RawCall
from llmos_std.providers.litellm.config import LitellmConfig
from llmos_std.providers.litellm.repair import read_arguments

_IS_ID = re.compile(r"[A-Za-z0-9_-]{1,64}").fullmatch
_JSON_PLEASE = "Answer with one JSON object."


def wire_messages(request: ModelRequest, settings: LitellmConfig) -> list[dict[str, Any]]:
    """Return the messages as they are sent, with the configured system prompt in place."""
    wire = [_wire_message(message) for message in _with_system(request.messages, settings)]
    wants_json = settings.json_mode and request.json_schema is None
    if wants_json and not any("json" in message["content"].lower() for message in wire if message.get("content")):
        wire.insert(0, {"role": "system", "content": _JSON_PLEASE})
    return wire


def _with_system(messages: tuple[Message, ...], settings: LitellmConfig) -> tuple[Message, ...]:
    """Return the messages with the first system text replaced and added to, as configured."""
    if not settings.system_prompt and not settings.system_prompt_append:
        return messages
    has_one = bool(messages) and messages[0].role == "system"
    given = messages[0].text if has_one else ""
    texts = (settings.system_prompt or given, settings.system_prompt_append)
    system = Message(role="system", text="\n\n".join(text for text in texts if text))
    return (system, *messages[1:]) if has_one else (system, *messages)


def _wire_message(message: Message) -> dict[str, Any]:
    if message.role == "tool":
        return {"role": "tool", "tool_call_id": message.call_id, "content": _sendable(message.text)}
    if message.calls:
        calls = [_wire_call(call) for call in message.calls]
        return {"role": message.role, "content": _sendable(message.text) or None, "tool_calls": calls}
    return {"role": message.role, "content": _sendable(message.text)}


def _wire_call(call: ToolCall) -> dict[str, Any]:
    arguments = json.dumps(dict(call.arguments), ensure_ascii=False)
    if _sendable(arguments) != arguments:
        arguments = json.dumps(dict(call.arguments))
    return {"id": call.id, "type": "function", "function": {"name": call.tool, "arguments": arguments}}


def _sendable(text: str) -> str:
    """Return `text` with lone surrogates, which no UTF-8 can carry, replaced by question marks."""
    return text.encode("utf-8", "replace").decode("utf-8")


def wire_tools(specs: Iterable[ToolSpec]) -> list[dict[str, Any]]:
    """Return the tools as they are offered to the model."""
    return [
        {
            "type": "function",
            "function": {"name": spec.name, "description": spec.description, "parameters": dict(spec.parameters)},
        }
        for spec in specs
    ]


def response_format(request: ModelRequest, settings: LitellmConfig) -> dict[str, Any] | None:
    """Return the form the answer must have, None for free text."""
    if request.json_schema is not None:
        schema = {"name": "answer", "schema": dict(request.json_schema)}
        return {"type": "json_schema", "json_schema": schema}
    return {"type": "json_object"} if settings.json_mode else None


def reply_from(answer: Answer, *, usage: Usage, request: ModelRequest, new_id: Callable[[], str]) -> ModelReply:
    """Return the reply. Every call has an id that is unique in the run; ids that are missing or taken are replaced."""
    taken = {call.id for message in request.messages for call in message.calls}
    is_cut = answer.finish == "length"
    is_refusal = bool(answer.refusal) or (answer.finish == "content_filter" and not answer.calls)
    return ModelReply(
        text=answer.text or answer.refusal,
        calls=tuple(_call(raw, taken, new_id, is_whole=not is_cut) for raw in answer.calls),
        usage=usage,
        is_cut=is_cut,
        is_refusal=is_refusal,
    )


def _call(raw: RawCall, taken: set[str], new_id: Callable[[], str], *, is_whole: bool) -> ToolCall:
    call_id = raw.id if _IS_ID(raw.id) and raw.id not in taken else f"call_{new_id()}"
    taken.add(call_id)
    return ToolCall(id=call_id, tool=raw.tool, arguments=read_arguments(raw.arguments, is_whole=is_whole))
