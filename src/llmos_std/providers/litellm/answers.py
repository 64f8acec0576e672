"""What a model answered, put together from one document or from the pieces of a stream. No vendor's object leaves here.

Streamed calls are told apart by us: LiteLLM's own builder drops calls without an id and joins two calls that a server
(Ollama) sends under one index. The reason an answer ended is only believed when it says that it was cut.
"""

import json
from collections.abc import Callable
from typing import Any

import attrs

from llmos_core.types.record import Record

_REASONS = ("length", "content_filter")


@attrs.define
class RawCall:
    """A tool call as it travels: `arguments` is the model's own text; `id` may be empty."""

    id: str = ""
    tool: str = ""
    arguments: str = ""

    @property
    def is_complete(self) -> bool:
        """True when the arguments are valid JSON already, so that nothing more can belong to them."""
        try:
            json.loads(self.arguments)
        except ValueError:
            return False
        return True


class Answer(Record):
    """One whole answer. `usage` is what the server reported, None when nothing; `finish` "" when it gave no reason."""

    text: str = ""
    calls: tuple[RawCall, ...] = ()
    finish: str = ""
    refusal: str = ""
    usage: Any = None

    @property
    def is_empty(self) -> bool:
        """True when it neither says nor calls anything, and gives no reason for that."""
        return not (self.text or self.calls or self.refusal or self.finish in _REASONS)


class Assembly:
    """Puts a streamed answer together, piece by piece."""

    def __init__(self) -> None:
        self._text: list[str] = []
        self._refusal: list[str] = []
        self._calls: list[RawCall] = []
        self._open: dict[int, RawCall] = {}

    def add(self, chunk: Any) -> str:
        """Take one chunk and return the text in it."""
        delta = getattr(_first(getattr(chunk, "choices", None)), "delta", None)
        for fragment in getattr(delta, "tool_calls", None) or ():
            self._add_call(fragment)
        self._refusal.append(_refusal_of(delta))
        text = _text(getattr(delta, "content", None))
        self._text.append(text)
        return text

    def _add_call(self, fragment: Any) -> None:
        index = getattr(fragment, "index", None) or 0
        function = getattr(fragment, "function", None)
        piece = RawCall(_text(getattr(fragment, "id", None)), _text(getattr(function, "name", None)))
        piece.arguments = _arguments(function)
        call = self._open.get(index)
        if call is None or _begins_another(call, piece):
            call = self._open[index] = RawCall()
            self._calls.append(call)
        call.id = call.id or piece.id
        call.tool = call.tool or piece.tool
        call.arguments += piece.arguments

    @property
    def size(self) -> int:
        """Characters that have arrived, of text and calls together."""
        return sum(map(len, self._text)) + sum(len(call.tool) + len(call.arguments) for call in self._calls)

    def answer(self, *, finish: str, usage: Any) -> Answer:
        """Return the answer as far as it has arrived."""
        text, refusal = "".join(self._text), "".join(self._refusal)
        return Answer(text=text, calls=tuple(self._calls), finish=finish, refusal=refusal, usage=usage)


def _begins_another(call: RawCall, piece: RawCall) -> bool:
    """Say whether a named piece under the index of `call` is a call of its own."""
    if not piece.tool or (piece.id and piece.id == call.id):
        return False
    return bool(piece.id and call.id) or bool(piece.arguments and call.is_complete)


def answer_of(document: Any) -> Answer | None:
    """Return the answer in a whole response, None when there is no choice in it."""
    choice = _first(getattr(document, "choices", None))
    message = getattr(choice, "message", None)
    if message is None:
        return None
    calls = [
        RawCall(_text(call.id), _text(getattr(call.function, "name", None)), _arguments(call.function))
        for call in getattr(message, "tool_calls", None) or ()
        if getattr(call, "function", None) is not None
    ]
    return Answer(
        text=_text(getattr(message, "content", None)),
        calls=tuple(calls),
        finish=_text(getattr(choice, "finish_reason", None)),
        refusal=_refusal_of(message),
        usage=getattr(document, "usage", None),
    )


def _first(choices: Any) -> Any:
    return choices[0] if choices else None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _arguments(function: Any) -> str:
    arguments = getattr(function, "arguments", None)
    return json.dumps(arguments, ensure_ascii=False) if isinstance(arguments, dict) else _text(arguments)


def _refusal_of(message: Any) -> str:
    extra = getattr(message, "provider_specific_fields", None)
    return _text(getattr(message, "refusal", None)) or _text(extra.get("refusal") if isinstance(extra, dict) else None)


class Speaker:
    """Passes text on as it arrives. When an answer has to be asked for again, it goes on where the first broke off.

    An answer that differs from what was already said begins on a new line. `received` counts the characters of the
    answer at hand, calls included; None before its first piece.
    """

    def __init__(self, on_text: Callable[[str], None]) -> None:
        self._on_text = on_text
        self._said = ""
        self._heard = ""
        self.received: int | None = None

    def begin(self) -> None:
        """Listen to a new answer from its beginning."""
        self._heard = ""
        self.received = None

    def hear(self, text: str) -> None:
        """Take the next piece of the answer and pass on what is new in it."""
        self._heard += text
        if self._said.startswith(self._heard):
            return
        is_continued = self._heard.startswith(self._said)
        fresh = self._heard[len(self._said) :] if is_continued else f"\n{self._heard}"
        self._said = self._heard
        self._on_text(fresh)
