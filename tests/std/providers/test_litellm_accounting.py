"""Law: every token is counted and priced or honestly unknown, no bill passes its quote, limits hold across calls."""

from decimal import Decimal

import pytest

from llmos_core.errors import ProviderError
from llmos_std.providers.litellm.config import LitellmConfig
from llmos_std.providers.litellm.endpoints import Endpoint
from llmos_std.providers.litellm.pricing import Tokens, cost_usd
from servers.asking import HandClock, ask, question
from servers.replies import say

MODEL = "openai/gpt-4o-mini"
both_ways = pytest.mark.parametrize("stream", [True, False], ids=["streamed", "whole"])


@both_ways
@pytest.mark.parametrize(
    "usage",
    [
        None,
        {"prompt_tokens": -5, "completion_tokens": -7, "total_tokens": -12},
        {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0},
    ],
    ids=["missing", "negative", "zero"],
)
def test_usage_that_cannot_be_true_is_estimated(server, opened, stream, usage):
    server.answer(say("forty characters of an answer, give or take", usage=usage))
    reply = ask(opened(stream=stream))
    assert reply.usage.input_tokens > 0
    assert reply.usage.output_tokens == 11
    assert reply.usage.cost_usd > 0


@both_ways
def test_an_unknown_price_is_unknown(server, opened, stream):
    server.answer(say("ok"))
    provider = opened(model="openai/nobody-knows-this-model", stream=stream)
    assert provider.quote(question()).cost_usd is None
    assert ask(provider).usage.cost_usd is None


def test_the_users_own_price_counts(server, opened):
    server.answer(say("ok"))
    provider = opened(model="openai/mine", input_usd_per_mtok="1", output_usd_per_mtok="2.5")
    assert ask(provider).usage.cost_usd == Decimal("0.00015")


@pytest.mark.parametrize("text", ["short", "längerer Text mit Umlauten " * 50, "コード " * 200, "a1b2c3d4" * 100])
def test_a_quote_is_never_below_the_bill(server, opened, text):
    import litellm

    request = question(text, max_tokens=20)
    sent = litellm.token_counter(model="gpt-4o-mini", messages=[{"role": "user", "content": text}])
    usage = {"prompt_tokens": sent, "completion_tokens": 20, "total_tokens": sent + 20}
    server.answer(say("ok", usage=usage))
    provider = opened()
    quote, reply = provider.quote(request), ask(provider, request)
    assert quote.cost_usd >= reply.usage.cost_usd
    assert quote.tokens >= sent + 20
    assert quote.model == MODEL


def test_a_quote_sends_nothing(server, opened):
    server.answer(say("ok"))
    opened().quote(question())
    assert server.count == 0


def test_requests_per_minute_are_kept_across_calls(server, opened):
    server.answer(say("ok"))
    clock = HandClock()
    provider = opened(rpm=2, clock=clock)
    for _ in range(5):
        ask(provider, question(timeout_s=100.0))
    assert clock.slept == [60.0, 60.0]


def test_tokens_per_minute_count_tokens(server, opened):
    server.answer(say("ok", usage={"prompt_tokens": 900, "completion_tokens": 99, "total_tokens": 999}))
    clock = HandClock()
    provider = opened(tpm=1000, clock=clock)
    ask(provider, question(timeout_s=100.0))
    ask(provider, question(timeout_s=100.0))
    assert clock.slept == [60.0]


def test_a_limit_that_outlives_the_request_is_an_error_without_a_request(server, opened):
    server.answer(say("ok"))
    provider = opened(rpm=1)
    ask(provider)
    with pytest.raises(ProviderError, match="rpm"):
        ask(provider, question(timeout_s=59.0))
    assert server.count == 1


class PriceList:
    """What LiteLLM's list of one model looks like: it takes a price that is missing for 0."""

    def __init__(self, **entry):
        self.model_cost = {"cloud/model": entry}
        self._entry = entry

    def get_model_info(self, *, model):
        return {"key": model}

    def cost_per_token(self, *, model, prompt_tokens, completion_tokens):
        prices = [self._entry.get(f"{side}_cost_per_token", 0.0) for side in ("input", "output")]
        return prices[0] * prompt_tokens, prices[1] * completion_tokens


@pytest.mark.parametrize(
    ("entry", "cost"),
    [
        ({"input_cost_per_token": 1e-6, "output_cost_per_token": 2e-6}, Decimal("0.00005")),
        ({"input_cost_per_token": 0.0, "output_cost_per_token": 2e-6}, Decimal("0.00004")),
        ({"output_cost_per_token": 2e-6}, None),
        ({"input_cost_per_token": 1e-6}, None),
        ({"input_cost_per_token": 0.0, "output_cost_per_token": 0.0}, None),
        ({"input_cost_per_token": float("nan"), "output_cost_per_token": 1e-6}, None),
        ({"input_cost_per_token": -1.0, "output_cost_per_token": 1e-6}, None),
        ({}, None),
    ],
)
def test_a_price_that_is_missing_is_never_taken_for_nothing(entry, cost):
    endpoint = Endpoint(model="cloud/model", vendor="cloud", settings=LitellmConfig())
    assert cost_usd(PriceList(**entry), endpoint, Tokens(sent=10, received=20)) == cost
