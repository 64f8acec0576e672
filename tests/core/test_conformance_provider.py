"""The provider suite accepts right providers, and each of its laws rejects one that only this law rejects."""

from collections.abc import Callable
from decimal import Decimal

import attrs
import pytest

from llmos_core.errors import NoModelError
from llmos_core.testing.fakes import FakeProvider
from llmos_core.testing.running import broken_laws, laws
from llmos_core.testing.suites import provider_suite
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


TestReference = provider_suite(Reference)
TestAsyncReference = provider_suite(AsyncReference)
TestDeclines = provider_suite(Declines)
TestFakeProvider = provider_suite(lambda: FakeProvider([ModelReply(text="hello")]))

MUTANTS = {
    IsReadyInTwoLines: "test_readiness_is_one_sentence_or_nothing",
    FailsItsOwnWay: "test_it_fails_only_in_the_documented_ways",
    SaysNothing: "test_a_reply_says_something_or_calls_something",
    SharesIds: "test_calls_are_whole",
    StreamsSomethingElse: "test_streamed_pieces_join_to_the_text",
    EarnsMoney: "test_usage_is_finite_and_never_negative",
    QuotesNegativeTokens: "test_a_quote_is_an_amount_or_unknown",
    CostsMoreThanQuoted: "test_no_reply_costs_more_than_its_quote",
}


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.__name__)
def test_one_law_alone_rejects_a_mutant(mutant: type[Reference]) -> None:
    assert broken_laws(provider_suite(mutant)) == {MUTANTS[mutant]}


def test_every_law_has_a_mutant() -> None:
    assert set(MUTANTS.values()) == set(laws(provider_suite(Reference)))
