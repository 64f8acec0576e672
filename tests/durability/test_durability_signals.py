"""Law: a signal ends a run in order: its children go with it, and the journal says how far it was.

The signal comes when the run is at a known stage: while a model thinks, while a program runs that a tool started, after
a letter was sent. SIGKILL is tested at every write point elsewhere.
"""

import os
import select
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from lives import Post, Store

from forks import Child, Say
from llmos_std.boot import LLMOS
from llmos_std.cli.main import main
from llmos_std.providers.scripted import ScriptedProvider

LIMIT_S = 120.0
SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]
MODEL = """[model]
provider = "command"
[provider.command]
argv = ["sh", "-c", "touch {stage}; sleep {mark} & wait"]
"""
TOOL = """[model]
provider = "scripted"
[provider.scripted]
path = "script.toml"
"""
SCRIPT = """[[turns]]
calls = [{{tool = "Bash", arguments = {{command = "touch stage; sleep {mark} & wait"}}}}]
[[turns]]
text = "done"
"""


class Stage:
    """A store whose next run stops at a known stage, in a program that never ends and that bears a mark."""

    def __init__(self, folder: Path, kind: str) -> None:
        self.store = Store(folder)
        self.mark = f"600.{os.getpid()}{time.monotonic_ns()}"
        self.reached = self.store.workspace / "stage" if kind == "tool" else folder / "stage"
        self.store.home.mkdir()
        config = (TOOL if kind == "tool" else MODEL).format(stage=self.reached, mark=self.mark)
        (self.store.home / "config.toml").write_text(config)
        (self.store.workspace / "script.toml").write_text(SCRIPT.format(mark=self.mark))

    def start(self, *, ignored: signal.Signals | None = None) -> Child:
        """Start the command in a process of its own and return once the stage is reached."""

        def work(_say: Say) -> None:
            for number in SIGNALS:
                signal.signal(number, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.default_int_handler)
            if ignored is not None:
                signal.signal(ignored, signal.SIG_IGN)
            os.environ.update(self.store.environ)
            os.chdir(self.store.workspace)
            sys.stdin = open(os.devnull)  # noqa: PTH123, SIM115 – of this process alone
            try:
                main(["run", "wait for me", "-y", "--json"])
            except SystemExit as end:
                sys.stdout.flush()
                os._exit(int(end.code or 0))

        child = Child(work)
        until(self.reached.exists)
        return child

    def living(self) -> list[int]:
        """Return the processes that bear the mark."""
        return [int(path.name) for path in Path("/proc").glob("[0-9]*") if self.mark.encode() in _command(path)]


def _command(path: Path) -> bytes:
    try:
        return (path / "cmdline").read_bytes()
    except OSError:
        return b""


def until(is_true: object) -> None:
    """Return once another process has done something; AssertionError after a long time."""
    assert callable(is_true)
    deadline = time.monotonic() + LIMIT_S
    while not is_true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


@pytest.fixture(params=["model", "tool"])
def stage(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stage]:
    made = Stage(tmp_path, request.param)
    yield made
    for pid in made.living():
        os.kill(pid, signal.SIGKILL)


@pytest.mark.parametrize("number", SIGNALS, ids=lambda each: each.name)
def test_a_signal_ends_the_run_its_children_and_its_entry_in_the_journal(stage: Stage, number: signal.Signals) -> None:
    """Invariant: exit code 130, no process is left behind, and the run is known as interrupted."""
    child = stage.start()
    os.kill(child.pid, number)
    child.words()
    assert child.exit_code == 130
    until(lambda: not stage.living())
    newest = stage.store.newest()
    assert newest is not None
    assert "interrupted" in newest.reason
    assert newest.status in ("cancelled", "")


def test_a_second_signal_leaves_no_orphan_and_a_readable_journal(stage: Stage) -> None:
    """Invariant: a second Ctrl-C ends the wait for an orderly end; what was recorded stays readable."""
    child = stage.start()
    os.kill(child.pid, signal.SIGINT)
    select.select([], [], [], 0.05)  # nobody presses Ctrl-C twice in less
    with suppress(ProcessLookupError):
        os.kill(child.pid, signal.SIGTERM)
    child.words()
    assert child.exit_code != 0
    until(lambda: not stage.living())
    assert stage.store.newest() is not None


def test_a_signal_that_was_ignored_from_the_start_stays_ignored(tmp_path: Path) -> None:
    """Invariant: under nohup a closed terminal ends nothing; a request to end still does."""
    stage = Stage(tmp_path, "model")
    child = stage.start(ignored=signal.SIGHUP)
    os.kill(child.pid, signal.SIGHUP)
    os.kill(child.pid, signal.SIGTERM)
    child.words()
    assert child.exit_code == 130
    until(lambda: not stage.living())


def test_a_final_call_that_was_interrupted_is_not_made_again(tmp_path: Path) -> None:
    """Invariant: a letter under way when the user interrupts has an unknown end; later runs do not send it again."""
    store = Store(tmp_path)

    class Interrupted(Post):
        def call(self, arguments: object, context: object) -> object:
            super().call(arguments, context)
            raise KeyboardInterrupt

    def run(tool: Post) -> str:
        script = ScriptedProvider([{"calls": [{"tool": "Post", "arguments": {"text": "one"}}]}, {"text": "done"}])
        parts = {"environ": store.environ, "provider": script, "tools": [tool]}
        return LLMOS(1000, workspace=store.workspace, yes=True, **parts).run("post it", max_turns=9).status.value

    with pytest.raises(KeyboardInterrupt):
        run(Interrupted(store.letters))
    for _ in range(2):
        assert run(Post(store.letters)) != "failed"
    assert store.sent() == ["one"]


def test_a_reader_that_leaves_does_not_undo_the_run(tmp_path: Path) -> None:
    """Invariant: when nobody reads the answer any more, the run is over all the same, and the exit code says so."""
    store = Store(tmp_path)

    def work(say: Say) -> None:
        os.environ.update(store.environ)
        os.chdir(store.workspace)
        sys.stdin = open(os.devnull)  # noqa: PTH123, SIM115 – of this process alone
        hears, speaks = os.pipe()
        os.close(hears)
        os.dup2(speaks, 1)
        sys.stdout = os.fdopen(1, "w", buffering=1)
        try:
            main(["run", "create a file hello.txt that says hello", "--provider", "builtin"])
        except SystemExit as end:
            say("code", end.code)

    child = Child(work)
    ((_, code),) = child.words()
    assert code == 1
    assert (store.workspace / "hello.txt").read_text() == "hello"
    newest = store.newest()
    assert newest is not None
    assert newest.status == "succeeded"
