"""The laws of a Provider: whole replies, honest money, and only the documented ways to fail."""

import copy
from collections.abc import Callable, Sequence
from contextlib import suppress
from decimal import Decimal
from typing import Any

from hypothesis import settings

from llmos_core import aio
from llmos_core.errors import NoModelError, ProviderError
from llmos_core.protocols.thinking import Provider
from llmos_core.testing.building import USUAL, make_suite
from llmos_core.testing.suites.cancelling import outcome_of_cancelling
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


def provider_suite(
    factory: Callable[[], Provider], *, requests: Sequence[ModelRequest] = REQUESTS, bounds: settings = USUAL
) -> type:
    """Return the laws for the providers that `factory` makes; every request is sent to a new one.

    A provider may decline a request (NoModelError) or fail (ProviderError); the laws hold for the replies it gives.
    """
    return make_suite(ProviderLaws, bounds=bounds, factory=staticmethod(factory), requests=tuple(requests))


class ProviderLaws:
    """What every provider must do; every request is sent to a new one."""

    factory: Callable[[], Provider]
    requests: Sequence[ModelRequest]

    def test_readiness_is_one_sentence_or_nothing(self) -> None:
        """Else `llmos doctor` cannot say what is missing. `ready` returns "" or one line that says how to mend it."""
        answer = self.factory().ready()
        assert isinstance(answer, str), f"expected a text, found {answer!r}"
        assert "\n" not in answer

    def test_it_fails_only_in_the_documented_ways(self) -> None:
        """Else a failure cannot be told from a bug. Raise ProviderError or NoModelError, with a message for people."""
        for request in self.requests:
            try:
                _complete(self.factory(), request)
            except (NoModelError, ProviderError) as error:
                assert str(error).strip(), "a failure without a message"  # noqa: PT017 – failing is allowed

    def test_a_reply_says_something_or_calls_something(self) -> None:
        """Else the run ends with nothing. Raise ProviderError for an empty answer, or mark it as cut or refused."""
        for request in self.requests:
            reply = _answer(self.factory(), request)
            if reply is _FAILED:
                continue
            assert isinstance(reply, ModelReply), f"expected a ModelReply, found {reply!r}"
            assert reply.text or reply.calls or reply.is_refusal or reply.is_cut, "an empty reply"

    def test_calls_are_whole(self) -> None:
        """Else a result cannot be paired with its call. Each call has an id of its own, a tool, and a JSON object.

        Arguments that cannot be read go under `__malformed__` (see `ModelReply`).
        """
        for reply in _replies(self.factory, self.requests):
            ids = [call.id for call in reply.calls]
            assert all(ids), "a call without an id"
            assert len(set(ids)) == len(ids), f"calls share an id: {ids}"
            for call in reply.calls:
                assert call.tool, "a call without a tool"
                assert isinstance(call.arguments, dict), f"arguments are no object: {call.arguments!r}"
                canonical_json(call.arguments)

    def test_streamed_pieces_join_to_the_text(self) -> None:
        """Else the user reads another answer than the one that counts. Stream each piece once, and nothing else."""
        for request in self.requests:
            pieces: list[str] = []
            reply = _reply(self.factory(), request, pieces.append)
            assert reply is None or not pieces or "".join(pieces) == reply.text, f"streamed {pieces}"

    def test_usage_is_finite_and_never_negative(self) -> None:
        """Else the ledger refuses to book it. Costs are Decimal US dollars of 0 or more, None when unknown."""
        for reply in _replies(self.factory, self.requests):
            usage = reply.usage
            assert min(usage.input_tokens, usage.output_tokens) >= 0, f"negative tokens: {usage}"
            assert usage.attempts >= 1, "a reply takes at least one attempt"
            assert _is_amount(usage.cost_usd), f"cost_usd is {usage.cost_usd!r}"

    def test_a_quote_is_an_amount_or_unknown(self) -> None:
        """Else nothing can be reserved. `quote` returns a Quote of 0 or more US dollars, None when unknown."""
        for request in self.requests:
            quote = self.factory().quote(request)
            assert isinstance(quote, Quote), f"expected a Quote, found {quote!r}"
            assert _is_amount(quote.cost_usd), f"cost_usd is {quote.cost_usd!r}"
            assert quote.tokens >= 0, f"tokens is {quote.tokens}"

    def test_no_reply_costs_more_than_its_quote(self) -> None:
        """Else budgets are overdrawn. Quote the upper bound: all tokens that may come, at the highest price."""
        for request in self.requests:
            provider = self.factory()
            quoted = provider.quote(request).cost_usd
            reply = _reply(provider, request)
            cost = None if reply is None else reply.usage.cost_usd
            if quoted is not None and cost is not None:
                assert cost <= quoted, f"quoted {quoted}, cost {cost}"

    def test_the_request_is_left_alone(self) -> None:
        """Else the next provider is asked something else. Copy schemas and messages before you change them."""
        for request in self.requests:
            given = copy.deepcopy(request)
            with suppress(Exception):  # judged by test_it_fails_only_in_the_documented_ways
                aio.run(aio.call(self.factory().complete, given, _ignore))
            assert given == request

    def test_a_cancelled_call_stops(self) -> None:
        """Else limits and Ctrl-C do not stop it. Never catch CancelledError without raising it again."""
        for request in self.requests:
            problem = outcome_of_cancelling(self.factory().complete, copy.deepcopy(request), len)
            assert problem == "", problem


def _complete(provider: Provider, request: ModelRequest, on_text: Callable[[str], Any] = len) -> ModelReply:
    """Ask with a copy of the request, so that a provider that writes into it spoils only its own call."""
    return aio.run(aio.call(provider.complete, copy.deepcopy(request), on_text))


_FAILED = object()
"""Stands for the answer of a call that failed."""


def _answer(provider: Provider, request: ModelRequest, on_text: Callable[[str], Any] = len) -> Any:
    """Return whatever the provider answers; _FAILED is for test_it_fails_only_in_the_documented_ways to judge."""
    try:
        return _complete(provider, request, on_text)
    except Exception:  # noqa: BLE001 – judged by the law named above
        return _FAILED


def _reply(provider: Provider, request: ModelRequest, on_text: Callable[[str], Any] = len) -> ModelReply | None:
    """Return the reply; None when there is none: other laws judge whether that is right."""
    reply = _answer(provider, request, on_text)
    return reply if isinstance(reply, ModelReply) else None


def _replies(factory: Callable[[], Provider], requests: Sequence[ModelRequest]) -> list[ModelReply]:
    found = (_reply(factory(), request) for request in requests)
    return [reply for reply in found if reply is not None]


def _ignore(_text: str) -> None:
    """Take a piece of text and do nothing with it."""


def _is_amount(amount: object) -> bool:
    return amount is None or (isinstance(amount, Decimal) and amount.is_finite() and amount >= 0)
