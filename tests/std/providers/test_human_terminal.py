"""Law: a line arrives as it was typed or is asked for again; what is shown cannot move the cursor."""

import asyncio
import os

import pytest

from llmos_std.providers.human.terminal import Terminal, nobody_there, visible


def typed(data, lines=1):
    """Type bytes at a terminal; return the lines that were read, and what was shown."""
    master, slave = os.openpty()

    async def read():
        os.write(master, data)
        async with asyncio.timeout(30):
            return [await Terminal(slave).line("next> ") for _ in range(lines)]

    try:
        found = asyncio.run(read())
    finally:
        os.close(slave)
    shown = b"".join(iter(lambda: rest_of(master), b""))
    os.close(master)
    return found, shown.decode("utf-8", "replace")


def rest_of(master):
    """Return what is still to be read from a terminal that nobody holds open any more, b"" at its end."""
    try:
        return os.read(master, 65_536)
    except OSError:
        return b""


@pytest.mark.parametrize("line", ["Write path=a content=½", "  spaced  ", "a\tb", ""])
def test_a_line_arrives_as_it_was_typed(line):
    assert typed(f"{line}\n".encode())[0] == [line]


def test_lines_typed_ahead_wait_their_turn():
    assert typed(b"one\ntwo\nthree\n", lines=3)[0] == ["one", "two", "three"]


def test_the_end_of_input_is_no_line():
    assert typed(b"one\n\x04", lines=2)[0] == ["one", None]


@pytest.mark.parametrize(
    ("damaged", "said"),
    [
        (b"x" * 5000, "longer than a terminal takes"),
        (b"caf\xe9", "no UTF-8"),
        (b"Write path=a\x1b[A", "control characters"),
    ],
)
def test_a_damaged_line_is_asked_for_again(damaged, said):
    lines, shown = typed(damaged + b"\nagain\n")
    assert lines == ["again"]
    assert said in shown
    assert shown.count("next> ") == 2


def test_a_long_line_that_just_fits_is_taken():
    assert typed(b"x" * 4000 + b"\n")[0] == ["x" * 4000]


def test_waiting_can_be_cancelled():
    master, slave = os.openpty()

    async def cancelled():
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await Terminal(slave).line("next> ")

    asyncio.run(cancelled())
    os.close(master)
    os.close(slave)


def test_nothing_that_is_shown_can_move_the_cursor():
    assert visible("a\x1b[2Jb\r\u202ec\n") == "a\\x1b[2Jb\\r\\u202ec\n"


def test_without_a_terminal_nobody_is_there(monkeypatch):
    monkeypatch.setattr("sys.stdin", None)
    monkeypatch.setattr("sys.stderr", None)
    assert "no terminal" in nobody_there()
