"""Run one program with limits: on time, on output, on what it sees of the environment, and on what it leaves behind.

When `run_program` returns or raises, no process that the program started is alive, unless it changed both its session
and its environment.
"""

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Self

from llmos_core.errors import ToolError
from llmos_core.types.record import Record
from llmos_std.tools.kin import Kin

if TYPE_CHECKING:
    import asyncio
    from asyncio.subprocess import Process

_CHUNK_BYTES = 65_536


class Limits(Record):
    """The bounds of one program: seconds until it is killed, and bytes kept of each output stream."""

    timeout_s: float
    output_bytes: int


class Finished(Record):
    """How a program ended. `exit_code` is negative for a signal; an output that was too long lacks its middle.

    `raw` is standard output and standard error as bytes, before they were made text; `is_cut` says that one lacks some.
    """

    exit_code: int
    stdout: str
    stderr: str
    raw: tuple[bytes, bytes] = (b"", b"")
    is_cut: bool = False


async def run_program(
    arguments: Sequence[str],
    *,
    folder: Path,
    environment: Mapping[str, str],
    limits: Limits,
    stdin: int | None = None,
) -> Finished:
    """Run a program in `folder`, wait for its end, and return what came of it. It reads the file `stdin`, else nothing.

    Raises ToolError when it cannot be started or is not done in time. Killed with all its children then, when the
    waiting is cancelled, and when it leaves children behind.
    """
    import asyncio

    kin = Kin()
    with _Output(limits.output_bytes) as stdout, _Output(limits.output_bytes) as stderr:
        start = _start(arguments, folder, {**environment, **kin.mark}, stdout, stderr, stdin=stdin)
        process = await _started(asyncio.ensure_future(start), kin)
        try:
            async with asyncio.timeout(limits.timeout_s):
                code = await process.wait()
        except TimeoutError:
            advice = "give it more time with timeout_s, or less to do"
            raise ToolError(f"not done after {limits.timeout_s:g} s, and killed; {advice}") from None
        finally:
            kin.kill(process.pid)
            await asyncio.shield(_reap(process))
            stdout.read_rest()
            stderr.read_rest()
    return Finished(
        exit_code=code,
        stdout=stdout.text(),
        stderr=stderr.text(),
        raw=(stdout.kept, stderr.kept),
        is_cut=stdout.is_cut or stderr.is_cut,
    )


async def _started(starting: "asyncio.Future[Process]", kin: Kin) -> "Process":
    """Return the running program. A cancellation waits until it runs, to kill it: what is half started has children."""
    import asyncio

    try:
        return await asyncio.shield(starting)
    except asyncio.CancelledError:
        with suppress(ToolError):
            process = await starting
            kin.kill(process.pid)
            await asyncio.shield(_reap(process))
        raise


async def _start(
    arguments: Sequence[str],
    folder: Path,
    environment: Mapping[str, str],
    stdout: "_Output",
    stderr: "_Output",
    *,
    stdin: int | None,
) -> "Process":
    import asyncio

    try:
        return await asyncio.create_subprocess_exec(
            *arguments,
            cwd=folder,
            env=environment,
            stdin=asyncio.subprocess.DEVNULL if stdin is None else stdin,
            stdout=stdout.sink,
            stderr=stderr.sink,
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise ToolError(f"{Path(arguments[0]).name} cannot be started: {reason}; shorten the call") from error
    finally:
        stdout.close_sink()
        stderr.close_sink()


async def _reap(process: "Process") -> None:
    await process.wait()


class _Output:
    """Collects what is written to a pipe, keeping the first and the last half of the allowed bytes."""

    def __init__(self, most_bytes: int) -> None:
        self._half = most_bytes // 2
        self._head, self._tail = bytearray(), bytearray()
        self._cut_bytes = 0

    def __enter__(self) -> Self:
        import asyncio

        self._source, self.sink = os.pipe()
        os.set_blocking(self._source, False)
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._source, self._read_some)
        return self

    def __exit__(self, *_error: object) -> None:
        self._loop.remove_reader(self._source)
        os.close(self._source)
        self.close_sink()

    def close_sink(self) -> None:
        """Close the writing end on this side: it belongs to the program."""
        if self.sink >= 0:
            os.close(self.sink)
            self.sink = -1

    def read_rest(self) -> None:
        """Take all that is in the pipe, without waiting for more."""
        while self._read_some():
            pass

    @property
    def kept(self) -> bytes:
        """What was kept, without a sign of what was cut."""
        return bytes(self._head + self._tail)

    @property
    def is_cut(self) -> bool:
        """Whether anything was cut."""
        return self._cut_bytes > 0

    def text(self) -> str:
        """Return what was kept as text; a line with an ellipsis stands for what was cut."""
        head, tail = (bytes(part).decode("utf-8", "replace") for part in (self._head, self._tail))
        return f"{head}\n… {self._cut_bytes} bytes cut …\n{tail}" if self._cut_bytes else head + tail

    def _read_some(self) -> bool:
        try:
            data = os.read(self._source, _CHUNK_BYTES)
        except BlockingIOError:
            return False
        if not data:
            self._loop.remove_reader(self._source)
        room = self._half - len(self._head)
        self._head += data[:room]
        self._tail += data[room:] if room > 0 else data
        too_much = max(0, len(self._tail) - self._half)
        del self._tail[:too_much]
        self._cut_bytes += too_much
        return bool(data)
