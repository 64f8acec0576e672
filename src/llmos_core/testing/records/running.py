"""Tasks, transcripts, model calls, events and results: what a run is made of."""

from typing import Any

from hypothesis import strategies as st

from llmos_core.testing.records.plain import (
    amounts,
    digests,
    goals,
    json_objects,
    lines,
    moments,
    spans_s,
    texts,
    tokens,
)
from llmos_core.testing.records.tools import effects, probes, tool_calls, tool_results, tool_specs
from llmos_core.types.model import Event, Message, ModelReply, ModelRequest, Quote
from llmos_core.types.outcome import Outcome
from llmos_core.types.record import evolve
from llmos_core.types.result import RunResult, Status, StepReceipt
from llmos_core.types.task import ModeName, TaskBlock
from llmos_core.types.tools import CallStatus, Effect
from llmos_core.types.transcript import Exchange, Origin, StepRecord, Surprise, Transcript, Turn, Usage

_MODES = tuple(mode.value for mode in ModeName if mode is not ModeName.AUTO)


def tasks() -> st.SearchStrategy[TaskBlock]:
    """Draw a task."""
    constraints = st.lists(st.sampled_from(("Read only", "No network", "Must be Python")), max_size=2).map(tuple)
    return st.builds(
        TaskBlock, goal=goals(), inputs=json_objects(), constraints=constraints, priority=st.integers(0, 100)
    )


def usages() -> st.SearchStrategy[Usage]:
    """Draw what a model call consumed."""
    return st.builds(
        Usage,
        model=lines(12),
        input_tokens=tokens(),
        output_tokens=tokens(),
        cost_usd=st.none() | amounts(),
        attempts=st.integers(1, 3),
    )


def quotes() -> st.SearchStrategy[Quote]:
    """Draw an upper bound of a request's cost, or an unknown one."""
    return st.builds(Quote, cost_usd=st.none() | amounts(), tokens=tokens(), model=lines(12))


def turns() -> st.SearchStrategy[Turn]:
    """Draw one answer to "what next?", final or not."""
    calls = st.lists(tool_calls(), max_size=2).map(tuple)
    usage = st.none() | usages()
    return st.builds(Turn, origin=st.sampled_from(Origin), text=texts(), calls=calls, usage=usage, is_cut=st.booleans())


def step_records() -> st.SearchStrategy[StepRecord]:
    """Draw one guarded call with its end, as step 0."""
    return st.builds(
        StepRecord,
        index=st.just(0),
        call=tool_calls(),
        result=tool_results(),
        fingerprint=digests(16),
        effect=effects(),
        before=probes(),
        after=probes(),
        seconds=spans_s(),
        verified=st.sampled_from((None, True, False)),
    )


@st.composite
def exchanges(draw: st.DrawFn) -> Exchange:
    """Draw one turn with a step for each of its calls, numbered from 0."""
    turn = draw(turns())
    steps = (evolve(draw(step_records()), index=number, call=call) for number, call in enumerate(turn.calls))
    return Exchange(turn=turn, steps=tuple(steps))


def surprises() -> st.SearchStrategy[Surprise]:
    """Draw why a trace fell silent."""
    kinds = st.sampled_from(("observation", "pre-check", "post-check", "call-error", "tool-changed", "answer-stale"))
    remaining = st.lists(tool_calls(), max_size=2).map(tuple)
    return st.builds(Surprise, kind=kinds, index=st.integers(0, 5), expected=lines(), seen=lines(), remaining=remaining)


@st.composite
def transcripts(draw: st.DrawFn) -> Transcript:
    """Draw what has happened in a run, its steps numbered from 0 through all turns."""
    found, index = [], 0
    for exchange in draw(st.lists(exchanges(), max_size=3)):
        steps = tuple(evolve(step, index=index + number) for number, step in enumerate(exchange.steps))
        index += len(steps)
        found.append(Exchange(turn=exchange.turn, steps=steps))
    return Transcript(goal=draw(goals()), exchanges=tuple(found), surprise=draw(st.none() | surprises()))


def messages() -> st.SearchStrategy[Message]:
    """Draw one message of any role."""
    calls = st.lists(tool_calls(), max_size=1).map(tuple)
    return st.one_of(
        st.builds(Message, role=st.sampled_from(("system", "user")), text=texts()),
        st.builds(Message, role=st.just("assistant"), text=texts(), calls=calls),
        st.builds(Message, role=st.just("tool"), text=texts(), call_id=lines(8)),
    )


def model_requests() -> st.SearchStrategy[ModelRequest]:
    """Draw one model call."""
    return st.builds(
        ModelRequest,
        messages=st.lists(messages(), min_size=1, max_size=3).map(tuple),
        tools=st.lists(tool_specs(), max_size=2, unique_by=lambda spec: spec.name).map(tuple),
        model=st.sampled_from(("", "cheap", "vendor/model-1")),
        temperature=st.none() | st.floats(0, 2),
        max_tokens=st.none() | st.integers(1, 4096),
        timeout_s=st.floats(0.1, 600),
        stream=st.booleans(),
        transcript=st.none() | transcripts(),
    )


def model_replies() -> st.SearchStrategy[ModelReply]:
    """Draw an answer that says something, calls something, was cut or declined."""
    calls = st.lists(tool_calls(), max_size=2, unique_by=lambda call: call.id).map(tuple)
    replies = st.builds(
        ModelReply, text=texts(), calls=calls, usage=usages(), is_cut=st.booleans(), is_refusal=st.booleans()
    )
    return replies.filter(lambda reply: bool(reply.text or reply.calls or reply.is_cut or reply.is_refusal))


def events() -> st.SearchStrategy[Event]:
    """Draw something that happened, of a known or an unknown kind, with any JSON as data."""
    kinds = st.sampled_from(
        ("run_started", "text", "step_ended", "model_call_ended", "run_ended", "low_battery", "of-tomorrow")
    )
    return st.builds(Event, kind=kinds, run_id=lines(8), at=moments(), data=json_objects())


def outcomes() -> st.SearchStrategy[Outcome]:
    """Draw how a mode's run may end."""
    return st.builds(
        Outcome,
        status=st.sampled_from(Status),
        mode=st.sampled_from(_MODES),
        transcript=transcripts(),
        output=texts(),
        reason=lines(),
        trace_id=st.none() | digests(16),
        saved_usd=st.none() | amounts(),
        abstained=st.booleans(),
    )


def step_receipts() -> st.SearchStrategy[StepReceipt]:
    """Draw one step as the user sees it."""
    return st.builds(
        StepReceipt,
        index=st.integers(0, 20),
        tool=lines(12),
        status=st.sampled_from([status.value for status in CallStatus]),
        effect=st.sampled_from([effect.value for effect in Effect]),
        verified=st.booleans(),
    )


def run_results() -> st.SearchStrategy[RunResult]:
    """Draw the result of a run."""
    facts: dict[str, Any] = {"status": st.sampled_from(Status), "mode": st.sampled_from(_MODES), "run_id": digests(16)}
    return st.builds(
        RunResult,
        output=texts(),
        model_calls=st.integers(0, 20),
        cost_usd=st.none() | amounts(),
        saved_usd=st.none() | amounts(),
        trace_id=st.none() | digests(16),
        match=st.sampled_from(("none", "exact", "template", "similar")),
        steps=st.lists(step_receipts(), max_size=3).map(tuple),
        reason=lines(),
        abstained=st.booleans(),
        **facts,
    )
