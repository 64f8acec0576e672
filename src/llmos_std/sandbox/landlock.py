"""Confine a program where there are no namespaces: Landlock, seccomp, limits, and a keeper beside it (see `launcher`).

The program may read the system and the workspace, and write into a temporary folder of its own. Every change to the
workspace is put to the keeper. It shares processes and network with everybody, so it gets no sockets at all.
"""

import marshal
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from llmos_core.protocols.context import Paths
from llmos_core.protocols.guarding import Launch
from llmos_std.sandbox import seccomp, view
from llmos_std.sandbox.config import SandboxConfig
from llmos_std.sandbox.guarded import Walker, pins, targets, visible
from llmos_std.sandbox.kernel_calls import ABI_WITH_SCOPES, landlock_abi
from llmos_std.sandbox.launcher import SIGN
from llmos_std.sandbox.watching import Watch

DEVICES = tuple(f"/dev/{name}" for name in ("null", "zero", "full", "random", "urandom"))

FACTS = tuple(
    f"/proc/{name}"
    for name in (
        *("cpuinfo", "meminfo", "stat", "version", "filesystems", "loadavg", "uptime", "sys/vm/overcommit_memory"),
        *(f"sys/kernel/{name}" for name in ("osrelease", "pid_max", "ngroups_max", "cap_last_cap")),
        *(f"sys/kernel/random/{name}" for name in ("uuid", "boot_id")),
    )
)
"""What programs want to know of the machine; nothing of other processes."""

_SOURCES = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
_MAIN = (
    f"import sys; sys.path.append({_SOURCES!r}); from llmos_std.sandbox.launcher import main; main(int(sys.argv[1]))"
)


class Landlocked:
    """The tier without namespaces. `abi` is the version of Landlock to count on, by default the kernel's."""

    tier = "landlock"
    is_confining = True

    def __init__(self, config: SandboxConfig, paths: Paths, *, machine: str, abi: int = 0) -> None:
        self._config = config
        self._paths = paths
        self._machine = machine
        self._abi = abi or landlock_abi()
        self._walkers: dict[str, Walker] = {}

    @contextmanager
    def open_launch(
        self, arguments: Sequence[str], *, folder: Path, environment: Mapping[str, str]
    ) -> Iterator[Launch]:
        """Give how to start the program confined; afterwards its temporary folder is gone."""
        root = view.checked_workspace(str(folder))
        walker = self._walkers.setdefault(root, Walker(root, self._config.is_visible))
        found = walker.walk()
        private = os.path.realpath(tempfile.mkdtemp(prefix="llmos-"))
        plan_fd = os.memfd_create("llmos-sandbox")
        try:
            home = os.path.join(private, "home")
            os.mkdir(home, 0o700)
            own = [place for place in view.own_places(self._paths) if view.is_within(place, root)]
            guarded, unseen = found.of("guarded"), found.of("secret", "closed")
            guarded += targets(root, guarded)
            unseen += targets(root, unseen)
            plan = {
                **self._plan(root, private, arguments),
                "frozen": [mark.path for mark in guarded] + [os.path.relpath(place, root) for place in own],
                "pinned": pins(guarded),
                "readable": [*self._readable(), *visible(root, unseen)],
                "secrets": [mark.path for mark in unseen],
                "filter": self._filter(asks_to_read=bool(unseen)),
            }
            os.write(plan_fd, marshal.dumps(plan))
            os.lseek(plan_fd, 0, os.SEEK_SET)
            yield Launch(
                arguments=(sys.executable, "-I", "-S", "-X", "utf8", "-c", _MAIN, str(plan_fd)),
                environment={
                    **view.confined_environment(environment, home=home, temporary=private),
                    "PATH": self._search_path(environment.get("PATH", ""), root),
                },
                pass_fds=(plan_fd,),
                watch=Watch(self._config, root),
                failure_sign=SIGN,
                ends_on_term=True,
            )
        finally:
            os.close(plan_fd)
            shutil.rmtree(private, ignore_errors=True)

    def _filter(self, *, asks_to_read: bool) -> bytes:
        rules = seccomp.without_namespaces(os.geteuid(), os.getegid(), asks_to_read=asks_to_read)
        if self._abi < ABI_WITH_SCOPES:
            rules = (*seccomp.SIGNALS, *rules)
        return seccomp.assemble(self._machine, rules)

    def _search_path(self, path: str, root: str) -> str:
        """Return a search path without folders that are out of reach: a program found there could not be started."""
        reached = [root, *map(os.path.realpath, self._readable())]
        folders = [each for each in path.split(os.pathsep) if each.startswith("/")]
        seen = [each for each in folders if any(view.is_within(os.path.realpath(each), place) for place in reached)]
        return os.pathsep.join(seen) or os.defpath

    def _readable(self) -> list[str]:
        extra = [os.path.abspath(os.path.expanduser(place)) for place in self._config.read_only]
        return [*view.SYSTEM, *view.SETTINGS, *view.SETTING_FOLDERS, view.PROCESSOR, *view.interpreter(), *extra]

    def _plan(self, root: str, private: str, arguments: Sequence[str]) -> dict[str, object]:
        """Return what the launcher is to do, but for what depends on the workspace; values that marshal takes."""
        config = self._config
        umask = os.umask(0o077)
        os.umask(umask)
        return {
            "parent": os.getpid(),
            "machine": self._machine,
            "abi": self._abi,
            "arguments": list(arguments),
            "folder": root,
            "workspace": root,
            "private": private,
            "umask": umask,
            "facts": list(FACTS),
            "devices": list(DEVICES),
            "is_foreign": os.geteuid() == 0 and os.stat(root).st_uid != 0,
            "limits": [
                ("RLIMIT_CORE", 0),
                ("RLIMIT_CPU", config.cpu_s),
                ("RLIMIT_FSIZE", config.file_bytes),
                ("RLIMIT_NOFILE", config.open_files),
                ("RLIMIT_DATA", config.memory_bytes),
            ],
        }
