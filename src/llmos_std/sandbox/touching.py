"""Change rights and times of files for a confined program, which Landlock knows nothing of; and look at its signals."""

from __future__ import annotations

import errno
import os
import struct

from llmos_std.sandbox import kernel_calls as kernel
from llmos_std.sandbox.answers import DONE, GO_ON
from llmos_std.sandbox.asking import BENEATH, CURRENT, NO_MAGIC, Asking, Root, parts_of, signed

_NO_FOLLOW, _EMPTY_PATH = 0x100, 0x1000
_NOW, _OMIT = (1 << 30) - 1, (1 << 30) - 2
_TIMES = struct.Struct("=4q")


class Touching(Asking):
    """The system calls that change what a file is marked with, and those that send signals."""

    def _found(self, folder: int, address: int, flags: int) -> int:
        """Return an open path to what is meant, in the workspace or the call's own folder; EPERM for anything else."""
        if address == 0 or (flags & _EMPTY_PATH and not self.text(address)):
            return self._found_open(folder)
        root, rest = self.place(folder, address)
        if root is None:
            raise OSError(errno.EPERM, "outside")
        stays = os.O_NOFOLLOW if flags & _NO_FOLLOW else 0
        return self._judged(root, kernel.open_beneath(root.descriptor, rest, os.O_PATH | stays, 0, BENEATH | NO_MAGIC))

    def _found_open(self, descriptor: int) -> int:
        """Return an open path to what the program has open under a number."""
        try:
            found = os.open(f"/proc/{self.thread}/fd/{signed(descriptor)}", os.O_PATH | os.O_CLOEXEC)
        except OSError:
            raise OSError(errno.EBADF, "not open") from None
        link = os.readlink(b"/proc/self/fd/%d" % found)
        root = next((root for root in (self.private, self.workspace) if root.rest(link) is not None), None)
        if root is None:
            os.close(found)
            raise OSError(errno.EPERM, "outside")
        return self._judged(root, found)

    def _judged(self, root: Root, found: int) -> int:
        try:
            is_folder = os.path.isdir(f"/proc/self/fd/{found}")
            self.judge(root, parts_of(root, found), is_folder=is_folder)
        except OSError:
            os.close(found)
            raise
        return found

    def _change_mode(self, found: int, mode: int) -> object:
        try:
            os.chmod(f"/proc/self/fd/{found}", mode & 0o1777)
        finally:
            os.close(found)
        return DONE

    def _do_chmod(self, path: int, mode: int, *_rest: int) -> object:
        return self._change_mode(self._found(CURRENT, path, 0), mode)

    def _do_fchmod(self, descriptor: int, mode: int, *_rest: int) -> object:
        return self._change_mode(self._found_open(descriptor), mode)

    def _do_fchmodat(self, folder: int, path: int, mode: int, *_rest: int) -> object:
        return self._change_mode(self._found(folder, path, 0), mode)

    def _do_fchmodat2(self, folder: int, path: int, mode: int, flags: int, *_rest: int) -> object:
        return self._change_mode(self._found(folder, path, flags), mode)

    def _do_utimensat(self, folder: int, path: int, times: int, flags: int, *_rest: int) -> object:
        found = self._found(folder, path, flags)
        try:
            place = f"/proc/self/fd/{found}"
            if times == 0:
                os.utime(place)
            else:
                os.utime(place, ns=self._times(times, os.stat(place)))
        finally:
            os.close(found)
        return DONE

    def _times(self, address: int, status: os.stat_result) -> tuple[int, int]:
        """Return the two times that a program names, in nanoseconds; it may mean now, or as it was."""
        read = _TIMES.unpack(self.memory(address, _TIMES.size))
        before = (status.st_atime_ns, status.st_mtime_ns)
        return (_time(read[0], read[1], before[0]), _time(read[2], read[3], before[1]))

    def _do_kill(self, target: int, *_rest: int) -> object:
        """Let a signal pass to processes of the program's own session; `target` is as for kill(2)."""
        pid = signed(target)
        if pid == 0:
            return GO_ON
        try:
            is_own = pid != -1 and os.getsid(abs(pid)) == self.session and abs(pid) != os.getpid()
        except ProcessLookupError:
            raise OSError(errno.ESRCH, "nobody") from None
        if not is_own:
            raise OSError(errno.EPERM, "a stranger")
        return GO_ON

    _do_tkill = _do_tgkill = _do_rt_sigqueueinfo = _do_rt_tgsigqueueinfo = _do_kill


def _time(seconds: int, nanoseconds: int, before: int) -> int:
    if nanoseconds == _OMIT:
        return before
    if nanoseconds == _NOW:
        import time

        return time.time_ns()
    return seconds * 1_000_000_000 + nanoseconds
