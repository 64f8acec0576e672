"""Whatever a server sends, what becomes of it is JSON, bounded, well-named, and never safer than was said."""

import base64
import hashlib
import json
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mcp.types import (
    BlobResourceContents,
    CallToolResult,
    EmbeddedResource,
    ImageContent,
    TextContent,
    Tool,
    ToolAnnotations,
)

from llmos_core.errors import ToolError
from llmos_core.types.json import canonical_json
from llmos_core.types.tools import Effect
from llmos_mcp.config import SERVER_NAME, McpConfig, ServerConfig
from llmos_mcp.effects import effect_of, stays_home
from llmos_mcp.listing import LONGEST_SCHEMA, MOST_TOOLS, listing_of
from llmos_mcp.naming import LONGEST, names_for, server_of
from llmos_mcp.results import as_json
from llmos_mcp.words import one_line, visible

HINT = st.sampled_from([None, True, False])
ANNOTATIONS = st.none() | st.builds(
    ToolAnnotations, read_only_hint=HINT, destructive_hint=HINT, idempotent_hint=HINT, open_world_hint=HINT
)
SERVER_NAMES = st.sampled_from(["a", "raw", "my-server", "a_b", "A9", "x" * 24])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text(max_size=20),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=5), inside, max_size=3),
    max_leaves=8,
)
PICTURES = st.binary(max_size=50).map(
    lambda data: ImageContent(type="image", data=base64.b64encode(data).decode(), mime_type="image/png")
)
BLOCKS = st.lists(st.text(max_size=40).map(lambda text: TextContent(type="text", text=text)) | PICTURES, max_size=4)


# Names


@given(st.text(alphabet="aZ9_-. é", max_size=30))
def test_a_name_that_is_taken_for_a_server_is_found_again(name):
    assert not SERVER_NAME.fullmatch(name) or server_of(f"{name}__tool__more") == name


@given(SERVER_NAMES, st.lists(st.text(max_size=90), max_size=6))
def test_every_name_is_one_that_models_take_and_leads_back_to_its_server(server, tools):
    for name in names_for(server, tools).values():
        assert re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]{0,63}", name)
        assert server_of(name) == server


@given(SERVER_NAMES, st.sets(st.text(alphabet="ab_-. é/", max_size=80), max_size=8))
def test_no_two_tools_of_a_server_have_one_name(server, tools):
    names = names_for(server, tools)
    assert len(set(names.values())) == len(tools)


@given(SERVER_NAMES, st.text(min_size=1, max_size=90), st.lists(st.text(max_size=9)))
def test_a_tools_name_depends_on_no_other_tool(server, tool, others):
    assert names_for(server, [tool])[tool] == names_for(server, [*others, tool])[tool]


def test_a_plain_name_stays_as_it_is():
    assert names_for("files", ["read_file"]) == {"read_file": "files__read_file"}
    assert len(names_for("files", ["x" * 100])["x" * 100]) <= LONGEST


# Effects

_SAFER = [Effect.IRREVERSIBLE, Effect.IDEMPOTENT_WRITE, Effect.READ]


@given(ANNOTATIONS)
def test_nothing_is_believed_of_a_server_that_is_not_trusted(annotations):
    assert effect_of(annotations, is_trusted=False) is Effect.IRREVERSIBLE
    assert not stays_home(annotations, is_trusted=False)


@given(ANNOTATIONS.filter(lambda found: found is not None))
def test_only_an_explicit_promise_makes_a_tool_safer(annotations):
    effect = effect_of(annotations, is_trusted=True)
    if effect is Effect.READ:
        assert annotations.read_only_hint is True
        assert annotations.destructive_hint is not True
    elif effect is Effect.IDEMPOTENT_WRITE:
        assert annotations.destructive_hint is False
        assert annotations.idempotent_hint is True
    else:
        assert effect is Effect.IRREVERSIBLE


