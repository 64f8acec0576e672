"""A run context in memory: what a mode is given, without kernel, journal, gates or money, and with a log of everything.

It has every public name of `llmos_core.runtime.context.RunContext`, and one script for the model.
"""

from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

from llmos_core import aio
from llmos_core.errors import LimitError, LowBatteryError, NoModelError, ToolError
from llmos_core.protocols.acting import ToolContext
from llmos_core.protocols.storing import MemoryBackend
from llmos_core.runtime.guarding import reads_untrusted
from llmos_core.testing.fakes.clock import FixedClock
from llmos_core.testing.fakes.memory import MemoryDict
from llmos_core.testing.fakes.workspace import MemoryWorkspace
from llmos_core.types.decision import MatchReport
from llmos_core.types.json import JsonValue
from llmos_core.types.model import ModelReply, ModelRequest
from llmos_core.types.money import ZERO
from llmos_core.types.task import TaskBlock
from llmos_core.types.tools import CallStatus, Effect, Probe, ToolCall, ToolResult, ToolSpec
from llmos_core.types.transcript import StepRecord, Transcript, Turn

HARD_ENDS = (LimitError, LowBatteryError)
"""After one of these nothing more may be done in a run."""


class FakeModels:
    """The run's money: `calls` made and dollars spent so far (None once a price was unknown)."""

    def __init__(self) -> None:
        self.calls = 0
        self.cost_usd: Decimal | None = ZERO


