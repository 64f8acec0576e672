"""The laws of a Provider: whole replies, honest money, and only the documented ways to fail."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from llmos_core import aio
from llmos_core.errors import NoModelError, ProviderError
from llmos_core.protocols.thinking import Provider
from llmos_core.testing.building import make_suite
from llmos_core.types.json import canonical_json
from llmos_core.types.model import Message, ModelReply, ModelRequest, Quote
from llmos_core.types.tools import Effect, ToolSpec
from llmos_core.types.transcript import Transcript

_GOAL = "create hello.txt with the text 'hi'"
_WRITE = ToolSpec(
    name="Write",
    description="Write a text file.",
    parameters={
        "type": "object",
        "properties": {"path": {"type": "string"}, "content": {"type": "string"}},
        "required": ["path", "content"],
    },
    effect=Effect.IDEMPOTENT_WRITE,
)

REQUESTS = (
    ModelRequest(messages=(Message(role="user", text="Say hello."),), transcript=Transcript(goal="Say hello.")),
    ModelRequest(messages=(Message(role="user", text=_GOAL),), tools=(_WRITE,), transcript=Transcript(goal=_GOAL)),
)
"""What a provider is asked unless the author names other requests: one without and one with a tool."""


def provider_suite(factory: Callable[[], Provider], *, requests: Sequence[ModelRequest] = REQUESTS) -> type:
    """Return the laws for the providers that `factory` makes; every request is sent to a new one.

    A provider may decline a request (NoModelError) or fail (ProviderError); the laws hold for the replies it gives.
    """
    return make_suite(ProviderLaws, draws={}, factory=staticmethod(factory), requests=tuple(requests))


class ProviderLaws:
    """What every provider must do; every request is sent to a new one."""

    factory: Callable[[], Provider]
    requests: Sequence[ModelRequest]

    def test_readiness_is_one_sentence_or_nothing(self) -> None:
        answer = self.factory().ready()
        assert isinstance(answer, str), f"expected a text, found {answer!r}"
        assert "\n" not in answer

    def test_it_fails_only_in_the_documented_ways(self) -> None:
        for request in self.requests:
            try:
                _complete(self.factory(), request)
            except (NoModelError, ProviderError) as error:
                assert str(error).strip(), "a failure without a message"  # noqa: PT017 – failing is allowed

    def test_a_reply_says_something_or_calls_something(self) -> None:
        for reply in _replies(self.factory, self.requests):
            assert isinstance(reply, ModelReply), f"expected a ModelReply, found {reply!r}"
            assert reply.text or reply.calls or reply.is_refusal or reply.is_cut, "an empty reply"

    def test_calls_are_whole(self) -> None:
        for reply in _replies(self.factory, self.requests):
            ids = [call.id for call in reply.calls]
            assert all(ids), "a call without an id"
            assert len(set(ids)) == len(ids), f"calls share an id: {ids}"
            for call in reply.calls:
                assert call.tool, "a call without a tool"
                assert isinstance(call.arguments, dict), f"arguments are no object: {call.arguments!r}"
                canonical_json(call.arguments)

    def test_streamed_pieces_join_to_the_text(self) -> None:
        for request in self.requests:
            pieces: list[str] = []
            reply = _reply(self.factory(), request, pieces.append)
            assert reply is None or not pieces or "".join(pieces) == reply.text

    def test_usage_is_finite_and_never_negative(self) -> None:
        for reply in _replies(self.factory, self.requests):
            usage = reply.usage
            assert usage.input_tokens >= 0
            assert usage.output_tokens >= 0
            assert usage.attempts >= 1, "a reply takes at least one attempt"
            assert _is_amount(usage.cost_usd), f"cost_usd is {usage.cost_usd!r}"

    def test_a_quote_is_an_amount_or_unknown(self) -> None:
        for request in self.requests:
            quote = self.factory().quote(request)
            assert isinstance(quote, Quote), f"expected a Quote, found {quote!r}"
            assert _is_amount(quote.cost_usd), f"cost_usd is {quote.cost_usd!r}"
            assert quote.tokens >= 0

    def test_no_reply_costs_more_than_its_quote(self) -> None:
        for request in self.requests:
            provider = self.factory()
            quoted = provider.quote(request).cost_usd
            reply = _reply(provider, request)
            cost = None if reply is None else reply.usage.cost_usd
            if quoted is not None and cost is not None:
                assert cost <= quoted, f"quoted {quoted}, cost {cost}"


def _complete(provider: Provider, request: ModelRequest, on_text: Callable[[str], Any] = len) -> ModelReply:
    return aio.run(aio.call(provider.complete, request, on_text))


def _reply(provider: Provider, request: ModelRequest, on_text: Callable[[str], Any] = len) -> ModelReply | None:
    """Return the reply; None when there is none, which is for test_it_fails_only_in_the_documented_ways to judge."""
    try:
        reply = _complete(provider, request, on_text)
    except Exception:  # noqa: BLE001 – judged by the law named above
        return None
    return reply


def _replies(factory: Callable[[], Provider], requests: Sequence[ModelRequest]) -> list[ModelReply]:
    found = (_reply(factory(), request) for request in requests)
    return [reply for reply in found if reply is not None]


def _is_amount(amount: object) -> bool:
    return amount is None or (isinstance(amount, Decimal) and amount.is_finite() and amount >= 0)
