"""The guarded road for actions: every tool call of every source of turns passes through here, and nowhere else.

Order of one call: hide secrets → transforms → schema → repeat check → gates and approvals → decision on record →
snapshot → intent in the journal → reveal secrets → tool → transforms of the result → hide secrets → result in the
journal → end on record → observers. A call that fails at any station ends as a step with its status; nothing is
executed before its decision and its intent are durable.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from llmos_core.errors import LimitError, LlmosError, ToolError, ToolRefusedError, UnknownOutcomeError
from llmos_core.protocols.acting import ActionContext, Question, ToolContext
from llmos_core.runtime import guarding
from llmos_core.runtime.arguments import MALFORMED, argument_problem
from llmos_core.runtime.confining import BROKEN, NO_PROGRAM, Confinement, confinement_of, effect_of
from llmos_core.runtime.gates import action_hash, decide, judge
from llmos_core.runtime.guarding import Act
from llmos_core.types.decision import Decision, Verdict
from llmos_core.types.json import canonical_json
from llmos_core.types.record import evolve
from llmos_core.types.tools import CallStatus, Effect, ToolCall, ToolResult
from llmos_core.types.transcript import Origin, StepRecord, Transcript

if TYPE_CHECKING:
    from llmos_core.runtime.scene import Scene
    from llmos_core.types.tools import Probe

__all__ = ["MALFORMED", "GuardedCalls", "denied"]


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
        call, tool, refusal = await self._readied(call)
        if refusal is not None:
            return self._settled(index, call, tool, refusal)
        before = self.probe(tool, call)
        if origin == Origin.MODEL and (repeat := self._repeated(call, before, index)):
            scene.note_reading(tool)
            scene.journal.settle(scene.run_id, repeat)
            return self._publish(repeat)
        act = Act(index=index, turn=turn, origin=origin, call=call, tool=tool, effect=effect_of(tool, call))
        act, verdict = await self._judged(act)
        if verdict.decision is not Decision.ALLOW:
            return self._settled(index, call, tool, denied(verdict.reason or verdict.rule), act.effect)
        if loss := await guarding.keep(scene, act):
            return await guarding.ended(scene, self._settled(index, call, tool, denied(loss), act.effect))
        return await self._made(act, before)

    async def skip(self, call: ToolCall) -> StepRecord:
        """Record that a call is not made, with the tool's look at its target, and return the step."""
        index, self.count = self.count, self.count + 1
        call, tool, refusal = await self._readied(call)
        if refusal is not None:
            return self._settled(index, call, tool, refusal)
        seen, look = ToolResult(status=CallStatus.OK), self.probe(tool, call)
        effect = effect_of(tool, call)
        return self._settled(index, call, tool, seen, effect, before=look, after=look, is_skipped=True)

    async def _readied(self, call: ToolCall) -> tuple[ToolCall, Any, ToolResult | None]:
        """Return the call as it may be recorded, its open tool, and what stands in the way of judging it."""
        try:
            call = self._scene.hider.call(call)
        except LlmosError as error:
            return evolve(call, arguments={}), None, denied(str(error))
        try:
            tool = await self._scene.tool(call.tool)
        except LlmosError as error:
            return call, None, ToolResult(status=CallStatus.ERROR, error=str(error))
        call, objection = await self._transformed(call)
        if objection:
            return call, tool, denied(objection)
        if wrong := argument_problem(tool.spec, call):
            return call, tool, ToolResult(status=CallStatus.ERROR, error=wrong)
        return call, tool, None

    async def _judged(self, act: Act) -> tuple[Act, Verdict]:
        """Return the act as it is confined today, and the verdict about it, which is on record."""
        scene = self._scene
        try:
            act = evolve(act, confinement=await confinement_of(act.tool, scene.guard))
        except Exception as error:  # noqa: BLE001 – a sandbox may be a stranger's: its failure denies
            from llmos_core.strangers import described

            act = evolve(act, confinement=Confinement(tier=BROKEN))
            reason = f"programs cannot be confined here, so none is started ({described(error)})"
            verdict = Verdict(decision=Decision.DENY, reason=reason, rule="sandbox-failed", gate="sandbox")
            return act, await guarding.decided(scene, act.index, self._action(act), verdict)
        action = self._action(act)
        return act, await guarding.decided(scene, act.index, action, await self._verdict(act, action))

    def _action(self, act: Act) -> ActionContext:
        scene = self._scene
        return ActionContext(
            call=act.call,
            spec=act.tool.spec,
            effect=act.confined_effect,
            origin=act.origin,
            workspace=scene.paths.workspace,
            run_id=scene.run_id,
            permission_mode=scene.permission_mode,
            is_tainted=scene.is_tainted,
            tier=act.confinement.tier,
            uses_network=getattr(act.tool, "uses_network", False),
        )

    async def _verdict(self, act: Act, action: ActionContext) -> Verdict:
        """Return what task, gates, remembered approvals and the user say: ALLOW or DENY."""
        scene = self._scene
        if refusal := scene.forbids(action.call, action.effect, uses_network=action.uses_network):
            return Verdict(decision=Decision.DENY, reason=refusal, rule="task-constraint", gate="task")
        verdict = await judge(await scene.gates("pre_tool_use"), action)
        if verdict.decision is not Decision.ASK:
            return verdict
        where, policy = scene.paths.workspace, await scene.policy_version()
        key = action_hash(action.call, where, policy, act.confinement.standing, is_tainted=action.is_tainted)
        question = Question(action=action, reason=verdict.reason, action_hash=key)
        return await decide(verdict, question, await scene.approvals(), await scene.approver(), scene.clock)

    async def _made(self, act: Act, before: Probe | None) -> StepRecord:
        """Make an allowed call: its intent is durable before, its end afterwards."""
        scene, index, call, tool = self._scene, act.index, act.call, act.tool
        fingerprint = tool.spec.fingerprint
        scene.journal.intend(
            scene.run_id,
            index=index,
            turn=act.turn,
            call=call,
            fingerprint=fingerprint,
            effect=act.effect,
            before=before,
        )
        scene.note_start(act.confinement)
        scene.publish("step_started", index=index, tool=call.tool, arguments=dict(call.arguments))
        start = scene.clock.monotonic()
        stopped: LimitError | None = None
        try:
            result = await self._result(act)
        except LimitError as limit:
            stopped = limit
            result = ToolResult(status=CallStatus.UNKNOWN, error=str(limit))
        step = StepRecord(
            index=index,
            call=call,
            result=result,
            fingerprint=fingerprint,
            effect=act.effect,
            before=before,
            after=None if act.effect.is_safe else self.probe(tool, call),
            seconds=scene.clock.monotonic() - start,
        )
        return await self._ended(act, step, stopped)

    async def _ended(self, act: Act, step: StepRecord, stopped: LimitError | None) -> StepRecord:
        """Record how a call that was made has ended; raises the limit that stopped it."""
        scene, status = self._scene, step.result.status
        if status is not CallStatus.DENIED:
            scene.note_reading(act.tool)
        if status is not CallStatus.UNKNOWN and (transforms := scene.transforms("post_tool_use")):
            from llmos_core.runtime.moments import reviewed

            step = await reviewed(transforms, step)
            step = evolve(step, result=self._shown(step.result))
        scene.journal.settle(scene.run_id, step)
        if (status is CallStatus.UNKNOWN or step.result.is_withheld) and not act.effect.may_repeat:
            self._done.setdefault(step.call.key, step)
        self._publish(await guarding.ended(scene, step))
        if stopped is not None:
            raise stopped
        return step

    async def _result(self, act: Act) -> ToolResult:
        """Return what came of running the tool, with every secret hidden; only limits are raised."""
        return self._shown(await self._answer(act))

    async def _answer(self, act: Act) -> ToolResult:
        """Run the tool; whatever a stranger's code raises becomes an error result."""
        scene, tool = self._scene, act.tool
        try:
            arguments = scene.hider.reveal(json.loads(canonical_json(act.call.arguments)))
            content = await scene.limits.within(tool.call, arguments, self._context(act.confinement))
            canonical_json(content)
        except LimitError:
            raise
        except ToolRefusedError as error:
            return ToolResult(status=CallStatus.DENIED, error=str(error))
        except UnknownOutcomeError as error:
            status = CallStatus.ERROR if act.effect.may_repeat else CallStatus.UNKNOWN
            return ToolResult(status=status, error=str(error))
        except ToolError as error:
            return ToolResult(status=CallStatus.ERROR, error=str(error), is_timeout=error.is_timeout)
        except Exception as error:  # noqa: BLE001 – plugin code may raise anything
            return ToolResult(status=CallStatus.ERROR, error=f"{type(error).__name__}: {error}")
        is_failure = getattr(tool, "is_failure", None)
        if is_failure is not None and is_failure(content):
            return ToolResult(status=CallStatus.ERROR, content=content, error=canonical_json(content))
        return ToolResult(status=CallStatus.OK, content=content)

    def _shown(self, result: ToolResult) -> ToolResult:
        """Return the result without secrets, or without anything where they cannot be hidden."""
        try:
            return self._scene.hider.result(result)
        except LlmosError as error:
            is_ok = result.status is CallStatus.OK
            status = CallStatus.ERROR if is_ok else result.status
            return ToolResult(status=status, error=f"the result is withheld: {error}", is_withheld=is_ok)

    async def _transformed(self, call: ToolCall) -> tuple[ToolCall, str]:
        """Return the call as transforms want it, and why it must not be made ("" when it may)."""
        transforms = self._scene.transforms("pre_tool_use")
        if not transforms or MALFORMED in call.arguments:
            return call, ""
        from llmos_core.runtime.transforms import apply

        changed = await apply(transforms, "pre_tool_use", call)
        try:
            return self._scene.hider.call(changed.value), "; ".join(changed.problems) if changed.is_refused else ""
        except LlmosError as error:
            return call, str(error)

    def _repeated(self, call: ToolCall, now: Probe | None, index: int) -> StepRecord | None:
        """Return the recorded step instead of doing it twice; None when doing it is right.

        Where the tool can look, a step whose trace in the world is gone may be done again; where it cannot, never.
        """
        done = self._done.get(call.key)
        if done is None or (done.after is not None and now != done.after):
            return None
        return evolve(done, index=index, is_repeat=True)

    def _settled(
        self, index: int, call: ToolCall, tool: Any, result: ToolResult, effect: Effect | None = None, **looks: Any
    ) -> StepRecord:
        """Record a call that was never executed; what was denied unjudged counts as what its tool could do."""
        fingerprint = "" if tool is None else tool.spec.fingerprint
        if effect is None:
            could = Effect.UNKNOWN if tool is None else tool.spec.effect
            effect = could if result.status is CallStatus.DENIED else Effect.PURE
        seen = self._shown(result)
        step = StepRecord(index=index, call=call, result=seen, fingerprint=fingerprint, effect=effect, **looks)
        self._scene.journal.settle(self._scene.run_id, step)
        return self._publish(step)

    def _publish(self, step: StepRecord) -> StepRecord:
        kind = "step_denied" if step.result.status is CallStatus.DENIED else "step_ended"
        self._scene.publish(
            kind, index=step.index, tool=step.call.tool, status=step.result.status.value, text=step.result.text[:400]
        )
        return step

    def _context(self, confinement: Confinement = NO_PROGRAM) -> ToolContext:
        scene = self._scene
        return ToolContext(
            workspace=scene.paths.workspace,
            run_id=scene.run_id,
            timeout_s=scene.limits.left_s(),
            environ=scene.environ,
            sandbox=confinement.sandbox,
        )

    def probe(self, tool: Any, call: ToolCall) -> Probe | None:
        """Let the tool look at what the call touches; a look that fails is no look."""
        look = getattr(tool, "probe", None)
        if look is None:
            return None
        try:
            return self._scene.hider.probe(look(call.arguments, self._context()))
        except Exception:  # noqa: BLE001 – plugin code; without a look the step is simply unchecked
            return None


def denied(reason: str) -> ToolResult:
    """Return the result of a call that is not made."""
    return ToolResult(status=CallStatus.DENIED, error=reason)
