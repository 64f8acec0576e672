"""Run one program with limits: on time, on output, on what it sees of the environment, and on what it leaves behind.

When `run_program` returns or raises, no process that the program started is alive, unless it changed both its session
and its environment.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from llmos_core.errors import ToolError, ToolTimeoutError
from llmos_core.protocols.guarding import Launch
from llmos_core.types.record import Record
from llmos_std.pipes import Pipe
from llmos_std.tools.kin import Kin

if TYPE_CHECKING:
    import asyncio
    from asyncio.subprocess import Process

_TO_END_S = 10.0
_FIRST_LOOK_S, _NEXT_LOOK_S, _LAST_LOOK_S = 0.05, 0.1, 1.0


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

    Raises ToolError when it cannot be started, ToolTimeoutError when it is not done in time. Killed with all its
    children then, when the waiting is cancelled, and when it leaves children behind.
    """
    launch = Launch(arguments=tuple(arguments), environment=environment)
    return await run_launch(launch, folder=folder, limits=limits, stdin=stdin)


async def run_launch(launch: Launch, *, folder: Path, limits: Limits, stdin: int | None = None) -> Finished:
    """Run a program, confined or not, as `run_program` does. `stdin` is the number of a descriptor, None for no input.

    Raises ToolError also when it passes a limit that its launch watches over, or cannot be confined, ToolTimeoutError
    when it is not done in time.
    """
    import asyncio

    kin = Kin()
    with _Output(limits.output_bytes) as stdout, _Output(limits.output_bytes) as stderr:
        start = _start(launch, folder, kin.mark, stdout, stderr, stdin=stdin)
        process = await _started(asyncio.ensure_future(start), kin)
        try:
            async with asyncio.timeout(limits.timeout_s):
                code = await _ended(process, launch)
        except TimeoutError:
            advice = "give it more time with timeout_s, or less to do"
            raise ToolTimeoutError(f"not done after {limits.timeout_s:g} s, and killed; {advice}") from None
        finally:
            await asyncio.shield(_ended_all(process, kin, launch))
            stdout.read_rest()
            stderr.read_rest()
    if code != 0 and launch.failure_sign and stderr.kept.startswith(launch.failure_sign.encode()):
        raise ToolError(f"the program could not be confined, and was not started: {stderr.text().strip()[:500]}")
    return Finished(
        exit_code=code,
        stdout=stdout.text(),
        stderr=stderr.text(),
        raw=(stdout.kept, stderr.kept),
        is_cut=stdout.is_cut or stderr.is_cut,
    )


async def _ended(process: "Process", launch: Launch) -> int:
    """Wait for the end, looking now and then whether a limit is passed: ToolError. Looking takes a tenth at most."""
    import asyncio
    import time

    ending = asyncio.ensure_future(process.wait())
    pause_s = _FIRST_LOOK_S
    try:
        while not (await asyncio.wait({ending}, timeout=pause_s))[0]:
            started = time.thread_time()
            if reason := launch.watch(process.pid):
                raise ToolError(f"killed: {reason}")
            pause_s = min(_LAST_LOOK_S, max(_NEXT_LOOK_S, 10 * (time.thread_time() - started)))
        return ending.result()
    finally:
        ending.cancel()


async def _started(starting: "asyncio.Future[Process]", kin: Kin) -> "Process":
    """Return the running program. A cancellation waits until it runs, to kill it: what is half started has children."""
    import asyncio

    try:
        return await asyncio.shield(starting)
    except asyncio.CancelledError:
        with suppress(ToolError):
            process = await starting
            kin.kill(process.pid)
            await asyncio.shield(process.wait())
        raise


async def _start(
    launch: Launch,
    folder: Path,
    mark: Mapping[str, str],
    stdout: "_Output",
    stderr: "_Output",
    *,
    stdin: int | None,
) -> "Process":
    import asyncio

    try:
        return await asyncio.create_subprocess_exec(
            *launch.arguments,
            cwd=folder,
            env={**launch.environment, **mark},
            pass_fds=launch.pass_fds,
            stdin=asyncio.subprocess.DEVNULL if stdin is None else stdin,
            stdout=stdout.sink,
            stderr=stderr.sink,
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise ToolError(f"{Path(launch.arguments[0]).name} cannot be started: {reason}; shorten the call") from error
    finally:
        stdout.close_sink()
        stderr.close_sink()


async def _ended_all(process: "Process", kin: Kin, launch: Launch) -> None:
    """Kill the program and all its kin; a launch that can do it by itself is asked first."""
    import asyncio

    if launch.ends_on_term and process.returncode is None:
        with suppress(TimeoutError, ProcessLookupError):
            process.terminate()
            await asyncio.wait_for(process.wait(), _TO_END_S)
    kin.kill(process.pid)
    await process.wait()


class _Output(Pipe):
    """Keeps the first and the last half of the allowed bytes."""

    def __init__(self, most_bytes: int) -> None:
        self._half = most_bytes // 2
        self._head, self._tail = bytearray(), bytearray()
        self._cut_bytes = 0

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

    def take(self, data: bytes) -> None:
        """Keep what fits; what is in the middle of too much is only counted."""
        room = self._half - len(self._head)
        self._head += data[:room]
        self._tail += data[room:] if room > 0 else data
        too_much = max(0, len(self._tail) - self._half)
        del self._tail[:too_much]
        self._cut_bytes += too_much
