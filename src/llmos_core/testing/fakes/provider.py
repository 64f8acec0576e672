"""Providers that need no model: one that gives prepared answers, and one that fails in every way a real one can."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from enum import StrEnum
from itertools import count
from typing import Any

from llmos_core import aio
from llmos_core.errors import NoModelError, ProviderError
from llmos_core.protocols.thinking import Provider
from llmos_core.types.model import ModelReply, ModelRequest, Quote
from llmos_core.types.money import ZERO
from llmos_core.types.record import evolve
from llmos_core.types.tools import ToolCall
from llmos_core.types.transcript import Usage


class FakeProvider:
    """Gives prepared replies in order and keeps the requests; raises NoModelError when none is left.

    An exception among the replies is raised in its place. `say`, `call` and `fail` add further answers and return the
    provider: `FakeProvider().call("Write", path="a", content="b").say("done")`. Every answer costs `cost_usd`.
    """

    def __init__(self, replies: Iterable[ModelReply | Exception] = (), *, cost_usd: Decimal = ZERO) -> None:
        self._replies = list(replies)
        self._cost_usd = cost_usd
        self._numbers = count(1)
        self.requests: list[ModelRequest] = []

    def say(self, text: str) -> FakeProvider:
        """Answer with a final text next."""
        self._replies.append(ModelReply(text=text, usage=self._usage()))
        return self

    def call(self, tool: str, **arguments: Any) -> FakeProvider:
        """Ask for one tool call next."""
        wish = ToolCall(id=f"fake-{next(self._numbers)}", tool=tool, arguments=arguments)
        self._replies.append(ModelReply(calls=(wish,), usage=self._usage()))
        return self

    def fail(self, error: Exception) -> FakeProvider:
        """Raise `error` next."""
        self._replies.append(error)
        return self

    @property
    def left(self) -> int:
        """How many prepared answers were not asked for yet."""
        return len(self._replies)

    def ready(self) -> str:
        """Return "": it is always ready."""
        return ""

    def quote(self, _request: ModelRequest) -> Quote:
        """Return the price of the next answer; nothing unless `cost_usd` was given."""
        return Quote(cost_usd=self._cost_usd, model="fake")

    def complete(self, request: ModelRequest, on_text: Callable[[str], None]) -> ModelReply:
        """Return the next prepared reply, streaming its text in one piece.

        Raises the prepared exception, or NoModelError when nothing is left.
        """
        self.requests.append(request)
        if not self._replies:
            raise NoModelError(f"the fake provider was asked {len(self.requests)} times and has no reply left")
        reply = self._replies.pop(0)
        if isinstance(reply, Exception):
            raise reply
        if reply.text:
            on_text(reply.text)
        return reply

    def _usage(self) -> Usage:
        return Usage(model="fake", input_tokens=10, output_tokens=5, cost_usd=self._cost_usd)


class Fault(StrEnum):
    """What may go wrong with one model call. The first group is allowed by the protocol, the second is a lie."""

    NONE = "the call goes well"
    RATE_LIMITED = "429 Too Many Requests, Retry-After: 7"
    SERVER_ERROR = "503 Service Unavailable"
    STALL = "nothing comes, ever, until the call is cancelled"
    CUT = "the connection breaks in the middle of the text"
    ERROR_INSIDE = "200 OK, and then an error inside the stream"
    LENGTH = "the text stops at a length limit"
    REFUSAL = "the model declines"
    DUPLICATE_PIECES = "every piece of text is streamed twice"
    MALFORMED_CALL = "a call whose arguments are no JSON object"
    UNKNOWN_TOOL = "a call of a tool that was never offered"
    SHARED_IDS = "two calls with one id"
    EMPTY = "an answer that says nothing and calls nothing"
    NEGATIVE_USAGE = "tokens and costs below zero"
    ENDLESS_COST = "a cost that is no number"
    FOREIGN_ERROR = "an exception that no protocol knows"
    NOTHING = "None instead of an answer"


class FaultyProvider:
    """Does to each call of another provider what the next fault says; calls beyond the faults go well.

    `faults` is the script, in order; `met` lists the faults that were met. A stalled call waits until it is cancelled,
    so use it under a limit.
    """

    def __init__(self, inner: Provider, faults: Iterable[Fault]) -> None:
        self._inner = inner
        self._faults = iter(faults)
        self.met: list[Fault] = []

    def ready(self) -> Any:
        """Return what the other provider says."""
        return self._inner.ready()

    def quote(self, request: ModelRequest) -> Quote:
        """Return what the other provider says."""
        return self._inner.quote(request)

    async def complete(self, request: ModelRequest, on_text: Callable[[str], None]) -> Any:
        """Answer as the next fault wants it. Raises ProviderError, or KeyError for the foreign error."""
        fault = next(self._faults, Fault.NONE)
        self.met.append(fault)
        if (error := _error(fault)) is not None:
            if fault in {Fault.CUT, Fault.ERROR_INSIDE}:
                on_text("I begin to")
            raise error
        if fault is Fault.STALL:
            import asyncio

            await asyncio.Event().wait()
        if fault is Fault.NOTHING:
            return None
        if fault is Fault.NONE:
            return await aio.call(self._inner.complete, request, on_text)
        reply = _spoiled(await aio.call(self._inner.complete, request, _say_nothing), fault)
        for _ in range(2 if fault is Fault.DUPLICATE_PIECES else 1):
            if reply.text:
                on_text(reply.text)
        return reply


def _error(fault: Fault) -> Exception | None:
    """Return what a fault raises, None when it raises nothing."""
    known: dict[Fault, Exception] = {
        Fault.RATE_LIMITED: ProviderError(f"{fault}; wait 7 s and try again", status=429, retryable=True),
        Fault.SERVER_ERROR: ProviderError(f"{fault}; try again later", status=503, retryable=True),
        Fault.CUT: ProviderError(f"{fault}; try again", retryable=True),
        Fault.ERROR_INSIDE: ProviderError(f"{fault}: overloaded; try again", status=200, retryable=True),
        Fault.FOREIGN_ERROR: KeyError("choices"),
    }
    return known.get(fault)


def _spoiled(reply: ModelReply, fault: Fault) -> ModelReply:
    """Return the reply as a fault leaves it; those that are met elsewhere leave it alone."""
    wish = reply.calls[0] if reply.calls else ToolCall(id="1", tool="Nothing")
    changes: dict[Fault, dict[str, Any]] = {
        Fault.LENGTH: {"text": reply.text[: len(reply.text) // 2] or "I beg", "calls": (), "is_cut": True},
        Fault.REFUSAL: {"text": "I would rather not.", "calls": (), "is_refusal": True},
        Fault.MALFORMED_CALL: {"calls": (evolve(wish, arguments={"__malformed__": '{"path": "a'}),)},
        Fault.UNKNOWN_TOOL: {"calls": (evolve(wish, tool="NeverOffered"),)},
        Fault.SHARED_IDS: {"calls": (wish, wish)},
        Fault.EMPTY: {"text": "", "calls": ()},
        Fault.NEGATIVE_USAGE: {"usage": Usage(input_tokens=-5, output_tokens=-5, cost_usd=Decimal(-1))},
        Fault.ENDLESS_COST: {"usage": Usage(cost_usd=Decimal("NaN"))},
    }
    return evolve(reply, **changes.get(fault, {}))


def _say_nothing(_text: str) -> None:
    """Drop a piece of text."""
