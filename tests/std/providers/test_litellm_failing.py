"""Law: a failed call gives one clear error or goes on where it may; never a key, never half an answer."""

from contextlib import suppress
from decimal import Decimal
from email.utils import format_datetime

import pytest

from llmos_core.errors import ProviderError
from llmos_core.runtime.clock import SystemClock
from servers.asking import HandClock, ask, question
from servers.replies import Call, Reply, broken, fail, say

SECRET = "sk-live-0123456789abcdef"
PRICE = Decimal("0.000027")  # 100 tokens at 0.15 and 20 at 0.60 USD per million
MODEL = "openai/gpt-4o-mini"
PATIENCE = (0.6, 6.0, 60.0)
"""Seconds, tried one after the other: a busy machine needs longer limits to come as far as it has to."""
both_ways = pytest.mark.parametrize("stream", [True, False], ids=["streamed", "whole"])


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
@both_ways
def test_what_cannot_succeed_is_sent_once(server, opened, stream, status):
    server.answer(fail(status, f"Incorrect API key provided: {SECRET}"))
    with pytest.raises(ProviderError) as caught:
        ask(opened(stream=stream, environ={"OPENAI_API_KEY": SECRET}))
    assert server.count == 1
    assert (caught.value.status, caught.value.retryable) == (status, False)
    assert caught.value.usage.cost_usd == 0
    message = str(caught.value)
    assert MODEL in message
    assert server.origin.removeprefix("http://") in message
    assert str(status) in message
    assert SECRET not in message
    assert "\n" not in message


def test_a_rejected_key_is_named_by_its_variable(server, opened):
    server.answer(fail(401))
    with pytest.raises(ProviderError, match="MY_KEY"):
        ask(opened(api_key_env="MY_KEY", environ={"MY_KEY": SECRET}))


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 529])
@both_ways
def test_what_may_pass_is_tried_again(server, opened, stream, status):
    server.answer(fail(status), say("ok"))
    reply = ask(opened(stream=stream))
    assert (reply.text, reply.usage.attempts, server.count) == ("ok", 2, 2)
    assert reply.usage.cost_usd == PRICE


def test_attempts_are_bounded_and_counted(server, opened):
    server.answer(fail(500))
    with pytest.raises(ProviderError, match="3 attempts") as caught:
        ask(opened(retries=2))
    assert server.count == 3
    assert (caught.value.status, caught.value.retryable, caught.value.usage.attempts) == (500, True, 3)


@pytest.mark.parametrize(
    ("headers", "waited"),
    [
        ({"retry_after": "7"}, 7.0),
        ({"retry_after": "0.25"}, 0.25),
        ({"retry_after_ms": "1500"}, 1.5),
        ({"retry_after": format_datetime(HandClock().now().replace(second=9), usegmt=True)}, 9.0),
    ],
    ids=["seconds", "fraction", "milliseconds", "date"],
)
def test_a_server_that_names_its_time_is_obeyed(server, opened, headers, waited):
    server.answer(fail(429, **headers), say("ok"))
    clock = HandClock()
    assert ask(opened(clock=clock)).text == "ok"
    assert clock.slept == [waited]


def test_a_wait_beyond_the_deadline_is_not_begun(server, opened):
    server.answer(fail(429, retry_after="3600"))
    clock = HandClock()
    with pytest.raises(ProviderError, match="429"):
        ask(opened(clock=clock))
    assert (server.count, clock.slept) == (1, [])


def test_a_spent_account_is_not_asked_again(server, opened):
    server.answer(fail(429, "insufficient_quota: you exceeded your current quota"))
    with pytest.raises(ProviderError, match="quota"):
        ask(opened())
    assert server.count == 1


@pytest.mark.parametrize("fault", ["cut", "cut-utf8", "eof", "error", "junk"])
@both_ways
def test_a_broken_answer_is_asked_for_again_and_heard_once(server, opened, stream, fault):
    server.answer(broken(fault, "a full answer, at last"), say("a full answer, at last"))
    heard = []
    reply = ask(opened(stream=stream), heard=heard)
    assert reply.text == "".join(heard) == "a full answer, at last"
    assert (reply.usage.attempts, server.count) == (2, 2)
    assert reply.usage.input_tokens >= 100
    assert reply.usage.cost_usd >= PRICE


