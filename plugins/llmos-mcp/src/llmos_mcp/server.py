"""One configured server: started when it is first needed, asked again when its tools change, started anew when it died.

What was begun and whose end nobody saw is told as such. Only a read is tried a second time, once, on a new connection.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from llmos_core.errors import LlmosError, PluginError, ToolError, UnknownOutcomeError
from llmos_mcp.listing import Listing, listing_of
from llmos_mcp.results import as_json
from llmos_mcp.session import Session
from llmos_mcp.words import one_line

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from mcp import Client
    from mcp.shared.exceptions import MCPError
    from mcp.types import Tool

    from llmos_core.protocols.acting import ToolContext
    from llmos_core.types.json import JsonObject, JsonValue
    from llmos_core.types.tools import ToolSpec
    from llmos_mcp.config import McpConfig
    from llmos_mcp.lane import Lane
    from llmos_mcp.listing import Listed

_MOST_PAGES = 50
_MOST_FOUND = 2_000


class _LostError(Exception):
    """The connection ended while an answer was awaited."""


class McpTool:
    """One tool of a server, as it was when it was listed. What a server answers, strangers may have written."""

    reads_untrusted = True

    def __init__(self, server: Server, listed: Listed, lane: Lane) -> None:
        self._server = server
        self._listed = listed
        self._lane = lane

    @property
    def spec(self) -> ToolSpec:
        """The tool's face."""
        return self._listed.spec

    @property
    def uses_network(self) -> bool:
        """Whether it may reach beyond this machine: unless the server promises otherwise, it may."""
        return self._listed.uses_network

    async def call(self, arguments: JsonObject, context: ToolContext) -> JsonValue:
        """Have the server do it and return its answer as JSON (see `results`); ToolError names the server."""
        return await self._lane.do(self._server.call(self._listed, arguments, timeout_s=context.timeout_s))


