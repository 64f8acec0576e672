"""Ask the person at the terminal what to do next. Their calls take the same guarded road as a model's.

So one demonstration becomes a trace, and the goal is replayed from then on without anybody. A mistake is explained and
asked again; it never reaches a tool.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Protocol

from llmos_core.errors import NoModelError, ProviderError
from llmos_core.types.json import canonical_json
from llmos_core.types.model import ModelReply, Quote
from llmos_core.types.money import ZERO
from llmos_core.types.schema import problems
from llmos_core.types.tools import ToolCall
from llmos_core.types.transcript import Usage
from llmos_std.providers.human.syntax import MistakeError, Opened, Said, checked, read, usage
from llmos_std.providers.human.terminal import nobody_there, open_terminal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from contextlib import AbstractContextManager

    from llmos_core.protocols.context import PluginContext
    from llmos_core.types.model import Message, ModelRequest
    from llmos_core.types.tools import ToolSpec

_NAME = "human"
_PROMPT = "next> "
_MORE = "...   "
_LONGEST_SHOWN = 2_000
_HOW = """Show the next step: a tool with its arguments, or the final answer as plain text.
  Write path=hello.txt content="hi"    NAME=<<END takes several lines, up to a line END
  ?  lists the tools, ? Write explains one    say TEXT  answers with any text    Ctrl-D  gives up
