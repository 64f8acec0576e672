"""A person at a terminal: a command runs in a pseudo-terminal of its own and is talked to when it asks.

A session leader that opens a terminal gets it as its own (its /dev/tty); a shell opens it and becomes the command. The
other end is held open here, so nothing that is typed or shown can be lost.
"""

import os
import select
import subprocess
import time
from collections.abc import Sequence

from command import LIMIT_S, LLMOS, Done, Place

_OPEN = 'exec "$0" "$@" <>"$TERMINAL" >&0 2>&0'


def talk(place: Place, arguments: Sequence[str], answers: Sequence[tuple[str, str | None]]) -> Done:
    """Run `llmos ARGUMENTS` in a terminal: wait for each prompt in turn and type the answer; at None it is killed.

    What was shown is in `out`. AssertionError when a prompt does not come or the command does not end in time.
    """
    master, slave = os.openpty()
    environ = {**place.environ, "TERMINAL": os.ttyname(slave), "TERM": "dumb", "NO_COLOR": "1"}
    process = subprocess.Popen(
        ["sh", "-c", _OPEN, LLMOS, *arguments], cwd=place.folder, env=environ, start_new_session=True
    )
    try:
        shown = _conversation(master, answers, process)
        code = process.wait(LIMIT_S)
    finally:
        process.kill()
        process.wait()
        os.close(master)
        os.close(slave)
    assert "Traceback" not in shown, shown
    return Done(code, shown.replace("\r\n", "\n"), "")


def _conversation(master: int, answers: Sequence[tuple[str, str | None]], process: "subprocess.Popen[bytes]") -> str:
    shown, read_to, until = b"", 0, time.monotonic() + LIMIT_S
    left = list(answers)
    while True:
        assert time.monotonic() < until, f"no end, or no prompt {left[:1]}; it showed {shown.decode()}"
        if select.select([master], [], [], 0.05)[0]:
            shown += os.read(master, 65_536)
        elif process.poll() is not None:
            assert not left, f"it ended without asking {left[0][0]!r}; it showed {shown.decode()}"
            return shown.decode("utf-8", "replace")
        if left and left[0][0].encode() in shown[read_to:]:
            read_to = len(shown)
            _answer(master, process, left.pop(0)[1])


def _answer(master: int, process: "subprocess.Popen[bytes]", answer: str | None) -> None:
    if answer is None:
        process.kill()
    else:
        os.write(master, answer.encode())
