"""Run one program on one input, within limits; when this returns or raises, its whole process group has been killed.

The input is a file without a name, so a program that reads nothing, or late, can block nobody.
"""

from __future__ import annotations

import asyncio
import os
import signal
import tempfile
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from llmos_std.pipes import Pipe

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_STDERR_BYTES = 4_096


class Ended(NamedTuple):
    """How a program ended. `code` is negative for a signal; of `stderr` only the end is kept."""

    code: int
    stdout: bytes
    stderr: bytes


class TooMuchError(Exception):
    """The program wrote more than it may."""


async def run(
    argv: Sequence[str], given: bytes, *, folder: str, env: Mapping[str, str], timeout_s: float, most_bytes: int
) -> Ended:
    """Start a program with `given` as its input, wait for its end and return what it wrote.

    Raises OSError when it cannot be started, TimeoutError when it takes longer, TooMuchError when it writes more than
    `most_bytes`. It and its group are killed then, and also when the waiting is cancelled or it leaves children behind.
    """
    loop = asyncio.get_running_loop()
    flood: asyncio.Future[None] = loop.create_future()

    def overflow() -> None:
        if not flood.done():
            flood.set_result(None)

    with (
        tempfile.TemporaryFile() as source,
        _Beginning(most_bytes, overflow) as stdout,
        _End(_STDERR_BYTES) as stderr,
    ):
        source.write(given)
        source.seek(0)
        streams = {"stdin": source, "stdout": stdout.sink, "stderr": stderr.sink}
        process = await _started(argv, cwd=folder, env=env, start_new_session=True, **streams)
        stdout.close_sink()
        stderr.close_sink()
        try:
            async with asyncio.timeout(timeout_s):
                await _first_of(process, flood)
        finally:
            await _end(process)
            stdout.read_rest()
            stderr.read_rest()
        if flood.done():
            raise TooMuchError
        return Ended(process.returncode or 0, bytes(stdout.kept), bytes(stderr.kept))


async def _started(argv: Sequence[str], **options: Any) -> asyncio.subprocess.Process:
    """Return the running program. A cancellation waits until it runs, to end it: what was half started has children."""
    starting = asyncio.ensure_future(asyncio.create_subprocess_exec(*argv, **options))
    try:
        return await asyncio.shield(starting)
    except asyncio.CancelledError:
        with suppress(OSError):
            await _end(await starting)
        raise


async def _end(process: asyncio.subprocess.Process) -> None:
    """Kill a program and its group, and wait until it is gone itself."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    await asyncio.shield(process.wait())


async def _first_of(process: asyncio.subprocess.Process, flood: asyncio.Future[None]) -> None:
    """Return when the program has ended or has written too much."""
    waiting = asyncio.ensure_future(process.wait())
    try:
        await asyncio.wait((waiting, flood), return_when=asyncio.FIRST_COMPLETED)
    finally:
        waiting.cancel()


class _Beginning(Pipe):
    """Keeps the beginning, and calls `overflow` when there is more."""

    def __init__(self, most_bytes: int, overflow: Callable[[], None]) -> None:
        self._most, self._overflow = most_bytes, overflow
        self.kept = bytearray()

    def take(self, data: bytes) -> None:
        self.kept += data
        if len(self.kept) > self._most:
            self.is_full = True
            self._overflow()


class _End(Pipe):
    """Keeps only the end."""

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self.kept = bytearray()

    def take(self, data: bytes) -> None:
        self.kept += data
        del self.kept[: -self._most]
