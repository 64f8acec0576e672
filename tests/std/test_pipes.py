"""Law: every byte that is written is taken, in order, until the reader is full; descriptors are given back."""

import asyncio
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmos_std.pipes import Pipe

PIECES = st.lists(st.binary(max_size=4_000), max_size=8)


class Kept(Pipe):
    """Keeps everything, and is full once it has `most` bytes."""

    def __init__(self, most: int) -> None:
        self.most, self.kept = most, b""

    def take(self, data: bytes) -> None:
        self.kept += data
        self.is_full = len(self.kept) >= self.most


async def written(pieces: list[bytes], most: int, *, has_turns: bool) -> bytes:
    with Kept(most) as pipe:
        for piece in pieces:
            os.write(pipe.sink, piece)
            if has_turns:
                await asyncio.sleep(0)
        pipe.close_sink()
        pipe.read_rest()
    return pipe.kept


@given(PIECES, st.booleans())
def test_what_is_written_is_taken_whole_and_in_order(pieces: list[bytes], has_turns: bool) -> None:
    assert asyncio.run(written(pieces, 1_000_000, has_turns=has_turns)) == b"".join(pieces)


@given(PIECES, st.booleans())
def test_a_full_reader_takes_no_more_and_lost_nothing_before(pieces: list[bytes], has_turns: bool) -> None:
    whole, kept = b"".join(pieces), asyncio.run(written(pieces, 1_000, has_turns=has_turns))
    assert whole.startswith(kept)
    assert len(kept) >= min(len(whole), 1_000)


def test_nothing_stays_open() -> None:
    async def ends() -> list[int]:
        with Kept(10) as pipe:
            return [pipe.sink, pipe._source]

    for end in asyncio.run(ends()):
        with pytest.raises(OSError, match="Bad file descriptor"):
            os.fstat(end)
