"""The terminal of the person who is asked. Waiting for a line can be cancelled; what is written cannot move the cursor.

Everything shown comes from goals, tools and traces: control characters are written as their codes.
"""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Iterator

TERMINAL = "/dev/tty"
_CUT_BYTES = 4_095
"""What a terminal keeps of one line; the rest of it is lost."""


class Terminal:
    """A terminal that lines are read from and written to; `handle` is an open file descriptor of it."""

    def __init__(self, handle: int) -> None:
        self._handle = handle

    def write(self, text: str) -> None:
        """Write text, its control characters made visible except the ends of lines."""
        data = visible(text).encode("utf-8", "replace")
        while data:
            data = data[os.write(self._handle, data) :]

    async def line(self, prompt: str) -> str | None:
        """Ask for one line and return it without its end, None at the end of input; a damaged one is asked again."""
        while True:
            self.write(prompt)
            raw = await self._raw_line()
            if not raw:
                return None
            if not (problem := _problem_with(raw)):
                return raw.decode().rstrip("\r\n")
            self.write(f"  {problem}\n")

    async def _raw_line(self) -> bytes:
        raw = b""
        while not raw.endswith(b"\n"):
            await self._wait()
            more = os.read(self._handle, _CUT_BYTES + 1)
            if not more:
                break
            raw += more
        return raw

    async def _wait(self) -> None:
        """Return when a line, or the end of input, is there."""
        import asyncio

        loop = asyncio.get_running_loop()
        ready: asyncio.Future[None] = loop.create_future()
        loop.add_reader(self._handle, _settle, ready)
        try:
            await ready
        finally:
            loop.remove_reader(self._handle)


def _problem_with(raw: bytes) -> str:
    """Return what happened to a line on its way, "" when it arrived as it was typed."""
    if len(raw) >= _CUT_BYTES:
        return f"that line was longer than a terminal takes ({_CUT_BYTES} bytes); use NAME=<<END and shorter lines"
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return "that line is no UTF-8 text; type it again"
    if any(c < " " or c == "\x7f" for c in text.rstrip("\r\n").replace("\t", "")):
        return "that line holds control characters (an arrow key?); type it again"
    return ""


def _settle(ready: asyncio.Future[None]) -> None:
    if not ready.done():
        ready.set_result(None)


def visible(text: str) -> str:
    """Return text in which every character that would not print, or would move others, is written as its code."""
    return "".join(c if c.isprintable() or c == "\n" else c.encode("unicode_escape").decode("ascii") for c in text)


def nobody_there() -> str:
    """Return why no person can be asked, "" when one can."""
    if any(stream is not None and not stream.closed and stream.isatty() for stream in (sys.stdin, sys.stderr)):
        try:
            with open_terminal():
                return ""
        except OSError:
            pass
    return 'nobody can be asked, since this is no terminal; open one and show it there: llmos teach "…"'


@contextmanager
def open_terminal() -> Iterator[Terminal]:
    """Open the terminal that this process belongs to; OSError when there is none."""
    handle = os.open(TERMINAL, os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC)
    try:
        yield Terminal(handle)
    finally:
        os.close(handle)
