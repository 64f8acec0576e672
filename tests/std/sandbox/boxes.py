"""A workspace with the real tools in a tier, for tests of what ordinary programs do there."""

from pathlib import Path
from typing import Any

import pytest
from bubble import have_bubblewrap

from llmos_core import aio
from llmos_core.protocols.acting import ToolContext
from llmos_core.protocols.context import Paths
from llmos_std.sandbox.choosing import choose, obstacle
from llmos_std.sandbox.config import SandboxConfig
from llmos_std.tools.commands import Bash, Python
from llmos_std.tools.config import CommandsConfig

TIERS = ("bubblewrap", "landlock")


def paths_in(folder: Path) -> Paths:
    """Return paths whose workspace is `ws`, all below one folder."""
    state = folder / "state"
    return Paths(workspace=folder / "ws", user_config=state / "c", user_data=state, user_state=state, user_cache=state)


class Box:
    """A workspace `ws` below a folder, and the two tools in one tier."""

    def __init__(self, folder: Path, tier: str, **settings: Any) -> None:
        self.outside = folder
        self.workspace = folder / "ws"
        self.workspace.mkdir()
        self.sandbox = choose(SandboxConfig(tier=tier, **settings), paths_in(folder)).sandbox
        self.timeout_s = 60.0

    def context(self) -> ToolContext:
        environ = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(self.outside)}
        return ToolContext(
            workspace=self.workspace, run_id="r", timeout_s=self.timeout_s, environ=environ, sandbox=self.sandbox
        )

    def bash(self, command: str) -> tuple[int, str]:
        """Return exit code and both outputs of a command line."""
        return self._said(Bash(CommandsConfig()).call, command=command)

    def python(self, code: str) -> tuple[int, str]:
        """Return exit code and both outputs of a program."""
        return self._said(Python(CommandsConfig()).call, code=code)

    def _said(self, call: Any, **arguments: str) -> tuple[int, str]:
        found = aio.run(aio.call(call, arguments, self.context()))
        return found["exit_code"], found["stdout"] + found["stderr"]

    def put(self, path: str, text: str = "") -> Path:
        """Make a file in the workspace."""
        file = self.workspace / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return file


def skip_without(tier: str) -> None:
    """Skip the test, with the reason, where a tier does not work."""
    have_bubblewrap()
    if reason := obstacle(tier):
        pytest.skip(f"{tier}: {reason}")
