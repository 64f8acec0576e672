"""Do what a confined program asks for, below the workspace and nowhere else, by names that are not guarded.

Each method bears the name of a system call and has its parameters. It does the thing, or raises the OSError that the
program will see; GO_ON is for what is not in the workspace.
"""

from __future__ import annotations

import errno
import os
import stat

from llmos_std.sandbox import kernel_calls as kernel
from llmos_std.sandbox.answers import DONE, GO_ON, Opened
from llmos_std.sandbox.asking import BENEATH, CURRENT, NO_LINKS, NO_MAGIC, Entry, Root, parts_of
from llmos_std.sandbox.naming import would_be_guarded_inside
from llmos_std.sandbox.touching import Touching

_REMOVE_FOLDER, _FOLLOW, _EMPTY_PATH = 0x200, 0x400, 0x1000
_TEMPORARY_FILE = 0o20200000
_KNOWN_FLAGS = 0o37777777
_MOST_LINKS = 40
_WRITES = os.O_ACCMODE | os.O_CREAT | os.O_TRUNC


class Deeds(Touching):
    """What can be asked for: files, names, and what `Touching` has."""

    def _do_open(self, path: int, flags: int, mode: int, *_rest: int) -> object:
        return self._do_openat(CURRENT, path, flags, mode)

    def _do_creat(self, path: int, mode: int, *_rest: int) -> object:
        return self._do_openat(CURRENT, path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, mode)

    def _do_openat(self, folder: int, path: int, flags: int, mode: int, *_rest: int) -> object:
        root, rest = self.place(folder, path)
        if root is None or not root.is_judged:
            return GO_ON
        flags &= _KNOWN_FLAGS
        if not flags & _WRITES and flags & (os.O_PATH | os.O_DIRECTORY):
            return GO_ON
        if flags & _TEMPORARY_FILE == _TEMPORARY_FILE:
            raise OSError(errno.EOPNOTSUPP, "no nameless files")
        closes = bool(flags & os.O_CLOEXEC)
        try:
            found = self._opened(root, rest, flags)
            return GO_ON if found is None else Opened(found, closes_on_exec=closes)
        except FileNotFoundError:
            if not flags & os.O_CREAT:
                raise
        if not flags & (os.O_EXCL | os.O_NOFOLLOW):
            rest = self._after_links(root, rest)
        return Opened(self._created(root, rest, flags, mode), closes_on_exec=closes)

    def _opened(self, root: Root, rest: bytes, flags: int) -> int | None:
        """Open what exists: it is found first, judged, and then that very file is opened. None for a folder to read."""
        is_new = flags & (os.O_CREAT | os.O_EXCL) == os.O_CREAT | os.O_EXCL
        stays = os.O_NOFOLLOW if flags & os.O_NOFOLLOW or is_new else 0
        found = kernel.open_beneath(root.descriptor, rest, os.O_PATH | stays, 0, BENEATH | NO_MAGIC)
        try:
            if is_new:
                raise OSError(errno.EEXIST, "exists")
            kind = os.fstat(found).st_mode
            if stat.S_ISLNK(kind):
                raise OSError(errno.ELOOP, "a link")
            if stat.S_ISDIR(kind):
                if not flags & _WRITES:
                    return None
                raise OSError(errno.EISDIR, "a folder")
            if not stat.S_ISREG(kind):
                raise OSError(errno.EACCES, "a socket, a pipe or a device")
            self.judge_sight(root, parts_of(root, found))
            if flags & _WRITES:
                self.judge(root, parts_of(root, found), is_folder=False)
            kept = flags & ~(os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW)
            return os.open(f"/proc/self/fd/{found}", kept | os.O_CLOEXEC)
        finally:
            os.close(found)

    def _after_links(self, root: Root, rest: bytes) -> bytes:
        """Return where a link leads that leads to nothing yet, and any other path as it is."""
        for _ in range(_MOST_LINKS):
            with Entry(root, rest) as entry:
                status = entry.status()
                if status is None or not stat.S_ISLNK(status.st_mode):
                    return rest
                says = os.readlink(entry.name.rstrip(b"/"), dir_fd=entry.folder)
            found = root.rest(says) if says.startswith(b"/") else rest.rstrip(b"/").rpartition(b"/")[0] + b"/" + says
            if found is None:
                raise OSError(errno.EACCES, "outside")
            rest = found.lstrip(b"/")
        raise OSError(errno.ELOOP, "links without end")

    def _created(self, root: Root, rest: bytes, flags: int, mode: int) -> int:
        if rest.endswith(b"/"):
            raise OSError(errno.EISDIR, "a folder")
        with Entry(root, rest) as entry:
            self.judge(root, entry.parts, is_folder=False)
            os.umask(self.umask())
            resolve = BENEATH | NO_MAGIC | NO_LINKS
            return kernel.open_beneath(entry.folder, entry.name, flags, mode & 0o7777, resolve)

    def _do_truncate(self, path: int, size: int, *_rest: int) -> object:
        root, rest = self.place(CURRENT, path)
        if root is None or not root.is_judged:
            return GO_ON
        descriptor = self._opened(root, rest, os.O_WRONLY)
        if descriptor is not None:
            os.ftruncate(descriptor, size)
            os.close(descriptor)
        return DONE

    def _do_mkdir(self, path: int, mode: int, *_rest: int) -> object:
        return self._do_mkdirat(CURRENT, path, mode)

    def _do_mkdirat(self, folder: int, path: int, mode: int, *_rest: int) -> object:
        root, rest = self.place(folder, path)
        if root is None or not root.is_judged:
            return GO_ON
        if rest == b".":
            raise OSError(errno.EEXIST, "the workspace")
        with Entry(root, rest) as entry:
            if entry.status() is not None:
                raise OSError(errno.EEXIST, "exists")
            self.judge(root, entry.parts, is_folder=True)
            os.umask(self.umask())
            os.mkdir(entry.name, mode & 0o1777, dir_fd=entry.folder)
        return DONE

    def _do_mknod(self, path: int, mode: int, *_rest: int) -> object:
        return self._do_mknodat(CURRENT, path, mode)

    def _do_mknodat(self, folder: int, path: int, mode: int, *_rest: int) -> object:
        root, rest = self.place(folder, path)
        if root is None or not root.is_judged:
            return GO_ON
        if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
            raise OSError(errno.EPERM, "no pipes and devices in the workspace")
        os.close(self._created(root, rest, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode & 0o777))
        return DONE

    def _do_unlink(self, path: int, *_rest: int) -> object:
        return self._do_unlinkat(CURRENT, path, 0)

    def _do_rmdir(self, path: int, *_rest: int) -> object:
        return self._do_unlinkat(CURRENT, path, _REMOVE_FOLDER)

    def _do_unlinkat(self, folder: int, path: int, flags: int, *_rest: int) -> object:
        root, rest = self.place(folder, path)
        if root is None or not root.is_judged:
            return GO_ON
        with Entry(root, rest) as entry:
            self.judge_entry(entry)
            if flags & _REMOVE_FOLDER:
                os.rmdir(entry.name, dir_fd=entry.folder)
            else:
                os.unlink(entry.name, dir_fd=entry.folder)
        return DONE

    def _do_rename(self, source: int, target: int, *_rest: int) -> object:
        return self._do_renameat2(CURRENT, source, CURRENT, target, 0)

    def _do_renameat(self, from_: int, source: int, to: int, target: int, *_rest: int) -> object:
        return self._do_renameat2(from_, source, to, target, 0)

    def _do_renameat2(self, from_: int, source: int, to: int, target: int, flags: int, *_rest: int) -> object:
        roots = self._two_places(from_, source, to, target)
        if roots is None:
            return GO_ON
        if flags & ~1:
            raise OSError(errno.EINVAL, "no exchange")
        with roots[0] as old, roots[1] as new:
            self.judge_entry(old)
            self.judge_entry(new)
            status = old.status()
            if status is not None and stat.S_ISDIR(status.st_mode):
                if tuple(old.parts) in self.pinned:
                    raise OSError(errno.EBUSY, "holds what is guarded")
                if would_be_guarded_inside(new.parts):
                    raise OSError(errno.EPERM, "guarded")
            self.judge(new.root, new.parts, is_folder=status is not None and stat.S_ISDIR(status.st_mode))
            kernel.rename(self.machine, (old.folder, old.name), (new.folder, new.name), flags)
        return DONE

    def _two_places(self, from_: int, source: int, to: int, target: int) -> tuple[Entry, Entry] | None:
        """Return two entries of the workspace; None when both are elsewhere. EXDEV when one is: callers copy then."""
        first, rest = self.place(from_, source)
        second, other = self.place(to, target)
        is_first, is_second = (root is not None and root.is_judged for root in (first, second))
        if not is_first and not is_second:
            return None
        if not (is_first and is_second):
            raise OSError(errno.EXDEV, "another root")
        old = Entry(self.workspace, rest)
        try:
            return old, Entry(self.workspace, other)
        except OSError:
            os.close(old.folder)
            raise

    def _do_link(self, source: int, target: int, *_rest: int) -> object:
        return self._do_linkat(CURRENT, source, CURRENT, target, 0)

    def _do_linkat(self, from_: int, source: int, to: int, target: int, flags: int, *_rest: int) -> object:
        roots = self._two_places(from_, source, to, target)
        if roots is None:
            return GO_ON
        if flags & (_EMPTY_PATH | _FOLLOW):
            raise OSError(errno.EPERM, "no links through descriptors")
        with roots[0] as old, roots[1] as new:
            self.judge_entry(old)
            self.judge(new.root, new.parts, is_folder=False)
            os.link(old.name, new.name, src_dir_fd=old.folder, dst_dir_fd=new.folder, follow_symlinks=False)
        return DONE

    def _do_symlink(self, says: int, path: int, *_rest: int) -> object:
        return self._do_symlinkat(says, CURRENT, path)

    def _do_symlinkat(self, says: int, folder: int, path: int, *_rest: int) -> object:
        root, rest = self.place(folder, path)
        if root is None or not root.is_judged:
            return GO_ON
        with Entry(root, rest) as entry:
            self.judge(root, entry.parts, is_folder=False)
            os.symlink(self.text(says), entry.name, dir_fd=entry.folder)
        return DONE
