"""Take runs of other agents into a workspace: as episodes that tell where they are from, and as traces that wait.

Nothing that was imported acts before a person has reviewed it, and a run that failed never becomes replayable. What is
imported twice is there once: every run is known by its content.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from llmos_core.errors import PluginError
from llmos_core.types.json import canonical_json
from llmos_core.types.record import evolve
from llmos_core.types.tools import CallStatus, Effect, ToolCall, ToolResult, ToolSpec
from llmos_core.types.trace import CONVERSATION, IMPORTED, Observation, Trace, TraceState, TraceStep
from llmos_core.types.transcript import Exchange, Origin, StepRecord, Transcript, Turn
from llmos_std.replay.editing import UNRECORDED
from llmos_std.replay.guards import observe
from llmos_std.replay.logged import logged_shape, normal
from llmos_std.replay.recording import failed_for_good, unfit_reason

if TYPE_CHECKING:
    from collections.abc import Iterable

    from llmos_core.protocols.acting import Tool
    from llmos_core.protocols.storing import Journal, MemoryBackend
    from llmos_core.runtime.kernel import Kernel
    from llmos_std.learning.runs import LoggedCall, Run

_SEVERITY = tuple(Effect)


class Importer:
    """Files runs into one workspace. With `is_dry_run` nothing is written, and the figures are the same."""

    def __init__(self, kernel: Kernel, memory: MemoryBackend, journal: Journal, *, is_dry_run: bool = False) -> None:
        self._kernel = kernel
        self._memory = memory
        self._journal = journal
        self._is_dry_run = is_dry_run
        self._tools: dict[str, Tool | None] = {}
        self._seen: set[str] = set()
        self.redactor: Any = None

    async def take(self, runs: Iterable[Run], source: str) -> dict[str, Any]:
        """File every run and return how many were new, known, replayable once reviewed, and why others are not."""
        found: Counter[str] = Counter()
        reasons: Counter[str] = Counter()
        for run in runs:
            transcript = await self._transcript(run)
            reason = _unfit(run, transcript)
            found["runs"] += 1
            name = self._free_name(run)
            found["known" if name is None else "new_episodes"] += 1
            if name is not None:
                self._write(name, run, transcript, source, reason)
            if reason:
                reasons[reason] += 1
            elif self._keep(await self._trace(run, transcript, f"imported-{run.id}" if name is None else name)):
                found["new_traces"] += 1
        keys = ("runs", "new_episodes", "known", "new_traces")
        return {**{key: found[key] for key in keys}, "not_replayable": dict(reasons.most_common())}

    def _free_name(self, run: Run) -> str | None:
        """Return the run id for a new episode; None when this run is in the journal, whole, already."""
        name = f"imported-{run.id}"
        if name in self._seen:
            return None
        self._seen.add(name)
        while (known := self._journal.episode(name)) is not None and known.run_id == name:
            if known.status:
                return None
            name += "x"  # an import that was cut off: what it left has no end, and never acts
        return name

    def _keep(self, trace: Trace) -> bool:
        """Store a trace that is not known yet; one that is there stays as its reader left it."""
        if trace.id in self._seen or self._memory.load(trace.id) is not None:
            return False
        self._seen.add(trace.id)
        if not self._is_dry_run:
            self._memory.save(trace)
        return True

    async def _transcript(self, run: Run) -> Transcript:
        exchanges = []
        for index, call in enumerate(run.calls):
            step = await self._step(index, call)
            exchanges.append(Exchange(turn=Turn(origin=Origin.MODEL, calls=(step.call,)), steps=(step,)))
        final = Exchange(turn=Turn(origin=Origin.MODEL, text=self._hidden(run.answer)))
        return Transcript(goal=self._hidden(run.goal), exchanges=(*exchanges, final))

    async def _step(self, index: int, call: LoggedCall) -> StepRecord:
        spec = await self._spec(call.tool)
        effect = call.effect if spec is None else max(call.effect, spec.effect, key=_SEVERITY.index)
        output = self._hidden(call.output)
        if call.is_ok:
            result = ToolResult(status=CallStatus.OK, content=output)
        elif not call.is_seen:
            result = ToolResult(status=CallStatus.UNKNOWN, error="the log holds no result")
        else:
            text = output if isinstance(output, str) else canonical_json(output)
            result = ToolResult(status=CallStatus.ERROR, error=text)
        made = ToolCall(id=f"call_{index}", tool=call.tool, arguments=self._hidden(dict(call.arguments)))
        # a tool that is not installed gets a fingerprint that no tool has: such a step stops a replay before it begins
        known = ToolSpec(name=call.tool, description="", parameters={"imported": call.tool}) if spec is None else spec
        return StepRecord(index=index, call=made, result=result, fingerprint=known.fingerprint, effect=effect)

    async def _spec(self, name: str) -> ToolSpec | None:
        if name not in self._tools:
            try:
                self._tools[name] = await self._kernel.tool(name)
            except PluginError:
                self._tools[name] = None
        tool = self._tools[name]
        return None if tool is None else tool.spec

    def _hidden(self, value: Any) -> Any:
        """Return a value without the secrets that this workspace knows."""
        if self.redactor is None:
            return value
        if isinstance(value, str):
            return self.redactor.hide(value)
        if isinstance(value, dict):
            return {self._hidden(key): self._hidden(one) for key, one in value.items()}
        return [self._hidden(one) for one in value] if isinstance(value, list) else value

    async def _trace(self, run: Run, transcript: Transcript, name: str) -> Trace:
        steps = [(turn, step) for turn, one in enumerate(transcript.exchanges) for step in one.steps]
        return Trace(
            goal=transcript.goal.strip(),
            goal_signature=self._kernel.goal_signature(transcript.goal.strip()),
            steps=tuple([await self._trace_step(turn, step) for turn, step in steps]),
            answer=transcript.answer or "",
            created_at=self._now(),
            mode=CONVERSATION if run.is_dialogue else IMPORTED,
            model=run.model,
            cost_usd=None if run.usage is None else run.usage.cost_usd,
            episodes=(name,),
            state=TraceState.IMPORTED,
        )

    async def _trace_step(self, turn: int, step: StepRecord) -> TraceStep:
        return TraceStep(
            turn=turn,
            tool=step.call.tool,
            fingerprint=step.fingerprint,
            arguments=dict(step.call.arguments),
            effect=step.effect,
            observation=await self._observation(step),
        )

    async def _observation(self, step: StepRecord) -> Observation:
        """Return what a step came to, in the form in which a replay compares it (`replay.logged`)."""
        result = step.result
        output = result.error if result.content is None and not step.is_ok else result.content
        cut = logged_shape(output, "")
        if cut and not step.effect.is_safe:
            return UNRECORDED  # of what is not known whole, a write can only be told by its end
        tool = self._tools.get(step.call.tool)
        general = getattr(tool, "generalise", lambda content: content)(output)
        seen = evolve(result, content=output if cut else normal(output))
        found = observe(seen, seen.content if cut else normal(general))
        return evolve(found, shape=cut or found.shape)

    def _now(self) -> str:
        return self._kernel.clock.now().isoformat(timespec="seconds")

    def _write(self, name: str, run: Run, transcript: Transcript, source: str, reason: str) -> None:
        """Write a run into the journal as an episode of its own, under a signature that no goal has."""
        if self._is_dry_run:
            return
        journal = self._journal
        origin = {"provenance": "imported", "source": source, "date": run.today, "task": run.task}
        signature = f"imported-{self._kernel.goal_signature(transcript.goal)}"
        journal.begin(name, goal=transcript.goal, signature=signature, task=origin, at=self._now())
        for index, exchange in enumerate(transcript.exchanges):
            journal.turn(name, index, exchange.turn)
            for step in exchange.steps:
                journal.settle(name, evolve(step, index=index))
        journal.end(
            name,
            status="succeeded" if run.succeeded else "failed",
            mode=IMPORTED,
            answer=transcript.answer or "",
            reason=reason or "imported; it may be replayed once it was reviewed",
            trace_id="",
            model_calls=run.turns,
            cost_usd=None if run.usage is None else run.usage.cost_usd,
            saved_usd=None,
            at=self._now(),
        )


def _unfit(run: Run, transcript: Transcript) -> str:
    """Return why a run must not become replayable, "" when it may once somebody has reviewed it.

    A call that failed is part of what was judged where the log itself says that the run succeeded.
    """
    if not run.succeeded:
        return "the run did not succeed"
    if not run.calls:
        return _without_place(unfit_reason(transcript))
    if not all(call.is_seen for call in run.calls):
        return "a call has no result in the log"
    if run.is_judged:
        return ""
    if reason := unfit_reason(transcript):
        return _without_place(reason)
    left = failed_for_good(transcript)
    return "" if left is None else "a call failed and was not made good later"


def _without_place(reason: str) -> str:
    """Return a reason without the step that it names, so that equal reasons can be counted."""
    return "a call " + reason.partition(") ")[2] if reason.startswith("step ") else reason
