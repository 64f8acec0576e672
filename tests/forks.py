"""Run pieces of a test in forked processes: many at once, as another user, or killed in the middle.

Nothing that the children use may be open in the parent: SQLite's locks do not survive a fork.
"""

import json
import os
import signal
import sys
import traceback
from collections.abc import Callable
from typing import Any

NOBODY = 65534

Say = Callable[..., None]
"""Tell the parent something, as JSON; what was told before a kill is never lost."""


class Child:
    """A forked process that runs `work(say)`; its exit code is 0 if that returned."""

    def __init__(self, work: Callable[[Say], object], *, as_nobody: bool = False) -> None:
        self._hears, speaks = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(self._hears)
            _become(work, speaks, as_nobody=as_nobody)
        os.close(speaks)

    def kill(self) -> None:
        """End it at once, wherever it is."""
        os.kill(self.pid, signal.SIGKILL)

    def first_word(self) -> Any:
        """Wait for the next thing it says; None when it ended without a word."""
        line = b""
        while (byte := os.read(self._hears, 1)) not in (b"", b"\n"):
            line += byte
        return json.loads(line) if line else None

    def words(self) -> list[Any]:
        """Wait for its end and return everything else it said."""
        with os.fdopen(self._hears, "rb") as pipe:
            heard = pipe.read()
        self.exit_code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        return [json.loads(line) for line in heard.split(b"\n")[:-1]]


def in_children(work: Callable[[int], object], *, number: int = 8) -> list[Any]:
    """Run `work(0)`, `work(1)` … in processes that start together; return what each returned, as JSON."""
    gate, opener = os.pipe()

    def one(index: int) -> Callable[[Say], object]:
        def run(say: Say) -> None:
            os.close(opener)
            os.read(gate, 1)  # the end of the file comes when every other holder has closed it
            say(work(index))

        return run

    children = [Child(one(index)) for index in range(number)]
    os.close(gate)
    os.close(opener)
    answers = [child.words() for child in children]
    assert [child.exit_code for child in children] == [0] * number, "a child failed; see its traceback above"
    return [answer for (answer,) in answers]


def as_nobody(work: Callable[[], object]) -> Any:
    """Return, through JSON, what `work` returns for an ordinary user: permissions hold for it even in root's tests."""
    child = Child(lambda say: say(work()), as_nobody=True)
    (answer,) = child.words()
    return answer


def _become(work: Callable[[Say], object], speaks: int, *, as_nobody: bool) -> None:
    code = 1
    try:
        if as_nobody and os.geteuid() == 0:
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
        work(lambda *facts: os.write(speaks, json.dumps(facts if len(facts) > 1 else facts[0]).encode() + b"\n"))
        code = 0
    except BaseException:  # noqa: BLE001 – a child must never return into the parent's test run
        traceback.print_exc(file=sys.__stderr__)
    finally:
        os._exit(code)
