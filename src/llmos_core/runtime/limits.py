"""The limits of one run: turns, time and money. One deadline covers everything from match to answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from llmos_core import aio
from llmos_core.errors import LimitError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from decimal import Decimal

    from llmos_core.protocols.context import Clock
    from llmos_core.protocols.storing import BudgetLimits

T = TypeVar("T")


class Limits:
    """What a run may still use. `max_cost_usd` is the caller's explicit cap, None when there is none."""

    def __init__(
        self,
        *,
        clock: Clock,
        timeout_s: float,
        max_turns: int,
        budget: BudgetLimits,
        max_cost_usd: Decimal | None = None,
    ) -> None:
        self._clock = clock
        self._deadline = clock.monotonic() + timeout_s
        self._timeout_s = timeout_s
        self._turns_left = self._max_turns = max_turns
        self.budget = budget
        self.max_cost_usd = max_cost_usd

    @property
    def elapsed_s(self) -> float:
        """Seconds since the limits were set, that is, since the run began."""
        return self._clock.monotonic() - self._deadline + self._timeout_s

    def left_s(self) -> float:
        """Return the seconds that are left; raises LimitError when there are none."""
        left = self._deadline - self._clock.monotonic()
        if left <= 0:
            raise LimitError(f"the run's time limit of {self._timeout_s:g} s is used up", limit="time")
        return left

    def take_turn(self) -> None:
        """Use one model turn; raises LimitError when none is left."""
        if self._turns_left <= 0:
            raise LimitError(f"the limit of {self._max_turns} model turns is used up", limit="turns")
        self._turns_left -= 1

    async def within(self, function: Callable[..., T | Awaitable[T]], *args: object) -> T:
        """Call plain or async plugin code; async code is cancelled for real when the run's time is up.

        Raises LimitError then. A TimeoutError of the plugin's own passes through unchanged: that is a failure.
        """
        left = self.left_s()
        if not aio.is_async(function):
            return await aio.call(function, *args)
        await aio.need_loop()
        import asyncio

        try:
            async with asyncio.timeout(left) as scope:
                return await aio.call(function, *args)
        except TimeoutError:
            if scope.expired():
                self.left_s()
                raise LimitError(f"the run's time limit of {self._timeout_s:g} s is used up", limit="time") from None
            raise
