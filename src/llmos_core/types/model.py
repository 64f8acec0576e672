"""What is asked of a model and what it answers, in no vendor's dialect."""

from decimal import Decimal
from typing import Any

from llmos_core.types.json import JsonObject
from llmos_core.types.record import Record, field
from llmos_core.types.tools import ToolCall, ToolSpec
from llmos_core.types.transcript import Transcript, Usage

ROLES = ("learn", "match", "fill", "plan", "answer")
"""What models are asked for: reason a goal, compare goals, fill a hole of a trace, split work, word an answer."""


def role_of(purpose: str) -> str:
    """Return the role that a purpose belongs to; whatever has no role of its own is reasoning, thus "learn"."""
    return purpose if purpose in ROLES else "learn"


class Message(Record):
    """One message. `role` is system, user, assistant or tool; a tool message answers `call_id`."""

    role: str
    text: str = ""
    calls: tuple[ToolCall, ...] = ()
    call_id: str = ""


class ModelRequest(Record):
    """One model call. `model` is an alias or a full name, empty for what the role of `purpose` is given.

    `purpose` says what the answer is for: one of ROLES, or a finer word for reasoning (mixed, surprise).
    `json_schema` asks for an answer of that shape. `transcript` is the run so far, for providers that are no language
    models; a model only ever sees `messages`. `temperature` is 0 to 2, None for the provider's own. `max_tokens`
    bounds the answer, `timeout_s` the whole call (the kernel never lets it pass the run's own limit). `stream` allows
    the answer to come in pieces.
    """

    messages: tuple[Message, ...]
    tools: tuple[ToolSpec, ...] = ()
    model: str = ""
    temperature: float | None = None
    max_tokens: int | None = None
    json_schema: JsonObject | None = None
    timeout_s: float = float("inf")
    stream: bool = True
    transcript: Transcript | None = None
    purpose: str = "learn"


class ModelReply(Record):
    """One answer. `is_cut` is True when it stopped at a length limit; `is_refusal` when the model declined.

    A call whose arguments could not be read as one JSON object has the single argument `__malformed__`: the model's own
    text. It is never executed; the loop answers it with an error, so that the model can send it again.
    `recorded_cost_usd` is, for an answer that was played back, what it cost when it was recorded; else None.
    """

    text: str = ""
    calls: tuple[ToolCall, ...] = ()
    usage: Usage = field(factory=Usage)
    is_cut: bool = False
    is_refusal: bool = False
    recorded_cost_usd: Decimal | None = None


class Quote(Record):
    """An upper bound of what a request may cost, before it is sent. `cost_usd` is None when no price is known."""

    cost_usd: Decimal | None = None
    tokens: int = 0
    model: str = ""


class Event(Record):
    """Something that happened. `kind` is one of the names in specs/events; `data` is JSON."""

    kind: str
    run_id: str = ""
    at: str = ""
    data: dict[str, Any] = field(factory=dict)
