"""Law: whatever a server does, a reply is whole or there is one clear error; every attempt is counted, no key is told.

A real server speaks the OpenAI protocol over TCP; nothing of LiteLLM or its HTTP client is replaced.
"""

import asyncio
import gc
import warnings
from decimal import Decimal
from email.utils import format_datetime
from itertools import pairwise

import pytest

from llmos_core.errors import ProviderError
from llmos_core.runtime.clock import SystemClock
from llmos_core.types.model import Message, ModelRequest
from llmos_core.types.tools import ToolCall
from llmos_std.providers.litellm.config import LitellmConfig
from llmos_std.providers.litellm.provider import LitellmProvider
from llmos_std.providers.litellm.repair import MALFORMED
from servers.asking import HandClock, ask, context_of, question
from servers.openai_server import OpenAIServer
from servers.replies import Call, Reply, broken, call, calls, fail, say

MODEL = "openai/gpt-4o-mini"
SECRET = "sk-live-0123456789abcdef"
PRICE = Decimal("0.000027")  # 100 tokens at 0.15 and 20 at 0.60 USD per million
both_ways = pytest.mark.parametrize("stream", [True, False], ids=["streamed", "whole"])


@pytest.fixture(scope="module")
def server():
    with OpenAIServer() as running:
        yield running


@pytest.fixture
def opened(server, tmp_path):
    """Return a function that opens a provider for the server; its waits pass without waiting."""

    def open_provider(*, environ=None, clock=None, **settings):
        clock = HandClock() if clock is None else clock
        sleep = getattr(clock, "sleep", asyncio.sleep)
        given = {"model": MODEL, "api_base": server.url, "timeout_s": 5.0, "retries": 2, **settings}
        context = context_of(LitellmConfig(**given), tmp_path, environ=environ, clock=clock)
        return LitellmProvider(context, sleep=sleep)

    return open_provider


@both_ways
def test_plain_text_arrives_whole_with_usage_and_price(server, opened, stream):
    server.answer(say("héllo wörld, this is a text"))
    heard = []
    reply = ask(opened(stream=stream), heard=heard)
    assert reply.text == "".join(heard) == "héllo wörld, this is a text"
    assert (len(heard) > 1) is stream
    assert (reply.usage.input_tokens, reply.usage.output_tokens, reply.usage.attempts) == (100, 20, 1)
    assert reply.usage.cost_usd == PRICE
    assert reply.usage.model == MODEL
    assert not reply.calls
    assert not reply.is_cut
    assert server.count == 1


@both_ways
def test_several_calls_in_one_turn_come_in_order(server, opened, stream):
    server.answer(calls(("Write", {"path": "ä.txt", "content": 'a "b"\n'}), ("Read", {"path": "b"}), text="I will"))
    reply = ask(opened(stream=stream))
    assert reply.text == "I will"
    assert reply.calls == (
        ToolCall(id="call_1", tool="Write", arguments={"path": "ä.txt", "content": 'a "b"\n'}),
        ToolCall(id="call_2", tool="Read", arguments={"path": "b"}),
    )


@both_ways
@pytest.mark.parametrize("finish", ["stop", "tool_calls", "function_call", None])
def test_calls_count_whatever_the_finish_reason_says(server, opened, stream, finish):
    server.answer(call("Write", {"path": "a"}, finish=finish))
    assert [c.tool for c in ask(opened(stream=stream)).calls] == ["Write"]


@both_ways
def test_calls_without_ids_and_with_the_same_ids_get_their_own(server, opened, stream):
    wanted = tuple(Call("Write", {"path": str(n)}, id=one) for n, one in enumerate([None, "same", "same", ""]))
    server.answer(Reply(calls=wanted))
    found = ask(opened(stream=stream)).calls
    assert [c.arguments["path"] for c in found] == ["0", "1", "2", "3"]
    assert len({c.id for c in found}) == 4


@both_ways
def test_malformed_arguments_are_mended_or_handed_over(server, opened, stream):
    raw = ['{"path": "a",}', '{"path": "b"', '{"path": "c', ""]
    server.answer(Reply(calls=tuple(Call("Write", text, id=f"c{n}") for n, text in enumerate(raw))))
    found = [c.arguments for c in ask(opened(stream=stream)).calls]
    assert found == [{"path": "a"}, {"path": "b"}, {MALFORMED: '{"path": "c'}, {}]


@both_ways
def test_an_answer_that_hit_its_length_is_cut(server, opened, stream):
    server.answer(say("and then", finish="length"))
    assert ask(opened(stream=stream)).is_cut


@both_ways
def test_a_refusal_is_told(server, opened, stream):
    server.answer(Reply(refusal="I will not"))
    reply = ask(opened(stream=stream), question(json_schema={"type": "object"}))
    assert (reply.is_refusal, reply.text) == (True, "I will not")


