"""The two roads to a server: a program's standard streams, and streamable HTTP. Both say when the road has ended."""

from __future__ import annotations

import asyncio
import os
import shutil
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any, Self, TextIO

from llmos_core.config.secret_reading import read_secret
from llmos_mcp.stdio import open_program
from llmos_mcp.words import visible

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping
    from pathlib import Path

    from mcp.client._transport import TransportStreams

    from llmos_mcp.config import ServerConfig

_KEPT = 2_000
_INHERITED = ("HOME", "LANG", "LOGNAME", "PATH", "SHELL", "TERM", "TMPDIR", "TZ", "USER")
"""What a program sees of the environment besides what is configured: no secret is among it."""


class Tail:
    """Keeps the last words that a program wrote to its standard error, however much it writes."""

    def __init__(self) -> None:
        self._last = b""
        self._reading, writing = os.pipe()
        os.set_blocking(self._reading, False)
        self.stream: TextIO = os.fdopen(writing, "w", encoding="utf-8")
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._reading, self._read)

    @property
    def text(self) -> str:
        """The last words, fit to be shown."""
        self._read()
        return visible(self._last.decode("utf-8", "replace"), _KEPT)

    def close(self) -> None:
        """Stop reading."""
        if self._reading >= 0:
            self._read()
            self._loop.remove_reader(self._reading)
            os.close(self._reading)
            self._reading = -1
            self.stream.close()

    def _read(self) -> None:
        if self._reading < 0:
            return
        with suppress(BlockingIOError):
            while piece := os.read(self._reading, 65_536):
                self._last = (self._last + piece)[-4 * _KEPT :]
                if len(piece) < 65_536:  # noqa: PLR2004 – the size just asked for: nothing more is waiting
                    return
            self._loop.remove_reader(self._reading)


@asynccontextmanager
async def open_road(
    config: ServerConfig, *, environ: Mapping[str, str], workspace: Path, tail: Tail, on_end: Callable[[], None]
) -> AsyncIterator[TransportStreams]:
    """Open the streams to a server; `on_end` is called once nothing more can come."""
    make = _over_http(config, environ) if config.url else _over_stdio(config, environ, workspace, tail)
    async with make as (reading, writing):
        yield _Watched(reading, on_end), writing


def _over_stdio(config: ServerConfig, environ: Mapping[str, str], workspace: Path, tail: Tail) -> Any:
    inherited = {name: environ[name] for name in _INHERITED if name in environ}
    secrets = {name: read_secret(place, environ) for name, place in config.secrets.items()}
    command, found = config.command, inherited | dict(config.env) | secrets
    if os.sep not in command:
        command = shutil.which(command, path=found.get("PATH")) or command
    return open_program([command, *config.args], environ=found, folder=workspace / config.cwd, complaints=tail.stream)


@asynccontextmanager
async def _over_http(config: ServerConfig, environ: Mapping[str, str]) -> AsyncIterator[TransportStreams]:
    from mcp.client.streamable_http import streamable_http_client
    from mcp.shared._httpx_utils import create_mcp_http_client

    headers = {name: read_secret(place, environ) for name, place in config.headers.items()}
    if config.bearer is not None:
        headers["Authorization"] = f"Bearer {read_secret(config.bearer, environ)}"
    async with (
        create_mcp_http_client(headers=headers) as client,
        streamable_http_client(config.url, http_client=client) as streams,
    ):
        yield streams


class _Watched:
    """A stream of messages that tells when it has ended."""

    def __init__(self, stream: Any, on_end: Callable[[], None]) -> None:
        self._stream = stream
        self._on_end = on_end

    def __getattr__(self, name: str) -> Any:
        """Offer whatever else the stream offers (the SDK looks for `last_context`)."""
        return getattr(self._stream, name)

    async def receive(self) -> Any:
        """Return the next message."""
        try:
            return await self._stream.receive()
        except Exception:
            self._on_end()
            raise

    async def aclose(self) -> None:
        """Close the stream."""
        await self._stream.aclose()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Any:
        try:
            return await self._stream.__anext__()
        except BaseException:
            self._on_end()
            raise

    async def __aenter__(self) -> Self:
        await self._stream.__aenter__()
        return self

    async def __aexit__(self, *error: object) -> Any:
        return await self._stream.__aexit__(*error)
