"""Understand what a confined program asks for: which path is meant, where it really leads, whether it is guarded.

Every path is resolved by the kernel below an open folder (`RESOLVEBENEATH`), and judged by where it really leads; the
program's memory is read once. Nothing the program does meanwhile can change what is touched.
"""

from __future__ import annotations

import errno
import os
import stat

from llmos_std.sandbox import kernel_calls as kernel
from llmos_std.sandbox.naming import is_guarded

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Self

CURRENT = -100
"""AT_FDCWD: paths begin in the thread's current folder."""
NO_MAGIC, NO_LINKS, BENEATH = 2, 4, 8
_PATH_MAX = 4096
_DESCRIPTORS = (b"/proc/self/fd/", b"/proc/thread-self/fd/", b"/dev/fd/")


class Root:
    """A folder in which the keeper acts: the workspace, where names are judged, or the call's own temporary folder."""

    def __init__(self, path: str, *, is_judged: bool) -> None:
        self.path = os.fsencode(path)
        self.is_judged = is_judged
        self.descriptor = os.open(path, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)

    def rest(self, path: bytes) -> bytes | None:
        """Return what follows this folder in an absolute path, None when it is another's."""
        if path == self.path:
            return b"."
        if path.startswith(self.path + b"/"):
            return path[len(self.path) :].lstrip(b"/") or b"."
        return None


class Entry:
    """A name in an open folder; its parts are where that really is, below the root."""

    def __init__(self, root: Root, path: bytes) -> None:
        above, _, name = path.rstrip(b"/").rpartition(b"/")
        if name in (b"", b".", b".."):
            raise OSError(errno.EINVAL if name else errno.EBUSY, "no name")
        self.root, self.name = root, name
        self.folder = kernel.open_beneath(
            root.descriptor, above or b".", os.O_PATH | os.O_DIRECTORY, 0, BENEATH | NO_MAGIC
        )
        self.parts = [*parts_of(root, self.folder), os.fsdecode(name)]
        if path.endswith(b"/"):
            self._ask_for_folder()

    def _ask_for_folder(self) -> None:
        """Leave it to the kernel what a slash at the end means; but it may follow no link."""
        status = self.status()
        if status is not None and stat.S_ISLNK(status.st_mode):
            os.close(self.folder)
            raise OSError(errno.ENOTDIR, "a link")
        self.name += b"/"

    def status(self) -> os.stat_result | None:
        """Return what is there, None for nothing."""
        try:
            return os.stat(self.name.rstrip(b"/"), dir_fd=self.folder, follow_symlinks=False)
        except FileNotFoundError:
            return None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        os.close(self.folder)


def parts_of(root: Root, descriptor: int) -> list[str]:
    """Return where an open file really is, as parts below the root."""
    link = os.readlink(b"/proc/self/fd/%d" % descriptor)
    rest = root.rest(link)
    if rest is None or link.endswith(b" (deleted)"):
        raise OSError(errno.EACCES, "moved away")
    return [] if rest == b"." else os.fsdecode(rest).split("/")