"""


class Talk(Protocol):
    """Who is talked to: a terminal, or a stand-in."""

    def write(self, text: str) -> None:
        """Show text."""
        ...

    async def line(self, prompt: str) -> str | None:
        """Return the next line, None at the end of input."""
        ...


class _EndedError(Exception):
    """The person has ended the demonstration."""


class HumanProvider:
    """A person as a source of answers. `open_talk` and `problem` are injectable for tests."""

    ignores_models = True

    def __init__(
        self,
        open_talk: Callable[[], AbstractContextManager[Talk]] = open_terminal,
        problem: Callable[[], str] = nobody_there,
    ) -> None:
        self._open_talk = open_talk
        self._problem = problem
        self._seen: tuple[Message, ...] = ()

    def ready(self) -> str:
        """Return "" when somebody sits at a terminal, else how to get there."""
        return self._problem()

    def quote(self, _request: ModelRequest) -> Quote:
        """Return a price of nothing."""
        return Quote(cost_usd=ZERO, model=_NAME)

    async def complete(self, request: ModelRequest, _on_text: Callable[[str], None]) -> ModelReply:
        """Return what the person says.

        Raises NoModelError when there is nobody or they end it, ProviderError when the terminal fails.
        """
        if problem := self._problem():
            raise NoModelError(problem)
        try:
            with self._open_talk() as talk:
                talk.write(_page(request, is_first=not self._goes_on(request)))
                return await _asked(talk, request)
        except _EndedError:
            raise NoModelError("the demonstration was ended before the goal was reached") from None
        except OSError as error:
            message = f"the terminal is gone: {error.strerror or error}"
            raise ProviderError(message, usage=Usage(model=_NAME, cost_usd=ZERO)) from error

    def _goes_on(self, request: ModelRequest) -> bool:
        """Say whether this is the run that the person was asked about last, and remember it."""
        is_same = bool(self._seen) and request.messages[: len(self._seen)] == self._seen
        self._seen = request.messages
        return is_same


async def _asked(talk: Talk, request: ModelRequest) -> ModelReply:
    """Ask until the answer can be used."""
    tools = {spec.name: spec for spec in request.tools}
    while True:
        try:
            said = await _said(talk, tools)
            if said is not None:
                return _reply(said, request)
        except MistakeError as mistake:
            talk.write(f"  {mistake}\n")


async def _said(talk: Talk, tools: Mapping[str, ToolSpec]) -> Said | None:
    """Return the next thing that is meant to be used; None for an empty line or a question, which is answered here."""
    line = await _line(talk, _PROMPT)
    if not line.strip():
        return None
    said = read(line, tools)
    if said.help is not None:
        talk.write(_help(said.help, tools))
        return None
    values = {
        name: await _lines(talk, value.end) if isinstance(value, Opened) else value
        for name, value in said.arguments.items()
    }
    if not said.tool:
        return Said(text=values.get("", said.text))
    return checked(said._replace(arguments=values), tools)


async def _line(talk: Talk, prompt: str) -> str:
    line = await talk.line(prompt)
    if line is None:
        talk.write("\n")
        raise _EndedError
    return line


async def _lines(talk: Talk, end: str) -> str:
    """Return the lines up to one that is `end` alone; the end of input takes the whole line back."""
    kept = []
    while (line := await talk.line(_MORE)) != end:
        if line is None:
            raise MistakeError(f"the line {end} that ends the value is missing; nothing was done")
        kept.append(f"{line}\n")
    return "".join(kept)


def _reply(said: Said, request: ModelRequest) -> ModelReply:
    made = Usage(model=_NAME, cost_usd=ZERO)
    if said.tool:
        number = sum(len(message.calls) for message in request.messages) + 1
        call = ToolCall(id=f"human-{number}", tool=said.tool, arguments=dict(said.arguments))
        return ModelReply(calls=(call,), usage=made)
    if not said.text.strip():
        raise MistakeError("an empty answer says nothing; write what was done")
    if request.json_schema is not None:
        return ModelReply(text=_json_answer(said.text, request.json_schema), usage=made)
    return ModelReply(text=said.text, usage=made)


def _json_answer(text: str, schema: Mapping[str, Any]) -> str:
    try:
        value = json.loads(text)
        answer = canonical_json(value)
    except (ValueError, RecursionError) as error:
        raise MistakeError(f"that is no JSON ({error})") from None
    if found := problems(schema, value):
        raise MistakeError("; ".join(found))
    return answer


def _page(request: ModelRequest, *, is_first: bool) -> str:
    """Return what the person needs to know: the whole run and how to answer at first, later what happened since."""
    own = [n for n, message in enumerate(request.messages) if message.role == "assistant"]
    new = request.messages if is_first else request.messages[own[-1] + 1 if own else 0 :]
    tools = {call.id: call.tool for message in request.messages for call in message.calls}
    goal = next((message for message in request.messages if message.role == "user"), None)
    lines = [line for message in new for line in _shown(message, tools, is_goal=message is goal)]
    how = _HOW if is_first else ""
    if request.json_schema is not None:
        how = f"Answer with JSON that fits this schema: {canonical_json(dict(request.json_schema))}\n"
    return "\n".join(["", *lines, how])


def _shown(message: Message, tools: Mapping[str, str], *, is_goal: bool) -> Iterator[str]:
    """Yield what a message is for the person; the instructions of a model are none."""
    if message.role == "system":
        return
    for call in message.calls:
        yield f"done: {call.tool} {_shortened(canonical_json(dict(call.arguments)))}"
    heads = {"tool": tools.get(message.call_id, "tool"), "assistant": "said"}
    head = "goal" if is_goal else heads.get(message.role, "note")
    if message.text or not message.calls:
        yield f"{head}: {_shortened(message.text)}"


def _shortened(text: str) -> str:
    hidden = len(text) - _LONGEST_SHOWN
    kept = text if hidden <= 0 else f"{text[:_LONGEST_SHOWN]}\n… {hidden} characters are not shown"
    return kept.replace("\n", "\n  | ")


def _help(name: str, tools: Mapping[str, ToolSpec]) -> str:
    """Return the calls of all tools, or of one with its whole description."""
    if name:
        spec = tools[name]
        return f"  {usage(spec)}\n  {spec.description.strip()}\n".replace("\n", "\n  ").rstrip(" ")
    rows = (f"  {usage(spec)}\n      {_first_line(spec.description)}\n" for spec in tools.values())
    return "".join(rows) or "  there are no tools here; answer with text\n"


def _first_line(text: str) -> str:
    return text.strip().split("\n", maxsplit=1)[0]


def open_human(_context: PluginContext) -> HumanProvider:
    """Return the provider."""
    return HumanProvider()
