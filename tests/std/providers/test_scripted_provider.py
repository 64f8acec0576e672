"""Law: the n-th model turn of a conversation gets the n-th entry that fits its goal, whatever was asked in between."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmos_core.errors import ConfigError, NoModelError, ProviderError
from llmos_core.testing.suites.provider import provider_suite
from llmos_core.types.model import Message, ModelRequest
from llmos_core.types.transcript import Exchange, Origin, Surprise, Transcript, Turn
from llmos_std.providers.config import ScriptedConfig
from llmos_std.providers.scripted import ScriptedProvider, ScriptedTurn, open_scripted
from servers.asking import context_of

SURPRISE = Surprise(kind="changed", index=0, expected="a", seen="b")


def request_after(goal="do it", *, model=0, trace=0, surprise=None):
    origins = [Origin.TRACE] * trace + [Origin.MODEL] * model
    exchanges = tuple(Exchange(turn=Turn(origin=origin)) for origin in origins)
    transcript = Transcript(goal=goal, exchanges=exchanges, surprise=surprise)
    return ModelRequest(messages=(Message(role="user", text="a prompt"),), transcript=transcript)


def answer(provider, request):
    return provider.complete(request, lambda _text: None)


@given(st.lists(st.text(min_size=1), min_size=1, max_size=6), st.data())
def test_the_transcript_alone_decides(texts, data):
    provider = ScriptedProvider([{"text": text} for text in texts])
    for number in data.draw(st.lists(st.integers(min_value=0, max_value=len(texts) - 1), max_size=8)):
        assert answer(provider, request_after(model=number)).text == texts[number]


def test_goals_have_their_own_entries():
    provider = ScriptedProvider(
        [
            {"expect": "Report", "text": "report 1"},
            {"expect": "mail", "text": "mail 1"},
            {"expect": "report", "text": "report 2"},
        ]
    )
    assert answer(provider, request_after("Write the report", model=1)).text == "report 2"
    assert answer(provider, request_after("send MAIL")).text == "mail 1"
    with pytest.raises(NoModelError):
        answer(provider, request_after("something else"))


def test_when_the_script_ends_nothing_is_made_up():
    with pytest.raises(NoModelError, match="number 2"):
        answer(ScriptedProvider([{"text": "only"}]), request_after(model=1))


def test_turns_of_a_trace_are_not_counted():
    assert answer(ScriptedProvider([{"text": "first"}]), request_after(trace=3)).text == "first"


def test_after_a_surprise_its_own_entries_answer():
    provider = ScriptedProvider([{"text": "learned"}, {"on_surprise": True, "text": "recovered"}])
    assert answer(provider, request_after(trace=1, surprise=SURPRISE)).text == "recovered"
    assert answer(provider, request_after()).text == "learned"


def test_without_entries_for_a_surprise_the_ordinary_ones_answer():
    provider = ScriptedProvider([{"text": "the same again"}])
    assert answer(provider, request_after(surprise=SURPRISE)).text == "the same again"


def test_without_a_transcript_the_messages_count():
    provider = ScriptedProvider([{"text": "one"}, {"text": "two"}])
    messages = (Message(role="user", text="go"), Message(role="assistant", text="one"), Message(role="user", text="on"))
    assert answer(provider, ModelRequest(messages=messages)).text == "two"


def test_calls_usage_and_price_are_given_as_written():
    call = {"tool": "Write", "arguments": {"path": "a"}}
    usage = {"input_tokens": 10, "output_tokens": 4}
    provider = ScriptedProvider([{"calls": [call, call], "usage": usage, "cost_usd": "0.002"}])
    request = request_after()
    reply = answer(provider, request)
    assert [(c.tool, c.arguments) for c in reply.calls] == [("Write", {"path": "a"})] * 2
    assert len({c.id for c in reply.calls}) == 2
    assert (reply.usage.input_tokens, reply.usage.output_tokens) == (10, 4)
    assert reply.usage.cost_usd == provider.quote(request).cost_usd == Decimal("0.002")
    assert provider.requests == [request]


def test_an_error_can_be_scripted():
    with pytest.raises(ProviderError, match="out of order"):
        answer(ScriptedProvider([{"error": "out of order"}]), request_after())


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("answers.json", json.dumps({"turns": [{"text": "hi"}]})),
        ("answers.toml", '[[turns]]\ntext = "hi"\n'),
    ],
)
def test_a_script_is_read_from_a_file(tmp_path, name, text):
    (tmp_path / name).write_text(text)
    provider = open_scripted(context_of(ScriptedConfig(path=name), tmp_path))
    assert provider.ready() == ""
    assert answer(provider, request_after()).text == "hi"


@pytest.mark.parametrize(
    ("name", "text", "named"),
    [
        ("gone.json", None, "gone.json"),
        ("bad.json", "{", "bad.json"),
        ("bad.toml", "turns = ", "bad.toml"),
        ("list.json", "[]", "turns"),
        ("key.json", '{"turns": [{"text": "a"}, {"txt": "b"}]}', "turn 2"),
        ("call.json", '{"turns": [{"calls": [{"name": "Write"}]}]}', "turn 1"),
        ("empty.json", '{"turns": [{}]}', "turn 1"),
        ("cost.json", '{"turns": [{"text": "a", "cost_usd": -1}]}', "turn 1"),
        ("type.json", '{"turns": [3]}', "turn 1"),
        ("usage.json", '{"turns": [{"text": "a", "usage": {"input_tokens": -1}}]}', "turn 1"),
    ],
)
def test_a_script_that_cannot_be_used_is_never_ready_and_says_why(tmp_path, name, text, named):
    if text is not None:
        (tmp_path / name).write_text(text)
    provider = open_scripted(context_of(ScriptedConfig(path=name), tmp_path))
    assert named in provider.ready()
    assert "\n" not in provider.ready()
    with pytest.raises(NoModelError, match=name):
        answer(provider, request_after())


def test_no_script_is_a_sentence(tmp_path):
    assert "provider.scripted" in open_scripted(context_of(ScriptedConfig(), tmp_path)).ready()


def test_everything_wrong_is_listed_at_once():
    with pytest.raises(ConfigError) as caught:
        ScriptedProvider([{"txt": "a"}, {"text": "b"}, {"text": 3}])
    assert len(caught.value.problems) == 2


def test_turns_can_be_records():
    assert answer(ScriptedProvider([ScriptedTurn(text="hi")]), request_after()).text == "hi"


TestScriptedIsAProvider = provider_suite(lambda: ScriptedProvider([{"text": "hello", "cost_usd": "0.1"}]))
