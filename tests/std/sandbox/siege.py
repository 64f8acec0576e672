"""Run the attacks against one tier after the other, as whoever runs this file, and print what succeeded as JSON.

    python siege.py FOLDER TIER…

A process of its own, because it is run as root and as an ordinary user, and because its own death is what some attacks
are after. FOLDER must be empty and ours; in the folder above it there is a file named `turns`.
"""

import fcntl
import json
import os
import pty
import resource
import select
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from attack import PROOF, Attack, program
from attacks import ATTACKS

from llmos_core import aio
from llmos_core.errors import ToolError
from llmos_core.protocols.acting import ToolContext
from llmos_core.protocols.context import Paths
from llmos_std.sandbox.choosing import choose
from llmos_std.sandbox.config import SandboxConfig
from llmos_std.tools.commands import Bash, Python
from llmos_std.tools.config import CommandsConfig

SECRET = "PWNED by reading"
DECOYS = (
    *("outside/file", "home/.bashrc", "readable/file"),
    *("ws/.git/config", "ws/.llmos/config.toml", "ws/.envrc", "ws/linked/start"),
)
LINKS = {"ws/other/.envrc": "../linked/start", "ws/.bash_profile": "nothing-yet", "ws/other/.env": "../linked/values"}
MIB = 1 << 20
TIMEOUT_S, PATIENCE_S, NO_PATIENCE_S = 120.0, 30.0, 0.5
"""How long an attack may take; how long one that takes too much waits to be ended, with a tier and without one."""


class Scene:
    """Decoys around a workspace, fresh for each attack; listeners and a victim are on the outside."""

    def __init__(self, base: Path, *, patience_s: float) -> None:
        self.base, self.patience_s = base, patience_s
        self.mark = f"llmos-siege-{os.getpid()}-{base.name}"
        self.signals = 0
        for name in (
            "ws",
            "outside",
            "home/.ssh",
            "readable",
            "state",
            "ws/.git/hooks",
            "ws/.llmos/plugins",
            "ws/other",
            "ws/linked",
            "ws/above/shut",
        ):
            (base / name).mkdir(parents=True)
        (base / "ws/above/shut").chmod(0o311)
        for name in ("outside/shadow", "home/.ssh/id_rsa", "ws/.env", "ws/linked/values"):
            (base / name).write_text(SECRET)
        for name in DECOYS:
            (base / name).write_text("as it was")
        for name, says in LINKS.items():
            (base / name).symlink_to(says)
        (base / "outside/start.sh").write_text(f"echo {PROOF}\n")
        self._hijack()
        self._before = {name: self._look(name) for name in DECOYS}
        self._listen()
        self.victim = subprocess.Popen(["sh", "-c", "sleep 600; :", SECRET], start_new_session=True)

    def _hijack(self) -> None:
        """Put programs into the workspace that bear the names of those that llmos starts."""
        folder = self.base / "ws/bin"
        folder.mkdir()
        for name in ("bash", "sh", "bwrap", "env"):
            (folder / name).write_text(f'#!/bin/sh\necho x > {self.base}/outside/hijacked\nexec /bin/{name} "$@"\n')
            (folder / name).chmod(0o755)

    def _listen(self) -> None:
        self.sockets = {
            "tcp": socket.create_server(("127.0.0.1", 0)),
            "udp": socket.socket(socket.AF_INET, socket.SOCK_DGRAM),
            "abstract": socket.socket(socket.AF_UNIX),
            "outside": socket.socket(socket.AF_UNIX),
            "inside": socket.socket(socket.AF_UNIX),
            "log": socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM),
        }
        self.sockets["udp"].bind(("127.0.0.1", 0))
        self.sockets["abstract"].bind("\0" + self.mark)
        self.sockets["log"].bind(str(self.base / "outside/log.sock"))
        for name, place in (("outside", "outside/docker.sock"), ("inside", "ws/agent.sock")):
            self.sockets[name].bind(str(self.base / place))
        for name in ("abstract", "outside", "inside"):
            self.sockets[name].listen()
        self.master, slave = pty.openpty()
        self.terminal = os.ttyname(slave)
        self._slave = slave

    def facts(self) -> dict[str, Any]:
        """What an attack is told."""
        named = {name: str(self.base / name) for name in ("ws", "outside", "home", "readable")}
        return {
            **named,
            "base": str(self.base),
            "mark": self.mark,
            "key": abs(hash(self.mark)) % 2**30 + 1,
            "tcp": self.sockets["tcp"].getsockname()[1],
            "udp": self.sockets["udp"].getsockname()[1],
            "terminal": self.terminal,
            "victim": self.victim.pid,
            "llmos": os.getpid(),
            "patience": self.patience_s,
        }

    def _look(self, name: str) -> tuple[Any, ...]:
        path = self.base / name
        try:
            status = path.stat()
            names = tuple(os.listxattr(path))
            return path.read_text(), status.st_mode, status.st_mtime_ns, status.st_uid, names
        except OSError as error:
            return (error.errno,)

    def is_changed(self, *parts: str) -> bool:
        name = "/".join(parts)
        return self._look(name) != self._before[name]

    def is_there(self, *parts: str) -> bool:
        return os.path.lexists(self.base.joinpath(*parts))

    def is_link(self, *parts: str) -> bool:
        return self.base.joinpath(*parts).is_symlink()

    def is_in(self, path: str) -> bool:
        found = Path(path).exists()
        Path(path).unlink(missing_ok=True)
        return found

    def mode(self, *parts: str) -> int:
        path = self.base.joinpath(*parts)
        return stat.S_IMODE(path.stat().st_mode) if path.exists() else 0

    def was_called(self, name: str) -> bool:
        return bool(select.select([self.sockets[name]], [], [], 0)[0])

    def terminal_has_text(self) -> bool:
        return bool(select.select([self.master], [], [], 0)[0])

    def victim_is_dead(self) -> bool:
        return self.victim.poll() is not None or self._has_signals(self.victim.pid)

    @staticmethod
    def _has_signals(pid: int) -> bool:
        """Say whether a signal that was sent has still to arrive."""
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        return any(int(line.split()[1], 16) for line in lines if line.startswith(("SigPnd:", "ShdPnd:")))

    def victim_is_limited(self) -> bool:
        return resource.prlimit(self.victim.pid, resource.RLIMIT_CPU)[0] == 77

    def was_signalled(self) -> bool:
        return self.signals > 0

    def outlived(self) -> bool:
        """Say whether a process with our mark lives on; it is ended then."""
        found = False
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit() and int(entry.name) != os.getpid():
                with suppress(OSError):
                    if self.mark.encode() in (entry / "cmdline").read_bytes():
                        os.kill(int(entry.name), signal.SIGKILL)
                        found = True
        return found

    def close(self) -> None:
        os.killpg(self.victim.pid, signal.SIGKILL)
        self.victim.wait()
        for one in self.sockets.values():
            one.close()
        os.close(self.master)
        os.close(self._slave)


