"""One conversation with a server, in a task of its own: what the SDK opens there it also closes there.

Whoever wants something awaits `client`, and calls it from his own task: several calls may be under way, and to cancel
one tells the server so.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from llmos_mcp.transports import Tail, open_road

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from mcp import Client

    from llmos_mcp.config import ServerConfig

_GOODBYE_S = 8.0
"""A program that does not leave by itself is ended within 4 s (see `stdio`); this is the limit beyond that."""


class Session:
    """A conversation. `is_lost` once it cannot go on; `is_stale` when the server's tools must be asked for (again)."""

    def __init__(self, config: ServerConfig, *, environ: Mapping[str, str], workspace: Path) -> None:
        self._config = config
        self._road = {"environ": environ, "workspace": workspace}
        self._loop = asyncio.get_running_loop()
        self._client: asyncio.Future[Client] = self._loop.create_future()
        self._client.add_done_callback(lambda done: done.cancelled() or done.exception())
        self._is_over = asyncio.Event()
        self._tail = Tail()
        self.is_lost = False
        self.is_stale = True
        self._task = self._loop.create_task(self._live())

    @property
    def is_usable(self) -> bool:
        """Whether a call may be begun: the server is there, and this is the loop it was opened in."""
        return not self.is_lost and not self._task.done() and self._loop is asyncio.get_running_loop()

    @property
    def last_words(self) -> str:
        """What the program last wrote to its standard error."""
        return self._tail.text

    async def client(self) -> Client:
        """Return the client once the server has introduced itself.

        Raises TimeoutError when that takes too long, and whatever the SDK raises when it fails.
        """
        try:
            return await asyncio.wait_for(asyncio.shield(self._client), self._config.start_timeout_s)
        except TimeoutError:
            if not self._client.done():
                self.is_lost = True
                self._task.cancel()
            raise

    async def close(self) -> None:
        """End the conversation and wait until the server is gone."""
        if self._task.done():
            return
        self._is_over.set()
        if not self._client.done():
            self._task.cancel()
        done, _ = await asyncio.wait({self._task}, timeout=_GOODBYE_S)
        if not done:
            self._task.cancel()
            await asyncio.wait({self._task}, timeout=1.0)

    async def _live(self) -> None:
        try:
            await self._converse()
        except Exception as error:  # noqa: BLE001 – whatever ended it, who waits for the client is told
            if not self._client.done():
                self._client.set_exception(_root(error))
        finally:
            self.is_lost = True
            if not self._client.done():
                self._client.set_exception(ConnectionError("the conversation was ended before it began"))
            self._tail.close()

    async def _converse(self) -> None:
        from mcp import Client
        from mcp.types import Implementation

        road = open_road(self._config, **self._road, tail=self._tail, on_end=self._ended)  # type: ignore[arg-type]
        introduction = Implementation(name="llmos-mcp", version="1")
        async with Client(road, message_handler=self._heard, client_info=introduction, cache=None) as client:
            watcher = self._loop.create_task(self._watch(client))
            try:
                self._client.set_result(client)
                await self._is_over.wait()
            finally:
                watcher.cancel()
                await asyncio.wait({watcher})

    async def _watch(self, client: Client) -> None:
        """Ask a server of the newer protocol to tell when its tools change; older ones tell unasked."""
        from mcp.types.version import MODERN_PROTOCOL_VERSIONS

        tools = client.server_capabilities.tools
        if client.protocol_version not in MODERN_PROTOCOL_VERSIONS or not (tools and tools.list_changed):
            return
        with suppress(Exception):  # without the news, the next run asks afresh
            async with client.listen(tools_list_changed=True) as news:
                async for _ in news:
                    self.is_stale = True

    async def _heard(self, message: Any) -> None:
        from mcp.types import ToolListChangedNotification

        if isinstance(message, ToolListChangedNotification):
            self.is_stale = True

    def _ended(self) -> None:
        self.is_lost = True


def _root(error: BaseException) -> Exception:
    """Return the first plain exception inside the groups that task groups wrap around it."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error if isinstance(error, Exception) else ConnectionError(type(error).__name__)
