"""Where a panel of hooks sits in the kernel: two gates and one transform for all moments.

Before a tool is used the transform asks the hooks and changes the arguments; the gate then gives their word on exactly
the call that came out. The rule: for any other call than that one, the gate asks the hooks again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from llmos_core.contrib import Contribution, Role
from llmos_core.errors import DeniedError
from llmos_core.runtime.gates import strictest
from llmos_core.runtime.moments import with_context
from llmos_core.types.decision import Decision, Verdict
from llmos_core.types.json import canonical_json
from llmos_core.types.money import plain
from llmos_core.types.record import evolve
from llmos_core.types.result import Status
from llmos_core.types.tools import CallStatus, ToolResult
from llmos_std.hooks.panel import ALLOWED

if TYPE_CHECKING:
    from llmos_core.protocols.acting import ActionContext
    from llmos_core.types.model import ModelReply
    from llmos_core.types.outcome import Outcome
    from llmos_core.types.session import Session
    from llmos_core.types.task import TaskBlock
    from llmos_core.types.tools import ToolCall
    from llmos_core.types.transcript import StepRecord
    from llmos_std.hooks.panel import Heard, Panel, Settled

NAME = "user-hooks"
MOST_SETTLED = 64


def seats_of(panel: Panel) -> tuple[tuple[Contribution, Any], ...]:
    """Return what to give a kernel so that this panel is asked at every moment."""
    asked = AskAll(panel)
    moments = ("session_start", "user_prompt_submit", "pre_tool_use", "post_tool_use", "post_model_call", "stop")
    return (
        (_seat(Role.TRANSFORM, *moments, "session_end"), asked),
        (_seat(Role.GATE, "pre_tool_use"), asked.gate),
        (_seat(Role.GATE, "pre_model_call"), ModelGate(panel)),
    )


def _seat(role: Role, *moments: str) -> Contribution:
    return Contribution(name=NAME, summary="the hooks of user and project", role=role, moments=moments)


class AskAll:
    """The transform: asks the hooks at each moment and does what they say."""

    def __init__(self, panel: Panel) -> None:
        self._panel = panel
        self._settled: dict[tuple[str, str], Settled] = {}
        self._notes: dict[tuple[str, str], tuple[str, ...]] = {}
        self.gate = ToolGate(panel, self._settled)

    @property
    def timeout_s(self) -> float:
        """How long one moment may take; every hook has its own limit within."""
        return self._panel.timeout_s

    async def apply(self, moment: str, value: Any) -> Any:
        """Return the value as the hooks want it; DeniedError when they deny it."""
        return await getattr(self, f"_at_{moment}")(value)

    async def _at_session_start(self, session: Session) -> Session:
        self._panel.session_id = session.id
        heard = await self._panel.ask("session_start", {"source": session.source})
        _refuse(heard)
        return evolve(session, context=(*session.context, *_contexts(heard)))

    async def _at_session_end(self, session: Session) -> Session:
        try:
            await self._panel.ask("session_end", {"reason": "exit"})
        finally:
            self._panel.close()
        return session

    async def _at_user_prompt_submit(self, task: TaskBlock) -> TaskBlock:
        heard = await self._panel.ask("user_prompt_submit", {"prompt": task.goal})
        _refuse(heard)
        added = _contexts(heard)
        return with_context(task, added) if added else task

    async def _at_pre_tool_use(self, call: ToolCall) -> ToolCall:
        settled = await self._panel.settle(call.tool, call.arguments)
        call = evolve(call, arguments=settled.arguments)
        key = (call.id, call.key)
        _keep(self._settled, key, settled)
        if settled.notes:
            _keep(self._notes, key, settled.notes)
        return call

    async def _at_post_tool_use(self, step: StepRecord) -> StepRecord:
        call, result = step.call, step.result
        facts = {
            "tool_name": call.tool,
            "tool_input": dict(call.arguments),
            "tool_response": result.content,
            "tool_status": result.status.value,
            "tool_error": result.error,
        }
        heard = await self._panel.ask("post_tool_use", facts, tool=call.tool)
        notes = self._notes.pop((call.id, call.key), ())
        result = _with_output(result, heard)
        if (verdict := _word(heard)).decision is not Decision.ALLOW:
            error = f"the call was made, but its result was not accepted: {verdict.reason}"
            result = ToolResult(status=CallStatus.ERROR, error=error, replaced_by=_who(heard))
        added = filter(None, (result.note, *notes, *_contexts(heard)))
        return evolve(step, result=evolve(result, note="\n".join(added)))

    async def _at_post_model_call(self, reply: ModelReply) -> ModelReply:
        calls = [{"name": call.tool, "input": dict(call.arguments)} for call in reply.calls]
        usage = reply.usage
        cost = plain(usage.cost_usd)
        facts = {"model": usage.model, "text": reply.text, "tool_calls": calls, "cost_usd": cost}
        _refuse(await self._panel.ask("post_model_call", facts))
        return reply

    async def _at_stop(self, outcome: Outcome) -> Outcome:
        facts = {"status": outcome.status.value, "output": outcome.output, "stop_hook_active": False}
        verdict = _word(await self._panel.ask("stop", facts))
        if verdict.decision is Decision.ALLOW or outcome.status is not Status.SUCCEEDED:
            return outcome
        return evolve(outcome, status=Status.PARTIAL, reason=f"not accepted at the end: {verdict.reason}")


class ToolGate:
    """The hooks' word on a call, asked once for each call that the transform has let them see."""

    def __init__(self, panel: Panel, settled: dict[tuple[str, str], Settled]) -> None:
        self._panel = panel
        self._settled = settled

    @property
    def policy(self) -> str:
        """A digest that changes with the hooks."""
        return self._panel.policy

    @property
    def timeout_s(self) -> float:
        """How long the hooks may take together."""
        return self._panel.timeout_s

    async def check(self, action: ActionContext) -> Verdict:
        """Return the strictest word of all hooks that concern the tool."""
        call = action.call
        settled = self._settled.pop((call.id, call.key), None)
        if settled is not None:
            return settled.verdict
        settled = await self._panel.settle(call.tool, call.arguments)
        if canonical_json(settled.arguments) == canonical_json(dict(call.arguments)):
            return settled.verdict
        reason = "a hook wants other arguments for this call after it was changed, and they cannot be changed any more"
        return strictest([settled.verdict, Verdict(decision=Decision.DENY, reason=reason, rule="hook:changed")])


