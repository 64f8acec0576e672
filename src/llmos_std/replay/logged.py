"""Results as another agent's log holds them, held against what the installed tool returns.

A log has lost how a tool answered: data may stand there as it is, or printed; an error is often only a text; a long
result may be cut. So both sides are brought into one form before the ordinary checks are made; nothing is guessed
about what is different in that form.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from llmos_core.types.json import digest, with_whole_numbers
from llmos_core.types.record import evolve
from llmos_core.types.tools import CallStatus, ToolResult

if TYPE_CHECKING:
    from llmos_core.types.json import JsonValue
    from llmos_core.types.trace import Observation
    from llmos_core.types.transcript import StepRecord

_SAYS_FAILURE = re.compile(
    r"\b(error|exception|exc|traceback|failed|failure|invalid|denied|refused|unauthori[sz]ed|timed out"
    r"|not (found|valid|allowed|permitted|provided|available|supported|recogni[sz]ed)"
    r"|no such|does not exist|cannot|could not|missing|must be|required)\b",
    re.IGNORECASE,
)
_SHORT = 200
_MOST_CHARS = 200_000
_WORDS = {"None": "", "null": "", "True": "true", "False": "false"}
_CUT = "text cut at "
_MARK = "…"
_LEAST_CUT = 1000


def says_failure(output: JsonValue) -> bool:
    """Guess from a short text whether a call failed, for logs that carry no status. Data never counts as failure."""
    return isinstance(output, str) and len(output) <= _SHORT and bool(_SAYS_FAILURE.search(output))


def normal(content: JsonValue) -> JsonValue:
    """Return a result in the form that all its forms in logs have in common: data as data, everything else as text."""
    if isinstance(content, str):
        text = content.strip()
        found = _data(text) if text[:1] in {"[", "{"} and len(text) <= _MOST_CHARS else None
        content = _WORDS.get(text, text) if found is None else found
    if isinstance(content, str | dict | list):
        return with_whole_numbers(content)
    return "" if content is None else json.dumps(with_whole_numbers(content))


def logged_shape(output: JsonValue, shape: str) -> str:
    """Return the outline of a result in a log, which for a text that was cut says where."""
    is_cut = isinstance(output, str) and output.endswith(_MARK) and len(output) > _LEAST_CUT
    return f"{_CUT}{len(output) - 1}" if is_cut and isinstance(output, str) else shape


def as_logged(record: StepRecord, recorded: Observation) -> StepRecord:
    """Return a finished step as the log would hold it that `recorded` is from, to be checked like any other.

    What is equal to the recorded result has ended as that did; else a text that says so itself has failed.
    """
    result = record.result
    if result.status not in {CallStatus.OK, CallStatus.ERROR} or record.is_skipped:
        return record
    content = result.error if result.content is None and result.status is CallStatus.ERROR else result.content
    seen = _cut(content, recorded) if recorded.shape.startswith(_CUT) else normal(content)
    has_failed = result.status is CallStatus.ERROR or says_failure(seen)
    if digest(seen) == recorded.digest:
        has_failed = recorded.status is CallStatus.ERROR
    status = CallStatus.ERROR if has_failed else CallStatus.OK
    error = seen if status is CallStatus.ERROR and isinstance(seen, str) else ""
    return evolve(record, result=ToolResult(status=status, content=seen, error=error, is_timeout=result.is_timeout))


def control_in_log(record: StepRecord, content: JsonValue, recorded: Observation) -> str:
    """Return what such a step is compared by; `content` is its result without what drifts, as the tool knows."""
    is_equal = digest(record.result.content) == recorded.digest
    return recorded.control if is_equal else digest(normal(content))


def _cut(content: JsonValue, recorded: Observation) -> JsonValue:
    """Return the printed form of a result that begins as the recorded text does, cut where that was."""
    size = int(recorded.shape.removeprefix(_CUT))
    for text in _printed(content):
        cut = f"{text[:size]}{_MARK}"
        if len(text) > size and digest(cut) == recorded.digest:
            return cut
    return normal(content)


def _printed(content: JsonValue) -> tuple[str, ...]:
    if isinstance(content, str):
        return (content, content.strip())
    return json.dumps(content), json.dumps(content, ensure_ascii=False), str(content)


def _data(text: str) -> Any:
    """Return the list or object that a text is, as JSON or as Python prints it; None when it is none."""
    try:
        return json.loads(text, parse_constant=lambda _name: None)
    except (ValueError, RecursionError):
        pass
    import ast

    try:
        found = ast.literal_eval(text)
        json.dumps(found, allow_nan=False)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None
    return json.loads(json.dumps(found)) if isinstance(found, dict | list) else None
