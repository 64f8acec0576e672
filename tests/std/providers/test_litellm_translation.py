"""Law: what is sent can be read back – calls, arguments and text survive the way to the wire and from it."""

import json
from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from llmos_core.types.model import Message, ModelRequest
from llmos_core.types.tools import ToolCall
from llmos_core.types.transcript import Usage
from llmos_std.providers.litellm.answers import Answer, Assembly, RawCall, Speaker, answer_of
from llmos_std.providers.litellm.config import LitellmConfig
from llmos_std.providers.litellm.repair import MALFORMED
from llmos_std.providers.litellm.translation import reply_from, response_format, wire_messages, wire_tools
from servers.asking import WRITE, Counter, question

leaves = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
values = st.recursive(leaves, lambda v: st.lists(v, max_size=3) | st.dictionaries(st.text(), v, max_size=3))
ids = st.text(alphabet="abcXYZ019_-", min_size=1, max_size=20)
calls = st.builds(
    ToolCall,
    id=ids,
    tool=st.sampled_from(["Write", "Read", "Bash"]),
    arguments=st.dictionaries(st.text(), values, max_size=4),
)
turns = st.lists(calls, min_size=1, max_size=5, unique_by=lambda call: call.id).map(tuple)


def plain(data):
    """Return JSON data as the objects that a client library makes of it."""
    if isinstance(data, dict):
        return SimpleNamespace(**{key: plain(value) for key, value in data.items()})
    return [plain(one) for one in data] if isinstance(data, list) else data


def read_back(answer, request=None):
    return reply_from(answer, usage=Usage(), request=question() if request is None else request, new_id=Counter())


def chunk(*fragments, content=None):
    delta = {"content": content, "tool_calls": list(fragments) or None}
    return plain({"choices": [{"delta": delta}]})


def fragment(index, arguments="", name=None, call_id=None):
    return {"index": index, "id": call_id, "function": {"name": name, "arguments": arguments}}


@given(turns, st.text())
def test_calls_survive_the_way_to_the_wire_and_back(wanted, text):
    request = ModelRequest(messages=(Message(role="assistant", text=text, calls=wanted),))
    (message,) = json.loads(json.dumps(wire_messages(request, LitellmConfig())))
    reply = read_back(answer_of(plain({"choices": [{"message": message, "finish_reason": "tool_calls"}]})))
    assert reply.calls == wanted
    assert reply.text == text.encode("utf-8", "replace").decode("utf-8")


@given(turns, st.data())
def test_streamed_calls_are_put_together_however_they_were_cut(wanted, data):
    assembly = Assembly()
    for index, call in enumerate(wanted):
        text = json.dumps(dict(call.arguments))
        cut = data.draw(st.integers(min_value=0, max_value=len(text)))
        assembly.add(chunk(fragment(index, text[:cut], call.tool, call.id)))
        assembly.add(chunk(fragment(index, text[cut:])))
    assert read_back(assembly.answer(finish="tool_calls", usage=None)).calls == wanted


@given(turns)
def test_whole_calls_that_share_one_index_stay_apart(wanted):
    assembly = Assembly()
    for call in wanted:
        assembly.add(chunk(fragment(0, json.dumps(dict(call.arguments)), call.tool)))
    found = read_back(assembly.answer(finish="stop", usage=None)).calls
    assert [(c.tool, c.arguments) for c in found] == [(c.tool, c.arguments) for c in wanted]


@given(st.lists(st.sampled_from(["", "a", "b", "with space", "ä", "x" * 65]), max_size=8), st.lists(ids, max_size=3))
def test_every_call_gets_an_id_of_its_own(given_ids, used):
    earlier = Message(role="assistant", calls=tuple(ToolCall(id=one, tool="Read") for one in used))
    answer = Answer(calls=tuple(RawCall(one, "Write", "{}") for one in given_ids))
    found = [call.id for call in read_back(answer, question(messages=(earlier,))).calls]
    assert len({*found, *used}) == len(found) + len(set(used))
    assert all(one.isascii() and " " not in one and 0 < len(one) <= 64 for one in found)


@given(st.text(), st.lists(st.integers(min_value=0, max_value=30), max_size=4))
def test_an_answer_asked_for_again_is_heard_once(text, cuts):
    heard = []
    speaker = Speaker(heard.append)
    for cut in [*cuts, len(text)]:
        speaker.begin()
        for letter in text[:cut]:
            speaker.hear(letter)
    assert "".join(heard) == text


def test_an_answer_that_differs_from_the_one_that_broke_off_begins_on_a_new_line():
    heard = []
    speaker = Speaker(heard.append)
    speaker.hear("The sky is")
    speaker.begin()
    for piece in ("The ", "sea", " is wet"):
        speaker.hear(piece)
    assert "".join(heard) == "The sky is\nThe sea is wet"


def test_a_result_names_the_call_it_answers():
    message = Message(role="tool", text="done", call_id="call_1")
    assert wire_messages(ModelRequest(messages=(message,)), LitellmConfig()) == [
        {"role": "tool", "tool_call_id": "call_1", "content": "done"}
    ]


def test_tools_are_offered_with_their_schema():
    (offered,) = wire_tools((WRITE,))
    assert offered["function"] == {
        "name": "Write",
        "description": "Write a file.",
        "parameters": dict(WRITE.parameters),
    }


def test_a_cut_answer_says_so_and_its_arguments_are_not_mended():
    reply = read_back(Answer(calls=(RawCall("a", "Write", '{"path": "x"'),), finish="length"))
    assert reply.is_cut
    assert reply.calls[0].arguments == {MALFORMED: '{"path": "x"'}


def test_a_refusal_is_told_from_an_answer():
    assert read_back(Answer(refusal="I will not")).is_refusal
    assert read_back(Answer(finish="content_filter")).is_refusal
    assert not read_back(Answer(text="yes")).is_refusal


def test_the_system_prompt_can_be_replaced_and_added_to():
    messages = (Message(role="system", text="own"), Message(role="user", text="hi"))
    request = ModelRequest(messages=messages)

    def system(**settings):
        return wire_messages(request, LitellmConfig(**settings))[0]["content"]

    assert system() == "own"
    assert system(system_prompt="other") == "other"
    assert system(system_prompt_append="more") == "own\n\nmore"
    assert system(system_prompt="other", system_prompt_append="more") == "other\n\nmore"


def test_json_mode_asks_for_json_in_words_too():
    settings = LitellmConfig(json_mode=True)
    assert response_format(question(), settings) == {"type": "json_object"}
    assert "JSON" in wire_messages(question("hi"), settings)[0]["content"]
    assert len(wire_messages(question("answer in json"), settings)) == 1


def test_a_schema_is_stronger_than_json_mode():
    wanted = {"type": "object", "properties": {"n": {"type": "integer"}}}
    found = response_format(question(json_schema=wanted), LitellmConfig(json_mode=True))
    assert found == {"type": "json_schema", "json_schema": {"name": "answer", "schema": wanted}}
