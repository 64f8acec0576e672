"""The provider `scripted`: answers that somebody wrote beforehand. It is not a language model and never pretends to be.

A script is TOML or JSON: `{"turns": [...]}`, in order. A turn has `text` (a final answer) and/or `calls` (a list of
`{"tool": …, "arguments": {…}}`); `expect` (only for goals that contain it, in any case), `on_surprise` (only after a
trace fell silent), `usage` (`{"input_tokens": …, "output_tokens": …}`), `cost_usd`, and `error` (the call fails with
that message). Which turn comes next follows from the transcript alone: the n-th model turn gets the n-th fitting entry.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from llmos_core.errors import ConfigError, NoModelError, ProviderError
from llmos_core.types.json import canonical_json
from llmos_core.types.model import ModelReply, Quote
from llmos_core.types.money import ZERO, usd
from llmos_core.types.record import Record
from llmos_core.types.tools import ToolCall
from llmos_core.types.transcript import Origin, Usage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from decimal import Decimal
    from pathlib import Path

    from llmos_core.protocols.context import PluginContext
    from llmos_core.types.model import ModelRequest

_KEYS = {
    "text": str,
    "calls": list,
    "expect": str,
    "on_surprise": bool,
    "usage": dict,
    "cost_usd": object,
    "error": str,
}
_NAME = "scripted"


class ScriptedTurn(Record):
    """One authored answer; see the module for what its parts mean. `calls` are (tool, arguments)."""

    text: str = ""
    calls: tuple[tuple[str, Mapping[str, Any]], ...] = ()
    expect: str = ""
    on_surprise: bool = False
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: Decimal = ZERO
    error: str = ""


class ScriptedProvider:
    """Answers from authored turns, given as `ScriptedTurn` or as the tables of a script.

    `requests` are all requests it was given, for tests. `problem` says why it never answers. Raises ConfigError naming
    every turn that is wrong.
    """

    ignores_models = True

    def __init__(
        self,
        turns: Iterable[ScriptedTurn | Mapping[str, Any]],
        *,
        source: str = "the script",
        problem: str = "",
    ) -> None:
        self._source = source
        self._problem = problem
        self._turns = _turns(turns, source)
        self.requests: list[ModelRequest] = []

    def ready(self) -> str:
        """Return what is wrong with the script, "" when it can answer."""
        return self._problem

    def quote(self, request: ModelRequest) -> Quote:
        """Return exactly what the next answer will cost; nothing when there is none."""
        turn = self._next(request)
        if turn is None:
            return Quote(cost_usd=ZERO, model=_NAME)
        return Quote(cost_usd=turn.cost_usd, tokens=turn.input_tokens + turn.output_tokens, model=_NAME)

    def complete(self, request: ModelRequest, on_text: Callable[[str], None]) -> ModelReply:
        """Return the answer that is due.

        Raises NoModelError when the script has none, ProviderError where the script says so.
        """
        self.requests.append(request)
        turn = self._next(request)
        if turn is None:
            nothing = f"{self._source} has no answer number {_asked_before(request) + 1} for '{_goal(request)}'"
            raise NoModelError(self._problem or nothing)
        usage = Usage(
            model=_NAME, input_tokens=turn.input_tokens, output_tokens=turn.output_tokens, cost_usd=turn.cost_usd
        )
        if turn.error:
            raise ProviderError(turn.error, usage=usage)
        if turn.text:
            on_text(turn.text)
        calls = (
            ToolCall(id=f"scripted-{_asked_before(request) + 1}-{n}", tool=tool, arguments=dict(arguments))
            for n, (tool, arguments) in enumerate(turn.calls, start=1)
        )
        return ModelReply(text=turn.text, calls=tuple(calls), usage=usage)

    def _next(self, request: ModelRequest) -> ScriptedTurn | None:
        goal = _goal(request).casefold()
        fitting = [turn for turn in self._turns if turn.expect.casefold() in goal]
        is_surprised = request.transcript is not None and request.transcript.surprise is not None
        surprised = [turn for turn in fitting if turn.on_surprise] if is_surprised else []
        due = surprised or [turn for turn in fitting if not turn.on_surprise]
        number = _asked_before(request)
        return due[number] if number < len(due) else None


def open_scripted(context: PluginContext) -> ScriptedProvider:
    """Return the provider for the file that `provider.scripted` names; one that cannot be read is never ready."""
    path = context.config.path if context.config is not None else ""
    if not path:
        return ScriptedProvider((), problem='no script is named: write path = "FILE.toml" under [provider.scripted]')
    from pathlib import Path

    file = context.paths.workspace / Path(path).expanduser()
    try:
        return ScriptedProvider(_read(file), source=str(file))
    except ConfigError as error:
        return ScriptedProvider((), source=str(file), problem="; ".join(error.problems))


def _goal(request: ModelRequest) -> str:
    """Return the goal: the transcript's, else the first thing the user said."""
    if request.transcript is not None:
        return request.transcript.goal
    return next((message.text for message in request.messages if message.role == "user"), "")


