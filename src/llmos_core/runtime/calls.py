"""The guarded road for actions: every tool call of every source of turns passes through here, and nowhere else.

Order of one call: transforms → schema → repeat check → gates → intent in the journal → tool → transforms of the
result → result in the journal → observers. A call that fails at any station ends as a step with its status; nothing is
executed before its intent is durable.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from llmos_core.errors import LimitError, LlmosError, ToolError, ToolRefusedError, UnknownOutcomeError
from llmos_core.protocols.acting import ActionContext, Question, ToolContext
from llmos_core.runtime.gates import action_hash, decide, judge
from llmos_core.types.decision import Decision, Verdict
from llmos_core.types.json import canonical_json
from llmos_core.types.record import evolve
from llmos_core.types.schema import problems
from llmos_core.types.tools import CallStatus, Effect, ToolCall, ToolResult
from llmos_core.types.transcript import Origin, StepRecord, Transcript

if TYPE_CHECKING:
    from llmos_core.runtime.scene import Scene
    from llmos_core.types.tools import Probe, ToolSpec

MALFORMED = "__malformed__"
"""Argument name under which a provider hands over a model's unreadable arguments."""


class GuardedCalls:
    """Makes the tool calls of one run. `count` is the index of the next step."""

    def __init__(self, scene: Scene, *, first_index: int = 0) -> None:
        self._scene = scene
        self._done: dict[str, StepRecord] = {}
        self.count = first_index

    def protect(self, transcript: Transcript) -> None:
        """From now on give a model back, instead of repeating, every step of `transcript` that must not happen twice.

        A trace or program needs no such care: it reads off the transcript how far it is.
        Steps whose end nobody saw are protected too: they are answered as unknown, never retried.
        """
        for step in transcript.steps():
            is_over = step.result.status in (CallStatus.OK, CallStatus.UNKNOWN) or step.result.is_withheld
            if is_over and not step.effect.may_repeat:
                self._done.setdefault(step.call.key, step)

    async def call(self, call: ToolCall, *, turn: int, origin: str) -> StepRecord:
        """Make one call and return its step, whatever becomes of it; only limits and storage errors are raised."""
        index, self.count = self.count, self.count + 1
        scene = self._scene
        try:
            tool = await scene.tool(call.tool)
        except LlmosError as error:
            return self._settled(index, call, Effect.PURE, "", CallStatus.ERROR, str(error))
        call, refusal = await self._transformed(call)
        if refusal:
            return self._settled(index, call, tool.spec.effect, tool.spec.fingerprint, CallStatus.DENIED, refusal)
        spec: ToolSpec = tool.spec
        effect = effect_of(tool, call)
        if wrong := argument_problem(spec, call):
            return self._settled(index, call, Effect.PURE, spec.fingerprint, CallStatus.ERROR, wrong)
        before = self.probe(tool, call)
        if origin == Origin.MODEL and (repeat := self._repeated(call, before, index)):
            scene.journal.settle(scene.run_id, repeat)
            return self._publish(repeat)
        verdict = await self._allowed(call, tool, effect, origin)
        if verdict.decision is not Decision.ALLOW:
            reason = verdict.reason or verdict.rule
            return self._settled(index, call, effect, spec.fingerprint, CallStatus.DENIED, reason)
        scene.journal.intend(
            scene.run_id,
            index=index,
            turn=turn,
            call=call,
            fingerprint=spec.fingerprint,
            effect=effect,
            before=before,
        )
        return await self._made(index, call, tool, effect, before)

    async def _made(self, index: int, call: ToolCall, tool: Any, effect: Effect, before: Probe | None) -> StepRecord:
        scene = self._scene
        scene.publish("step_started", index=index, tool=call.tool, arguments=dict(call.arguments))
        start = scene.clock.monotonic()
        stopped: LimitError | None = None
        try:
            result = await self._result(tool, call, effect)
        except LimitError as limit:
            stopped = limit
            result = ToolResult(status=CallStatus.UNKNOWN, error=str(limit))
        step = StepRecord(
            index=index,
            call=call,
            result=result,
            fingerprint=tool.spec.fingerprint,
            effect=effect,
            before=before,
            after=None if effect.is_safe else self.probe(tool, call),
            seconds=scene.clock.monotonic() - start,
        )
        if result.status is not CallStatus.UNKNOWN and (transforms := scene.transforms("post_tool_use")):
            from llmos_core.runtime.moments import reviewed

            step = await reviewed(transforms, step)
        scene.journal.settle(scene.run_id, step)
        self._publish(step)
        if (result.status is CallStatus.UNKNOWN or step.result.is_withheld) and not effect.may_repeat:
            self._done.setdefault(call.key, step)
        if stopped is not None:
            raise stopped
        return step

    async def _result(self, tool: Any, call: ToolCall, effect: Effect) -> ToolResult:
        """Run the tool; whatever a stranger's code raises becomes an error result."""
        scene = self._scene
        try:
            content = await scene.limits.within(tool.call, json.loads(canonical_json(call.arguments)), self._context())
            canonical_json(content)
        except LimitError:
            raise
        except ToolRefusedError as error:
            return ToolResult(status=CallStatus.DENIED, error=str(error))
        except UnknownOutcomeError as error:
            status = CallStatus.ERROR if effect.may_repeat else CallStatus.UNKNOWN
            return ToolResult(status=status, error=str(error))
        except ToolError as error:
            return ToolResult(status=CallStatus.ERROR, error=str(error))
        except Exception as error:  # noqa: BLE001 – plugin code may raise anything
            return ToolResult(status=CallStatus.ERROR, error=f"{type(error).__name__}: {error}")
        is_failure = getattr(tool, "is_failure", None)
        if is_failure is not None and is_failure(content):
            return ToolResult(status=CallStatus.ERROR, content=content, error=canonical_json(content))
        return ToolResult(status=CallStatus.OK, content=content)

    async def _transformed(self, call: ToolCall) -> tuple[ToolCall, str]:
        """Return the call as transforms want it, and why it must not be made ("" when it may)."""
        transforms = self._scene.transforms("pre_tool_use")
        if not transforms or MALFORMED in call.arguments:
            return call, ""
        from llmos_core.runtime.transforms import apply

        changed = await apply(transforms, "pre_tool_use", call)
        return changed.value, "; ".join(changed.problems) if changed.is_refused else ""

    async def _allowed(self, call: ToolCall, tool: Any, effect: Effect, origin: str) -> Verdict:
        scene = self._scene
        spec: ToolSpec = tool.spec
        action = ActionContext(
            call=call,
            spec=spec,
            effect=effect,
            origin=origin,
            workspace=scene.paths.workspace,
            run_id=scene.run_id,
            permission_mode=scene.permission_mode,
        )
        if refusal := scene.forbids(call, effect, uses_network=getattr(tool, "uses_network", False)):
            return Verdict(decision=Decision.DENY, reason=refusal, rule="task-constraint", gate="task")
        verdict = await judge(await scene.gates("pre_tool_use"), action)
        if verdict.decision is not Decision.ASK:
            return verdict
        question = Question(
            action=action,
            reason=verdict.reason,
            action_hash=action_hash(call, scene.paths.workspace, await scene.policy_version(), scene.tier),
        )
        return await decide(verdict, question, await scene.approvals(), await scene.approver(), scene.clock)

    def _repeated(self, call: ToolCall, now: Probe | None, index: int) -> StepRecord | None:
        """Return the recorded step instead of doing it twice; None when doing it is right.

        Where the tool can look, a step whose trace in the world is gone may be done again; where it cannot, never.
        """
        done = self._done.get(call.key)
        if done is None or (done.after is not None and now != done.after):
            return None
        return evolve(done, index=index, is_repeat=True)

    def _settled(
        self, index: int, call: ToolCall, effect: Effect, fingerprint: str, status: CallStatus, why: str
    ) -> StepRecord:
        """Record a call that was never executed."""
        result = ToolResult(status=status, error=why)
        step = StepRecord(index=index, call=call, result=result, fingerprint=fingerprint, effect=effect)
        self._scene.journal.settle(self._scene.run_id, step)
        return self._publish(step)

    def _publish(self, step: StepRecord) -> StepRecord:
        kind = "step_denied" if step.result.status is CallStatus.DENIED else "step_ended"
        self._scene.publish(
            kind, index=step.index, tool=step.call.tool, status=step.result.status.value, text=step.result.text[:400]
        )
        return step

    def _context(self) -> ToolContext:
        scene = self._scene
        return ToolContext(
            workspace=scene.paths.workspace,
            run_id=scene.run_id,
            timeout_s=scene.limits.left_s(),
            environ=scene.environ,
        )

    def probe(self, tool: Any, call: ToolCall) -> Probe | None:
        """Let the tool look at what the call touches; a look that fails is no look."""
        look = getattr(tool, "probe", None)
        if look is None:
            return None
        try:
            seen: Probe | None = look(call.arguments, self._context())
        except Exception:  # noqa: BLE001 – plugin code; without a look the step is simply unchecked
            return None
        return seen


def effect_of(tool: Any, call: ToolCall) -> Effect:
    """Return what this very call could do; a tool that cannot tell counts as unknown."""
    judge_effect = getattr(tool, "effect_of", None)
    if judge_effect is None:
        declared: Effect = tool.spec.effect
        return declared
    try:
        return Effect(judge_effect(call.arguments))
    except Exception:  # noqa: BLE001 – plugin code; not knowing is the safe answer
        return Effect.UNKNOWN


def argument_problem(spec: ToolSpec, call: ToolCall) -> str:
    """Return one sentence on why the arguments do not fit the tool's schema, "" when they do."""
    if MALFORMED in call.arguments:
        return f"the arguments for {call.tool} were not valid JSON; send them again as one JSON object"
    found = problems(spec.parameters, dict(call.arguments))
    return f"{call.tool}: {'; '.join(found)}" if found else ""
