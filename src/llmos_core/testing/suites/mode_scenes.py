"""What modes are driven with: a model's replies, what becomes of the calls, and sometimes a trace of that workspace."""

import asyncio
from typing import Any

from hypothesis import strategies as st

from llmos_core import aio
from llmos_core.errors import LimitError, LowBatteryError, NoModelError, ProviderError
from llmos_core.testing.fakes.run import FakeRun
from llmos_core.testing.fakes.workspace import MemoryWorkspace
from llmos_core.types.decision import MatchKind, MatchReport
from llmos_core.types.json import digest
from llmos_core.types.model import ModelReply
from llmos_core.types.record import Record
from llmos_core.types.task import TaskBlock
from llmos_core.types.tools import CallStatus, ToolCall, ToolResult
from llmos_core.types.trace import Observation, Trace, TraceStep
from llmos_core.types.transcript import Origin, Turn, Usage

GOAL = "create hello.txt"
"""What every play is about."""

FILES = {"notes.txt": "one\ntwo\n"}
"""What every play finds in its workspace."""

_CALLS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("Read", {"path": "notes.txt"}),
    ("Write", {"path": "hello.txt", "content": "hi"}),
    ("Read", {"path": "missing.txt"}),
    ("Append", {"path": "notes.txt", "content": "three\n"}),
    ("Send", {"content": "dear you"}),
    ("Missing", {}),
)
_ENDS: tuple[Exception, ...] = (
    LimitError("the run's time limit of 60 s is used up", limit="time"),
    LowBatteryError("the budget of this run is used up", limit="run", needed_usd="0.1", left_usd="0"),
    ProviderError("503 Service Unavailable; try again later", status=503, retryable=True),
    NoModelError("this is no goal for me; connect a language model"),
)
_USAGE = Usage(model="fake", input_tokens=10, output_tokens=5)


class Play(Record):
    """One play: the model's replies, what becomes of the calls (None: they happen), and the trace that is followed.

    An exception among them is raised when its turn comes.
    """

    replies: tuple[ModelReply | Exception, ...] = ()
    results: tuple[ToolResult | Exception | None, ...] = ()
    trace: Trace | None = None
    has_model: bool = True

    def run(self, *, is_cancelled: bool = False) -> FakeRun:
        """Return a new run for this play; with `is_cancelled` every exception becomes a cancellation."""
        trace = self.trace
        match = MatchReport() if trace is None else _match(trace)
        run = FakeRun(
            TaskBlock(goal=GOAL),
            replies=[_as_cancelled(one, is_cancelled) for one in self.replies],
            results=[_as_cancelled(one, is_cancelled) for one in self.results],
            workspace=MemoryWorkspace(FILES),
            match=match,
            has_model=self.has_model,
        )
        if trace is not None:
            run.memory.save(trace)
        return run


@st.composite
def plays(draw: st.DrawFn, *, with_trace: bool = False) -> Play:
    """Draw a play; the simplest is a model that says "done" at once."""
    return Play(
        replies=tuple(draw(st.lists(_replies(), max_size=4))),
        results=tuple(draw(st.lists(_results(), max_size=4))),
        trace=draw(st.none() | traces_of_the_workspace()) if with_trace else None,
        has_model=draw(st.sampled_from((True, True, True, False))),
    )


@st.composite
def traces_of_the_workspace(draw: st.DrawFn) -> Trace:
    """Draw a trace of one to three calls that was really recorded on the workspace of the plays."""
    calls = draw(st.lists(st.sampled_from(_CALLS[:2] + _CALLS[3:5]), min_size=1, max_size=3))
    return recorded_trace(calls)


def recorded_trace(calls: list[tuple[str, dict[str, Any]]], *, answer: str = "done") -> Trace:
    """Return the trace that making these calls on a new workspace leaves."""
    run = FakeRun(TaskBlock(goal=GOAL), workspace=MemoryWorkspace(FILES))

    async def made() -> list[Any]:
        run.record(0, Turn(origin=Origin.MODEL))
        wishes = (ToolCall(id=f"call_{n}", tool=tool, arguments=arguments) for n, (tool, arguments) in enumerate(calls))
        return [await run.call(wish, turn=0, origin="model") for wish in wishes]

    steps = (
        TraceStep(
            turn=number,
            tool=step.call.tool,
            fingerprint=step.fingerprint,
            arguments=step.call.arguments,
            effect=step.effect,
            before=step.before,
            after=step.after,
            observation=_observed(step.result),
        )
        for number, step in enumerate(aio.run(made()))
    )
    return Trace(goal=GOAL, goal_signature="exact:fake", steps=tuple(steps), answer=answer, cost_usd=None)


def _observed(result: ToolResult) -> Observation:
    found = digest(result.content)
    return Observation(status=result.status, digest=found, control=found, shape="text", preview=result.text)


def _match(trace: Trace) -> MatchReport:
    return MatchReport(kind=MatchKind.EXACT, score=1.0, trace=trace, is_same_values=True, why="it was learned")


def _replies() -> st.SearchStrategy[ModelReply | Exception]:
    wishes = st.lists(st.sampled_from(_CALLS), min_size=1, max_size=2).map(_wishing)
    final = st.sampled_from(
        (
            ModelReply(text="done", usage=_USAGE),
            ModelReply(usage=_USAGE),
            ModelReply(text="I beg", is_cut=True, usage=_USAGE),
            ModelReply(text="I would rather not.", is_refusal=True, usage=_USAGE),
        )
    )
    return st.one_of(final, wishes, wishes, st.sampled_from(_ENDS))


def _wishing(calls: list[tuple[str, dict[str, Any]]]) -> ModelReply:
    wishes = (ToolCall(id=f"w{n}", tool=tool, arguments=arguments) for n, (tool, arguments) in enumerate(calls))
    return ModelReply(calls=tuple(wishes), usage=_USAGE)


def _results() -> st.SearchStrategy[ToolResult | Exception | None]:
    denied = ToolResult(status=CallStatus.DENIED, error="the user said no")
    failed = ToolResult(status=CallStatus.ERROR, error="the disk is full")
    unknown = ToolResult(status=CallStatus.UNKNOWN, error="nobody saw the end")
    return st.one_of(st.none(), st.none(), st.sampled_from((denied, failed, unknown, *_ENDS[:1])))


def _as_cancelled(one: Any, is_cancelled: bool) -> Any:
    return asyncio.CancelledError() if is_cancelled and isinstance(one, Exception) else one