def _asked_before(request: ModelRequest) -> int:
    """Return how many answers of a model this conversation has already seen."""
    if request.transcript is not None:
        return sum(exchange.turn.origin is Origin.MODEL for exchange in request.transcript.exchanges)
    return sum(message.role == "assistant" for message in request.messages)


def _read(file: Path) -> list[Any]:
    import json
    import tomllib

    try:
        text = file.read_text("utf-8")
        data = tomllib.loads(text) if file.suffix == ".toml" else json.loads(text)
    except OSError as error:
        raise ConfigError([f"{file}: the script cannot be read: {error.strerror or error}"]) from error
    except ValueError as error:
        raise ConfigError([f"{file}: the script is no {file.suffix[1:].upper() or 'JSON'}: {error}"]) from error
    turns = data.get("turns") if isinstance(data, dict) else None
    if not isinstance(turns, list):
        raise ConfigError([f"{file}: a script is a table with a list 'turns'"])
    return turns


def _turns(given: Iterable[ScriptedTurn | Mapping[str, Any]], source: str) -> tuple[ScriptedTurn, ...]:
    turns, problems = [], []
    for number, one in enumerate(given, start=1):
        try:
            turns.append(one if isinstance(one, ScriptedTurn) else _turn(one))
        except ValueError as error:
            problems.append(f"{source}: turn {number}: {error}")
    if problems:
        raise ConfigError(problems)
    return tuple(turns)


def _turn(table: Mapping[str, Any]) -> ScriptedTurn:
    if not hasattr(table, "items"):
        raise ValueError(f"found {table!r}, expected a table")
    for key, value in table.items():
        if key not in _KEYS:
            raise ValueError(f"unknown key '{key}' (known: {', '.join(_KEYS)})")
        if not isinstance(value, _KEYS[key]):
            raise ValueError(f"'{key}' is {value!r}, expected {_KEYS[key].__name__}")
    if not {"text", "calls", "error"} & table.keys():
        raise ValueError("expected 'text', 'calls' or 'error'")
    usage = table.get("usage", {})
    return ScriptedTurn(
        text=table.get("text", ""),
        calls=tuple(_call(call) for call in table.get("calls", ())),
        expect=table.get("expect", ""),
        on_surprise=table.get("on_surprise", False),
        input_tokens=_count(usage.get("input_tokens", 0)),
        output_tokens=_count(usage.get("output_tokens", 0)),
        cost_usd=usd(table.get("cost_usd", 0)),
        error=table.get("error", ""),
    )


def _call(table: Any) -> tuple[str, Mapping[str, Any]]:
    is_table = isinstance(table, dict) and set(table) <= {"tool", "arguments"}
    tool, arguments = (table.get("tool"), table.get("arguments", {})) if is_table else (None, None)
    if not isinstance(tool, str) or not tool or not isinstance(arguments, dict):
        raise ValueError(f"call {table!r} is not of the form {{tool = …, arguments = {{…}}}}")
    try:
        canonical_json(arguments)
    except (TypeError, ValueError) as error:
        raise ValueError(f"the arguments of {tool} are no JSON: {error}") from None
    return tool, arguments


def _count(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError(f"{value!r} is no number of tokens")
    return value
