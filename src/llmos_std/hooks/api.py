"""Hooks as plain functions: decorate one in a file of `.llmos/plugins/`, and it is asked at its moment.

    from llmos_std.hooks.api import HookEvent, deny, pre_tool_use

    @pre_tool_use("Bash")
    def no_force_push(event: HookEvent):
        if "--force" in event.arguments["command"]:
            return deny("nobody pushes by force here")

A function returns None for "no opinion", or what `ask`, `deny`, `change`, `add_context` or `replace_output` make. It
may be plain or async. One that raises, or answers anything else, denies.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, TypeVar, overload

from llmos_core.types.decision import Decision
from llmos_core.types.record import Record, field
from llmos_std.hooks.answers import Answer
from llmos_std.hooks.events import moment_of
from llmos_std.hooks.matching import matcher_problem

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from llmos_core.types.json import JsonObject, JsonValue

__all__ = [
    "Answer",
    "HookEvent",
    "HookFunction",
    "add_context",
    "allow",
    "ask",
    "change",
    "deny",
    "post_model_call",
    "post_tool_use",
    "pre_model_call",
    "pre_tool_use",
    "replace_output",
    "session_end",
    "session_start",
    "stop",
    "user_prompt_submit",
]

P = ParamSpec("P")
R = TypeVar("R")

TIMEOUT_S = 60.0


class HookEvent(Record):
    """What a hook is told. Fields that a moment does not have are empty; `data` is the whole event as JSON.

    `arguments` are the tool's (a copy: change them with `change`). `response` is what the tool answered, `status` "ok"
    or "error" (of a tool), or how the run ended (at `stop`). Amounts are USD as decimal text, "" when unknown.
    """

    moment: str
    session_id: str = ""
    workspace: str = ""
    permission_mode: str = ""
    tool: str = ""
    arguments: JsonObject = field(factory=dict)
    response: JsonValue = None
    status: str = ""
    error: str = ""
    prompt: str = ""
    model: str = ""
    text: str = ""
    quote_usd: str = ""
    spent_usd: str = ""
    data: JsonObject = field(factory=dict)


_FACTS = {
    "session_id": "session_id",
    "cwd": "workspace",
    "permission_mode": "permission_mode",
    "tool_name": "tool",
    "tool_input": "arguments",
    "tool_response": "response",
    "tool_status": "status",
    "tool_error": "error",
    "prompt": "prompt",
    "model": "model",
    "text": "text",
    "quote_usd": "quote_usd",
    "spent_usd": "spent_usd",
    "status": "status",
    "output": "text",
}
"""Key of the event's JSON → field of HookEvent."""


def event_of(data: Mapping[str, Any]) -> HookEvent:
    """Return an event's JSON as an object."""
    facts = {name: data[key] for key, name in _FACTS.items() if data.get(key) is not None}
    return HookEvent(moment=moment_of(str(data["hook_event_name"])), data=dict(data), **facts)


def allow() -> Answer:
    """Return "no opinion": another gate's ask or deny stands, whatever a hook allows."""
    return Answer()


def ask(reason: str) -> Answer:
    """Return that the user must be asked; `reason` is one sentence for them. Without anybody to ask it is a no."""
    return Answer(decision=Decision.ASK, reason=reason)


def deny(reason: str) -> Answer:
    """Return that this must not happen (before), or does not count (after); `reason` is told to model and user."""
    return Answer(decision=Decision.DENY, reason=reason)


def change(arguments: JsonObject, reason: str = "") -> Answer:
    """Return the arguments to call the tool with instead, all of them; they are checked and judged like any others."""
    return Answer(arguments=dict(arguments), reason=reason)


def add_context(text: str) -> Answer:
    """Return text for the model: with the goal, or beside the tool's result."""
    return Answer(context=text)


def replace_output(output: JsonValue) -> Answer:
    """Return the JSON value to show instead of the tool's own; the journal notes that it was replaced, and by whom."""
    return Answer(output=output, replaces_output=True)


class HookFunction(Generic[P, R]):
    """A decorated function; calling it calls the function, so it is tested like one."""

    def __init__(
        self, function: Callable[P, R], moment: str, *, matcher: str, after: Sequence[str], timeout_s: float
    ) -> None:
        functools.update_wrapper(self, function)
        self.function = function
        self.moment = moment
        self.matcher = matcher
        self.after = tuple(after)
        self.timeout_s = timeout_s
        if problem := matcher_problem(matcher):
            raise ValueError(f"{function.__name__}: {problem}")

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Call the function itself."""
        return self.function(*args, **kwargs)


class HookDecorator:
    """Makes hooks of one moment: `@pre_tool_use`, or `@pre_tool_use("Bash|Write", after=("other_hook",))`.

    `matcher` names tools, as exact names joined by "|" or as a regular expression; it counts for tools only. `after`
    names hooks that are asked first. `timeout_s` (seconds) is kept for async functions; a plain one cannot be stopped.
    """

    def __init__(self, moment: str, doc: str) -> None:
        self.moment = moment
        self.__doc__ = doc

    @overload
    def __call__(self, function: Callable[P, R], /) -> HookFunction[P, R]: ...

    @overload
    def __call__(
        self, matcher: str = "", /, *, after: Sequence[str] = (), timeout_s: float = TIMEOUT_S
    ) -> Callable[[Callable[P, R]], HookFunction[P, R]]: ...

    def __call__(self, given: Any = "", /, *, after: Sequence[str] = (), timeout_s: float = TIMEOUT_S) -> Any:
        """Decorate a function, or return the decorator for these wishes."""
        matcher = "" if callable(given) else given

        def decorate(function: Callable[P, R]) -> HookFunction[P, R]:
            return HookFunction(function, self.moment, matcher=matcher, after=after, timeout_s=timeout_s)

        return decorate(given) if callable(given) else decorate


session_start = HookDecorator("session_start", "When llmos begins to work in a workspace. May add context.")
user_prompt_submit = HookDecorator("user_prompt_submit", "Before a goal is looked at. May add context or deny.")
pre_tool_use = HookDecorator("pre_tool_use", "Before a tool is called. May ask, deny, change arguments, add context.")
post_tool_use = HookDecorator(
    "post_tool_use", "After a tool was called. May deny its result, replace what is shown, add context."
)
pre_model_call = HookDecorator("pre_model_call", "Before a model is asked. May ask or deny.")
post_model_call = HookDecorator("post_model_call", "After a model has answered. May deny its answer.")
stop = HookDecorator("stop", "When a run has come to its end. May deny that it succeeded.")
session_end = HookDecorator("session_end", "When llmos is done in a workspace. Only sees.")
