"""Law: whatever a hook command writes and however it ends, its answer is understood for certain or it is no answer.

No answer is a denial (see test_hooks_panel), so the law is: a reply never reads as milder than it may have been meant.
"""

import json
import signal
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from llmos_core.contrib import MOMENTS
from llmos_core.types.decision import Decision
from llmos_std.hooks.answers import Answer
from llmos_std.hooks.events import NAMES, moment_of
from llmos_std.hooks.replies import ReplyError, answer_of

moments = st.sampled_from(MOMENTS)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
WORDS = {"allow": 0, "approve": 0, "ask": 1, "deny": 2, "block": 2}


def pre_tool_use(**specific: Any) -> bytes:
    return json.dumps({"hookSpecificOutput": {"hookEventName": "PreToolUse", **specific}}).encode()


@pytest.mark.spec("HK-020")
@given(moments, st.integers(-64, 255).filter(lambda code: code not in (0, 2)), st.binary(), st.binary(), st.booleans())
def test_any_exit_code_but_0_and_2_is_no_answer(moment, code, stdout, stderr, is_cut):
    with pytest.raises(ReplyError):
        answer_of(moment, code, stdout, stderr, is_cut=is_cut)


@pytest.mark.spec("HK-021")
@given(moments, st.binary(), st.binary(), st.booleans())
def test_exit_code_2_denies_whatever_was_written(moment, stdout, stderr, is_cut):
    answer = answer_of(moment, 2, stdout, stderr, is_cut=is_cut)
    assert answer.decision is Decision.DENY
    assert answer.reason
    assert answer.reason.isprintable()
    assert len(answer.reason) <= 1000


@pytest.mark.spec("HK-022")
@given(moments, st.binary())
@example("pre_tool_use", b"\xff{}")
@example("pre_tool_use", b'{"decision": "block"')
@example("pre_tool_use", b"[1]")
@example("pre_tool_use", b'"deny"')
@example("pre_tool_use", b"[" * 100_000)
@example("pre_tool_use", b'note\n{"decision": "block"}')
def test_any_bytes_are_an_opinion_that_is_certain_or_no_answer(moment, stdout):
    try:
        answer = answer_of(moment, 0, stdout, b"")
    except ReplyError:
        return
    assert isinstance(answer, Answer)
    text = stdout.decode("utf-8-sig").strip()
    if text[:1] != "{":
        is_context = moment in ("session_start", "user_prompt_submit")
        assert answer == Answer(context=text if is_context else "")


@pytest.mark.spec("HK-023")
@given(
    moments,
    st.sampled_from(sorted(WORDS)) | st.none(),
    st.sampled_from(["allow", "ask", "deny"]) | st.none(),
    st.booleans() | st.none(),
)
def test_of_all_decisions_in_one_answer_the_strictest_counts(moment, decision, permission, goes_on):
    said = {"decision": decision, "continue": goes_on, "hookSpecificOutput": {"permissionDecision": permission}}
    ranks = [WORDS[decision or "allow"], WORDS[permission or "allow"], 2 if goes_on is False else 0]
    assert answer_of(moment, 0, json.dumps(said).encode(), b"").decision.rank == max(ranks)


@pytest.mark.spec("HK-024")
@given(st.sampled_from(["continue", "decision", "reason", "stopReason", "hookSpecificOutput"]), json_values)
def test_a_known_key_with_a_value_of_another_type_is_no_answer(key, value):
    kind = {"continue": bool, "hookSpecificOutput": dict}.get(key, str)
    if value is None or type(value) is kind:
        return
    with pytest.raises(ReplyError):
        answer_of("pre_tool_use", 0, json.dumps({key: value}).encode(), b"")


@pytest.mark.spec("HK-024")
@given(st.sampled_from(["permissionDecision", "updatedInput", "additionalContext", "hookEventName"]), json_values)
def test_the_same_holds_inside_of_the_specific_output(key, value):
    kind = dict if key == "updatedInput" else str
    is_word = isinstance(value, str) and key == "additionalContext"
    if value is None or is_word or (kind is dict and type(value) is dict):
        return
    if key == "hookEventName" and value == "":
        return
    with pytest.raises(ReplyError):
        answer_of("pre_tool_use", 0, pre_tool_use(**{key: value}), b"")


@pytest.mark.spec("HK-024")
@given(st.text(min_size=1), json_values)
def test_an_unknown_key_is_no_answer(key, value):
    known = ("continue", "decision", "reason", "stopReason", "systemMessage", "suppressOutput", "hookSpecificOutput")
    if key in known:
        return
    with pytest.raises(ReplyError):
        answer_of("pre_tool_use", 0, json.dumps({key: value}).encode(), b"")


@pytest.mark.spec("HK-024")
@pytest.mark.parametrize(
    "stdout",
    [
        b'{"decision": "block", "decision": "approve"}',
        b'{"hookSpecificOutput": {"permissionDecision": "defer"}}',
        b'{"hookSpecificOutput": {"hookEventName": "PostToolUse", "permissionDecision": "allow"}}',
        b'{"reason": NaN}',
        b'{"permisionDecision": "deny"}',
    ],
    ids=["twice", "another word", "another event", "no JSON", "misspelt"],
)
def test_what_is_not_certain_is_no_answer(stdout):
    with pytest.raises(ReplyError):
        answer_of("pre_tool_use", 0, stdout, b"")


@pytest.mark.spec("HK-022")
@given(moments, st.binary())
def test_output_that_was_cut_is_no_answer(moment, stdout):
    with pytest.raises(ReplyError):
        answer_of(moment, 0, stdout, b"", is_cut=True)


@given(moments)
def test_silence_is_no_opinion(moment):
    assert answer_of(moment, 0, b" \n", b"noise") == Answer()


def test_a_full_answer_is_read_part_by_part():
    stdout = pre_tool_use(
        permissionDecision="ask",
        permissionDecisionReason="look first",
        updatedInput={"path": "b"},
        additionalContext="b is better",
    )
    answer = answer_of("pre_tool_use", 0, stdout, b"")
    assert answer.decision is Decision.ASK
    assert (answer.reason, answer.arguments, answer.context) == ("look first", {"path": "b"}, "b is better")


@pytest.mark.parametrize("key", ["updatedToolOutput", "updatedMCPToolOutput"])
@given(json_values)
def test_output_is_replaced_by_any_json_value_even_null(key, value):
    stdout = json.dumps({"hookSpecificOutput": {key: value}}).encode()
    answer = answer_of("post_tool_use", 0, stdout, b"")
    assert answer.replaces_output
    assert json.dumps(answer.output) == json.dumps(value)


def test_a_signal_is_named():
    with pytest.raises(ReplyError, match=f"signal {signal.SIGKILL:d}"):
        answer_of("stop", -signal.SIGKILL, b"", b"")


@pytest.mark.spec("HK-010")
def test_each_moment_has_two_spellings_that_mean_it():
    assert all(moment_of(name) == moment_of(moment) == moment for moment, name in NAMES.items())
    assert NAMES["user_prompt_submit"] == "UserPromptSubmit"
    assert moment_of("Pretooluse") == ""