@given(ANNOTATIONS.filter(lambda found: found is not None), st.sampled_from(["read_only_hint", "idempotent_hint"]))
def test_to_take_a_promise_back_never_makes_a_tool_safer(annotations, hint):
    less = annotations.model_copy(update={hint: None})
    before, after = (_SAFER.index(effect_of(one, is_trusted=True)) for one in (annotations, less))
    assert after <= before


def test_silence_is_irreversible():
    assert effect_of(None, is_trusted=True) is Effect.IRREVERSIBLE
    assert effect_of(ToolAnnotations(), is_trusted=True) is Effect.IRREVERSIBLE


# Answers


@given(BLOCKS, VALUES, st.integers(1_000, 5_000))
def test_every_answer_becomes_json_within_the_limit(blocks, structure, limit):
    value = as_json(CallToolResult(content=blocks, structured_content=structure), limit_bytes=limit)
    assert json.loads(canonical_json(value)) == value
    assert len(canonical_json(value)) <= 8 * limit


@given(st.text(max_size=100))
def test_text_alone_is_the_answer(text):
    assert as_json(CallToolResult(content=[TextContent(type="text", text=text)]), limit_bytes=10_000) == text


@given(VALUES.filter(lambda value: value is not None))
def test_a_structure_that_its_text_repeats_is_the_answer(structure):
    text = TextContent(type="text", text=json.dumps(structure))
    assert as_json(CallToolResult(content=[text], structured_content=structure), limit_bytes=100_000) == structure


@given(st.text(min_size=1, max_size=30), VALUES.filter(lambda value: value is not None))
def test_a_text_that_says_more_than_the_structure_is_kept_beside_it(text, structure):
    said = f"besides: {text}"
    value = as_json(
        CallToolResult(content=[TextContent(type="text", text=said)], structured_content=structure), limit_bytes=10_000
    )
    assert value == {"content": [{"type": "text", "text": said}], "structured": structure}


@given(st.binary(max_size=60))
def test_content_that_is_no_text_is_told_by_its_size_and_digest(data):
    encoded = base64.b64encode(data).decode()
    resource = BlobResourceContents(uri="file:///a", mime_type="application/x", blob=encoded)
    value = as_json(CallToolResult(content=[EmbeddedResource(type="resource", resource=resource)]), limit_bytes=10_000)
    (part,) = value["content"]
    assert (part["size_bytes"], part["sha256"]) == (len(data), hashlib.sha256(data).hexdigest())
    assert encoded not in json.dumps(part) or len(encoded) < 4


@given(st.text(alphabet="aé€😀", min_size=600, max_size=3_000))
def test_what_is_too_long_is_cut_and_says_so(text):
    value = as_json(CallToolResult(content=[TextContent(type="text", text=text)]), limit_bytes=500)
    encoded = text.encode()
    assert value["is_cut"] is True
    assert value["size_bytes"] == len(encoded)
    assert value["sha256"] == hashlib.sha256(encoded).hexdigest()
    assert text.startswith(value["beginning"])


@given(BLOCKS, VALUES)
def test_a_failure_is_an_error_without_characters_that_do_not_show(blocks, structure):
    with pytest.raises(ToolError) as caught:
        as_json(CallToolResult(content=blocks, structured_content=structure, is_error=True), limit_bytes=1_000)
    assert str(caught.value)
    assert visible(str(caught.value), 10_000) == str(caught.value)


# Words


@given(st.text(max_size=300), st.integers(1, 100))
def test_what_is_shown_is_short_and_has_nothing_unseen(text, limit):
    shown = visible(text, limit)
    assert len(shown) <= limit
    assert not [c for c in shown if c not in "\n\t" and unicodedata.category(c).startswith("C")]
    assert "\n" not in one_line(text, limit)


# Listings


def listed(*tools, config=None, is_trusted=True):
    config = ServerConfig(command="x") if config is None else config
    return listing_of("raw", config, tools, identity={"name": "raw"}, is_trusted=is_trusted)


def named(name="look", **more):
    return Tool(name=name, input_schema=more.pop("input_schema", {"type": "object"}), **more)


