"""The provider plans one call a turn as a function of goal and transcript, and abstains kindly from everything else."""

from decimal import Decimal
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmos_core.errors import NoModelError
from llmos_core.testing.suites.provider import provider_suite
from llmos_core.types.model import Message, ModelReply, ModelRequest
from llmos_core.types.tools import CallStatus, Effect, ToolCall, ToolResult, ToolSpec
from llmos_core.types.transcript import Exchange, Origin, StepRecord, Surprise, Transcript, Turn
from llmos_std.providers.builtin.provider import MODEL, BuiltinPlanner

TOOLS = tuple(
    ToolSpec(name=name, description=name, parameters={"type": "object"})
    for name in ("Read", "Write", "Edit", "Glob", "Grep", "Bash", "WebFetch", "Python")
)
GOAL = 'append "c" to a.txt'

TestBuiltinKeepsTheLawsOfProviders = provider_suite(BuiltinPlanner)


def _request(goal: str, *done: tuple[ToolCall, Any], **changes: Any) -> ModelRequest:
    """Return the request after these calls have been made with these results; an exception stands for an error."""
    transcript = Transcript(goal=goal)
    for index, (call, content) in enumerate(done):
        is_error = isinstance(content, Exception)
        result = ToolResult(
            status=CallStatus.ERROR if is_error else CallStatus.OK,
            content=None if is_error else content,
            error=str(content) if is_error else "",
        )
        step = StepRecord(index=index, call=call, result=result, fingerprint="", effect=Effect.UNKNOWN)
        transcript = transcript.plus(Exchange(turn=Turn(origin=Origin.MODEL, calls=(call,)), steps=(step,)))
    return attrs.evolve(ModelRequest(messages=(), tools=TOOLS, transcript=transcript), **changes)


def _reply(request: ModelRequest) -> ModelReply:
    return BuiltinPlanner().complete(request, lambda _text: None)


def _call(tool: str, **arguments: Any) -> ToolCall:
    return ToolCall(id="any", tool=tool, arguments=arguments)


GLOB, READ = _call("Glob", pattern="a.txt"), _call("Read", path="a.txt")
WRITE = _call("Write", path="a.txt", content="a\nb\nc\n")


def test_a_plan_goes_on_from_what_was_observed() -> None:
    done: list[tuple[ToolCall, Any]] = []
    for wanted, content in ((GLOB, ["a.txt"]), (READ, "a\nb"), (WRITE, {})):
        (call,) = _reply(_request(GOAL, *done)).calls
        assert (call.tool, call.arguments) == (wanted.tool, wanted.arguments)
        done.append((call, content))
    final = _reply(_request(GOAL, *done))
    assert not final.calls
    assert "a.txt" in final.text


@given(st.text(alphabet=st.characters(exclude_characters="\r", exclude_categories=["Cs"]), max_size=50))
def test_the_next_call_depends_on_results_alone(text: str) -> None:
    request = _request(GOAL, (GLOB, ["a.txt"]), (READ, text))
    first, second = _reply(request), _reply(request)
    assert first == second
    gap = "" if text.endswith("\n") or not text else "\n"
    assert first.calls[0].arguments == {"path": "a.txt", "content": f"{text}{gap}c\n"}


def test_replies_cost_nothing_and_say_that_no_language_model_spoke() -> None:
    usage = _reply(_request("what is 2 + 2")).usage
    assert (usage.model, usage.cost_usd) == (MODEL, Decimal(0))
    assert "not a language model" in MODEL
    assert BuiltinPlanner().quote(_request("x")).cost_usd == 0
    assert BuiltinPlanner().ready() == ""


def test_the_answer_is_streamed_once() -> None:
    pieces: list[str] = []
    reply = BuiltinPlanner().complete(_request("what is 2 + 2"), pieces.append)
    assert pieces == [reply.text] == ["2 + 2 is 4."]


SURPRISED = Transcript(goal=GOAL).surprised(Surprise(kind="pre-check", index=0, expected="x", seen="y"))


@pytest.mark.parametrize(
    "request_",
    [
        _request("write a poem"),
        _request(GOAL, transcript=SURPRISED),
        _request(GOAL, transcript=None),
        _request(GOAL, tools=TOOLS[:1]),
        _request(GOAL, tools=()),
        _request(GOAL, json_schema={"type": "object"}),
        _request(GOAL, (GLOB, OSError("disk"))),
        _request(GOAL, (READ, "a\n")),
        _request(GOAL, (GLOB, "a.txt")),
        _request(GOAL, (GLOB, ["a.txt"]), (READ, "a\nb"), (WRITE, {}), (READ, "a\nb\nc\n")),
        _request("what is 2 + 2", (READ, "a\n")),
        _request("delete a.txt", (GLOB, [])),
        _request("run `false`", (_call("Bash", command="false"), {"exit_code": 1, "stdout": "", "stderr": "no"})),
        _request("run `x`", (_call("Bash", command="x"), "odd")),
        _request(GOAL, messages=(Message(role="user", text=f"{GOAL}\n\nConstraints: Must rhyme"),)),
        _request(GOAL, messages=(Message(role="user", text=f'{GOAL}\n\nInputs (data): {{"n": 1}}'),)),
    ],
)
def test_it_abstains_when_anything_is_not_as_it_planned(request_: ModelRequest) -> None:
    with pytest.raises(NoModelError) as refusal:
        _reply(request_)
    message = str(refusal.value)
    assert "not a language model" in message
    for way in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "Ollama", "provider.litellm", "llmos config path"):
        assert way in message


def test_a_denied_step_ends_the_plan_with_an_answer_that_says_so() -> None:
    request = _request(GOAL, (GLOB, ["a.txt"]))
    assert request.transcript is not None
    (exchange,) = request.transcript.exchanges
    denied = attrs.evolve(exchange.steps[0], result=ToolResult(status=CallStatus.DENIED, error="no"))
    transcript = Transcript(goal=GOAL).plus(attrs.evolve(exchange, steps=(denied,)))
    reply = _reply(attrs.evolve(request, transcript=transcript))
    assert not reply.calls
    assert "not allowed" in reply.text


@pytest.mark.parametrize("more", ["", "\n\nConstraints: Max cost $0.10", "\n\nConstraints: Read only; No network"])
def test_constraints_that_are_enforced_elsewhere_do_not_stop_it(more: str) -> None:
    messages = (Message(role="system", text="be good"), Message(role="user", text=f"{GOAL}{more}"))
    assert _reply(_request(GOAL, messages=messages)).calls


def test_a_refusal_after_some_steps_says_how_many_were_done() -> None:
    with pytest.raises(NoModelError, match="after 1 step"):
        _reply(_request("delete a.txt", (GLOB, [])))
    with pytest.raises(NoModelError, match="nothing was done"):
        _reply(_request("write a poem"))