class ModelGate:
    """The hooks' word on a model call, which they see as money."""

    def __init__(self, panel: Panel) -> None:
        self._panel = panel

    @property
    def timeout_s(self) -> float:
        """How long the hooks may take together."""
        return self._panel.timeout_s

    async def check(self, action: ActionContext) -> Verdict:
        """Return the strictest word of all hooks."""
        return _word(await self._panel.ask("pre_model_call", action.call.arguments))


def _word(heard: tuple[Heard, ...]) -> Verdict:
    return strictest([ALLOWED, *(one.verdict for one in heard)])


def _refuse(heard: tuple[Heard, ...]) -> None:
    if (verdict := _word(heard)).decision is not Decision.ALLOW:
        raise DeniedError(verdict.reason)


def _contexts(heard: tuple[Heard, ...]) -> tuple[str, ...]:
    return tuple(one.answer.context for one in heard if one.answer.context)


def _with_output(result: ToolResult, heard: tuple[Heard, ...]) -> ToolResult:
    """Return the result with the output that the last replacing hook wants shown, and who it was."""
    replacing = [one for one in heard if one.answer.replaces_output]
    if not replacing:
        return result
    output = replacing[-1].answer.output
    shown = output if isinstance(output, str) else canonical_json(output)
    error = "" if result.status is CallStatus.OK else shown
    names = ", ".join(one.entry.name for one in replacing)
    return evolve(result, content=output, error=error, replaced_by=f"hook {names}")


def _who(heard: tuple[Heard, ...]) -> str:
    return "hook " + ", ".join(one.entry.name for one in heard if one.verdict.decision is not Decision.ALLOW)


def _keep(kept: dict[tuple[str, str], Any], key: tuple[str, str], value: Any) -> None:
    """Remember a value, forgetting the oldest: a call that never comes to its end leaves nothing behind for ever."""
    kept.pop(key, None)
    kept[key] = value
    while len(kept) > MOST_SETTLED:
        del kept[next(iter(kept))]
