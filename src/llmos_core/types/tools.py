"""What a tool is, what calling it means for the world, and what came back."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from llmos_core.types.json import JsonObject, JsonValue, digest
from llmos_core.types.record import Record, field


class Effect(StrEnum):
    """What a call may do to the world, from harmless to unknown. Only a tool's author may declare it safer."""

    PURE = "pure"
    READ = "read"
    IDEMPOTENT_WRITE = "idempotent_write"
    REVERSIBLE_WRITE = "reversible_write"
    IRREVERSIBLE = "irreversible"
    UNKNOWN = "unknown"

    @property
    def is_safe(self) -> bool:
        """True when the call changes nothing."""
        return self in (Effect.PURE, Effect.READ)

    @property
    def may_repeat(self) -> bool:
        """True when doing it twice is the same as doing it once."""
        return self in (Effect.PURE, Effect.READ, Effect.IDEMPOTENT_WRITE)

    @property
    def is_final(self) -> bool:
        """True when the call cannot be taken back; unknown counts as irreversible."""
        return self in (Effect.IRREVERSIBLE, Effect.UNKNOWN)


class CallStatus(StrEnum):
    """How one tool call ended. UNKNOWN: it was begun, and nobody saw the end."""

    OK = "ok"
    ERROR = "error"
    DENIED = "denied"
    UNKNOWN = "unknown"


class ToolSpec(Record):
    """The face of a tool. `parameters` is a JSON Schema object; `version` changes when behaviour does."""

    name: str
    description: str
    parameters: JsonObject
    effect: Effect = Effect.UNKNOWN
    version: str = "1"

    @property
    def fingerprint(self) -> str:
        """16 hex digits over schema, declared effect and version: equal means replayable alike."""
        facts = {"parameters": self.parameters, "effect": self.effect.value, "version": self.version}
        return digest(facts)[:16]


class ToolCall(Record):
    """One wish to call a tool. `id` pairs it with its result inside one run."""

    id: str
    tool: str
    arguments: JsonObject = field(factory=dict)

    @property
    def key(self) -> str:
        """Digest of tool and arguments: equal keys mean the same call."""
        return digest({"tool": self.tool, "arguments": dict(self.arguments)})


class ToolResult(Record):
    """What came back: `content` is the tool's JSON value (None when not OK), `error` one message otherwise.

    `replaced_by` names the hooks because of which this is not what the tool itself answered, "" when it is;
    `is_withheld` says that the tool answered normally and a hook did not accept it: the call was made all the same.
    `note` is what hooks added for the model, beside the result and no part of it. `is_timeout` says that the call
    failed because it took too long.
    """

    status: CallStatus
    content: JsonValue = None
    error: str = ""
    replaced_by: str = ""
    note: str = ""
    is_withheld: bool = False
    is_timeout: bool = False

    @property
    def text(self) -> str:
        """The result as a model or a person reads it."""
        if self.status is not CallStatus.OK:
            return f"{self.status.value}: {self.error}"
        if isinstance(self.content, str):
            return self.content
        from llmos_core.types.json import canonical_json

        return canonical_json(self.content)


Probe = Mapping[str, Any]
"""A side-effect-free look at what a call depends on or touches, as JSON: {"state": "absent" | "file" | "dir", …}."""
