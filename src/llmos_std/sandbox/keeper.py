"""Answer the questions of a confined program, and end it: what it may not do itself is done here, or refused.

Landlock lets the program write nowhere in the workspace. Each call that would change something there stops the program
and is put to the keeper, which looks at the path and does it in its place, or says no. So a rule by name holds for
files that do not exist yet as well. An answer "go on" is safe: the kernel then applies Landlock's rules.
"""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # `signal` costs a launch two milliseconds
import errno
import os
import select
import struct
from fcntl import ioctl

from llmos_std.sandbox import kernel_calls as kernel
from llmos_std.sandbox.answers import GO_ON, Opened

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from llmos_std.sandbox.deeds import Deeds

_RECEIVE, _ANSWER, _STILL_THERE, _ADD_FD = 0xC050_2100, 0xC018_2101, 0x4008_2102, 0x4018_2103
_QUESTION = struct.Struct("=QIIiIQ6Q")
_REPLY = struct.Struct("=QqiI")
_FD_REPLY = struct.Struct("=QIIII")
_CONTINUE_FLAG = 1
_SEND_FLAG = 2
_IDLE_MS = 500


def keep(plan: dict[str, Any], pid: int, listener: int) -> None:
    """Answer until the program ends, end all it started, and end as it ended. Never returns.

    `listener` is the number of the descriptor that questions come from.
    """
    _signal.signal(_signal.SIGTERM, _Ended.at_signal)
    status, is_kept_in = 9, _is_kept_in(plan["abi"])
    try:
        keeper = Keeper(plan, pid, listener)
        keeper.serve(os.pidfd_open(pid))
        status = os.waitpid(pid, 0)[1]
    except _Ended:
        pass
    except Exception as error:  # noqa: BLE001 – without its keeper the program must not go on
        os.write(2, f"llmos-sandbox: {error!r}\n".encode())
    os.close(listener)
    _end_everybody(is_kept_in=is_kept_in)
    _end_as(status)


class _Ended(BaseException):
    """Llmos has died, or wants the call to end."""

    @staticmethod
    def at_signal(_number: int, _frame: object) -> None:
        raise _Ended


def _end_everybody(*, is_kept_in: bool) -> None:
    """Kill all that is left of the program, and wait until it is gone; without scopes llmos itself looks for it."""
    _signal.signal(_signal.SIGTERM, _signal.SIG_IGN)
    try:
        while True:
            if is_kept_in:
                os.kill(-1, _signal.SIGKILL)  # Landlock keeps this signal inside: it reaches our own program only
            if os.waitpid(-1, 0 if is_kept_in else os.WNOHANG)[0] == 0:
                return
    except (ChildProcessError, ProcessLookupError):
        return


def _is_kept_in(abi: int) -> bool:
    """Prove that signals cannot leave: llmos, our parent, would be in reach otherwise."""
    if abi < kernel.ABI_WITH_SCOPES:
        return False
    try:
        os.kill(os.getppid(), 0)
    except PermissionError:
        return True
    except OSError:
        return False
    return False


def _end_as(status: int) -> None:
    code = os.waitstatus_to_exitcode(status)
    if code < 0:
        _signal.signal(-code, _signal.SIG_DFL) if -code not in (_signal.SIGKILL, _signal.SIGSTOP) else None
        os.kill(os.getpid(), -code)
    os._exit(code if code >= 0 else 128 - code)


class Keeper:
    """Takes questions from the listener and answers them, one after the other."""

    def __init__(self, plan: dict[str, Any], pid: int, listener: int) -> None:
        self._pid = pid
        self._listener = listener
        self._plan = plan
        self._names: dict[int, str] = {}
        self._deeds: Deeds | None = None

    def _learned(self) -> Deeds:
        """Return what can be done; made for the first question, since most programs ask nothing."""
        if self._deeds is not None:
            return self._deeds
        from llmos_std.sandbox.deeds import Deeds
        from llmos_std.sandbox.syscalls import numbers_of

        self._deeds = deeds = Deeds(self._plan)
        known = numbers_of(self._plan["machine"]).items()
        self._names = {number: name for name, number in known if hasattr(deeds, f"_do_{name}")}
        return deeds

    def serve(self, ended: int) -> None:
        """Answer until the process is no more; `ended` is the number of a pidfd of it."""
        poll = select.poll()
        poll.register(self._listener, select.POLLIN)
        poll.register(ended, select.POLLIN)
        while True:
            ready = dict(poll.poll(_IDLE_MS))
            if ready.get(self._listener, 0) & select.POLLIN:
                self._answer_one()
            elif ended in ready:
                return
            if not ready:
                self._bury_orphans()

    def _answer_one(self) -> None:
        question = bytearray(_QUESTION.size)
        try:
            ioctl(self._listener, _RECEIVE, question)
        except OSError:
            return  # who asked is gone
        number_of_question, thread, _flags, number, _arch, _at, *arguments = _QUESTION.unpack(question)
        try:
            answer = self._done(number, thread, arguments, number_of_question)
        except OSError as error:
            self._reply(number_of_question, 0, -(error.errno or errno.EPERM), 0)
            return
        if answer is GO_ON:
            self._reply(number_of_question, 0, 0, _CONTINUE_FLAG)
        elif isinstance(answer, Opened):
            self._hand_over(number_of_question, answer)
        else:
            self._reply(number_of_question, 0, 0, 0)

    def _done(self, number: int, thread: int, arguments: list[int], question: int) -> object:
        deeds = self._learned()
        name = self._names.get(number)
        if name is None:
            raise OSError(errno.EPERM, "unknown call")

        def is_there() -> None:
            ioctl(self._listener, _STILL_THERE, struct.pack("=Q", question))

        return deeds.do(name, thread, arguments, is_there)

    def _hand_over(self, question: int, opened: Opened) -> None:
        """Put an open file into the program, as the answer to its question."""
        flags = os.O_CLOEXEC if opened.closes_on_exec else 0
        try:
            ioctl(self._listener, _ADD_FD, _FD_REPLY.pack(question, _SEND_FLAG, opened.descriptor, 0, flags))
        except OSError as error:
            self._reply(question, 0, -(error.errno or errno.EMFILE), 0)
        finally:
            os.close(opened.descriptor)

    def _reply(self, question: int, value: int, error: int, flags: int) -> None:
        try:
            ioctl(self._listener, _ANSWER, _REPLY.pack(question, value, error, flags))
        except OSError:
            return  # who asked is gone

    def _bury_orphans(self) -> None:
        """Let orphans that ended disappear; the program's own end must stay to be read."""
        while True:
            found = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            if found is None or found.si_pid == self._pid:
                return
            os.waitpid(found.si_pid, 0)
