"""Take one goal from match to result: what is known, how far to trust it, which mode, and an honest end.

    task → hooks → constraints → match → generalise, or find it compiled → trust → strategy → safety floor → mode
         → hooks → journal → result

This is the main path; every station is one function below, in order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmos_core import aio
from llmos_core.errors import NoModelError, UsageError
from llmos_core.protocols.storing import BudgetLimits
from llmos_core.runtime.assessing import assess
from llmos_core.runtime.calls import GuardedCalls
from llmos_core.runtime.context import RunContext
from llmos_core.runtime.guarding import has_read_untrusted
from llmos_core.runtime.limits import Limits
from llmos_core.runtime.models import GuardedModels
from llmos_core.runtime.results import cancelled, failed, known_but_stuck, planned, result_of
from llmos_core.runtime.resuming import looked_at, must_be_known, set_aside, take_up, transcript_of
from llmos_core.runtime.scene import Scene
from llmos_core.types.decision import ModeContext, ModeDecision, Thresholds
from llmos_core.types.record import Record, evolve
from llmos_core.types.result import Status
from llmos_core.types.task import ModeName, context_of
from llmos_core.types.transcript import Transcript

if TYPE_CHECKING:
    from llmos_core.protocols.storing import Episode, Journal
    from llmos_core.runtime.kernel import Kernel
    from llmos_core.types.decision import Assessment, MatchReport
    from llmos_core.types.outcome import Outcome
    from llmos_core.types.result import RunResult
    from llmos_core.types.task import TaskBlock

FREE_MODES = frozenset({ModeName.FOLLOWER, ModeName.CRYSTALLIZED})
"""Modes that act without a model; nothing but the safety floor may let them."""


class Foresight(Record, kw_only=False):
    """What llmos knows and would do about a task before it does anything."""

    task: TaskBlock
    rules: dict[str, bool]
    match: MatchReport
    assessment: Assessment
    decision: ModeDecision


async def dispatch(kernel: Kernel, task: TaskBlock) -> RunResult:
    """Execute one task and return its result; only errors that leave nothing to report are raised."""
    await kernel.boot()
    task = kernel.hider.task(task)
    if kernel.is_hooked and not task.dry_run:
        from llmos_core.runtime import moments

        task, refusal = await moments.submitted(kernel, task)
        if refusal:
            return await moments.refused(kernel, task, refusal)
    seen = await foresee(kernel, task)
    if task.dry_run:
        return planned(kernel.new_id(), seen.task, seen.match, seen.decision, seen.assessment)
    return await _execute(kernel, seen)


async def foresee(kernel: Kernel, task: TaskBlock) -> Foresight:
    """Match, trust and decide, without doing anything."""
    await kernel.boot()
    task, rules = _constrained(kernel.hider.task(task))
    memory = await kernel.memory()
    match: MatchReport = await aio.call((await kernel.service("matcher")).match, task, memory)
    if not match.is_proof or kernel.paths.generated.is_dir():
        from llmos_core.runtime import knowing  # replaying what was recorded needs none of it

        known = knowing.compiled(kernel, match) if match.is_proof else knowing.generalised(kernel, task, match, memory)
        match = await known
    assessment = await assess(kernel, task, match)
    decision = await _decide(kernel, task, match, assessment)
    return Foresight(task, rules, match, assessment, decision)


def _constrained(task: TaskBlock) -> tuple[TaskBlock, dict[str, bool]]:
    if not task.constraints:
        return task, {}
    from llmos_core.runtime.constraints import enforce

    enforced = enforce(task)
    return enforced.task, {"is_read_only": enforced.is_read_only, "is_offline": enforced.is_offline}


async def _decide(kernel: Kernel, task: TaskBlock, match: MatchReport, assessment: Assessment) -> ModeDecision:
    """Let the strategy choose, or the caller by name; then hold the choice against the safety floor."""
    memory, dispatcher = kernel.section("memory"), kernel.section("dispatcher")
    context = ModeContext(
        task=task,
        match=match,
        confidence=assessment.confidence,
        is_replayable=assessment.is_replayable,
        has_model=assessment.is_replayable or await _has_model(kernel, task),
        complexity=await _complexity(kernel, task),
        thresholds=Thresholds(
            follower=memory.follower_mode_threshold,
            mixed=memory.mixed_mode_threshold,
            complexity=dispatcher.complexity_threshold,
        ),
        available=frozenset(kernel.registry.names("mode")),
    )
    if task.mode != ModeName.AUTO:
        return _forced(context, assessment)
    strategy = await kernel.part("strategy", task.strategy or dispatcher.strategy)
    chosen: ModeDecision = await aio.call(strategy.decide, context)
    return floored(chosen, assessment, match)


async def _complexity(kernel: Kernel, task: TaskBlock) -> int:
    """Count the goal's cues for many steps; only worth knowing where many agents can be had."""
    counter = await kernel.optional_service("complexity") if "ORCHESTRATOR" in kernel.registry.names("mode") else None
    return 0 if counter is None else int(counter.count(task.goal))


