"""Law: a program that was being started when its call was cancelled is killed with its children, like any other."""

import asyncio
import os
from pathlib import Path

import pytest

from llmos_std.tools.processes import Limits, run_program


def is_alive(pid: str) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_start_that_is_cancelled_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, pids = tmp_path / "begun", tmp_path / "pids"
    os.mkfifo(begun)
    script = f"sleep 60 & echo $! $$ > {pids}; echo > {begun}; wait"
    start = asyncio.create_subprocess_exec

    async def cancelled() -> None:
        runs, may_return = asyncio.Event(), asyncio.Event()

        async def slow_start(*arguments: str, **options: object) -> object:
            process = await start(*arguments, **options)
            runs.set()
            await may_return.wait()
            return process

        monkeypatch.setattr(asyncio, "create_subprocess_exec", slow_start)
        limits = Limits(timeout_s=60, output_bytes=1000)
        run = run_program(["sh", "-c", script], folder=tmp_path, environment=dict(os.environ), limits=limits)
        task = asyncio.create_task(run)
        await runs.wait()
        await asyncio.to_thread(begun.read_text)
        task.cancel()
        await asyncio.sleep(0)
        may_return.set()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancelled())
    assert not any(is_alive(pid) for pid in pids.read_text().split())
