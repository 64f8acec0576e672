"""The moments around whole runs, and around a tool's result: what hooks may change there, and what they may not.

Imported only where a hook is asked at such a moment. The rule: a hook can take success away, never give it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from llmos_core.errors import PluginError
from llmos_core.protocols.acting import ActionContext, Question
from llmos_core.runtime.gates import action_hash, decide, judge
from llmos_core.runtime.transforms import BrokenTransform, NamedTransform, apply, ordered
from llmos_core.types.decision import Decision
from llmos_core.types.json import canonical_json
from llmos_core.types.record import evolve
from llmos_core.types.result import RunResult, Status
from llmos_core.types.session import Session
from llmos_core.types.task import context_of
from llmos_core.types.tools import CallStatus, Effect, ToolCall, ToolResult, ToolSpec

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from llmos_core.contrib import Contribution
    from llmos_core.runtime.kernel import Kernel
    from llmos_core.types.outcome import Outcome
    from llmos_core.types.task import TaskBlock
    from llmos_core.types.transcript import StepRecord

    Given = Sequence[tuple[Contribution, Any]]

PROMPT_SPEC = ToolSpec(name="prompt", description="one goal", parameters={"type": "object"}, effect=Effect.READ)
"""How gates see a goal: an action named `prompt` whose argument `prompt` is the goal."""

CONTEXT_INPUT = "hook_context"
"""The task's input that holds what hooks added: part of what makes this goal this goal."""


async def opened_transforms(
    kernel: Kernel,
    contributed: Sequence[Contribution],
    given: Given,
    open_one: Callable[[Contribution], Awaitable[Any]],
) -> dict[str, list[NamedTransform]]:
    """Return the open transforms by moment in their order; wishes that cannot be met are published."""
    objects = {id(contribution): transform for contribution, transform in given}
    ordering = ordered([*contributed, *(contribution for contribution, _ in given)])
    found: dict[str, list[NamedTransform]] = {}
    for contribution in ordering.order:
        is_given = id(contribution) in objects
        try:
            transform = objects[id(contribution)] if is_given else await open_one(contribution)
        except PluginError as error:  # what it should have changed must not pass unchanged
            transform = BrokenTransform(str(error))
        opened = NamedTransform(contribution.name, transform)
        for moment in contribution.moments:
            found.setdefault(moment, []).append(opened)
    for problem in ordering.problems:
        kernel.publish("problem", "", {"problem": problem})
    return found


async def submitted(kernel: Kernel, task: TaskBlock) -> tuple[TaskBlock, str]:
    """Return the task as the hooks want it, and why it must not be begun ("" when it may).

    The first goal of a kernel begins its session.
    """
    session = await _session(kernel)
    if session.context:
        task = kernel.hider.task(with_context(task, session.context))
    changed = await apply(kernel.transforms("user_prompt_submit"), "user_prompt_submit", task)
    if changed.is_refused:
        return task, "; ".join(changed.problems)
    task = kernel.hider.task(changed.value)
    return task, await _gates_object(kernel, task)


def with_context(task: TaskBlock, texts: Sequence[str]) -> TaskBlock:
    """Return the task with more context: it is told to the model, and a trace counts only where it is the same."""
    known = task.inputs.get(CONTEXT_INPUT, [])
    return evolve(task, inputs={**task.inputs, CONTEXT_INPUT: [*known, *texts]})


async def refused(kernel: Kernel, task: TaskBlock, reason: str) -> RunResult:
    """Return the result of a goal that hooks did not let begin; the journal holds it as a run without steps."""
    reason = kernel.hider.last_words(reason)
    journal, run_id, at = await kernel.service("journal"), kernel.new_id(), kernel.clock.now().isoformat()
    result = RunResult(status=Status.DENIED, mode=task.mode.upper(), run_id=run_id, reason=reason)
    signature = kernel.goal_keys(task.goal)[0]
    journal.begin(run_id, goal=task.goal, signature=signature, task=context_of(task), at=at)
    journal.end(
        run_id,
        status=result.status.value,
        mode=result.mode,
        answer="",
        reason=reason,
        trace_id="",
        model_calls=0,
        cost_usd=result.cost_usd,
        saved_usd=result.saved_usd,
        at=at,
    )
    kernel.publish("run_ended", run_id, {"status": result.status.value, "mode": result.mode, "reason": reason})
    kernel.last_result = result
    return result


