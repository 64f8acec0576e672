"""Hypothesis strategies for what a journal is given. Every text may hold anything, lone surrogates and NUL included."""

from decimal import Decimal
from typing import Any

import attrs
from hypothesis import strategies as st

from llmos_core.types.tools import CallStatus, Effect, ToolCall, ToolResult
from llmos_core.types.transcript import Origin, StepRecord, Turn, Usage

TEXTS = st.one_of(
    st.text(st.characters(), max_size=20),
    st.sampled_from(("", "\0", "\ud800\udc00", "\udfff", "a\0b", "é\r\n", "null", "\U0001f600", '"\\"')),
)
NUMBERS = st.one_of(
    st.integers(), st.floats(allow_nan=False), st.sampled_from((0, -0.0, 1, 1.0, 2**63, 10**40, 0.1 + 0.2, 5e-324))
)
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBERS, TEXTS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
OBJECTS = st.dictionaries(TEXTS, VALUES, max_size=3)
MONEY = st.none() | st.decimals(0, 10**9, allow_nan=False) | st.sampled_from((Decimal("1.10"), Decimal("1E-12")))
COUNTS = st.integers(0, 2**40)
PROBES = st.none() | OBJECTS
CALLS = st.builds(ToolCall, id=TEXTS, tool=TEXTS, arguments=OBJECTS)
USAGES = st.builds(Usage, model=TEXTS, input_tokens=COUNTS, output_tokens=COUNTS, cost_usd=MONEY, attempts=COUNTS)
TURNS = st.builds(
    Turn,
    origin=st.sampled_from(Origin),
    text=TEXTS,
    calls=st.lists(CALLS, max_size=2).map(tuple),
    usage=st.none() | USAGES,
    is_cut=st.booleans(),
)
RESULTS = st.builds(ToolResult, status=st.sampled_from(CallStatus), content=VALUES, error=TEXTS)
STEPS = st.builds(
    StepRecord,
    index=st.just(0),
    call=CALLS,
    result=RESULTS,
    fingerprint=TEXTS,
    effect=st.sampled_from(Effect),
    before=PROBES,
    after=PROBES,
    seconds=st.floats(0, 1e6),
    is_repeat=st.booleans(),
    verified=st.sampled_from((None, True, False)),
)
ENDS = st.fixed_dictionaries(
    dict.fromkeys(("mode", "answer", "reason", "trace_id", "at"), TEXTS)
    | {"status": TEXTS.filter(bool), "model_calls": COUNTS, "cost_usd": MONEY, "saved_usd": MONEY}
)
BEGINNINGS = st.fixed_dictionaries({"goal": TEXTS, "signature": TEXTS, "task": OBJECTS, "at": TEXTS})

ENDED: dict[str, Any] = {
    "status": "succeeded",
    "mode": "LEARNER",
    "answer": "done",
    "reason": "",
    "trace_id": "",
    "model_calls": 0,
    "cost_usd": Decimal(0),
    "saved_usd": Decimal(0),
    "at": "2026-01-01T00:00:00+00:00",
}
"""An ordinary end."""


@st.composite
def parts(draw: st.DrawFn, *, first_step: int = 0) -> list[tuple[Turn, list[tuple[StepRecord, bool]]]]:
    """Draw the turns of a run, each with its steps and whether the step was intended before it was settled."""
    found, index = [], first_step
    for turn in draw(st.lists(TURNS, max_size=3)):
        steps = []
        for step in draw(st.lists(STEPS, max_size=2)):
            steps.append((attrs.evolve(step, index=index), draw(st.booleans())))
            index += 1
        found.append((turn, steps))
    return found
