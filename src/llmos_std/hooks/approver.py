"""Ask the user at the terminal. Only a typed `y` or `yes` is a yes; no terminal, no approver.

What is shown came from a model or a trace: control characters are made visible, nothing can pose as the question.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from llmos_core.protocols.acting import Question
    from llmos_core.protocols.context import PluginContext

TERMINAL = Path("/dev/tty")
SHOWN_LENGTH = 2000
SHOWN_TAIL = 500


class TerminalApprover:
    """Puts each question to whoever sits at the terminal. `open_streams` gives where to read and where to write."""

    def __init__(self, open_streams: Callable[[], AbstractContextManager[tuple[TextIO, TextIO]]]) -> None:
        self._open_streams = open_streams

    def approve(self, question: Question) -> bool:
        """Show the call and return True only when the next line typed is y or yes; waits as long as it takes."""
        with self._open_streams() as (reading, writing):
            _drop_typed_ahead(reading)
            writing.write(page_of(question))
            writing.flush()
            return reading.readline().strip().lower() in ("y", "yes")


class AutoApprover:
    """Says yes to every question, as -y asks for. It is never asked about what a gate denies."""

    approves_all = True

    def approve(self, question: Question) -> bool:  # noqa: ARG002 – the protocol's parameter
        """Say yes."""
        return True


def open_approver(_context: PluginContext) -> TerminalApprover | None:
    """Return an approver when somebody can see and answer a question, else None."""
    is_watched = any(stream is not None and stream.isatty() for stream in (sys.stderr, sys.stdout))
    if not is_watched:
        return None
    try:
        with _terminal():
            return TerminalApprover(_terminal)
    except OSError:
        is_answered = sys.stdin is not None and sys.stdin.isatty()
        return TerminalApprover(_standard_streams) if is_answered else None


def page_of(question: Question) -> str:
    """Return the question as shown: what, with which arguments, why it is asked. It ends where the answer is typed."""
    action = question.action
    lines = [f"\nllmos asks: may {visible(action.call.tool)} run? (effect: {action.effect.value})"]
    for name, value in action.call.arguments.items():
        lines.append(f"  {visible(name)}:")
        lines.extend(f"    | {line}" for line in _shown(value))
    lines.append(f"  why it is asked: {visible(question.reason)}")
    if action.is_tainted:
        lines.append("  note: text from outside was read in this run, and may be what asks for this")
    lines.append("Allow exactly this call? [y/N] ")
    return "\n".join(lines)


def visible(text: str) -> str:
    """Return text in which every character that would not print, or would move others, is written as its code."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def _shown(value: object) -> list[str]:
    """Return an argument as lines: beginning and end of a long one, saying how much is left out between."""
    text = value if isinstance(value, str) else repr(value)
    lines = [visible(line) for line in _shortened(text).split("\n")]
    return lines or [""]


def _shortened(text: str) -> str:
    if len(text) <= SHOWN_LENGTH:
        return text
    hidden = len(text) - SHOWN_LENGTH
    return f"{text[: SHOWN_LENGTH - SHOWN_TAIL]}\n… {hidden} characters are not shown …\n{text[-SHOWN_TAIL:]}"


@contextmanager
def _terminal() -> Iterator[tuple[TextIO, TextIO]]:
    with TERMINAL.open(encoding="utf-8", errors="replace") as reading, TERMINAL.open("w", encoding="utf-8") as writing:
        yield reading, writing


@contextmanager
def _standard_streams() -> Iterator[tuple[TextIO, TextIO]]:
    yield sys.stdin, sys.stderr


def _drop_typed_ahead(reading: TextIO) -> None:
    """Forget what was typed before the question could be read: it answers nothing."""
    with suppress(Exception):  # no terminal, or none of a kind that can forget
        import termios

        termios.tcflush(reading.fileno(), termios.TCIFLUSH)
