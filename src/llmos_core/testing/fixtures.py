"""The pytest plugin of llmos: fixtures for trying plugins offline, in a workspace and a home of their own.

It is active wherever llmos is installed (entry point `llmos` of the group `pytest11`), and costs nothing until a test
asks for a fixture: everything but pytest itself is imported inside.

    def test_my_tool_is_used(llmos_run, llmos_provider, llmos_workspace):
        llmos_provider.call("Write", path="a.txt", content="hi").say("done")
        assert llmos_run("create a.txt").success
        assert (llmos_workspace / "a.txt").read_text() == "hi"
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from llmos_core.runtime.kernel import Kernel
    from llmos_core.testing.fakes import FakeProvider, FixedClock
    from llmos_core.types.result import RunResult

_FOREIGN = ("LLMOS_", "XDG_", "OPENAI_", "ANTHROPIC_", "GEMINI_", "AZURE_", "OLLAMA_", "MISTRAL_", "GROQ_", "AWS_")
"""Variables that begin so could let a user's own configuration or keys into a test."""

_LOCAL = ("127.0.0.1", "::1", "localhost")


@pytest.fixture
def llmos_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give an empty home: HOME and LLMOS_HOME lead there, and no key or setting of the user's is left."""
    home = tmp_path / "home"
    home.mkdir()
    for name in [name for name in os.environ if name.startswith(_FOREIGN) or name.endswith("_API_KEY")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("LLMOS_HOME", str(home / "llmos"))
    return home


@pytest.fixture
def llmos_offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no connection leave this machine: whatever is no Unix socket and no loopback address raises OSError."""
    import socket

    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def guarded(real: Any) -> Any:
        def guard(self: socket.socket, address: Any) -> Any:
            if isinstance(address, tuple) and address[0] not in _LOCAL:
                raise OSError(f"this test is offline, and something wants to reach {address[0]}")
            return real(self, address)

        return guard

    monkeypatch.setattr(socket.socket, "connect", guarded(connect))
    monkeypatch.setattr(socket.socket, "connect_ex", guarded(connect_ex))


@pytest.fixture
def llmos_workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, llmos_home: Path, llmos_offline: None) -> Path:
    """Give an empty workspace and make it the current folder, with an empty home and no network."""
    del llmos_home, llmos_offline
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    monkeypatch.chdir(workspace)
    return workspace


@pytest.fixture
def llmos_clock() -> FixedClock:
    """Give the clock of `llmos_kernel`: it stands at noon of 2026-01-01 UTC until `advance(seconds)` moves it."""
    from llmos_core.testing.fakes import FixedClock

    return FixedClock()


@pytest.fixture
def llmos_provider() -> FakeProvider:
    """Give the scripted model of `llmos_kernel`: `say(text)`, `call(tool, **arguments)`, `fail(error)`, in order."""
    from llmos_core.testing.fakes import FakeProvider

    return FakeProvider()


@pytest.fixture
def llmos_kernel(llmos_workspace: Path, llmos_clock: FixedClock, llmos_provider: FakeProvider) -> Iterator[Kernel]:
    """Give an open kernel over the workspace, with every installed plugin, default configuration and scripted model."""
    from llmos_core import aio
    from llmos_core.config.loading import load_config
    from llmos_core.config.paths import find_paths
    from llmos_core.config.sources import read_sources
    from llmos_core.plugins.discovery import discover
    from llmos_core.plugins.host import PluginHost
    from llmos_core.plugins.registry import Registry
    from llmos_core.runtime.kernel import Kernel
    from llmos_core.testing.fakes import counting_ids

    registry = Registry(PluginHost(discover()))
    paths = find_paths(llmos_workspace, os.environ)
    sources = read_sources(paths, os.environ)
    config = load_config(
        sources,
        registry.sections(),
        is_complete=registry.is_complete,
        plugins=registry.fingerprint,
        absence=registry.absence,
    )
    kernel = Kernel(
        registry=registry,
        config=config,
        paths=paths,
        environ=dict(os.environ),
        parts={"provider": llmos_provider},
        clock=llmos_clock,
        new_id=counting_ids("run"),
    )
    aio.run(kernel.boot())
    yield kernel
    aio.run(kernel.close())


@pytest.fixture
def llmos_run(llmos_kernel: Kernel) -> Callable[..., RunResult]:
    """Give a function that executes a goal in `llmos_kernel`; its options are the fields of `TaskBlock`."""
    from llmos_core import aio
    from llmos_core.runtime.dispatcher import dispatch
    from llmos_core.types.task import TaskBlock

    def run(goal: str, **options: Any) -> RunResult:
        """Execute one goal and return its result."""
        return aio.run(dispatch(llmos_kernel, TaskBlock(goal=goal, **options)))

    return run