def attempt(attack: Attack, scene: Scene, tier: str) -> tuple[bool, str]:
    """Run one attack by the real tool; return whether it succeeded, and what it said."""
    signal.signal(signal.SIGUSR1, lambda *_: setattr(scene, "signals", scene.signals + 1))
    base = scene.base
    state = base / "state"
    paths = Paths(workspace=base / "ws", user_config=state / "c", user_data=state, user_state=state, user_cache=state)
    config = SandboxConfig(
        tier=tier,
        read_only=(str(base / "readable"),),
        processes=64,
        memory_bytes=256 * MIB,
        file_bytes=16 * MIB,
        disk_bytes=48 * MIB,
        open_files=128,
    )
    environ = {
        "PATH": f"{base}/ws/bin:/usr/bin:/bin" if attack.name == "program-on-the-path" else "/usr/bin:/bin",
        "HOME": str(base / "home"),
        "BASH_ENV": str(base / "outside/start.sh"),
        "LD_PRELOAD": "/nonexistent.so",
        "PYTHONPATH": str(base / "outside"),
    }
    facts = scene.facts()
    names = {"OUTSIDE": "outside", "TCP": "tcp", "VICTIM": "victim", "MARK": "mark"}
    settings = "".join(f"{name}={facts[key]}; " for name, key in names.items())
    context = ToolContext(
        workspace=base / "ws", run_id="r", timeout_s=TIMEOUT_S, environ=environ, sandbox=choose(config, paths).sandbox
    )
    commands = CommandsConfig(environment=attack.environment)
    tool: Any = Bash(commands) if attack.tool == "Bash" else Python(commands)
    code = settings + attack.code if attack.tool == "Bash" else program(attack.code, facts)
    try:
        said = aio.run(aio.call(tool.call, {"command" if attack.tool == "Bash" else "code": code}, context))
        text, error = said["stdout"], said["stderr"]
    except ToolError as refused:
        text, error = "", str(refused)
    return PROOF in text or (attack.trace is not None and attack.trace(scene)), (text + error)[-300:]


@contextmanager
def alone(folder: Path, *, exclusively: bool) -> Iterator[None]:
    """Take turns with the other sieges below a folder: one may fill the disk while nobody else is watched."""
    with (folder / "turns").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX if exclusively else fcntl.LOCK_SH)
        yield


def clean(scene: Scene) -> None:
    """Undo what an attack has done that does not go with its folder."""
    scene.outlived()
    scene.close()
    with suppress(OSError):
        (scene.base / "gone").rename(scene.base / "ws")
    if os.path.ismount(scene.base / "ws/m"):
        subprocess.run(["umount", "-l", str(scene.base / "ws/m")], check=True)


def main(folder: Path, tiers: list[str]) -> None:
    os.environ["LLMOS_DECOY"] = SECRET
    found: dict[str, dict[str, tuple[bool, str]]] = {}
    for tier in tiers:
        found[tier] = {}
        for number, attack in enumerate(ATTACKS):
            scene = Scene(folder / f"{tier}-{number}", patience_s=NO_PATIENCE_S if tier == "none" else PATIENCE_S)
            with alone(folder.parent, exclusively=attack.is_alone):
                try:
                    found[tier][attack.name] = attempt(attack, scene, tier)
                finally:
                    clean(scene)
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
