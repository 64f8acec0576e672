"""Law: a call that is written as the help shows it is read back as it was; whatever is not plain is asked again."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmos_core.types.tools import ToolSpec
from llmos_std.providers.human.syntax import MistakeError, Opened, Said, checked, read, usage

WRITE = ToolSpec(
    name="Write",
    description="Write a file.\nAll of it.",
    parameters={
        "type": "object",
        "properties": {"path": {"type": "string"}, "content": {"type": "string"}, "append": {"type": "boolean"}},
        "required": ["path", "content"],
        "additionalProperties": False,
    },
)
BASH = ToolSpec(
    name="Bash",
    description="Run a command.",
    parameters={
        "type": "object",
        "properties": {
            "command": {"type": "string"},
            "timeout_s": {"type": "number"},
            "lines": {"type": "array", "items": {"type": "integer"}},
            "mode": {"enum": ["fast", "slow"]},
            "note": {"anyOf": [{"type": "string"}, {"type": "null"}]},
            "count": {"type": ["integer", "null"]},
        },
        "required": ["command"],
    },
)
TOOLS = {"Write": WRITE, "Bash": BASH}
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


def said(line):
    return read(line, TOOLS)


def quoted(text):
    return json.dumps(text, ensure_ascii=False)


@given(
    path=TEXT,
    content=TEXT,
    append=st.none() | st.booleans(),
    gap=st.text(" \t", min_size=1, max_size=3),
    is_swapped=st.booleans(),
)
def test_quoted_values_of_any_text_are_read_back(path, content, append, gap, is_swapped):
    parts = [f"path={quoted(path)}", f"content={quoted(content)}"]
    parts += [] if append is None else [f"append={json.dumps(append)}"]
    line = "Write " + gap.join(reversed(parts) if is_swapped else parts)
    wanted = {"path": path, "content": content} | ({} if append is None else {"append": append})
    assert said(line).arguments == wanted


@given(
    command=st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1).filter(lambda t: t[0] not in "\"'<"),
    timeout=st.floats(0, 1e6),
    lines=st.lists(st.integers()),
    count=st.none() | st.integers(),
)
def test_bare_values_are_read_by_what_the_tool_expects(command, timeout, lines, count):
    line = f"Bash command={command} timeout_s={timeout!r} lines={json.dumps(lines)} count={json.dumps(count)}"
    assert said(line).arguments == {"command": command, "timeout_s": timeout, "lines": lines, "count": count}


@given(TEXT)
def test_any_line_is_read_or_is_a_mistake(line):
    try:
        found = said(line)
    except MistakeError:
        return
    assert isinstance(found, Said)


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("it is done", "it is done"),
        ("  hello.txt says hi = done  ", "hello.txt says hi = done"),
        ("write the file yourself", "write the file yourself"),
        ("say Write path=x", "Write path=x"),
        ("a = b", "a = b"),
        ("done: x=1", "done: x=1"),
        ("{'a': 1}", "{'a': 1}"),
    ],
)
def test_plain_text_is_the_answer(line, text):
    assert said(line) == Said(text=text)


@pytest.mark.parametrize(
    ("line", "arguments"),
    [
        ("write\tpath=a  content=b", {"path": "a", "content": "b"}),
        ("Write path='it''s'", None),
        ("Write path='a b' content='\\n'", {"path": "a b", "content": "\\n"}),
        ("Write path=a content=[1]", {"path": "a", "content": "[1]"}),
        ("Write path=a= content=", {"path": "a=", "content": ""}),
        ("Write path=a content=<<END append=true", {"path": "a", "content": Opened("END"), "append": True}),
        ("Bash command=x note=null", {"command": "x", "note": None}),
        ('Bash command=x note="null"', {"command": "x", "note": "null"}),
        ("Bash command=x mode=slow", {"command": "x", "mode": "slow"}),
        ("Bash command=x timeout_s='5'", {"command": "x", "timeout_s": 5}),
    ],
)
def test_calls_are_read_as_they_are_meant(line, arguments):
    if arguments is None:
        with pytest.raises(MistakeError):
            said(line)
    else:
        assert said(line).arguments == arguments


@pytest.mark.parametrize(
    ("line", "helps"),
    [
        ("Writ path=x", "did you mean 'Write'"),
        ("Write path=a contnt=b", "did you mean 'content'"),
        ("Write path=a path=b", "twice"),
        ('Write path="a', "never closed"),
        ("Write path='a", "never closed"),
        ('Write path="a"content=b', "space between"),
        ("Bash ls -la", 'write Bash command="ls -la"'),
        ("Write it now", "say Write"),
        ("Bash command=x timeout_s=soon", "expected number"),
        ("Bash command=x timeout_s=NaN", "expected number"),
        ("Bash command=x lines=[1,", "no JSON"),
        ("? Writ", "did you mean 'Write'"),
        ("say", "say what"),
    ],
)
def test_a_mistake_is_explained(line, helps):
    with pytest.raises(MistakeError) as raised:
        said(line)
    assert helps in str(raised.value)


@pytest.mark.parametrize(
    ("line", "helps"),
    [
        ("Write", "path is missing; content is missing"),
        ("Bash command=x lines=[true]", "lines[0]"),
        ("Bash command=x mode=middle", "mode"),
    ],
)
def test_what_does_not_fit_the_tool_is_explained_before_anything_is_called(line, helps):
    with pytest.raises(MistakeError) as raised:
        checked(said(line), TOOLS)
    assert helps in str(raised.value)


def test_help_shows_what_may_be_left_out():
    assert usage(WRITE) == "Write path=TEXT content=TEXT [append=true|false]"
    assert usage(BASH).endswith("[lines=JSON] [mode=fast|slow] [note=TEXT] [count=NUMBER]")
    assert (said("?").help, said("? write").help, said("hm").help) == ("", "Write", None)