@pytest.mark.parametrize("fault", ["cut", "cut-utf8", "eof", "error", "junk"])
@both_ways
def test_an_answer_that_stays_broken_is_an_error_and_never_a_reply(server, opened, stream, fault):
    server.answer(broken(fault, calls=(Call("Write", {"path": "a", "content": "x" * 50}, id="c"),)))
    with pytest.raises(ProviderError) as caught:
        ask(opened(stream=stream, retries=1))
    assert (caught.value.retryable, server.count) == (True, 2)


@both_ways
def test_a_server_that_says_nothing_is_given_up(server, opened, stream):
    server.answer(broken("stall"), say("ok"))
    reply = ask(opened(stream=stream, timeout_s=0.5, retries=9))  # a busy machine may be silent more than once
    assert reply.text == "ok"
    assert reply.usage.attempts >= 2


def test_the_request_bounds_everything(server, opened):
    for timeout_s in PATIENCE:
        server.answer(broken("stall"))
        with pytest.raises(ProviderError) as caught:
            ask(opened(retries=5, stream=False, clock=SystemClock()), question(timeout_s=timeout_s))
        if server.count:
            break
    assert (server.count, caught.value.retryable) == (1, True)
    assert caught.value.usage is None


def test_a_slow_stream_that_keeps_coming_is_not_cut(server, opened):
    for silence_s in PATIENCE:
        server.answer(say("one two three four five six seven eight nine ten", pause_s=silence_s / 6))
        reply = ask(opened(timeout_s=silence_s))
        if reply.usage.attempts == 1:
            break
    assert (reply.text.split()[-1], reply.usage.attempts) == ("ten", 1)


@both_ways
def test_an_empty_document_is_an_error(server, opened, stream):
    server.answer(Reply(body={"id": "x", "object": "chat.completion", "model": "m", "choices": []}))
    with pytest.raises(ProviderError):
        ask(opened(stream=stream, retries=0))


def test_a_failed_call_goes_to_the_next_model(server, opened):
    server.answer_with(lambda body: say("from second") if body["model"] == "second" else fail(401))
    reply = ask(opened(fallbacks=["openai/second"]))
    assert (reply.text, reply.usage.model, reply.usage.attempts) == ("from second", "openai/second", 2)


def test_fail_over_is_decided_for_every_call_anew(server, opened):
    server.answer(fail(400), say("from second"), say("from first"))
    provider = opened(fallbacks=["openai/second"])
    assert [ask(provider).text, ask(provider).text] == ["from second", "from first"]
    assert [body["model"] for body in server.requests] == ["gpt-4o-mini", "second", "gpt-4o-mini"]


def test_a_place_that_cannot_be_reached_fails_over(server, opened):
    server.answer(say("ok"))
    dead = {"openai/dead": {"api_base": "http://127.0.0.1:1/v1"}}
    reply = ask(opened(model="openai/dead", fallbacks=[MODEL], models=dead, retries=0))
    assert (reply.text, reply.usage.model, reply.usage.cost_usd) == ("ok", MODEL, PRICE)


def test_a_silent_model_leaves_time_for_the_next(server, opened):
    server.answer_with(lambda body: say("ok") if body["model"] == "second" else broken("stall"))
    texts = []
    for timeout_s in PATIENCE:
        with suppress(ProviderError):
            texts.append(ask(opened(fallbacks=["openai/second"], retries=0), question(timeout_s=timeout_s)).text)
            break
    assert texts == ["ok"]


def test_when_all_fail_the_error_names_each(server, opened):
    server.answer(fail(400))
    with pytest.raises(ProviderError) as caught:
        ask(opened(fallbacks=["openai/second"]))
    assert MODEL in str(caught.value)
    assert "openai/second" in str(caught.value)


@both_ways
def test_an_answer_that_says_nothing_is_asked_for_again(server, opened, stream):
    server.answer(say(""), say("something"))
    reply = ask(opened(stream=stream))
    assert (reply.text, reply.usage.attempts, reply.usage.cost_usd) == ("something", 2, 2 * PRICE)
