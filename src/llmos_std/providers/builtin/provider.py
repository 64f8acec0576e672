"""The provider `builtin`: an embedded planner for simple goals. It is not a language model.

It plans as a pure function of goal and transcript, one call a turn, and abstains when anything is not as its plan takes
it to be: a word it cannot explain, a missing tool, a step that went wrong, a transcript that is not its own.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from llmos_core.errors import NoModelError
from llmos_core.types.model import ModelReply, Quote
from llmos_core.types.tools import CallStatus, ToolCall
from llmos_core.types.transcript import Usage
from llmos_std.providers.builtin.steps import UnsureError, Wish
from llmos_std.providers.builtin.understanding import carry_out, tools_of, understand

if TYPE_CHECKING:
    from collections.abc import Callable

    from llmos_core.protocols.context import PluginContext
    from llmos_core.types.json import JsonValue
    from llmos_core.types.model import ModelRequest
    from llmos_core.types.transcript import StepRecord, Transcript
    from llmos_std.providers.builtin.steps import Steps

MODEL = "builtin (not a language model)"
HOW_TO_CONNECT = (
    "To connect a language model, set OPENAI_API_KEY or ANTHROPIC_API_KEY, start Ollama, or put "
    '`[provider.litellm] model = "…"` into the file that `llmos config path` prints.'
)


class BuiltinPlanner:
    """Turns goals that it understands word for word into tool calls; leaves all others to a language model."""

    ignores_models = True

    def ready(self) -> str:
        """Return "": the planner is always there."""
        return ""

    def quote(self, request: ModelRequest) -> Quote:  # noqa: ARG002 – every request costs the same
        """Return a price of nothing."""
        return Quote(cost_usd=Decimal(0), model=MODEL)

    def complete(self, request: ModelRequest, on_text: Callable[[str], None]) -> ModelReply:
        """Return the next call of the plan, or its answer. Raises NoModelError when the goal is not for it."""
        try:
            reply = _next_reply(request)
        except UnsureError as doubt:
            raise NoModelError(_refusal(str(doubt), request.transcript)) from None
        if reply.text:
            on_text(reply.text)
        return reply


def open_builtin(context: PluginContext) -> BuiltinPlanner:  # noqa: ARG001 – every factory is given one
    """Return the planner; it has no configuration and keeps no state."""
    return BuiltinPlanner()


def _next_reply(request: ModelRequest) -> ModelReply:
    transcript = _own_transcript(request)
    reading = understand(transcript.goal)
    missing = tools_of(reading) - {tool.name for tool in request.tools}
    if missing:
        raise UnsureError(f"it would need the tools {', '.join(sorted(missing))}, which are not offered")
    wish = _next_wish(carry_out(reading), tuple(transcript.steps()))
    if isinstance(wish, str):
        return _reply(text=wish)
    call_id = f"builtin-{len(transcript.exchanges) + 1}"
    return _reply(calls=(ToolCall(id=call_id, tool=wish.tool, arguments=wish.arguments),))


def _next_wish(plan: Steps, done: tuple[StepRecord, ...]) -> Wish | str:
    """Return what the plan wants after these steps, or the answer. Raises UnsureError when they are not its own."""
    content: JsonValue = None
    for step in (*done, None):
        try:
            wish = plan.send(content)
        except StopIteration as end:
            if step is None:
                return str(end.value)
            break
        if step is None:
            return wish
        if not _is_granted(wish, step.call):
            break
        if step is done[-1] and step.result.status is CallStatus.DENIED:
            return f"{step.call.tool} was not allowed, so nothing more was done: {step.result.error}"
        if not step.is_ok:
            raise UnsureError(f"step {step.index + 1} ({step.call.tool}) failed: {step.result.error}")
        content = step.result.content
    raise UnsureError("the run so far is not what it planned")


def _own_transcript(request: ModelRequest) -> Transcript:
    """Return the transcript when the planner can be what is asked. Raises UnsureError otherwise."""
    transcript = request.transcript
    if transcript is None or request.json_schema is not None:
        raise UnsureError("it only plans runs, and this is another kind of question")
    if transcript.surprise is not None:
        raise UnsureError(f"what was learned does not fit any more ({transcript.surprise.message})")
    if not _says_only(request, transcript.goal):
        raise UnsureError("it cannot take inputs or constraints into account")
    if any(len(exchange.steps) != 1 for exchange in transcript.exchanges):
        raise UnsureError("the run so far was not its own")
    return transcript


def _says_only(request: ModelRequest, goal: str) -> bool:
    """Say whether the request adds nothing to the goal but constraints that are enforced elsewhere."""
    asked = next((message.text for message in request.messages if message.role == "user"), goal).strip()
    if asked == goal.strip():
        return True
    added = asked.removeprefix(goal.strip()).strip()
    constraints = added.removeprefix("Constraints: ")
    return added not in (asked, constraints) and all(map(_is_enforced, constraints.split("; ")))


def _is_enforced(constraint: str) -> bool:
    from llmos_core.runtime.constraints import Enforced, enforce
    from llmos_core.types.task import TaskBlock

    given: dict[str, Any] = {"constraints": (constraint,)}
    task = TaskBlock(goal="any", **given)
    return enforce(task) != Enforced(task)


def _is_granted(wish: Wish, call: ToolCall) -> bool:
    return wish.tool == call.tool and wish.arguments == dict(call.arguments)


def _reply(text: str = "", calls: tuple[ToolCall, ...] = ()) -> ModelReply:
    return ModelReply(text=text, calls=calls, usage=Usage(model=MODEL, cost_usd=Decimal(0)))


def _refusal(doubt: str, transcript: Transcript | None) -> str:
    done = len(list(transcript.steps())) if transcript else 0
    so_far = f"it stopped after {done} {'step' if done == 1 else 'steps'}" if done else "nothing was done"
    planner = "The built-in planner, which is not a language model, does not take this goal"
    return f"{planner}: {doubt}; {so_far}. {HOW_TO_CONNECT}"
