"""Confine a program by bubblewrap: namespaces of its own, a read-only system, no network, no rights, a seccomp filter.

The order of the arguments is the order of the mounts: what comes later covers what came before.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from llmos_core.errors import ToolError
from llmos_core.protocols.context import Paths
from llmos_core.protocols.guarding import Launch
from llmos_std.sandbox import seccomp, view
from llmos_std.sandbox.config import SandboxConfig
from llmos_std.sandbox.guarded import Findings, Mark, Walker, pins, targets
from llmos_std.sandbox.leftovers import Ward
from llmos_std.sandbox.naming import LLMOS
from llmos_std.sandbox.quarantine import Quarantine
from llmos_std.sandbox.watching import Watch

PLACES = ("/usr/bin/bwrap", "/bin/bwrap", "/usr/local/bin/bwrap", "/run/current-system/sw/bin/bwrap")
"""Where bubblewrap is looked for: not on the PATH, where a project might have put something of that name."""

HOME = "/tmp/home"  # noqa: S108 – inside the sandbox, where /tmp is the call's own
_TEMPORARY = "/tmp"  # noqa: S108

_LIMITED = 'ulimit -c 0; ulimit -t {cpu}; ulimit -f {file}; ulimit -n {files}; ulimit -d {data}; exec "$@"'
_BLOCK_BYTES = 512


class Bubblewrap:
    """The strongest tier. `program` is bubblewrap itself; `machine` names the processor, for the filter."""

    tier = "bubblewrap"
    is_confining = True

    def __init__(self, config: SandboxConfig, paths: Paths, *, program: str, machine: str) -> None:
        self._config = config
        self._paths = paths
        self._program = program
        self._filter = seccomp.assemble(machine, seccomp.IN_NAMESPACES)
        self._walkers: dict[str, Walker] = {}

    @contextmanager
    def open_launch(
        self, arguments: Sequence[str], *, folder: Path, environment: Mapping[str, str]
    ) -> Iterator[Launch]:
        """Give how to start the program inside; afterwards nothing guarded is left that was not there before."""
        root = view.checked_workspace(str(folder))
        walker = self._walkers.setdefault(root, Walker(root, self._config.is_visible))
        with _house(root), self._ward(root, walker).watched() as found, ExitStack() as open_files:
            filter_fd = _in_memory(self._filter, open_files)
            settings, settings_fds = _settings(open_files)
            options = ["--seccomp", str(filter_fd), *self._mounts(root, found), *settings, "--chdir", root]
            options_fd = _in_memory("\0".join(options).encode(errors="surrogateescape"), open_files)
            yield Launch(
                arguments=(self._program, "--args", str(options_fd), "--", *self._limited(arguments)),
                environment=view.confined_environment(environment, home=HOME, temporary=_TEMPORARY),
                pass_fds=(filter_fd, options_fd, *settings_fds),
                watch=Watch(self._config, root),
                failure_sign="bwrap: ",
            )

    def _ward(self, root: str, walker: Walker) -> Ward:
        state, config = self._paths.user_state, self._config
        quarantine = Quarantine(
            state / "quarantine", most_days=config.quarantine_days, most_bytes=config.quarantine_bytes
        )
        return Ward(root, walker, state, quarantine)

    def _limited(self, arguments: Sequence[str]) -> list[str]:
        import resource

        config = self._config
        script = _LIMITED.format(
            cpu=_lowered(resource.RLIMIT_CPU, config.cpu_s),
            file=_lowered(resource.RLIMIT_FSIZE, config.file_bytes) // _BLOCK_BYTES,
            files=_lowered(resource.RLIMIT_NOFILE, config.open_files),
            data=_lowered(resource.RLIMIT_DATA, config.memory_bytes) // 1024,
        )
        return ["/bin/sh", "-c", script, "sh", *arguments]

    def _mounts(self, root: str, found: Findings) -> list[str]:
        extra = [os.path.abspath(os.path.expanduser(place)) for place in self._config.read_only]
        own = [place for place in view.own_places(self._paths) if view.is_within(place, root) and place != root]
        return [
            *namespaces(is_foreign=os.geteuid() == 0 and os.stat(root).st_uid != 0),
            *system(temporary_bytes=self._config.temporary_bytes, memory_bytes=self._config.memory_bytes),
            *_read_only([*view.interpreter(), *(place for place in extra if os.path.exists(place))]),
            *("--bind", root, root),
            *self._protections(root, found),
            *_read_only(place for place in own if os.path.exists(place)),
        ]

    def _protections(self, root: str, found: Findings) -> Iterator[str]:
        """Yield what makes guarded files read-only, keeps their folders in place, and covers secrets."""
        guarded = _themselves(root, found.of("guarded"))
        for folder in pins([*guarded, *found.of("closed")]):
            yield from ("--bind", f"{root}/{folder}", f"{root}/{folder}")
        for mark in guarded:
            yield from ("--ro-bind", f"{root}/{mark.path}", f"{root}/{mark.path}")
        for mark in _themselves(root, found.of("secret", "device", "closed")):
            place = f"{root}/{mark.path}"
            if mark.is_folder:
                yield from ("--perms", "0000", "--tmpfs", place, "--remount-ro", place)
            else:
                yield from ("--ro-bind", str(self._cover()), place)

    def _cover(self) -> Path:
        """Return an empty file that nobody may read, to lie over what must not be seen."""
        cover = self._paths.user_state / "covered"
        if not cover.exists():
            try:
                cover.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                cover.touch(mode=0o000)
            except OSError as error:
                raise ToolError(f"{cover} cannot be made, which would cover secret files: {error.strerror}") from error
        return cover


@contextmanager
def _house(root: str) -> Iterator[None]:
    """See to it that the workspace has a folder `.llmos` to cover, while a program runs.

    Another process of llmos may begin to keep its records there at any time: no folder that is new is taken away.
    """
    house = os.path.join(root, LLMOS)
    try:
        os.mkdir(house, 0o700)
    except FileExistsError:
        yield
        return
    try:
        yield
    finally:
        with suppress(OSError):  # not empty: it is in use by now
            os.rmdir(house)


def namespaces(*, is_foreign: bool = False) -> list[str]:
    """Return the options that separate a program from every other.

    `is_foreign`: root works in another user's workspace. Then the rights of root over files are kept, which reach no
    further than what is mounted.
    """
    every = ["--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL"]
    if not is_foreign:
        return every
    parts = ("ipc", "pid", "net", "uts", "cgroup-try")
    return [*(f"--unshare-{part}" for part in parts), *every[1:], "--cap-add", "CAP_DAC_OVERRIDE"]


def system(*, temporary_bytes: int, memory_bytes: int) -> list[str]:
    """Return the options for a machine that can be read, with devices, processes and temporary files of its own."""
    options: list[str] = []
    for place in view.SYSTEM:
        if os.path.islink(place):
            options += ["--symlink", os.readlink(place), place]
        elif os.path.isdir(place):
            options += ["--ro-bind", place, place]
    for place in view.SETTING_FOLDERS:
        if os.path.isdir(place):
            options += ["--ro-bind", place, place]
    return [
        *options,
        *("--proc", "/proc", "--dev", "/dev"),
        *("--perms", "1777", "--size", str(memory_bytes), "--tmpfs", "/dev/shm", "--remount-ro", "/dev"),  # noqa: S108
        *("--perms", "1777", "--size", str(temporary_bytes), "--tmpfs", _TEMPORARY),
        *("--perms", "0700", "--dir", HOME, "--symlink", "/tmp", "/var/tmp"),  # noqa: S108
    ]


def _lowered(what: int, most: int) -> int:
    """Return the wished limit, or the one that llmos is under itself: nobody may raise that, and asking is an error."""
    import resource

    hard = resource.getrlimit(what)[1]
    return most if hard == resource.RLIM_INFINITY else min(most, hard)


def _read_only(places: "Sequence[str] | Iterator[str]") -> Iterator[str]:
    for place in places:
        yield from ("--ro-bind", place, place)


def _themselves(root: str, marks: Sequence[Mark]) -> list[Mark]:
    """Return what the marks mean and is there, outer ones first; in place of links, where they lead inside."""
    found = {mark.path: mark for mark in (*targets(root, marks), *marks) if not mark.is_link}
    return [mark for path, mark in sorted(found.items()) if os.path.exists(f"{root}/{path}")]


def _settings(open_files: ExitStack) -> tuple[list[str], list[int]]:
    """Return the options that copy what programs look up, and the files they name: copies are cheaper than mounts."""
    options: list[str] = []
    descriptors: list[int] = []
    for place in view.SETTINGS:
        try:
            descriptor = os.open(place, os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            continue
        open_files.callback(os.close, descriptor)
        descriptors.append(descriptor)
        options += ["--perms", "0444", "--file", str(descriptor), place]
    return options, descriptors


def _in_memory(content: bytes, open_files: ExitStack) -> int:
    """Return an open file in memory with this content, at its beginning."""
    descriptor = os.memfd_create("llmos-sandbox")
    open_files.callback(os.close, descriptor)
    os.write(descriptor, content)
    os.lseek(descriptor, 0, os.SEEK_SET)
    return descriptor
