"""Hypothesis strategies for the public records. What they draw is valid: within every documented range, yet hostile.

Texts may hold line breaks, quotes, front-matter marks and any character that UTF-8 can carry. `RECORDS` knows the
strategy of every public record of `llmos_core.types`, `llmos_core.protocols` and `llmos_core.contrib`.
"""

from collections.abc import Callable, Mapping
from typing import Any

from hypothesis import strategies as st

from llmos_core.contrib import Contribution
from llmos_core.protocols.acting import ActionContext, Question, ToolContext
from llmos_core.protocols.context import Paths, PluginContext
from llmos_core.protocols.guarding import Launch
from llmos_core.protocols.storing import BudgetLimits, Episode, Spent
from llmos_core.testing.records.matching import (
    CONFIDENCES,
    assessments,
    match_reports,
    mode_contexts,
    mode_decisions,
    rejections,
    thresholds,
    verdicts,
)
from llmos_core.testing.records.plain import (
    amounts,
    digests,
    goals,
    json_objects,
    json_values,
    lines,
    moments,
    spans_s,
    texts,
    tokens,
)
from llmos_core.testing.records.running import (
    events,
    exchanges,
    messages,
    model_replies,
    model_requests,
    outcomes,
    quotes,
    run_results,
    step_receipts,
    step_records,
    surprises,
    tasks,
    transcripts,
    turns,
    usages,
)
from llmos_core.testing.records.storing import (
    budget_limits,
    contributions,
    episodes,
    paths,
    plugin_contexts,
    sessions,
    spents,
)
from llmos_core.testing.records.tools import (
    ORIGINS,
    PERMISSION_MODES,
    actions,
    effects,
    launches,
    probes,
    questions,
    tool_calls,
    tool_contexts,
    tool_names,
    tool_results,
    tool_specs,
)
from llmos_core.testing.records.traces import observations, small_trace, statistics, trace_steps, traces
from llmos_core.types import decision, model, outcome, result, session, task, tools, trace, transcript
from llmos_core.types.record import Record

RECORDS: Mapping[type[Record], Callable[[], st.SearchStrategy[Any]]] = {
    ActionContext: actions,
    BudgetLimits: budget_limits,
    Contribution: contributions,
    Episode: episodes,
    Launch: launches,
    Paths: paths,
    PluginContext: plugin_contexts,
    Question: questions,
    Spent: spents,
    ToolContext: tool_contexts,
    decision.Assessment: assessments,
    decision.MatchReport: match_reports,
    decision.ModeContext: mode_contexts,
    decision.ModeDecision: mode_decisions,
    decision.Rejection: rejections,
    decision.Thresholds: thresholds,
    decision.Verdict: verdicts,
    model.Event: events,
    model.Message: messages,
    model.ModelReply: model_replies,
    model.ModelRequest: model_requests,
    model.Quote: quotes,
    outcome.Outcome: outcomes,
    result.RunResult: run_results,
    result.StepReceipt: step_receipts,
    session.Session: sessions,
    task.TaskBlock: tasks,
    tools.ToolCall: tool_calls,
    tools.ToolResult: tool_results,
    tools.ToolSpec: tool_specs,
    trace.Observation: observations,
    trace.Statistics: statistics,
    trace.Trace: traces,
    trace.TraceStep: trace_steps,
    transcript.Exchange: exchanges,
    transcript.StepRecord: step_records,
    transcript.Surprise: surprises,
    transcript.Transcript: transcripts,
    transcript.Turn: turns,
    transcript.Usage: usages,
}
"""Each public record with the function that makes its strategy."""


def records(kind: type[Record]) -> st.SearchStrategy[Any]:
    """Return the strategy for a public record class. Raises KeyError for any other class."""
    return RECORDS[kind]()


__all__ = [
    "CONFIDENCES",
    "ORIGINS",
    "PERMISSION_MODES",
    "RECORDS",
    "actions",
    "amounts",
    "assessments",
    "budget_limits",
    "contributions",
    "digests",
    "effects",
    "episodes",
    "events",
    "exchanges",
    "goals",
    "json_objects",
    "json_values",
    "launches",
    "lines",
    "match_reports",
    "messages",
    "mode_contexts",
    "mode_decisions",
    "model_replies",
    "model_requests",
    "moments",
    "observations",
    "outcomes",
    "paths",
    "plugin_contexts",
    "probes",
    "questions",
    "quotes",
    "records",
    "rejections",
    "run_results",
    "sessions",
    "small_trace",
    "spans_s",
    "spents",
    "statistics",
    "step_receipts",
    "step_records",
    "surprises",
    "tasks",
    "texts",
    "thresholds",
    "tokens",
    "tool_calls",
    "tool_contexts",
    "tool_names",
    "tool_results",
    "tool_specs",
    "trace_steps",
    "traces",
    "transcripts",
    "turns",
    "usages",
    "verdicts",
]