async def _has_model(kernel: Kernel, task: TaskBlock) -> bool:
    try:
        await kernel.route(task)
    except NoModelError:
        return False
    return True


def _forced(context: ModeContext, assessment: Assessment) -> ModeDecision:
    """Return the decision for a mode that the caller asked for; the safety floor holds for it as well."""
    try:
        mode = ModeName(context.task.mode.upper())
    except ValueError:
        mode = ModeName.AUTO
    if mode not in context.available:
        from llmos_core.suggestion import did_you_mean

        hint = did_you_mean(context.task.mode, context.available)
        raise UsageError(f"no mode named '{context.task.mode}' is installed{hint}; see `llmos plugins list`")
    if mode in FREE_MODES and not assessment.is_replayable:
        return ModeDecision(mode=mode, confidence=0.0, reasoning=_no_replay(assessment, context.match))
    trace = context.match.trace if mode in FREE_MODES or mode is ModeName.MIXED else None
    return ModeDecision(mode=mode, confidence=assessment.confidence, reasoning="asked for by name", trace=trace)


def floored(decision: ModeDecision, assessment: Assessment, match: MatchReport) -> ModeDecision:
    """Return the decision, or LEARNER/MIXED in its place when it would act without a model and may not.

    A strategy may lower thresholds; it can never make a trace run that trust did not call replayable.
    """
    if decision.mode not in FREE_MODES:
        return decision
    if assessment.is_replayable and match.trace is not None:
        return evolve(decision, trace=match.trace)
    return evolve(decision, trace=None, confidence=0.0, reasoning=_no_replay(assessment, match))


def _no_replay(assessment: Assessment, match: MatchReport) -> str:
    why = assessment.reason or match.why
    if match.rejected and match.rejected[0].reason not in why:
        why = f"{why}; {match.rejected[0].reason}"
    return f"no trace may be replayed for this goal: {why}"


async def _execute(kernel: Kernel, seen: Foresight) -> RunResult:
    """Run the decided mode between the journal's begin and end. A cancellation is recorded, then passed on."""
    decision = seen.decision
    context = await _begun(kernel, seen.task, seen.rules, seen.match)
    context.is_verifying = seen.assessment.is_verifying
    context.publish("run_started", goal=seen.task.goal)
    context.publish("mode_chosen", mode=decision.mode.value, reasoning=decision.reasoning)
    cut: BaseException | None = None
    try:
        mode = await kernel.part("mode", decision.mode.value)
        if getattr(mode, "needs_loop", True):
            await aio.need_loop()
        outcome: Outcome = await mode.run(context, decision)
    except Exception as error:  # noqa: BLE001 – a mode is plugin code; what it raises is how the run failed
        outcome, cut = failed(decision.mode.value, context.transcript, error), error
    except BaseException as error:
        outcome = cancelled(decision.mode.value, context.transcript)
        kernel.last_result = await _ended(kernel, context, decision, outcome, error)
        raise
    outcome = known_but_stuck(outcome, seen.match, seen.assessment)
    if kernel.is_hooked:
        from llmos_core.runtime import moments

        outcome = await moments.stopped(kernel, outcome)
    kernel.last_result = await _ended(kernel, context, decision, outcome, cut)
    if kernel.section("dispatcher").auto_crystallization:
        from llmos_core.runtime.knowing import compile_if_proven

        await compile_if_proven(kernel, context, kernel.last_result)
    return kernel.last_result


