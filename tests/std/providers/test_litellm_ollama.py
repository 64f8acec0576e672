"""Law: a local model behaves like any other – found by itself, calls with ids, and at no cost."""

import pytest

from llmos_core.errors import ProviderError
from llmos_core.types.model import Message
from llmos_core.types.tools import ToolCall
from llmos_std.providers.litellm.config import LitellmConfig
from llmos_std.providers.litellm.provider import LitellmProvider
from servers.asking import HandClock, ask, context_of, question
from servers.ollama_server import OllamaServer
from servers.openai_server import OpenAIServer
from servers.replies import broken, call, calls, fail, say

both_ways = pytest.mark.parametrize("stream", [True, False], ids=["streamed", "whole"])


@pytest.fixture(scope="module")
def server():
    with OllamaServer() as running:
        yield running


@pytest.fixture
def opened(server, tmp_path):
    def open_provider(*, environ=None, **settings):
        clock = HandClock()
        config = LitellmConfig(**{"ollama_base": server.origin, "timeout_s": 60.0, "retries": 1, **settings})
        return LitellmProvider(context_of(config, tmp_path, environ=environ, clock=clock), sleep=clock.sleep)

    return open_provider


@both_ways
def test_a_local_model_answers_without_any_configuration_and_costs_nothing(server, opened, stream):
    server.answer(say("hello from here"))
    provider = opened(stream=stream)
    assert provider.quote(question()).cost_usd == 0
    reply = ask(provider)
    assert reply.text == "hello from here"
    assert (reply.usage.model, reply.usage.cost_usd) == ("ollama_chat/llama3.2:latest", 0)
    assert (reply.usage.input_tokens, reply.usage.output_tokens) == (100, 20)
    assert server.requests[0]["model"] == "llama3.2:latest"


@both_ways
def test_several_calls_each_get_an_id(server, opened, stream):
    server.answer(calls(("Write", {"path": "a"}), ("Write", {"path": "b"}), ("Read", {"path": "b"}), ("Ls", {})))
    found = ask(opened(stream=stream)).calls
    assert [(c.tool, dict(c.arguments)) for c in found] == [
        ("Write", {"path": "a"}),
        ("Write", {"path": "b"}),
        ("Read", {"path": "b"}),
        ("Ls", {}),
    ]
    assert len({c.id for c in found}) == 4


def test_calls_that_come_one_by_one_under_one_index_stay_apart(server, opened):
    server.answer(calls(("Ls", {}), ("Write", {"path": "a"}), ("Ls", {}), ("Read", {"path": "b"})))
    server.one_by_one = True
    try:
        found = ask(opened()).calls
    finally:
        server.one_by_one = False
    assert [c.tool for c in found] == ["Ls", "Write", "Ls", "Read"]
    assert [dict(c.arguments) for c in found] == [{}, {"path": "a"}, {}, {"path": "b"}]


def test_results_go_back_with_their_calls(server, opened):
    server.answer(say("done"))
    history = (
        Message(role="user", text="write a"),
        Message(role="assistant", calls=(ToolCall(id="c1", tool="Write", arguments={"path": "a", "n": 1}),)),
        Message(role="tool", text="written", call_id="c1"),
    )
    ask(opened(), question(messages=history))
    sent = server.requests[0]["messages"]
    assert sent[1]["tool_calls"][0]["function"] == {"name": "Write", "arguments": {"path": "a", "n": 1}}
    assert sent[2]["content"] == "written"


def test_a_streamed_answer_that_breaks_is_asked_for_again(server, opened):
    server.answer(broken("cut", "all of the answer"), say("all of the answer"))
    heard = []
    assert ask(opened(), heard=heard).text == "".join(heard) == "all of the answer"


@both_ways
def test_usage_that_is_missing_is_estimated(server, opened, stream):
    server.answer(say("some words", usage=None))
    usage = ask(opened(stream=stream)).usage
    assert usage.input_tokens > 0
    assert usage.output_tokens > 0


@both_ways
def test_an_error_names_the_model_and_the_place(server, opened, stream):
    server.answer(fail(404))
    with pytest.raises(ProviderError, match="ollama_chat/llama3") as caught:
        ask(opened(stream=stream))
    assert server.origin.removeprefix("http://") in str(caught.value)
    assert (caught.value.status, server.count) == (404, 1)


def test_when_the_local_model_fails_the_cloud_gets_its_own_model(server, opened):
    server.answer(fail(500))
    with OpenAIServer() as cloud:
        cloud.answer(call("Write", {"path": "a"}))
        environ = {"OPENAI_API_KEY": "sk-test", "OPENAI_BASE_URL": cloud.url}
        reply = ask(opened(environ=environ, retries=0))
        assert [c.tool for c in reply.calls] == ["Write"]
        assert cloud.requests[0]["model"] == "gpt-4o-mini"
        assert reply.usage.model == "openai/gpt-4o-mini"


def test_a_server_that_is_gone_says_so(opened):
    provider = opened(model="ollama_chat/llama3.2", ollama_base="http://127.0.0.1:1", retries=0)
    assert provider.ready() == ""
    with pytest.raises(ProviderError, match="cannot be reached"):
        ask(provider)
