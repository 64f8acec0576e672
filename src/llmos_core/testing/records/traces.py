"""Traces, their steps and their counters."""

from hypothesis import strategies as st

from llmos_core.testing.records.plain import amounts, digests, goals, json_objects, lines, moments, spans_s, texts
from llmos_core.testing.records.tools import effects, probes, tool_names
from llmos_core.types.tools import CallStatus, Effect
from llmos_core.types.trace import BIRTH_SCORE, Observation, Statistics, Trace, TraceState, TraceStep, score_after


def observations() -> st.SearchStrategy[Observation]:
    """Draw what a recorded step returned."""
    return st.builds(
        Observation,
        status=st.just(CallStatus.OK),
        digest=digests(),
        control=digests(),
        shape=lines(),
        preview=texts(400),
        is_empty=st.booleans(),
    )


def trace_steps() -> st.SearchStrategy[TraceStep]:
    """Draw one recorded step of turn 0."""
    return st.builds(
        TraceStep,
        turn=st.just(0),
        tool=tool_names(),
        fingerprint=digests(16),
        arguments=json_objects(),
        effect=effects(),
        observation=observations(),
        before=probes(),
        after=probes(),
    )


def traces() -> st.SearchStrategy[Trace]:
    """Draw a learned trace of one to three steps."""
    return st.builds(
        Trace,
        goal=goals(),
        goal_signature=digests(32).map("exact:".__add__),
        steps=st.lists(trace_steps(), min_size=1, max_size=3).map(tuple),
        answer=texts(),
        created_at=moments(),
        provider=st.sampled_from(("litellm", "builtin", "")),
        model=lines(20),
        cost_usd=st.none() | amounts(),
        seconds=spans_s(),
        episodes=st.lists(digests(16), max_size=2, unique=True).map(tuple),
        aliases=st.lists(goals(), max_size=2, unique=True).map(tuple),
        negative_goals=st.lists(goals(), max_size=1).map(tuple),
        context=st.just({}) | st.fixed_dictionaries({"inputs": json_objects()}),
        state=st.just(TraceState.LEARNED),
    )


@st.composite
def statistics(draw: st.DrawFn) -> Statistics:
    """Draw counters that some history of outcomes leads to."""
    outcomes = draw(st.lists(st.sampled_from((True, False, None)), max_size=12))
    score = BIRTH_SCORE
    for verified in outcomes:
        score = score_after(score, verified=verified)
    return Statistics(uses=len(outcomes), successes=outcomes.count(True), failures=outcomes.count(False), score=score)


def small_trace(goal: str = "create hello.txt", mode: str = "LEARNER") -> Trace:
    """Return a trace of one plain step: for readers that do not look inside."""
    seen = Observation(status=CallStatus.OK, digest="0" * 64, control="0" * 64, shape="str")
    step = TraceStep(
        turn=0,
        tool="Write",
        fingerprint="0" * 16,
        arguments={"path": "hello.txt", "content": "hi"},
        effect=Effect.IDEMPOTENT_WRITE,
        observation=seen,
    )
    return Trace(goal=goal, goal_signature="exact:0", steps=(step,), answer="done", mode=mode)
