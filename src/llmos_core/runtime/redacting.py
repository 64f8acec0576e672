"""Keep secrets out of all that is stored, shown or sent: text is hidden on its way in, revealed to the tool alone.

The rule: what cannot be hidden does not pass. Where no redactor is installed, everything passes as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from llmos_core.errors import LlmosError, PluginError
from llmos_core.types.record import evolve

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from llmos_core.protocols.guarding import Redactor
    from llmos_core.types.json import JsonValue
    from llmos_core.types.model import ModelReply, ModelRequest
    from llmos_core.types.task import TaskBlock
    from llmos_core.types.tools import Probe, ToolCall, ToolResult

T = TypeVar("T")

WITHHELD = "[withheld: the redactor failed]"
"""What stands for a text that could not be looked through."""

_HEX, _DIGEST_LENGTH = frozenset("0123456789abcdef"), 64


class Hider:
    """Hides by one redactor, or not at all when there is none. Every method but two raises PluginError on a failure."""

    def __init__(self, redactor: Redactor | None = None) -> None:
        self._redactor = redactor

    @property
    def is_idle(self) -> bool:
        """Whether nothing is ever hidden."""
        return self._redactor is None

    def text(self, text: str) -> str:
        """Return the text with every secret hidden."""
        if self._redactor is None or not text:
            return text
        return _checked(self._redactor.hide, text)

    def value(self, value: Any) -> Any:
        """Return a JSON value with every secret hidden, in names of fields, too."""
        return value if self._redactor is None or value is None else _checked(self._redactor.hide_in, value)

    def reveal(self, arguments: JsonValue) -> JsonValue:
        """Return arguments with the secrets that their references stand for; ToolRefusedError for an unknown one."""
        return arguments if self._redactor is None else self._redactor.reveal(arguments)

    def task(self, task: TaskBlock) -> TaskBlock:
        """Return the task as it may be stored and told to a model."""
        if self._redactor is None:
            return task
        constraints = tuple(map(self.text, task.constraints))
        return evolve(task, goal=self.text(task.goal), inputs=self.value(dict(task.inputs)), constraints=constraints)

    def call(self, call: ToolCall) -> ToolCall:
        """Return the call as it may be recorded."""
        return call if self._redactor is None else evolve(call, arguments=self.value(dict(call.arguments)))

    def probe(self, probe: Probe | None) -> Probe | None:
        """Return a look at a target as it may be recorded. A digest is none of its secrets, only long to look at."""
        if self._redactor is None or probe is None:
            return probe
        seen = dict(probe)
        digests = {"sha256": seen.pop("sha256")} if _is_digest(seen.get("sha256")) else {}
        return {**self.value(seen), **digests}

    def result(self, result: ToolResult) -> ToolResult:
        """Return the result as it may be recorded."""
        if self._redactor is None:
            return result
        error, note = self.text(result.error), self.text(result.note)
        return evolve(result, content=self.value(result.content), error=error, note=note)

    def request(self, request: ModelRequest) -> ModelRequest:
        """Return the request as it may be sent."""
        if self._redactor is None:
            return request
        messages = (
            evolve(message, text=self.text(message.text), calls=tuple(map(self.call, message.calls)))
            for message in request.messages
        )
        return evolve(request, messages=tuple(messages))

    def reply(self, reply: ModelReply) -> ModelReply:
        """Return a model's answer as it may be recorded."""
        if self._redactor is None:
            return reply
        return evolve(reply, text=self.text(reply.text), calls=tuple(map(self.call, reply.calls)))

    def event(self, data: dict[str, Any]) -> dict[str, Any]:
        """Return the facts of an event as observers may see them; never raises."""
        try:
            shown: dict[str, Any] = self.value(data)
        except PluginError:
            return {"problem": WITHHELD}
        return shown

    def last_words(self, text: str) -> str:
        """Return how a run ended as it may be kept; never raises."""
        try:
            return self.text(text)
        except PluginError:
            return WITHHELD

    def pieces(self, tell: Callable[[str], object]) -> Callable[[str], object]:
        """Return what takes streamed text and passes it on as far as no secret can be cut in two."""
        if self._redactor is None:
            return tell
        from llmos_core.runtime.streaming import Lines

        return Lines(self, tell).take


def _is_digest(value: object) -> bool:
    return isinstance(value, str) and len(value) == _DIGEST_LENGTH and _HEX.issuperset(value)


def _checked(hide: Callable[[T], T], value: T) -> T:
    """Return what a redactor makes of a value. It may be a stranger's: where it fails, nothing passes."""
    try:
        hidden = hide(value)
    except LlmosError as error:
        raise PluginError(str(error)) from error
    except Exception as error:
        from llmos_core.strangers import described

        raise PluginError(f"secrets cannot be hidden, so nothing is done ({described(error)})") from error
    if type(hidden) is not type(value):
        found = f"{type(hidden).__name__} for {type(value).__name__}"
        raise PluginError(f"secrets cannot be hidden, so nothing is done (the redactor gave {found})")
    return hidden


async def open_hider(open_guard: Callable[[str], Awaitable[Any]]) -> Hider:
    """Return what hides secrets here. Where a redactor is contributed and cannot be opened, nothing will pass."""
    try:
        return Hider(await open_guard("redactor"))
    except LlmosError as error:
        return Hider(_Broken(str(error)))


class _Broken:
    """Stands for a redactor that could not be opened."""

    def __init__(self, problem: str) -> None:
        self._problem = problem

    def hide(self, _text: str) -> str:
        raise PluginError(self._problem)

    def hide_in(self, _value: JsonValue) -> JsonValue:
        raise PluginError(self._problem)

    def reveal(self, _value: JsonValue) -> JsonValue:
        raise PluginError(self._problem)