def _real(path: bytes) -> bytes:
    """Return a path with a folder that is spelt as it is: to learn which root is meant, it is resolved again there."""
    above, _, name = path.rstrip(b"/").rpartition(b"/")
    if name in (b".", b".."):
        above, name = path, b""
    folder = os.open(above or b"/", os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        real = os.readlink(b"/proc/self/fd/%d" % folder)
    finally:
        os.close(folder)
    return b"/".join(filter(None, (real.rstrip(b"/"), name))) + (b"/" if path.endswith(b"/") else b"")


def signed(value: int) -> int:
    """Return the C int in a register: `value` without a sign, the kernel's code with one."""
    return (value & 0xFFFF_FFFF ^ 0x8000_0000) - 0x8000_0000


class Asking:
    """Reads and judges questions. The plan names the roots, and what of the workspace is frozen or must stay."""

    def __init__(self, plan: dict[str, Any]) -> None:
        self.workspace = Root(plan["workspace"], is_judged=True)
        self.private = Root(plan["private"], is_judged=False)
        self._frozen = [entry.split("/") for entry in plan["frozen"]]
        self._secrets = [entry.split("/") for entry in plan["secrets"]]
        self.pinned = {tuple(entry.split("/")) for entry in plan["pinned"]}
        self.machine = plan["machine"]
        self.session = os.getsid(0)
        self.thread = 0

    def do(self, name: str, thread: int, arguments: list[int], is_there: Callable[[], None]) -> object:
        """Do one thing for a thread; OSError is the program's answer.

        `thread` is the number of the thread; `is_there` raises OSError when it is no more.
        """
        self.thread = thread
        self._is_there = is_there
        return getattr(self, f"_do_{name}")(*arguments)

    def memory(self, address: int, size: int) -> bytes:
        """Return `size` bytes of the program's memory from `address`, less where it ends; EFAULT for nothing."""
        with open(f"/proc/{self.thread}/mem", "rb", buffering=0) as file:
            try:
                found = os.pread(file.fileno(), size, address)
            except (OSError, OverflowError):
                raise OSError(errno.EFAULT, "no memory") from None
        self._is_there()
        return found

    def text(self, address: int) -> bytes:
        """Return the text that begins at an address."""
        text, end, _ = self.memory(address, _PATH_MAX).partition(b"\0")
        if not end:
            raise OSError(errno.ENAMETOOLONG, "no end")
        return text

    def _absolute(self, folder: int, path: bytes) -> bytes:
        if path.startswith(b"/"):
            return self._through_descriptor(path)
        if not path:
            raise OSError(errno.ENOENT, "no path")
        place = "cwd" if signed(folder) == CURRENT else f"fd/{signed(folder)}"
        try:
            return os.readlink(os.fsencode(f"/proc/{self.thread}/{place}")) + b"/" + path
        except FileNotFoundError:
            raise OSError(errno.EBADF, "no folder") from None

    def _through_descriptor(self, path: bytes) -> bytes:
        """Return where a path leads that begins at what the thread has open, any other path as it is."""
        for prefix in _DESCRIPTORS:
            number, slash, rest = path[len(prefix) :].partition(b"/")
            if path.startswith(prefix) and number.isdigit():
                link = os.readlink(b"/proc/%d/fd/%d" % (self.thread, int(number)))
                return link + slash + rest if link.startswith(b"/") else path
        return path

    def place(self, folder: int, address: int) -> tuple[Root | None, bytes]:
        """Return the root that a path is in and the rest of it; no root when it is in neither.

        The path begins in the open `folder`; its text is at `address`, in bytes of the program's memory.
        """
        path = self._absolute(folder, self.text(address))
        found = None if b".." in path.split(b"/") else self._in_root(path)
        if found is None and not path.startswith((b"/dev/", b"/proc/")):
            found = self._in_root(_real(path))
        return found or (None, path)

    def _in_root(self, path: bytes) -> tuple[Root, bytes] | None:
        for root in (self.private, self.workspace):
            rest = root.rest(path)
            if rest is not None:
                return root, rest
        return None

    def umask(self) -> int:
        """Return the thread's own umask."""
        with open(f"/proc/{self.thread}/status", "rb", buffering=0) as file:
            lines = file.read(256).split(b"\n")
        return int(next(line.split()[1] for line in lines if line.startswith(b"Umask:")), 8)

    def judge(self, root: Root, parts: list[str], *, is_folder: bool) -> None:
        """Raise EPERM for what is guarded."""
        if not root.is_judged:
            return
        is_frozen = any(parts[: len(frozen)] == frozen for frozen in self._frozen)
        if is_frozen or is_guarded(parts, is_folder=is_folder):
            raise OSError(errno.EPERM, "guarded")

    def judge_sight(self, root: Root, parts: list[str]) -> None:
        """Raise EACCES for what must not be seen, whatever it is to be used for."""
        if root.is_judged and any(parts[: len(secret)] == secret for secret in self._secrets):
            raise OSError(errno.EACCES, "secret")

    def judge_entry(self, entry: Entry) -> None:
        """Raise EPERM for an entry that is guarded, or that would be as what it is now."""
        status = entry.status()
        self.judge_sight(entry.root, entry.parts)
        self.judge(entry.root, entry.parts, is_folder=status is not None and stat.S_ISDIR(status.st_mode))