def test_what_is_sent_is_what_was_asked(server, opened):
    server.answer(say("ok"))
    history = (
        Message(role="system", text="rules"),
        Message(role="user", text="write a"),
        Message(role="assistant", calls=(ToolCall(id="c1", tool="Write", arguments={"path": "ä"}),)),
        Message(role="tool", text="written", call_id="c1"),
    )
    ask(opened(environ={"OPENAI_API_KEY": SECRET}, headers={"X-Team": "blue"}), question(messages=history))
    (body,), (headers,) = server.requests, server.headers
    assert [m["role"] for m in body["messages"]] == ["system", "user", "assistant", "tool"]
    assert body["messages"][2]["tool_calls"][0]["function"] == {"name": "Write", "arguments": '{"path": "ä"}'}
    assert body["messages"][3]["tool_call_id"] == "c1"
    assert (body["model"], body["temperature"], body["max_tokens"]) == ("gpt-4o-mini", 0.7, 4096)
    assert body["tools"][0]["function"]["name"] == "Write"
    assert (headers["authorization"], headers["x-team"]) == (f"Bearer {SECRET}", "blue")


def test_the_request_overrules_the_section(server, opened):
    server.answer(say("{}"))
    wanted = question(model="openai/other", temperature=0.0, max_tokens=5, json_schema={"type": "object"})
    ask(opened(), wanted)
    (body,) = server.requests
    assert (body["model"], body["temperature"], body["max_tokens"]) == ("other", 0.0, 5)
    assert body["response_format"]["json_schema"]["schema"] == {"type": "object"}


def test_json_mode_is_asked_for(server, opened):
    server.answer(say("{}"))
    ask(opened(json_mode=True))
    assert server.requests[0]["response_format"] == {"type": "json_object"}


def test_a_model_with_slashes_behind_an_own_address_speaks_openai(server, opened):
    server.answer(say("ok"))
    reply = ask(opened(model="meta-llama/Llama-3-8B"))
    assert server.requests[0]["model"] == "meta-llama/Llama-3-8B"
    assert (reply.text, reply.usage.cost_usd) == ("ok", None)


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
    reply = ask(opened(stream=stream, timeout_s=0.2))
    assert (reply.text, reply.usage.attempts) == ("ok", 2)


def test_the_request_bounds_everything(server, opened):
    server.answer(broken("stall"))
    with pytest.raises(ProviderError) as caught:
        ask(opened(retries=5, stream=False, clock=SystemClock()), question(timeout_s=0.2))
    assert (server.count, caught.value.retryable) == (1, True)
    assert caught.value.usage is None


def test_a_slow_stream_that_keeps_coming_is_not_cut(server, opened):
    server.answer(say("one two three four five six seven eight nine ten", pause_s=0.04))
    assert ask(opened(timeout_s=0.25)).text.endswith("ten")


@both_ways
def test_an_empty_document_is_an_error(server, opened, stream):
    server.answer(Reply(body={"id": "x", "object": "chat.completion", "model": "m", "choices": []}))
    with pytest.raises(ProviderError):
        ask(opened(stream=stream, retries=0))


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
    reply = ask(opened(fallbacks=["openai/second"], retries=0), question(timeout_s=0.8))
    assert reply.text == "ok"


def test_when_all_fail_the_error_names_each(server, opened):
    server.answer(fail(400))
    with pytest.raises(ProviderError) as caught:
        ask(opened(fallbacks=["openai/second"]))
    assert MODEL in str(caught.value)
    assert "openai/second" in str(caught.value)


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
        ask(provider)
    assert server.count == 1


def test_a_call_that_is_cancelled_ends_at_once(server, opened):
    server.answer(broken("stall", "x" * 40))
    provider = opened(timeout_s=30.0)

    async def cancelled():
        heard = asyncio.Event()
        task = asyncio.create_task(provider.complete(question(timeout_s=30.0), lambda _text: heard.set()))
        await heard.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(asyncio.wait_for(cancelled(), timeout=5))
    assert server.count == 1


@both_ways
def test_nothing_is_left_open_when_the_loop_ends(server, opened, stream, capfd):
    server.answer(say("ok"), broken("cut"), fail(500), say("ok"))
    provider = opened(stream=stream)
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always", ResourceWarning)
        for _ in range(3):
            ask(provider)
        gc.collect()
    assert [str(one.message) for one in seen if one.category is ResourceWarning] == []
    assert capfd.readouterr() == ("", "")


def test_one_connection_serves_the_turns_of_one_loop(server, opened):
    server.answer(say("ok"))
    provider = opened()

    async def three():
        for _ in range(3):
            await provider.complete(question(), lambda _text: None)

    asyncio.run(three())
    ports = [headers["x-client-port"] for headers in server.headers]
    assert all(first == second for first, second in pairwise(ports))


def test_two_kernels_in_one_loop_do_not_close_each_others_connections(server, opened):
    server.answer(say("ok"))
    first, second = opened(), opened()

    async def both():
        replies = [await one.complete(question(), lambda _text: None) for one in (first, second, first)]
        return [reply.text for reply in replies]

    assert asyncio.run(both()) == ["ok"] * 3


def test_text_that_no_utf8_can_carry_is_sent_anyway(server, opened):
    server.answer(say("ok"))
    history = (
        Message(role="user", text="broken \ud800 text"),
        Message(role="assistant", calls=(ToolCall(id="c", tool="Write", arguments={"path": "\udfff"}),)),
        Message(role="tool", text="\udc80", call_id="c"),
    )
    assert ask(opened(), ModelRequest(messages=history, timeout_s=5.0)).text == "ok"