class Server:
    """A server by its name in the configuration, for use in a lane. Nothing starts before something is asked."""

    def __init__(self, name: str, config: McpConfig, *, environ: Mapping[str, str], workspace: Path) -> None:
        self.name = name
        self.config = config.servers[name]
        self._limit_bytes = config.result_bytes
        self._is_trusted = config.trust_annotations and self.config.trust_annotations
        self._environ = environ
        self._workspace = workspace
        self._session: Session | None = None
        self._retired: list[Session] = []
        self._listing = Listing()

    async def listing(self, *, afresh: bool = False) -> Listing:
        """Return what the server can do now; PluginError, naming it and the next step, when it cannot be asked."""
        try:
            session = await self._connected()
            if afresh or session.is_stale:
                await self._ask(session)
        except LlmosError as error:
            raise PluginError(f"MCP server '{self.name}': {error}", name=self.name) from error
        except TimeoutError as error:
            limit = f"did not say what it can do within {self.config.start_timeout_s:g} s"
            raise PluginError(self._sentence(limit), name=self.name) from error
        except Exception as error:  # the SDK and the system may raise anything here
            raise PluginError(self._sentence(f"cannot be used: {_worded(error)}"), name=self.name) from error
        return self._listing

    async def introduction(self) -> Mapping[str, str]:
        """Return what the server says of itself: its name and version, and the protocol's version."""
        await self.listing()
        client = await (await self._connected()).client()
        info = client.server_info
        return {
            "name": one_line(info.name, 60) if info else "",
            "version": one_line(info.version, 40) if info else "",
            "protocol": client.protocol_version,
        }

    async def call(self, listed: Listed, arguments: JsonObject, *, timeout_s: float) -> JsonValue:
        """Make one call. A read on a connection that broke is tried once more on a new one."""
        limit_s = min(timeout_s, self.config.timeout_s)
        try:
            return await self._call(listed, arguments, limit_s)
        except _LostError as error:
            if not listed.spec.effect.is_safe:
                lost = f"was lost while {listed.remote} was under way, and nobody saw its end"
                raise UnknownOutcomeError(self._sentence(lost)) from error
        try:
            return await self._call(listed, arguments, limit_s)
        except _LostError as error:
            raise ToolError(self._sentence(f"was lost twice during {listed.remote}")) from error

    async def close(self) -> None:
        """End the conversation, and the program with it."""
        sessions, self._session, self._retired = [*self._retired, self._session], None, []
        await asyncio.gather(*(session.close() for session in sessions if session is not None))

    async def _call(self, listed: Listed, arguments: JsonObject, limit_s: float) -> JsonValue:
        now = (await self._listed_now()).tools.get(listed.spec.name)
        if now is None or now.spec.fingerprint != listed.spec.fingerprint:
            raise ToolError(self._sentence(f"has changed or removed {listed.remote} meanwhile; nothing was called"))
        client = await (await self._connected()).client()
        from mcp.shared.exceptions import MCPError

        try:
            async with asyncio.timeout(limit_s):
                result = await client.call_tool(listed.remote, dict(arguments))
        except TimeoutError as error:
            slow = f"did not answer {listed.remote} within {limit_s:g} s, and what came of it is unknown"
            raise UnknownOutcomeError(self._sentence(slow)) from error
        except MCPError as error:
            if _is_unseen(error):
                self._forsake()
                raise _LostError from error
            raise ToolError(self._sentence(f"refused {listed.remote}: {_worded(error)}", hint="")) from error
        except Exception as error:  # an answer that breaks the protocol or the tool's own promise
            unreadable = f"answered {listed.remote} with what cannot be used ({_worded(error)})"
            raise UnknownOutcomeError(self._sentence(unreadable)) from error
        return as_json(result, limit_bytes=self._limit_bytes)

    async def _listed_now(self) -> Listing:
        try:
            return await self.listing()
        except PluginError as error:
            raise ToolError(f"{error}; nothing was called") from error

    def _forsake(self) -> None:
        """Begin anew with the next call."""
        if self._session is not None:
            self._session.is_lost = True

    async def _connected(self) -> Session:
        """Return a session that can be used, beginning a new one when there is none."""
        if self._session is None or not self._session.is_usable:
            if self._session is not None:
                self._retired.append(self._session)
            self._session = Session(self.config, environ=self._environ, workspace=self._workspace)
        session = self._session
        await session.client()
        return session

    async def _ask(self, session: Session) -> None:
        client = await session.client()
        session.is_stale = False  # what changes from here on makes it stale again
        async with asyncio.timeout(self.config.start_timeout_s):
            found = await _all_tools(client)
        info = client.server_info
        self._listing = listing_of(
            self.name,
            self.config,
            found,
            identity={
                "command": [self.config.command, *self.config.args],
                "cwd": self.config.cwd,
                "url": self.config.url,
                "name": info.name if info else "",
                "version": info.version if info else "",
            },
            is_trusted=self._is_trusted,
        )

    def _sentence(self, what: str, *, hint: str | None = None) -> str:
        words = "" if self._session is None else self._session.last_words
        last = f"; its last words: {one_line(words[-400:], 400)}" if words and hint is None else ""
        advice = f"; try `llmos mcp test {self.name}`" if hint is None else hint
        return f"MCP server '{self.name}' {what}{last}{advice}"


async def _all_tools(client: Client) -> list[Tool]:
    """Return every page of the server's tools, up to a limit that no sound server reaches."""
    if client.server_capabilities.tools is None:
        return []
    found, cursor = [], None
    for _ in range(_MOST_PAGES):
        page = await client.list_tools(cursor=cursor)
        found += page.tools
        cursor = page.next_cursor
        if cursor is None or len(found) > _MOST_FOUND:
            break
    return found


def _is_unseen(error: MCPError) -> bool:
    """Say whether an error stands for an answer that never came, or not whole, rather than for what the server said.

    The SDK makes such errors itself; some servers use the same codes, and are then taken for more broken than they are.
    """
    from mcp.types import CONNECTION_CLOSED, INTERNAL_ERROR, PARSE_ERROR

    is_bad_gateway = error.code == INTERNAL_ERROR and error.message == "Server returned an error response"
    is_ended = error.message == "Session terminated"
    return error.code in {CONNECTION_CLOSED, PARSE_ERROR} or is_bad_gateway or is_ended


def _worded(error: BaseException) -> str:
    if isinstance(error, FileNotFoundError):
        return f"there is no {error.filename or 'such program'}"
    return one_line(str(error), 300) or type(error).__name__
