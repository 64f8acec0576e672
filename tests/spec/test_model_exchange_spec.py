"""specs/model-exchange/1: the schema and the code agree about every vector, and about whatever Hypothesis invents."""

import hashlib
import json
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmos_core.errors import StorageError
from llmos_core.types.json import canonical_json
from llmos_core.types.model import Message, ModelReply, ModelRequest
from llmos_core.types.tools import ToolCall, ToolSpec
from llmos_core.types.transcript import Usage
from llmos_std.providers.exchanging import reply_from, reply_json, request_json
from llmos_std.providers.recorded.file import Exchange, Recording, key_of

FOLDER = Path(__file__).parents[2] / "specs" / "model-exchange" / "1"
SCHEMA = json.loads((FOLDER / "schema.json").read_text("utf-8"))
BLANK = ModelRequest(messages=(Message(role="user", text="hi"),))
VECTORS = sorted((FOLDER / "vectors").rglob("*.json"))
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
ARGUMENTS = st.dictionaries(TEXT, VALUES, max_size=3)
CALLS = st.builds(ToolCall, id=TEXT, tool=st.text("abcXYZ", min_size=1, max_size=5), arguments=ARGUMENTS)
MESSAGES = st.builds(
    Message,
    role=st.sampled_from(("system", "user", "assistant", "tool")),
    text=TEXT,
    calls=st.lists(CALLS, max_size=2).map(tuple),
    call_id=TEXT,
)
REQUESTS = st.builds(
    ModelRequest,
    messages=st.lists(MESSAGES, max_size=4).map(tuple),
    tools=st.lists(st.builds(ToolSpec, name=TEXT, description=TEXT, parameters=ARGUMENTS), max_size=2).map(tuple),
    model=TEXT,
    temperature=st.none() | st.floats(0, 2),
    max_tokens=st.none() | st.integers(1, 9999),
    json_schema=st.none() | ARGUMENTS,
    purpose=TEXT,
)
REPLIES = st.builds(
    ModelReply,
    text=TEXT.filter(bool),
    calls=st.lists(CALLS, max_size=3).map(tuple),
    usage=st.builds(
        Usage,
        model=TEXT,
        input_tokens=st.integers(0, 10**9),
        output_tokens=st.integers(0, 10**9),
        cost_usd=st.none() | st.decimals(0, 1000, allow_nan=False, places=6),
    ),
    is_cut=st.booleans(),
    is_refusal=st.booleans(),
)


def is_right(kind, value):
    schema = {"$defs": SCHEMA["$defs"], "$ref": f"#/$defs/{kind}"}
    return jsonschema.Draft202012Validator(schema).is_valid(value)


@pytest.mark.spec("MX-001", "MX-003")
@pytest.mark.parametrize("path", VECTORS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_schema_and_code_agree_about_every_vector(path, tmp_path):
    value = json.loads(path.read_text("utf-8"))
    kind, is_valid = path.stem.partition("-")[0], path.parent.name == "valid"
    assert is_right(kind, value) is is_valid
    if kind == "reply":
        assert reads_as_reply(value) is is_valid
    if kind == "exchange":
        file = tmp_path / "recording.jsonl"
        file.write_text(json.dumps(value) + "\n", "utf-8")
        assert reads_as_recording(file) is is_valid


def reads_as_reply(value):
    try:
        reply_from(value, BLANK)
    except ValueError:
        return False
    return True


def reads_as_recording(file):
    try:
        return len(list(Recording(file).exchanges())) == 1
    except StorageError:
        return False


@pytest.mark.spec("MX-001")
@given(REQUESTS)
def test_every_request_satisfies_the_schema(request):
    assert is_right("request", json.loads(json.dumps(request_json(request))))


@pytest.mark.spec("MX-003")
@given(REPLIES)
def test_a_reply_is_read_back_as_it_was_written(reply):
    written = json.loads(json.dumps(reply_json(reply)))
    assert is_right("reply", written)
    read = reply_from(written, BLANK)
    assert [(call.tool, call.arguments) for call in read.calls] == [(c.tool, dict(c.arguments)) for c in reply.calls]
    assert (read.text, read.usage, read.is_cut, read.is_refusal) == (
        reply.text,
        reply.usage,
        reply.is_cut,
        reply.is_refusal,
    )


@pytest.mark.spec("MX-002")
@given(REQUESTS, st.text("0123456789abcdef", min_size=4, max_size=8))
def test_the_ids_of_a_vendor_leave_no_trace(request, salt):
    renamed = ModelRequest(
        **{
            **vars(request),
            "messages": tuple(
                Message(
                    role=message.role,
                    text=message.text,
                    calls=tuple(ToolCall(id=c.id + salt, tool=c.tool, arguments=c.arguments) for c in message.calls),
                    call_id=message.call_id and message.call_id + salt,
                )
                for message in request.messages
            ),
            "timeout_s": 7.0,
            "stream": False,
        }
    )
    assert request_json(renamed) == request_json(request)


@pytest.mark.spec("MX-005")
@given(REQUESTS)
def test_the_key_is_the_digest_of_what_a_model_sees(request):
    made = request_json(request)
    seen = {name: value for name, value in made.items() if name != "purpose"}
    assert key_of(made) == hashlib.sha256(canonical_json(seen).encode()).hexdigest()
    assert key_of({**made, "purpose": "another"}) == key_of(made)


@pytest.mark.spec("MX-005")
def test_a_line_whose_key_is_another_is_refused(tmp_path):
    request = request_json(BLANK)
    file = tmp_path / "recording.jsonl"
    exchange = Exchange(key_of(request), "", "litellm", {**request, "model": "other"}, {"text": "x"}, ())
    file.write_bytes(exchange.line)
    with pytest.raises(StorageError, match=r":1: .*key"):
        Recording(file).find("")
