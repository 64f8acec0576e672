"""A recorded run as learning sees it: the goal, the calls that were made, and what they returned.

It may come from the journal or from another agent's log; nothing here knows which.
"""

from __future__ import annotations

import ast
import json
from functools import cached_property
from typing import Any

from llmos_core.types.json import JsonObject, JsonValue, digest
from llmos_core.types.record import Record
from llmos_core.types.tools import Effect
from llmos_core.types.transcript import Usage

_MOST_CHARS = 200_000


class LoggedCall(Record):
    """One call of a run. `is_ok` is False when the log, or the output itself, says that it failed.

    `is_seen` is False when the log holds no result: nobody saw its end.
    """

    tool: str
    arguments: JsonObject
    output: JsonValue
    effect: Effect = Effect.UNKNOWN
    is_ok: bool = True
    is_seen: bool = True


class Run(Record):
    """One run of an agent. `task` and `group` name what it is an instance of, for scoring only; "" when unknown.

    `today` is the run's own date (ISO 8601), "" when the log does not say. `turns` counts the model's answers, `usage`
    is what they consumed (None unknown). `is_dialogue`: the user spoke again after an answer, so what the goal says
    answers an agent. `is_judged`: the log itself says whether the run succeeded.
    """

    goal: str
    calls: tuple[LoggedCall, ...]
    succeeded: bool = True
    task: str = ""
    group: str = ""
    today: str = ""
    answer: str = ""
    model: str = ""
    turns: int = 0
    usage: Usage | None = None
    is_dialogue: bool = False
    is_judged: bool = False

    @cached_property
    def id(self) -> str:
        """16 hex digits over goal, date, calls and verdict: the same run has the same id wherever it was read."""
        calls = [[call.tool, dict(call.arguments), call.output, call.is_ok] for call in self.calls]
        return digest([self.goal, calls, self.succeeded, *([self.today] if self.today else [])])[:16]


def structured(output: JsonValue) -> Any:
    """Return an output as data: a text that is JSON, or a Python literal as some agents print it, is read as such."""
    if not isinstance(output, str) or output[:1] not in {"[", "{"} or len(output) > _MOST_CHARS:
        return output
    try:
        return json.loads(output)
    except ValueError:
        pass
    try:
        return ast.literal_eval(output)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return output
