"""llmos as an MCP server: the tools `run`, `recall`, `traces`, `trace`, and one for each trace that may be replayed.

What the annotations say of them is the truth: `run` may do anything that the gates allow; the others only look.
"""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar

from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import CallToolResult, TextContent, ToolAnnotations
from pydantic import Field

from llmos_core.errors import ConfigError, LlmosError

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from mcp.types import Tool

    from llmos_core.types.result import RunResult
    from llmos_mcp.runs import Replay, Runs

_LOOKS = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)
_ACTS = ToolAnnotations(read_only_hint=False, destructive_hint=True, idempotent_hint=False, open_world_hint=True)
_ABOUT = (
    "llmos reasons a goal once with a model, keeps what worked as a trace, and repeats it without a model. "
    "'recall' says whether a goal is known; 'run' executes it. Nobody is asked: what would need a yes is denied."
)
T = TypeVar("T")
Goal = Annotated[str, Field(min_length=1, max_length=20_000, description="what is wanted, in plain words")]


class LlmosServer(MCPServer[Any]):
    """The server. Its tools follow what has been learned, so they are looked up whenever somebody asks for them."""

    def __init__(self, runs: Runs, *, version: str = "", with_replays: bool = True) -> None:
        super().__init__("llmos", version=version, instructions=_ABOUT, log_level="WARNING")
        self._runs = runs
        self._one_at_a_time = asyncio.Lock()
        self._with_replays = with_replays
        self._replays: dict[str, Replay] = {}
        self.add_tool(self._run, "run", annotations=_ACTS)
        self.add_tool(self._recall, "recall", annotations=_LOOKS)
        self.add_tool(self._list, "traces", annotations=_LOOKS)
        self.add_tool(self._show, "trace", annotations=_LOOKS)

    async def list_tools(self) -> list[Tool]:
        """Return the standing tools, and one for each trace that may be replayed right now."""
        if self._with_replays:
            self._follow({replay.name: replay for replay in await _told(self._runs.replays())})
        return await super().list_tools()

    def _follow(self, replays: dict[str, Replay]) -> None:
        for name in self._replays.keys() - replays.keys():
            self.remove_tool(name)
        for name in replays.keys() - self._replays.keys():
            self._add(replays[name])
        self._replays = replays

    def _add(self, replay: Replay) -> None:
        async def follow() -> CallToolResult:
            async with self._one_at_a_time:
                return _result(await _told(self._runs.run(replay.goal, mode="FOLLOWER")))

        annotations = ToolAnnotations(
            read_only_hint=replay.only_reads,
            destructive_hint=not replay.only_reads,
            idempotent_hint=replay.may_repeat,
            open_world_hint=replay.is_open_world,
        )
        self.add_tool(follow, replay.name, description=replay.summary, annotations=annotations)

    async def _run(
        self,
        goal: Goal,
        context: Context[Any, Any],
        mode: Literal["auto", "learner", "follower", "mixed"] = "auto",
        max_cost_usd: Annotated[float | None, Field(ge=0, description="spend at most this much")] = None,
        dry_run: Annotated[bool, Field(description="say what would happen; do nothing")] = False,
    ) -> CallToolResult:
        """Execute a goal: replay what was learned without a model, else reason it with one and learn it.

        It may change files and run programs, as far as the user's permissions go. Returns a specs/result/1 object.
        """
        options: dict[str, Any] = {"mode": mode.upper(), "dry_run": dry_run}
        if max_cost_usd is not None:
            options["max_cost_usd"] = str(max_cost_usd)
        async with self._one_at_a_time:
            result = await _told(self._runs.run(goal, **options))
        if result.trace_id:
            await context.notify_tools_changed()
        return _result(result)

    async def _recall(self, goal: Goal) -> dict[str, Any]:
        """Say whether a goal is known, from which trace, how far that is trusted, what would be done; it only looks."""
        return await _told(self._runs.recall(goal))

    async def _list(
        self, limit: Annotated[int, Field(ge=1, le=1_000, description="at most so many")] = 50
    ) -> dict[str, Any]:
        """List the newest traces: what was learned, with which tools, how well it has worked."""
        return await _told(self._runs.traces(limit))

    async def _show(self, trace_id: Annotated[str, Field(min_length=4, max_length=64)]) -> dict[str, Any]:
        """Show one trace whole: its steps, their arguments and checks, and its answer."""
        return await _told(self._runs.trace(trace_id))


async def _told(work: Awaitable[T]) -> T:
    """Return what the work returns; an error of llmos becomes a failure that the caller can read."""
    try:
        return await work
    except ConfigError as error:
        raise ToolError("; ".join(error.problems)) from error
    except LlmosError as error:
        raise ToolError(str(error)) from error


def _result(result: RunResult) -> CallToolResult:
    value = result.to_json()
    text = TextContent(type="text", text=json.dumps(value, ensure_ascii=False))
    return CallToolResult(content=[text], structured_content=value, is_error=not result.success)