class FakeRun:
    """One run as its mode sees it.

    `replies` are the model's, in order; an exception among them is raised instead, and the limit of turns is reached
    when none is left. `results` are what becomes of the tool calls, in order: None lets the call happen in `workspace`,
    a ToolResult is its result without anything happening, an exception is raised.

    `asked`, `steps`, `recorded`, `events` and `given` keep requests, steps, (index, turn), (kind, data) and the replies
    that were given. `told` counts, for each call, the steps that `transcript` knew of at that moment. `ended_by` is the
    first limit that was met, `after_end` counts what was still tried after it; `unrecorded` are the calls whose turn
    had not been recorded; `was_cancelled` says that a cancellation was raised.
    """

    def __init__(
        self,
        task: TaskBlock | None = None,
        *,
        replies: Iterable[ModelReply | BaseException] = (),
        results: Iterable[ToolResult | BaseException | None] = (),
        workspace: MemoryWorkspace | None = None,
        match: MatchReport | None = None,
        memory: MemoryBackend | None = None,
        has_model: bool = True,
    ) -> None:
        self.task = TaskBlock(goal="create hello.txt") if task is None else task
        self.workspace = MemoryWorkspace() if workspace is None else workspace
        self.match = MatchReport() if match is None else match
        self.memory: MemoryBackend = MemoryDict() if memory is None else memory
        self.started = self.transcript = Transcript(goal=self.task.goal)
        self.run_id, self.goal_signature, self.provider_name = "run-000001", "exact:fake", ""
        self.notices: tuple[str, ...] = ()
        self.clock, self.models, self.is_forced, self.is_verifying = FixedClock(), FakeModels(), False, False
        self._tools = {tool.spec.name: tool for tool in self.workspace.tools()}
        self._replies, self._results, self._has_model = iter(replies), iter(results), has_model
        self.asked: list[ModelRequest] = []
        self.given: list[ModelReply] = []
        self.steps: list[StepRecord] = []
        self.told: list[int] = []
        self.recorded: list[tuple[int, Turn]] = []
        self.events: list[tuple[str, dict[str, Any]]] = []
        self.unrecorded: list[ToolCall] = []
        self.ended_by: BaseException | None = None
        self.after_end, self.was_cancelled = 0, False

    @property
    def elapsed_s(self) -> float:
        """Seconds since the run began, by the fixed clock."""
        return self.clock.monotonic()

    @property
    def model_calls(self) -> int:
        """How often the model was asked so far."""
        return self.models.calls

    async def has_model(self) -> bool:
        """Say what `has_model` was when the run was made."""
        return self._has_model

    async def tools(self) -> tuple[ToolSpec, ...]:
        """Return the specs of the workspace's tools, by name."""
        return tuple(self._tools[name].spec for name in sorted(self._tools))

    async def ask(self, request: ModelRequest) -> ModelReply:
        """Return the next reply.

        Raises the next exception, LimitError when no reply is left, NoModelError when the run has no model.
        """
        self._note_attempt()
        if not self._has_model:
            raise NoModelError("there is no model in this run")
        self.asked.append(request)
        reply = next(self._replies, None)
        if reply is None:
            reply = LimitError("the limit of model turns is used up", limit="turns")
        if isinstance(reply, BaseException):
            raise self._ended(reply)
        self.models.calls, self.provider_name = self.models.calls + 1, "fake"
        cost_usd = reply.usage.cost_usd
        known = self.models.cost_usd
        self.models.cost_usd = None if cost_usd is None or known is None else known + cost_usd
        self.given.append(reply)
        return reply

    async def call(self, call: ToolCall, *, turn: int, origin: str) -> StepRecord:
        """Make one call and return its step. Raises the next exception of `results`."""
        del origin
        self._note_attempt()
        if turn not in {index for index, _ in self.recorded}:
            self.unrecorded.append(call)
        self.told.append(sum(1 for _ in self.transcript.steps()))
        scripted = next(self._results, None)
        if isinstance(scripted, BaseException):
            raise self._ended(scripted)
        tool = self._tools.get(call.tool)
        before = await self.probe(call)
        result = scripted or await self._result(call)
        step = StepRecord(
            index=len(self.steps),
            call=call,
            result=result,
            fingerprint="" if tool is None else tool.spec.fingerprint,
            effect=Effect.PURE if tool is None else tool.spec.effect,
            before=before,
            after=None if tool is None or tool.spec.effect.is_safe else await self.probe(call),
        )
        self.steps.append(step)
        return step

    async def skip(self, call: ToolCall) -> StepRecord:
        """Note a call that is not made, with a look at its target, and return its step."""
        self._note_attempt()
        look, tool = await self.probe(call), self._tools.get(call.tool)
        step = StepRecord(
            index=len(self.steps),
            call=call,
            result=ToolResult(status=CallStatus.OK),
            fingerprint="" if tool is None else tool.spec.fingerprint,
            effect=Effect.PURE if tool is None else tool.spec.effect,
            before=look,
            after=look,
            is_skipped=True,
        )
        self.steps.append(step)
        return step

    async def probe(self, call: ToolCall) -> Probe | None:
        """Look, without side effects, at what a call would touch."""
        tool = self._tools.get(call.tool)
        return None if tool is None else tool.probe(call.arguments, self._context())

    async def fingerprint(self, tool: str) -> str:
        """Return the fingerprint of a tool of the workspace, "" when there is none."""
        return self._tools[tool].spec.fingerprint if tool in self._tools else ""

    async def reads_untrusted(self, tool: str) -> bool:
        """Say whether a tool of the workspace brings in what strangers have written; one that is missing may."""
        return tool not in self._tools or reads_untrusted(self._tools[tool])

    async def generalised(self, tool: str, content: JsonValue) -> JsonValue:
        """Return the content: nothing drifts in memory."""
        del tool
        return content

    async def knows_drift(self, tool: str) -> bool:
        """Say no: the tools of the workspace know no drift."""
        del tool
        return False

    def record(self, index: int, turn: Turn) -> None:
        """Keep a turn and its index."""
        self.recorded.append((index, turn))

    def protect(self, transcript: Transcript) -> None:
        """Let it pass: nothing is given back in this run."""

    def publish(self, kind: str, **data: Any) -> None:
        """Keep an event."""
        self.events.append((kind, data))

    async def _result(self, call: ToolCall) -> ToolResult:
        tool = self._tools.get(call.tool)
        if tool is None:
            return ToolResult(status=CallStatus.ERROR, error=f"no tool named '{call.tool}'")
        try:
            content = await aio.call(tool.call, call.arguments, self._context())
        except (ToolError, TypeError) as error:
            return ToolResult(status=CallStatus.ERROR, error=str(error))
        return ToolResult(status=CallStatus.OK, content=content)

    def _context(self) -> ToolContext:
        return ToolContext(workspace=Path("/memory"), run_id=self.run_id, timeout_s=30.0, environ={})

    def _note_attempt(self) -> None:
        self.after_end += self.ended_by is not None

    def _ended(self, error: BaseException) -> BaseException:
        """Note how the run ends, and return what is to be raised."""
        self.was_cancelled = self.was_cancelled or not isinstance(error, Exception)
        if self.ended_by is None and isinstance(error, HARD_ENDS):
            self.ended_by = error
        return error
