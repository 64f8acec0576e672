"""What the tests share: a world with a rude server in it, sections made from plain tables, and runs with a script."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from llmos_core.protocols.acting import ToolContext
from llmos_mcp.config import McpConfig
from llmos_mcp.source import opened
from llmos_std.boot import LLMOS, LLMOSConfig
from llmos_std.providers.scripted import ScriptedProvider

SERVERS = Path(__file__).parent / "servers"
OBJECT = {"type": "object", "properties": {"text": {"type": "string"}}}
READS = {"readOnlyHint": True}


def tool(name: str, does: str = "echo", *, hints: dict[str, bool] | None = None, **more: Any) -> dict[str, Any]:
    """Return one tool of the raw server, as it lists it."""
    told = {} if hints is None else {"annotations": hints}
    return {"name": name, "description": f"does {name}", "inputSchema": OBJECT, "does": does, **told, **more}


async def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds that another process brings about; the limit of the test run is the limit here."""
    while not holds():  # noqa: ASYNC110 – no event can be had from another process
        await asyncio.sleep(0.01)


class World:
    """A folder in which one raw server lives, and the workspace of the runs that use it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "server"
        self.workspace = folder / "workspace"
        self.home = folder / "home"
        for each in (self.folder, self.workspace, self.home):
            each.mkdir()

    def lists(self, *tools: dict[str, Any]) -> None:
        (self.folder / "tools.json").write_text(json.dumps(tools), encoding="utf-8")

    @property
    def log(self) -> list[str]:
        path = self.folder / "log"
        return path.read_text(encoding="utf-8").split("\n")[:-1] if path.exists() else []

    @property
    def table(self) -> dict[str, Any]:
        """The table of the raw server."""
        return {"command": sys.executable, "args": [str(SERVERS / "raw.py"), str(self.folder)]}

    def config(self, server: dict[str, Any] | None = None, **section: Any) -> McpConfig:
        return McpConfig(servers={"raw": {**self.table, **(server or {})}}, **section)

    def source(self, server: dict[str, Any] | None = None, **section: Any) -> Any:
        """Open the source of tools for this world's server."""
        config = self.config(server, **section)
        return opened(config, environ=self.environ, workspace=self.workspace)

    @property
    def environ(self) -> dict[str, str]:
        import os

        return {**os.environ, "LLMOS_HOME": str(self.home)}

    @property
    def context(self) -> ToolContext:
        return ToolContext(workspace=self.workspace, run_id="test", timeout_s=120.0, environ={})

    def call(self, name: str, arguments: dict[str, Any] | None = None, **options: Any) -> Any:
        """Open the source, make one call, and close it."""

        async def once() -> Any:
            async with self.source(**options) as source:
                found = await source.tool(name)
                return await found.call(arguments or {}, self.context)

        return asyncio.run(once())

    def run(
        self, goal: str, turns: list[dict[str, Any]] | None, server: dict[str, Any] | None = None, **options: Any
    ) -> Any:
        """Run a goal in this world's workspace; without turns there is no model at all. Returns result and provider."""
        provider = ScriptedProvider(turns or [], problem="" if turns else "no model")
        settings = {"mcp.servers": {"raw": {**self.table, **(server or {})}}}
        task = {name: options.pop(name) for name in ("mode", "constraints") if name in options}
        llmos = LLMOS(
            config=LLMOSConfig(settings=settings),
            workspace=self.workspace,
            environ=self.environ,
            provider=provider,
            **options,
        )
        return llmos.run(goal, **task), provider
