"""A server as a program of its own: one line of JSON a message, on its standard input and output.

The SDK has such a road too. This one bounds the length of a line, and leaves no process of the program's group behind,
also when it is cancelled at any moment.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
from contextlib import ExitStack, asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence
    from pathlib import Path
    from typing import TextIO

    from mcp.client._transport import TransportStreams

LONGEST_LINE = 16 * 1024 * 1024
_GRACE_S = 2.0
"""How long the program may take to leave: after its input has ended, and again after it was told to."""
_LOOK_S = 0.01


@asynccontextmanager
async def open_program(
    command: Sequence[str], *, environ: Mapping[str, str], folder: Path, complaints: TextIO
) -> AsyncIterator[TransportStreams]:
    """Start a program, give the streams of messages to and from it, and end it with all that it has started.

    Its standard error goes to `complaints`. OSError or ValueError when it cannot be started.
    """
    import anyio

    process = subprocess.Popen(  # noqa: ASYNC220 – quick, and nothing can cancel it half-way
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=complaints,
        env=dict(environ),
        cwd=folder,
        bufsize=0,
        start_new_session=True,
    )
    incoming, reading = anyio.create_memory_object_stream[Any](0)
    writing, outgoing = anyio.create_memory_object_stream[Any](0)
    with ExitStack() as stack:
        stack.callback(_end, process)
        for stream in (incoming, reading, writing, outgoing):
            stack.callback(stream.close)
        lines, output = await _output_of(process)
        stack.callback(output.close)
        sink = await _input_of(process)
        stack.callback(sink.transport.abort)
        for work in (_receive(lines, incoming), _send(sink, outgoing, incoming)):
            stack.callback(asyncio.create_task(work).cancel)
        try:
            yield reading, writing
        finally:
            sink.close()
            await _leave(process)


async def _output_of(process: subprocess.Popen[bytes]) -> tuple[asyncio.StreamReader, asyncio.BaseTransport]:
    lines = asyncio.StreamReader(limit=LONGEST_LINE)
    protocol = asyncio.StreamReaderProtocol(lines)
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, process.stdout)
    return lines, transport


async def _input_of(process: subprocess.Popen[bytes]) -> asyncio.StreamWriter:
    loop = asyncio.get_running_loop()
    transport, protocol = await loop.connect_write_pipe(asyncio.streams.FlowControlMixin, process.stdin)
    return asyncio.StreamWriter(transport, protocol, None, loop)


async def _receive(lines: asyncio.StreamReader, incoming: Any) -> None:
    """Pass every line on that is a message; other lines are nobody's. A line without end ends the conversation."""
    import anyio
    from mcp.shared.message import SessionMessage
    from mcp.types import jsonrpc_message_adapter

    async with incoming:
        with suppress(anyio.BrokenResourceError, anyio.ClosedResourceError, ConnectionError, ValueError):
            while line := await lines.readline():
                try:
                    message = jsonrpc_message_adapter.validate_json(line, by_name=False)
                except ValueError:
                    continue
                await incoming.send(SessionMessage(message))


async def _send(sink: asyncio.StreamWriter, outgoing: Any, incoming: Any) -> None:
    """Write every message; when that fails, the conversation is over for both sides."""
    import anyio

    try:
        async for wrapped in outgoing:
            sink.write(wrapped.message.model_dump_json(by_alias=True, exclude_unset=True).encode() + b"\n")
            await sink.drain()
    except (OSError, anyio.ClosedResourceError, anyio.BrokenResourceError):
        incoming.close()


async def _leave(process: subprocess.Popen[bytes]) -> None:
    """Return once the program has left: by itself, since its input has ended, or when it is told to."""
    if not await _has_left(process, _GRACE_S):
        _signal(process, signal.SIGTERM)
        await _has_left(process, _GRACE_S)


async def _has_left(process: subprocess.Popen[bytes], patience_s: float) -> bool:
    loop = asyncio.get_running_loop()
    deadline = loop.time() + patience_s
    while not _is_dead(process):
        if loop.time() >= deadline:
            return False
        await asyncio.sleep(_LOOK_S)
    return True


def _is_dead(process: subprocess.Popen[bytes]) -> bool:
    """Say whether the program has ended, without burying it: until then, its group's number is nobody else's."""
    if process.returncode is not None:
        return True
    found = os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    return found is not None


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill what is left of the program and of everything it has started, and bury it."""
    if process.returncode is None:
        _signal(process, signal.SIGKILL)
        process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(OSError):
                pipe.close()


def _signal(process: subprocess.Popen[bytes], number: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)
