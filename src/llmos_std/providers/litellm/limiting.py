"""Requests and tokens per minute, counted over a sliding minute. Tokens are tokens, not requests.

What a request will use is estimated when it enters and corrected when it is known. A request that is alone in its
minute always goes, however large it is.
"""

import math
from collections import deque
from collections.abc import Awaitable, Callable

WINDOW_S = 60.0


class Entry:
    """One request in the window."""

    __slots__ = ("at", "tokens")

    def __init__(self, at: float, tokens: int) -> None:
        self.at = at
        self.tokens = tokens


class Limiter:
    """The limits of one model. `rpm` and `tpm` 0 mean no limit; `monotonic` and `sleep` are injected."""

    def __init__(
        self, *, rpm: int, tpm: int, monotonic: Callable[[], float], sleep: Callable[[float], Awaitable[None]]
    ) -> None:
        self._rpm = rpm or math.inf
        self._tpm = tpm or math.inf
        self._monotonic = monotonic
        self._sleep = sleep
        self._entries: deque[Entry] = deque()

    async def enter(self, tokens: int, *, within_s: float) -> Entry | None:
        """Wait for room and take it; return the entry, or None at once when there is no room `within_s` seconds."""
        until = self._monotonic() + within_s
        while (wait_s := self._wait_s(tokens)) > 0:
            if self._monotonic() + wait_s > until:
                return None
            await self._sleep(wait_s)
        entry = Entry(self._monotonic(), tokens)
        self._entries.append(entry)
        return entry

    def _wait_s(self, tokens: int) -> float:
        """Return the seconds until the oldest entries have left enough room; 0 when there is room now."""
        now = self._monotonic()
        while self._entries and self._entries[0].at + WINDOW_S <= now:
            self._entries.popleft()
        count, used = len(self._entries), sum(entry.tokens for entry in self._entries)
        wait_s = 0.0
        for entry in self._entries:
            if count < self._rpm and used + tokens <= self._tpm:
                break
            count, used = count - 1, used - entry.tokens
            wait_s = entry.at + WINDOW_S - now
        return wait_s