@pytest.mark.parametrize(
    ("schema", "complaint"),
    [
        ({"type": "object", "properties": {"a": {"$ref": "http://evil.example/schema"}}}, "refers to"),
        ({"type": "object", "$defs": {"a": [{"$dynamicRef": "file:///etc/passwd"}]}}, "refers to"),
        ({"type": "array"}, "expected an object"),
        ({"type": "object", "properties": {"a": {"type": "no-such-type"}}}, "schema is broken"),
        ({"type": "object", "description": "x" * LONGEST_SCHEMA}, "longer than"),
    ],
)
def test_a_tool_whose_arguments_cannot_be_checked_is_left_out_and_named(schema, complaint):
    found = listed(named(input_schema=schema), named("fine"))
    assert list(found.tools) == ["raw__fine"]
    (problem,) = found.problems
    assert "'raw'" in problem
    assert "'look'" in problem
    assert complaint in problem


def test_a_reference_within_the_schema_is_followed():
    schema = {"type": "object", "properties": {"a": {"$ref": "#/$defs/b"}}, "$defs": {"b": {"type": "string"}}}
    assert list(listed(named(input_schema=schema)).tools) == ["raw__look"]


def test_of_two_tools_with_one_name_the_first_stays():
    found = listed(named(description="first"), named(description="second"))
    assert "first" in found.tools["raw__look"].spec.description
    assert len(found.problems) == 1


def test_no_server_offers_tools_without_end():
    found = listed(*(named(f"look{number}") for number in range(MOST_TOOLS + 3)))
    assert len(found.tools) == MOST_TOOLS
    assert len(found.problems) == 3


def test_what_the_user_knows_better_counts():
    config = ServerConfig(command="x", effects={"look": "read"})
    assert listed(named(), config=config).tools["raw__look"].spec.effect is Effect.READ


@pytest.mark.parametrize(
    "change",
    [
        {"description": "other"},
        {"input_schema": {"type": "object", "properties": {"a": {"type": "string"}}}},
        {"output_schema": {"type": "object"}},
        {"annotations": ToolAnnotations(read_only_hint=True)},
        {"annotations": ToolAnnotations(open_world_hint=False)},
    ],
)
def test_whatever_could_change_what_a_call_means_changes_the_fingerprint(change):
    before = listed(named(description="same")).tools["raw__look"].spec.fingerprint
    after = listed(named(**{"description": "same", **change})).tools["raw__look"].spec.fingerprint
    assert before != after
    assert before == listed(named(description="same")).tools["raw__look"].spec.fingerprint


# Sections


@pytest.mark.parametrize(
    ("server", "complaint"),
    [
        ({}, "either 'command'"),
        ({"command": "x", "url": "http://127.0.0.1/mcp"}, "either 'command'"),
        ({"url": "ftp://example.org"}, "no usable 'url'"),
        ({"url": "https://me:secret@example.org/mcp"}, "password"),
        ({"url": "http://example.org/mcp", "bearer": {"env": "TOKEN"}}, "unencrypted"),
        ({"command": "x", "bearer": {"env": "TOKEN"}}, "belong to a 'url'"),
        ({"command": "x", "env": {"API_TOKEN": "abc"}}, "secret in env.API_TOKEN"),
        ({"command": "x", "env": {"A": "ghp_" + "a1B2" * 10}}, "secret in env.A"),
    ],
)
def test_a_server_that_cannot_be_or_would_leak_is_refused(server, complaint):
    with pytest.raises(ValueError, match=re.escape(complaint)) as caught:
        McpConfig(servers={"raw": server})
    assert "'raw'" in str(caught.value)


@pytest.mark.parametrize("name", ["", "a__b", "a_", "1a", "a b", "x" * 25, "é"])
def test_a_server_whose_name_could_be_mistaken_is_refused(name):
    with pytest.raises(ValueError, match="names of at most 24"):
        McpConfig(servers={name: {"command": "x"}})


def test_a_secret_written_down_is_refused_and_not_repeated():
    with pytest.raises(ValueError, match="secret") as caught:
        McpConfig(servers={"raw": {"url": "https://example.org", "headers": {"X-Key": "hunter2"}}})
    assert "hunter2" not in str(caught.value)
