"""What a mode may reach: guarded tools, guarded models, memory, and the transcript so far. There is no other road."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from llmos_core.errors import LlmosError, NoModelError
from llmos_core.runtime.guarding import reads_untrusted
from llmos_core.types.transcript import Transcript

if TYPE_CHECKING:
    from llmos_core.protocols.context import Clock
    from llmos_core.protocols.storing import MemoryBackend
    from llmos_core.runtime.calls import GuardedCalls
    from llmos_core.runtime.models import GuardedModels
    from llmos_core.runtime.scene import Scene
    from llmos_core.types.decision import MatchReport
    from llmos_core.types.json import JsonValue
    from llmos_core.types.model import ModelReply, ModelRequest
    from llmos_core.types.task import TaskBlock
    from llmos_core.types.tools import Probe, ToolCall, ToolSpec
    from llmos_core.types.transcript import StepRecord, Turn


class RunContext:
    """One run as its mode sees it.

    `started` is the transcript to begin from: empty, or what an interrupted run of the same goal had already done.
    `transcript` is kept up to date by the loop, so that an interruption can still tell what was done.
    """

    def __init__(
        self,
        *,
        scene: Scene,
        calls: GuardedCalls,
        models: GuardedModels,
        memory: MemoryBackend,
        match: MatchReport,
        started: Transcript,
        goal_signature: str,
    ) -> None:
        self._scene = scene
        self._calls = calls
        self._models = models
        self.memory = memory
        self.match = match
        self.started = started
        self.goal_signature = goal_signature
        self.transcript = started
        self.is_forced = False
        self.is_verifying = False

    @property
    def task(self) -> TaskBlock:
        """The task, with its enforceable constraints already applied to its limits."""
        return self._scene.task

    @property
    def run_id(self) -> str:
        """This run's id."""
        return self._scene.run_id

    @property
    def clock(self) -> Clock:
        """The injected clock."""
        return self._scene.clock

    @property
    def notices(self) -> tuple[str, ...]:
        """What the user should be told of this run, one sentence each."""
        return self._scene.notices

    @property
    def elapsed_s(self) -> float:
        """Seconds since this run began."""
        return self._scene.limits.elapsed_s

    @property
    def provider_name(self) -> str:
        """Name of the provider that was asked last, "" when none was."""
        return self._scene.provider_name

    @property
    def model_calls(self) -> int:
        """How often a model was asked so far in this run."""
        return self._models.calls

    @property
    def models(self) -> GuardedModels:
        """The run's money: calls made and dollars spent so far."""
        return self._models

    async def has_model(self) -> bool:
        """Say whether some provider could be asked."""
        try:
            await self._scene.provider()
        except NoModelError:
            return False
        return True

    async def tools(self) -> tuple[ToolSpec, ...]:
        """Return the specs of every tool that can be opened, by name."""
        return await self._scene.offered_tools()

    async def call(self, call: ToolCall, *, turn: int, origin: str) -> StepRecord:
        """Make one guarded tool call; whatever becomes of it is in the returned step."""
        return await self._calls.call(call, turn=turn, origin=origin)

    async def skip(self, call: ToolCall) -> StepRecord:
        """Note a call that is not made, since its target is already as it would leave it; the step says so."""
        return await self._calls.skip(call)

    async def ask(self, request: ModelRequest) -> ModelReply:
        """Make one guarded, booked model call (see `GuardedModels.ask` for what it raises)."""
        return await self._models.ask(request)

    async def probe(self, call: ToolCall) -> Probe | None:
        """Look, without side effects, at what a call would touch."""
        return self._calls.probe(await self._scene.tool(call.tool), call)

    async def fingerprint(self, tool: str) -> str:
        """Return the fingerprint of an installed tool, "" when it is missing."""
        try:
            spec: ToolSpec = (await self._scene.tool(tool)).spec
        except LlmosError:
            return ""
        return spec.fingerprint

    async def reads_untrusted(self, tool: str) -> bool:
        """Say whether a tool brings in what strangers have written; one that is gone may have."""
        try:
            return reads_untrusted(await self._scene.tool(tool))
        except LlmosError:
            return True

    async def generalised(self, tool: str, content: JsonValue) -> JsonValue:
        """Return a result with the parts replaced that drift without mattering, as far as its tool knows them."""
        try:
            generalise = getattr(await self._scene.tool(tool), "generalise", None)
        except LlmosError:
            return content
        return content if generalise is None or content is None else generalise(content)

    async def knows_drift(self, tool: str) -> bool:
        """Say whether the tool itself can tell drift from change."""
        try:
            return hasattr(await self._scene.tool(tool), "generalise")
        except LlmosError:
            return False

    def record(self, index: int, turn: Turn) -> None:
        """Journal a turn before any of its calls is made, and tell the observers."""
        self._scene.journal.turn(self.run_id, index, turn)
        self.publish("turn", index=index, origin=turn.origin.value, calls=len(turn.calls), text=turn.text[:400])

    def protect(self, transcript: Transcript) -> None:
        """From now on nothing irreversible in `transcript` can happen a second time in this run."""
        self._calls.protect(transcript)

    def publish(self, kind: str, **data: Any) -> None:
        """Tell the observers."""
        self._scene.publish(kind, **data)
