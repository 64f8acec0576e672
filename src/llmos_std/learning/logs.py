"""Read recorded runs of any agent: JSON lines with calls, or message logs in OpenAI's form.

One run a line, or one JSON list of runs. A line is {"goal", "calls": [{"tool", "args", "output", "ok"?}], "succeeded"?,
"task"?, "intent"?, "date"?} or {"messages": […], "succeeded"?, …}. Every problem names file and line.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from llmos_core.errors import UsageError
from llmos_core.types.tools import Effect
from llmos_std.learning.runs import LoggedCall, Run, says_failure

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path


_PAIR = 2


def read_runs(path: Path, effects: Mapping[str, Effect]) -> tuple[Run, ...]:
    """Return every run of a log. Tools without a known effect count as irreversible. Raises UsageError."""
    return tuple(_run(entry, effects, where) for where, entry in _entries(path))


def read_effects(path: Path) -> dict[str, Effect]:
    """Return the effects of tools: {"tool": {"effect": "read"}} or {"tool": "read"}. Raises UsageError."""
    found = _load(_text(path), str(path))
    if not isinstance(found, dict):
        raise UsageError(f"{path} holds no JSON object; expected tool names with their effects")
    return {name: _effect(value, f"{path}: tool '{name}'") for name, value in found.items()}


def read_truth(path: Path) -> dict[str, list[tuple[str, dict[str, Any]]]]:
    """Return the right effects of each task: lines {"task", "effects": [[tool, arguments], …]}. Raises UsageError."""
    truth: dict[str, list[tuple[str, dict[str, Any]]]] = {}
    for where, entry in _entries(path):
        pairs = entry.get("effects")
        is_list = isinstance(pairs, list) and all(isinstance(pair, list) and len(pair) == _PAIR for pair in pairs)
        if not isinstance(pairs, list) or not is_list or not isinstance(entry.get("task"), str):
            raise UsageError(f'{where}: expected {{"task": text, "effects": [[tool, arguments], …]}}')
        truth[entry["task"]] = [(tool, dict(arguments)) for tool, arguments in pairs]
    return truth


def _entries(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    text = _text(path)
    if text.lstrip()[:1] == "[":
        numbered = [(f"{path}: run {number}", one) for number, one in enumerate(_load(text, str(path)), 1)]
    else:
        lines = [(f"{path}:{number}", line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
        numbered = [(where, _load(line, where)) for where, line in lines]
    for where, entry in numbered:
        if not isinstance(entry, dict):
            raise UsageError(f"{where}: expected a JSON object, one run a line")
        yield where, entry


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read: {error}") from error


def _load(text: str, where: str) -> Any:
    try:
        return json.loads(text, parse_constant=lambda _name: None)  # NaN is no value that could be compared
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{where}: this is no JSON: {error}") from error


def _effect(value: Any, where: str) -> Effect:
    name = value.get("effect") if isinstance(value, dict) else value
    if name not in {one.value for one in Effect}:
        known = ", ".join(one.value for one in Effect)
        raise UsageError(f"{where}: effect is {name!r}; expected one of {known}")
    return Effect(name)


def _run(entry: dict[str, Any], effects: Mapping[str, Effect], where: str) -> Run:
    calls = _message_calls(entry, where) if "messages" in entry else _listed_calls(entry, where)
    goal = entry.get("goal") or _first_request(entry)
    if not isinstance(goal, str) or not goal.strip():
        raise UsageError(f"{where}: the run has no goal; expected 'goal', or a first message of the user")
    return Run(
        goal=goal,
        calls=tuple(
            LoggedCall(tool=tool, arguments=args, output=output, effect=effects.get(tool, Effect.UNKNOWN), is_ok=is_ok)
            for tool, args, output, is_ok in calls
        ),
        succeeded=entry.get("succeeded", True) is True,
        task=str(entry.get("task", "")),
        group=str(entry.get("intent", "")),
        today=str(entry.get("date", "")),
    )


def _listed_calls(entry: dict[str, Any], where: str) -> Iterator[tuple[str, dict[str, Any], Any, bool]]:
    calls = entry.get("calls")
    if not isinstance(calls, list):
        raise UsageError(f"{where}: the run has no list of calls; expected 'calls' or 'messages'")
    for number, call in enumerate(calls, 1):
        arguments = call.get("args", call.get("arguments")) if isinstance(call, dict) else None
        if not isinstance(arguments, dict) or not isinstance(call.get("tool"), str):
            raise UsageError(f'{where}: call {number}: expected {{"tool": text, "args": object, "output": …}}')
        output = call.get("output")
        yield call["tool"], arguments, output, call.get("ok", not says_failure(output)) is True


def _message_calls(entry: dict[str, Any], where: str) -> Iterator[tuple[str, dict[str, Any], Any, bool]]:
    messages = (
        [one for one in entry["messages"] if isinstance(one, dict)] if isinstance(entry["messages"], list) else []
    )
    answers = {one.get("tool_call_id"): one.get("content") for one in messages if one.get("role") == "tool"}
    for message in messages:
        for call in message.get("tool_calls") or ():
            function = call.get("function") or {}
            raw = function.get("arguments") or "{}"
            arguments = _load(raw, f"{where}: call of {function.get('name')}") if isinstance(raw, str) else raw
            if not isinstance(arguments, dict) or not isinstance(function.get("name"), str):
                raise UsageError(f"{where}: a tool call has no name or no object of arguments")
            output = answers.get(call.get("id"))
            yield function["name"], arguments, output, call.get("id") in answers and not says_failure(output)


def _first_request(entry: dict[str, Any]) -> Any:
    messages = entry.get("messages")
    found = messages if isinstance(messages, list) else []
    asked = [one for one in found if isinstance(one, dict) and one.get("role") == "user"]
    content = asked[0].get("content") if asked else None
    if isinstance(content, list):
        return " ".join(part.get("text", "") for part in content if isinstance(part, dict))
    return content
