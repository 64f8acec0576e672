"""The laws of a sandbox: what it launches runs in the workspace, and what claims to confine does.

A launch may raise ToolError where the machine cannot confine; then nothing runs, and nothing is proven.
"""

import contextlib
import os
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from llmos_core.errors import ToolError
from llmos_core.protocols.guarding import IN_PROCESS, UNCONFINED, Sandbox
from llmos_core.testing.suites.services.common import ServiceLaws

ENVIRONMENT = {"PATH": os.defpath, "GIVEN": "yes"}
"""What a program is to find in its environment."""

PLANTED = "LLMOS_TESTING_PLANTED"
"""A variable of this process that no confined program may see."""

_WAIT_S = 30.0


def laws_for() -> tuple[type, dict[str, Any]]:
    """Return the laws of this role and what they draw."""
    return SandboxLaws, {}


class SandboxLaws(ServiceLaws):
    """What every sandbox must do."""

    def test_its_tier_has_a_name_and_does_not_change(self) -> None:
        """Else a yes is bound to nothing. `tier` is a text, never "in-process", and the same at every look."""
        with self.service.opened() as sandbox:
            tiers = [sandbox.tier for _ in range(3)]
        assert all(isinstance(tier, str) and tier not in ("", IN_PROCESS) for tier in tiers), tiers
        assert len(set(tiers)) == 1, tiers

    def test_it_says_plainly_whether_it_confines(self) -> None:
        """Else final calls count as reversible. `is_confining` is True or False, and False for the tier "none"."""
        with self.service.opened() as sandbox:
            assert sandbox.is_confining in (True, False)
            assert isinstance(sandbox.is_confining, bool)
            assert not (sandbox.tier == UNCONFINED and sandbox.is_confining)

    def test_a_program_runs_in_the_workspace(self) -> None:
        """Else nothing can be done. It starts in `folder`, can write there, and finds the environment it was given."""
        with self.service.folder() as folder, self.service.opened_in(folder) as sandbox:
            code = run(sandbox, folder, ["/bin/sh", "-c", 'echo "$GIVEN" > made.txt'])
            made = folder / "workspace" / "made.txt"
            assert code is None or (made.is_file() and made.read_text() == "yes\n"), f"it ended with {code}"

    def test_it_hands_on_no_environment_of_its_own(self) -> None:
        """Else secrets of this process are in every program. Launch with what was given, and no more of os.environ."""
        os.environ[PLANTED] = "planted"
        try:
            with self.service.folder() as folder, self.service.opened_in(folder) as sandbox:
                run(sandbox, folder, ["/bin/sh", "-c", f'echo "${PLANTED}" > seen.txt'])
                seen = folder / "workspace" / "seen.txt"
                assert not seen.is_file() or seen.read_text() == "\n"
        finally:
            del os.environ[PLANTED]

    def test_what_confines_lets_no_program_write_elsewhere(self) -> None:
        """Else what counts as reversible is not. Outside the workspace nothing may change."""
        with self.service.folder() as folder, self.service.opened_in(folder) as sandbox:
            outside = folder / "outside.txt"
            run(sandbox, folder, ["/bin/sh", "-c", f"echo x > '{outside}'"])
            assert not (sandbox.is_confining and outside.exists()), "a program wrote outside the workspace"

    def test_what_confines_lets_no_program_reach_a_network(self) -> None:
        """Else whatever was read can be sent away. Not even this machine's own loopback may be reached."""
        with self.service.folder() as folder, self.service.opened_in(folder) as sandbox, _listening() as server:
            port = server.getsockname()[1]
            connect = f"import socket; socket.create_connection(('127.0.0.1', {port}), 5)"
            run(sandbox, folder, [sys.executable, "-I", "-c", connect])
            assert not (sandbox.is_confining and _was_reached(server)), "a program reached the network"


def run(sandbox: Sandbox, folder: Path, arguments: Sequence[str]) -> int | None:
    """Run a program in the workspace and return its exit code, None when the sandbox refused to start it."""
    workspace = folder / "workspace"
    workspace.mkdir(exist_ok=True)
    try:
        with sandbox.open_launch(arguments, folder=workspace, environment=ENVIRONMENT) as launch:
            return subprocess.run(
                launch.arguments,
                cwd=workspace,
                env=dict(launch.environment),
                pass_fds=launch.pass_fds,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_WAIT_S,
                check=False,
            ).returncode
    except ToolError:
        return None


def _listening() -> contextlib.closing[socket.socket]:
    return contextlib.closing(socket.create_server(("127.0.0.1", 0)))


def _was_reached(server: socket.socket) -> bool:
    server.settimeout(0.05)
    try:
        server.accept()[0].close()
    except TimeoutError:
        return False
    return True
