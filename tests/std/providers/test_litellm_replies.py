"""Law: what the server says is what the reply says, streamed or whole, and what was asked is what the server gets.

A real server speaks the OpenAI protocol over TCP; nothing of LiteLLM or its HTTP client is replaced.
"""

from decimal import Decimal

import pytest

from llmos_core.types.model import Message, ModelRequest
from llmos_core.types.tools import ToolCall
from llmos_std.providers.litellm.repair import MALFORMED
from servers.asking import ask, question
from servers.replies import Call, Reply, call, calls, say

SECRET = "sk-live-0123456789abcdef"
PRICE = Decimal("0.000027")  # 100 tokens at 0.15 and 20 at 0.60 USD per million
MODEL = "openai/gpt-4o-mini"
both_ways = pytest.mark.parametrize("stream", [True, False], ids=["streamed", "whole"])


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


def test_text_that_no_utf8_can_carry_is_sent_anyway(server, opened):
    server.answer(say("ok"))
    history = (
        Message(role="user", text="broken \ud800 text"),
        Message(role="assistant", calls=(ToolCall(id="c", tool="Write", arguments={"path": "\udfff"}),)),
        Message(role="tool", text="\udc80", call_id="c"),
    )
    assert ask(opened(), ModelRequest(messages=history, timeout_s=120.0)).text == "ok"
