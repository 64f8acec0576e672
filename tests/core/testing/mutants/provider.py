"""Providers that are right, and providers with one fault each."""

import asyncio
import contextlib
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import attrs
from hypothesis import settings

from llmos_core.errors import NoModelError
from llmos_core.testing import provider_suite
from llmos_core.testing.fakes import FakeProvider
from llmos_core.types.model import ModelReply, ModelRequest, Quote
from llmos_core.types.tools import ToolCall
from llmos_core.types.transcript import Usage

CALL = ToolCall(id="1", tool="Write", arguments={"path": "hello.txt", "content": "hi"})
REPLY = ModelReply(text="done", usage=Usage(model="fake", input_tokens=9, output_tokens=2, cost_usd=Decimal("0.01")))


class Reference:
    """Says "done", and writes the file first where it is offered a tool."""

    reply = REPLY
    price = Quote(cost_usd=Decimal("0.02"), tokens=20, model="fake")

    def ready(self) -> str:
        return ""

    def quote(self, _request: ModelRequest) -> Quote:
        return self.price

    def complete(self, request: ModelRequest, on_text: Callable[[str], object]) -> ModelReply:
        on_text("do")
        on_text("ne")
        return attrs.evolve(self.reply, calls=(CALL,)) if request.tools else self.reply


class AsyncReference(Reference):
    async def complete(self, request: ModelRequest, on_text: Callable[[str], object]) -> ModelReply:
        return super().complete(request, on_text)


class Declines(Reference):
    def complete(self, _request: ModelRequest, _on_text: Callable[[str], object]) -> ModelReply:
        raise NoModelError("I am no language model; connect one")


class IsReadyInTwoLines(Reference):
    def ready(self) -> str:
        return "no key\nset one"


class FailsItsOwnWay(Reference):
    def complete(self, _request: ModelRequest, _on_text: Callable[[str], object]) -> ModelReply:
        raise ConnectionError("refused")


class SaysNothing(Reference):
    def complete(self, _request: ModelRequest, _on_text: Callable[[str], object]) -> ModelReply:
        return ModelReply()


class SharesIds(Reference):
    reply = attrs.evolve(REPLY, calls=(CALL, CALL))

    def complete(self, _request: ModelRequest, _on_text: Callable[[str], object]) -> ModelReply:
        return self.reply


class StreamsSomethingElse(Reference):
    def complete(self, request: ModelRequest, on_text: Callable[[str], object]) -> ModelReply:
        on_text("thinking … ")
        return super().complete(request, on_text)


class EarnsMoney(Reference):
    reply = attrs.evolve(REPLY, usage=Usage(cost_usd=Decimal(-1)))


class QuotesNegativeTokens(Reference):
    price = Quote(cost_usd=Decimal("0.02"), tokens=-1)


class CostsMoreThanQuoted(Reference):
    price = Quote(cost_usd=Decimal("0.001"))


class WritesIntoTheRequest(Reference):
    def complete(self, request: ModelRequest, on_text: Callable[[str], object]) -> ModelReply:
        for spec in request.tools:
            spec.parameters["additionalProperties"] = False  # type: ignore[index]
        return super().complete(request, on_text)


class CannotBeCancelled(Reference):
    async def complete(self, request: ModelRequest, on_text: Callable[[str], object]) -> ModelReply:
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.sleep(0)
            await asyncio.sleep(0)
        return super().complete(request, on_text)


class Answers(FakeProvider):
    def __init__(self) -> None:
        super().__init__([ModelReply(text="hello")])


RIGHT = (Reference, AsyncReference, Declines, Answers)

MUTANTS: dict[Any, str] = {
    IsReadyInTwoLines: "test_readiness_is_one_sentence_or_nothing",
    FailsItsOwnWay: "test_it_fails_only_in_the_documented_ways",
    SaysNothing: "test_a_reply_says_something_or_calls_something",
    SharesIds: "test_calls_are_whole",
    StreamsSomethingElse: "test_streamed_pieces_join_to_the_text",
    EarnsMoney: "test_usage_is_finite_and_never_negative",
    QuotesNegativeTokens: "test_a_quote_is_an_amount_or_unknown",
    WritesIntoTheRequest: "test_the_request_is_left_alone",
    CannotBeCancelled: "test_a_cancelled_call_stops",
    CostsMoreThanQuoted: "test_no_reply_costs_more_than_its_quote",
}


def suite(made: Any, bounds: settings) -> type:
    return provider_suite(made, bounds=bounds)
