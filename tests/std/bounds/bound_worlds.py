"""A bounded tool to test with: its rules, its gate, and a machine that may stop anywhere on its way."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from llmos_core.protocols.acting import ActionContext
from llmos_core.types.decision import Verdict
from llmos_core.types.tools import CallStatus, Effect, ToolCall, ToolResult, ToolSpec
from llmos_core.types.transcript import StepRecord
from llmos_std.bounds.config import BoundsConfig
from llmos_std.bounds.gate import Bounds
from llmos_std.bounds.memory import Places
from llmos_std.bounds.reading import rules_from

TOOL = "move_arm"


class Watch:
    """A clock that is set by hand; `jump` sets the wall clock alone."""

    def __init__(self) -> None:
        self.wall = datetime(2026, 11, 21, tzinfo=UTC)
        self.steady = 0.0

    def now(self) -> datetime:
        return self.wall

    def monotonic(self) -> float:
        return self.steady

    def wait(self, seconds: float) -> None:
        self.wall += timedelta(seconds=seconds)
        self.steady += seconds

    def jump(self, seconds: float) -> None:
        self.wall += timedelta(seconds=seconds)


class Road:
    """The guarded road in small: one gate, one tool, one run."""

    def __init__(
        self,
        state: Path,
        limits: Mapping[str, Any] | None = None,
        forbidden: list[dict[str, Any]] | None = None,
        *,
        clock: Watch | None = None,
    ) -> None:
        regions = [{"name": "the table", "tool": TOOL, **region} for region in forbidden or []]
        config = BoundsConfig(limits={TOOL: limits} if limits else {}, forbidden=regions)
        self.clock = clock or Watch()
        self.gate = Bounds(rules_from(config.limits, config.forbidden), Places(state), self.clock)
        self._index = 0

    def judge(self, arguments: Mapping[str, Any], *, mode: str = "yolo", origin: str = "model") -> Verdict:
        call = ToolCall(id="c", tool=TOOL, arguments=arguments)
        spec = ToolSpec(name=TOOL, description="moves", parameters={"type": "object"})
        return self.gate.check(
            ActionContext(
                call=call,
                spec=spec,
                effect=Effect.IRREVERSIBLE,
                origin=origin,
                workspace=Path("/w"),
                run_id="run",
                permission_mode=mode,
            )
        )

    def move(self, status: CallStatus | None = CallStatus.OK, *, mode: str = "yolo", **arguments: Any) -> bool:
        """Judge and make a call, and say whether it was made; status None is a crash inside it."""
        if self.judge(arguments, mode=mode).decision != "allow":
            return False
        self._index += 1
        call = ToolCall(id="c", tool=TOOL, arguments=arguments)
        self.gate.begins("run", self._index, call)
        if status is not None:
            result = ToolResult(status=status)
            step = StepRecord(index=self._index, call=call, result=result, fingerprint="f", effect=Effect.IRREVERSIBLE)
            self.gate.ended("run", step)
        return True