async def _begun(kernel: Kernel, task: TaskBlock, rules: dict[str, bool], match: MatchReport) -> RunContext:
    """Open the run in the journal, taking up what an interrupted run of the same task had already done."""
    journal = await kernel.service("journal")
    run_id, signature, facts = kernel.new_id(), kernel.goal_signature(task.goal), context_of(task)
    scene = Scene(kernel, run_id=run_id, task=task, limits=_limits(kernel, task), journal=journal, **rules)
    chain: tuple[Episode, ...] = ()
    if task.fresh:
        set_aside(journal, signature, facts, run_id)
    else:
        chain = take_up(journal, signature, facts, run_id)
    at, resumes = kernel.clock.now().isoformat(), chain[-1].run_id if chain else ""
    journal.begin(run_id, goal=task.goal, signature=signature, task=facts, at=at, resumes=resumes)
    started = await _taken_up(scene, journal, chain) if chain else Transcript(goal=task.goal)
    context = RunContext(
        scene=scene,
        calls=GuardedCalls(scene, first_index=sum(1 for _ in started.steps())),
        models=GuardedModels(scene),
        memory=await kernel.memory(),
        match=match,
        started=started,
        goal_signature=signature,
    )
    context.protect(started)
    context.is_forced = task.mode != ModeName.AUTO
    return context


async def _taken_up(scene: Scene, journal: Journal, chain: tuple[Episode, ...]) -> Transcript:
    """Return what the interrupted runs did that this one takes up.

    It alone knows of them now. When it comes no further it is suspended, so that the next run knows of them as well.
    """
    try:
        if scene.task.happened is not None:
            chain = looked_at(journal, chain, happened=scene.task.happened)
        scene.is_tainted = await has_read_untrusted(scene, [step for one in chain for step in one.steps])
        return transcript_of(scene.task.goal, chain)
    except BaseException as error:
        at = scene.clock.now().isoformat()
        journal.suspend(scene.run_id, reason=f"it could not go on from an interrupted run: {error}", at=at)
        raise


async def _ended(
    kernel: Kernel, context: RunContext, decision: ModeDecision, outcome: Outcome, cut: BaseException | None
) -> RunResult:
    """Close the run in the journal and return its result; `cut` is what broke the run off, if anything did.

    A run that leaves a call nobody saw the end of is suspended, not ended: until somebody looks (`--fresh`), every
    later run of the goal must know of it.
    """
    journal = await kernel.service("journal")
    result = result_of(context, decision, outcome, kernel.hider)
    at = kernel.clock.now().isoformat()
    if result.status is not Status.SUCCEEDED and must_be_known(journal, result.run_id, outcome, cut):
        journal.suspend(result.run_id, reason=result.reason, at=at)
    else:
        journal.end(
            result.run_id,
            status=result.status.value,
            mode=result.mode,
            answer=result.output,
            reason=result.reason,
            trace_id=result.trace_id or "",
            model_calls=result.model_calls,
            cost_usd=result.cost_usd,
            saved_usd=result.saved_usd,
            at=at,
        )
    context.publish("run_ended", status=result.status.value, mode=result.mode, reason=result.reason)
    return result


def _limits(kernel: Kernel, task: TaskBlock) -> Limits:
    """Combine the configured limits with the task's own; the tighter one counts."""
    money, model = kernel.section("kernel"), kernel.section("model")
    return Limits(
        clock=kernel.clock,
        timeout_s=task.timeout_s or model.timeout_s,
        max_turns=task.max_turns or model.max_turns,
        budget=BudgetLimits(
            run_usd=task.max_cost_usd,
            day_usd=money.day_budget_usd,
            project_usd=money.project_budget_usd,
            total_usd=money.budget_usd,
        ),
        max_cost_usd=task.max_cost_usd,
    )
