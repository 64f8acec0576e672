"""What a test server can be told to answer: one `Reply` for one request, in no vendor's dialect.

A reply is data, so it can also be written as JSON for a server in another process (`reply_from`).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

DEFAULT_USAGE = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}


@dataclass(frozen=True)
class Call:
    """One tool call of an answer. `arguments` is an object, or raw text to send something that is no JSON.

    `id` None leaves the field out altogether.
    """

    tool: str
    arguments: Mapping[str, Any] | str = field(default_factory=dict)
    id: str | None = ""

    @property
    def text(self) -> str:
        """The arguments as they travel."""
        if isinstance(self.arguments, str):
            return self.arguments
        return json.dumps(dict(self.arguments), ensure_ascii=False)


@dataclass(frozen=True)
class Reply:
    """One answer. `usage` None leaves it out; `body` replaces the whole JSON body; `finish` "" chooses by content.

    `fault` is what goes wrong after the status line: "stall" (headers, then nothing), "cut" (the connection breaks in
    the middle), "cut-utf8" (it breaks inside a character), "eof" (the stream just ends), "error" (an error object where
    an answer belongs), "junk" (no JSON at all). `pause_s` is waited before each piece of a stream.
    """

    text: str = ""
    calls: tuple[Call, ...] = ()
    usage: Mapping[str, Any] | None = field(default_factory=lambda: dict(DEFAULT_USAGE))
    finish: str | None = ""
    refusal: str = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    fault: str = ""
    pause_s: float = 0.0

    @property
    def finish_reason(self) -> str | None:
        """Why the answer ends, as the protocol names it."""
        if self.finish == "":
            return "tool_calls" if self.calls else "stop"
        return self.finish


def say(text: str, **changes: Any) -> Reply:
    """Answer with plain text."""
    return Reply(text=text, **changes)


def call(tool: str, arguments: Mapping[str, Any] | str | None = None, **changes: Any) -> Reply:
    """Answer with one tool call."""
    return Reply(calls=(Call(tool, {} if arguments is None else arguments, id="call_1"),), **changes)


def calls(*wanted: tuple[str, Mapping[str, Any]], **changes: Any) -> Reply:
    """Answer with several tool calls in one turn, each (tool, arguments)."""
    numbered = (Call(tool, arguments, id=f"call_{n}") for n, (tool, arguments) in enumerate(wanted, start=1))
    return Reply(calls=tuple(numbered), **changes)


def fail(status: int, message: str = "scripted failure", **headers: str) -> Reply:
    """Answer with an HTTP error; header names are given with underscores."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status=status, headers=named, body={"error": {"message": message, "type": "scripted", "code": None}})


def broken(fault: str, text: str = "half of an answer", **changes: Any) -> Reply:
    """Answer until something goes wrong (see `Reply.fault`)."""
    return Reply(text=text, fault=fault, **changes)


def reply_from(data: Mapping[str, Any]) -> Reply:
    """Return the reply that a JSON object describes; the keys are the fields of `Reply`."""
    wanted = tuple(Call(**one) for one in data.get("calls", ()))
    return replace(Reply(), **{**data, "calls": wanted})