async def stopped(kernel: Kernel, outcome: Outcome) -> Outcome:
    """Return the outcome, or a partial one where a hook does not accept a success; its trace then counts a failure."""
    changed = await apply(kernel.transforms("stop"), "stop", outcome)
    for problem in changed.problems:
        kernel.publish("note", "", {"text": problem})
    if outcome.status is not Status.SUCCEEDED or changed.value.status is Status.SUCCEEDED:
        return outcome
    if outcome.trace_id is not None:
        (await kernel.memory()).record_outcome(outcome.trace_id, verified=False)
    return evolve(outcome, status=Status.PARTIAL, reason=changed.value.reason)


async def end_session(kernel: Kernel) -> None:
    """Tell the hooks that the session is over; nothing they do can change anything any more."""
    session, kernel.session = kernel.session, None
    await apply(kernel.transforms("session_end"), "session_end", session)


async def reviewed(transforms: Sequence[NamedTransform], step: StepRecord) -> StepRecord:
    """Return the finished step with the result that hooks want to be seen, saying so in the result itself.

    A result that was no success stays none. When a hook fails, the result is withheld.
    """
    changed = await apply(transforms, "post_tool_use", step)
    result = changed.value.result
    names = ", ".join(named.name for named in transforms)
    try:
        canonical_json(result.content)
        refusal = "; ".join(changed.problems) if changed.is_refused else ""
    except (TypeError, ValueError) as error:
        refusal = f"what {names} made of it is no JSON ({error})"
    if refusal:
        error_text = f"the call was made, but its result is withheld: {refusal}"
        withheld = ToolResult(status=CallStatus.ERROR, error=error_text, replaced_by=names, is_withheld=step.is_ok)
        return evolve(step, result=withheld)
    if result.status is CallStatus.OK and not step.is_ok:
        result = evolve(result, status=step.result.status)
    is_other = _seen(result) != _seen(step.result)
    is_withheld = step.is_ok and result.status is not CallStatus.OK
    replaced_by = (result.replaced_by or names) if is_other else ""
    return evolve(step, result=evolve(result, replaced_by=replaced_by, is_withheld=is_withheld))


def _seen(result: ToolResult) -> tuple[Any, ...]:
    return result.status, result.content, result.error


async def _session(kernel: Kernel) -> Session:
    if kernel.session is None:
        kernel.session = Session(id=kernel.new_id())
        changed = await apply(kernel.transforms("session_start"), "session_start", kernel.session)
        for problem in changed.problems:
            kernel.publish("note", "", {"text": problem})
        kernel.session = evolve(kernel.session, context=changed.value.context)
    return kernel.session


async def _gates_object(kernel: Kernel, task: TaskBlock) -> str:
    """Return why the gates that ask for this moment by name do not let the goal begin, "" when they do."""
    gates = await kernel.gates("user_prompt_submit", is_named=True)
    if not gates:
        return ""
    action = ActionContext(
        call=ToolCall(id="prompt", tool="prompt", arguments={"prompt": task.goal}),
        spec=PROMPT_SPEC,
        effect=Effect.READ,
        origin="user",
        workspace=kernel.paths.workspace,
        run_id="",
        permission_mode=kernel.section("permissions").mode,
    )
    verdict = await judge(gates, action)
    if verdict.decision is Decision.ASK:
        key = action_hash(action.call, kernel.paths.workspace, await kernel.policy_version(), action.tier)
        question = Question(action=action, reason=verdict.reason, action_hash=key)
        approver = await kernel.optional_service("approver")
        verdict = await decide(verdict, question, None, approver, kernel.clock)
    return "" if verdict.decision is Decision.ALLOW else verdict.reason or verdict.rule
