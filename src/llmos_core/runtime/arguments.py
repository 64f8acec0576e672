"""Hold the arguments of a call against its tool's schema, before anything else is asked about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmos_core.types.schema import problems

if TYPE_CHECKING:
    from llmos_core.types.tools import ToolCall, ToolSpec

MALFORMED = "__malformed__"
"""Argument name under which a provider hands over a model's unreadable arguments."""


def argument_problem(spec: ToolSpec, call: ToolCall) -> str:
    """Return one sentence on why the arguments do not fit the tool's schema, "" when they do."""
    if MALFORMED in call.arguments:
        return f"the arguments for {call.tool} were not valid JSON; send them again as one JSON object"
    found = problems(spec.parameters, dict(call.arguments))
    return f"{call.tool}: {'; '.join(found)}" if found else ""
