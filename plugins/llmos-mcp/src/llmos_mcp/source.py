"""The source of tools: every enabled server of the configuration. One that fails never takes the others along."""

from __future__ import annotations

import asyncio
import logging
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from llmos_core.errors import PluginError
from llmos_mcp.lane import Lane
from llmos_mcp.naming import server_of
from llmos_mcp.server import McpTool, Server

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from pathlib import Path

    from llmos_core.protocols.context import PluginContext
    from llmos_mcp.config import McpConfig


class McpServers:
    """The tools of all enabled servers, by the names `NAME__tool`."""

    def __init__(self, config: McpConfig, *, environ: Mapping[str, str], workspace: Path) -> None:
        made = (Server(name, config, environ=environ, workspace=workspace) for name in sorted(config.servers))
        self.servers = {server.name: server for server in made if server.config.enabled}
        self.lane = Lane()
        self._problems: tuple[str, ...] = ()

    async def tools(self) -> tuple[McpTool, ...]:
        """Ask every server, all at once, and return the tools of those that answer."""
        return await self.lane.do(self._tools()) if self.servers else ()

    async def _tools(self) -> tuple[McpTool, ...]:
        asked = [server.listing(afresh=True) for server in self.servers.values()]
        answers = await asyncio.gather(*asked, return_exceptions=True)
        tools, problems = list[McpTool](), list[str]()
        for server, answer in zip(self.servers.values(), answers, strict=True):
            if isinstance(answer, PluginError):
                problems.append(str(answer))
            elif isinstance(answer, BaseException):
                raise answer
            else:
                tools += [McpTool(server, listed, self.lane) for listed in answer.tools.values()]
                problems += answer.problems
        self._problems = tuple(problems)
        return tuple(tools)

    async def tool(self, name: str) -> McpTool | None:
        """Return one tool, starting no server but its own; PluginError when that cannot be asked."""
        server = self.servers.get(server_of(name))
        if server is None:
            return None
        listed = (await self.lane.do(server.listing())).tools.get(name)
        return None if listed is None else McpTool(server, listed, self.lane)

    def problems(self) -> tuple[str, ...]:
        """Return what was left out when the tools were last asked for."""
        return self._problems

    async def close(self) -> None:
        """End every server that was started."""
        if self.lane.is_open:
            try:
                await self.lane.do(self._close())
            finally:
                self.lane.close()

    async def _close(self) -> None:
        await asyncio.gather(*(server.close() for server in self.servers.values()))


@asynccontextmanager
async def opened(config: McpConfig, *, environ: Mapping[str, str], workspace: Path) -> AsyncIterator[McpServers]:
    """Hold the servers ready, none of them started, and end those that were."""
    logging.getLogger("mcp").addHandler(logging.NullHandler())  # what a server says wrong is told in errors, not logged
    servers = McpServers(config, environ=environ, workspace=workspace)
    try:
        yield servers
    finally:
        await servers.close()


@asynccontextmanager
async def open_servers(context: PluginContext) -> AsyncIterator[McpServers]:
    """Open the source for a kernel."""
    async with opened(context.config, environ=context.environ, workspace=context.paths.workspace) as servers:
        yield servers
