"""Collect what a program writes while the event loop goes on.

The reading end is closed with the program's last use of it, whatever is left in the pipe: read the rest before.
"""

import os
from abc import ABC, abstractmethod
from typing import Self

_CHUNK_BYTES = 65_536


class Pipe(ABC):
    """A pipe whose writing end, `sink`, belongs to a program; a subclass keeps what comes, in `take`.

    To be used as a context manager inside of a running event loop.
    """

    is_full = False
    """Once True nothing more is read, and what the program still writes waits in the pipe."""

    @abstractmethod
    def take(self, data: bytes) -> None:
        """Keep what was read just now."""

    def __enter__(self) -> Self:
        import asyncio

        self._source, self.sink = os.pipe()
        os.set_blocking(self._source, False)
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._source, self._read_some)
        return self

    def __exit__(self, *_error: object) -> None:
        self._loop.remove_reader(self._source)
        os.close(self._source)
        self.close_sink()

    def close_sink(self) -> None:
        """Close the writing end on this side: it belongs to the program."""
        if self.sink >= 0:
            os.close(self.sink)
            self.sink = -1

    def read_rest(self) -> None:
        """Take all that is in the pipe, without waiting for more."""
        while not self.is_full and self._read_some():
            pass

    def _read_some(self) -> bool:
        try:
            data = os.read(self._source, _CHUNK_BYTES)
        except BlockingIOError:
            return False
        self.take(data)
        if self.is_full or not data:
            self._loop.remove_reader(self._source)
        return bool(data)
