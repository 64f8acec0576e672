"""One entry of a log as a run: a list of calls, or the messages of a conversation in OpenAI's form.

What an entry does not say is never assumed in its favour: a call without a result has no end, and a conversation in
which the user spoke again is no goal that stands for itself.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from llmos_core.errors import UsageError
from llmos_core.types.record import evolve
from llmos_core.types.tools import Effect
from llmos_core.types.transcript import Usage
from llmos_std.learning.runs import LoggedCall, Run
from llmos_std.replay.logged import says_failure

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_DATE = re.compile(r"\d{4}-\d\d-\d\d([T ].*)?")
_ROLES = frozenset({"system", "developer", "user", "assistant", "tool", "function"})
_DATE_CHARS = 10


def run_of(entry: Any, effects: Mapping[str, Effect], where: str) -> Run:
    """Return the run that an entry tells. Raises UsageError that begins with `where`."""
    if isinstance(entry, list):
        entry = {"messages": entry}
    if not isinstance(entry, dict):
        raise UsageError(f"{where}: expected a JSON object, one run a line")
    run = _talked(entry, where) if "messages" in entry or "traj" in entry else _listed(entry, where)
    if not run.goal.strip():
        raise UsageError(f"{where}: the run has no goal; expected 'goal', or a first message of the user")
    calls = tuple(evolve(call, effect=effects.get(call.tool, Effect.UNKNOWN)) for call in run.calls)
    return evolve(
        run,
        calls=calls,
        succeeded=_verdict(entry, where),
        is_judged="succeeded" in entry or "reward" in entry,
        task=_label(entry, "task") or _label(entry, "task_id"),
        group=_label(entry, "intent"),
        today=_date(entry, where),
        model=_label(entry, "model"),
    )


def _listed(entry: dict[str, Any], where: str) -> Run:
    calls = entry.get("calls")
    if not isinstance(calls, list):
        raise UsageError(f"{where}: the run has no list of calls; expected 'calls' or 'messages'")
    goal, answer = entry.get("goal", ""), entry.get("answer", "")
    if not isinstance(goal, str) or not isinstance(answer, str):
        raise UsageError(f"{where}: 'goal' and 'answer' are to be text")
    found = tuple(_call(call, f"{where}: call {number}") for number, call in enumerate(calls, 1))
    turns = entry.get("turns", len(found) + 1)
    return Run(
        goal=goal,
        calls=found,
        answer=answer,
        turns=turns if isinstance(turns, int) else len(found) + 1,
        usage=_usage([entry.get("usage")], where),
    )


def _call(call: Any, where: str) -> LoggedCall:
    arguments = call.get("args", call.get("arguments")) if isinstance(call, dict) else None
    if not isinstance(arguments, dict) or not isinstance(call.get("tool"), str) or not call["tool"]:
        raise UsageError(f'{where}: expected {{"tool": text, "args": object, "output": …}}')
    output, is_seen = call.get("output"), "output" in call
    is_ok = call.get("ok", is_seen and not says_failure(output)) is True
    return LoggedCall(tool=call["tool"], arguments=arguments, output=output, is_ok=is_ok, is_seen=is_seen)


def _talked(entry: dict[str, Any], where: str) -> Run:
    """Read a conversation: the goal is all that the user said, also where that was in several turns."""
    messages = entry.get("messages", entry.get("traj"))
    if not isinstance(messages, list) or not all(isinstance(one, dict) for one in messages):
        raise UsageError(f"{where}: 'messages' is to be a list of messages")
    asked: list[str] = []
    open_calls: list[tuple[Any, int]] = []
    calls: list[LoggedCall] = []
    turns, answer, is_answered, is_dialogue = 0, "", False, False
    for number, message in enumerate(messages, 1):
        role, place = message.get("role"), f"{where}: message {number}"
        if role not in _ROLES:
            raise UsageError(f"{place}: role is {role!r}; expected one of {', '.join(sorted(_ROLES))}")
        if role == "user":
            is_dialogue = is_dialogue or is_answered
            asked.append(_spoken(message))
        elif role == "assistant":
            turns, answer, is_answered = turns + 1, _spoken(message), bool(asked)  # a greeting answers nobody
            for name, wanted, arguments in _wanted(message, place):
                open_calls.append((wanted, len(calls)))
                calls.append(LoggedCall(tool=name, arguments=arguments, output=None, is_ok=False, is_seen=False))
        elif role in {"tool", "function"}:
            index = _answered(message, open_calls, place)
            output = _spoken(message)
            is_ok = message.get("ok", not says_failure(output)) is True
            calls[index] = evolve(calls[index], output=output, is_ok=is_ok, is_seen=True)
    goal = entry["goal"] if isinstance(entry.get("goal"), str) else "\n".join(asked)
    usage = _usage([entry.get("usage"), *(one.get("usage") for one in messages)], where)
    return Run(goal=goal, calls=tuple(calls), answer=answer, turns=turns, usage=usage, is_dialogue=is_dialogue)


def _wanted(message: dict[str, Any], where: str) -> Iterator[tuple[str, Any, dict[str, Any]]]:
    """Yield name, id and arguments of each call that a message of the assistant asks for."""
    single = message.get("function_call")
    asked = message.get("tool_calls") or ([{"function": single, "id": None}] if single else [])
    if not isinstance(asked, list):
        raise UsageError(f"{where}: 'tool_calls' is to be a list")
    for call in asked:
        function = call.get("function") if isinstance(call, dict) else None
        name = function.get("name") if isinstance(function, dict) else None
        if not isinstance(function, dict) or not isinstance(name, str) or not name:
            raise UsageError(f"{where}: a tool call has no name; expected 'function' with 'name' and 'arguments'")
        yield name, call.get("id"), _arguments(function.get("arguments"), f"{where}: call of {name}")


def _arguments(raw: Any, where: str) -> dict[str, Any]:
    if isinstance(raw, str):
        try:
            raw = json.loads(raw or "{}", parse_constant=lambda _name: None)
        except (ValueError, RecursionError) as error:
            raise UsageError(f"{where}: the arguments are no JSON: {error}") from error
    if not isinstance(raw, dict):
        raise UsageError(f"{where}: the arguments are no JSON object")
    return raw


def _answered(message: dict[str, Any], open_calls: list[tuple[Any, int]], where: str) -> int:
    """Take the earliest open call that a result answers, by its id; logs without ids answer in order."""
    wanted = message.get("tool_call_id")
    for place, (known, index) in enumerate(open_calls):
        if wanted == known or wanted is None or known is None:
            del open_calls[place]
            return index
    raise UsageError(f"{where}: it answers no call that was made (tool_call_id {wanted!r})")


def _spoken(message: dict[str, Any]) -> str:
    """Return the text of a message, also of one in parts."""
    content = message.get("content")
    if isinstance(content, list):
        return "".join(part.get("text", "") for part in content if isinstance(part, dict))
    if content is None or isinstance(content, str):
        return content or ""
    return json.dumps(content, ensure_ascii=False)


def _verdict(entry: dict[str, Any], where: str) -> bool:
    """Say whether the run succeeded: as it says, or a full reward; one that says nothing ended without complaint."""
    if "succeeded" not in entry and "reward" in entry:
        return not isinstance(entry["reward"], bool) and bool(entry["reward"] == 1)
    found = entry.get("succeeded", True)
    if not isinstance(found, bool):
        raise UsageError(f"{where}: 'succeeded' is {found!r}; expected true or false")
    return found


def _label(entry: dict[str, Any], key: str) -> str:
    found = entry.get(key, "")
    return found if isinstance(found, str) else str(found)


def _date(entry: dict[str, Any], where: str) -> str:
    """Return the run's own date, "" when the entry names none."""
    found = entry.get("date", "")
    if found and not (isinstance(found, str) and _DATE.fullmatch(found)):
        raise UsageError(f"{where}: 'date' is {found!r}; expected YYYY-MM-DD")
    return str(found)[:_DATE_CHARS]


def _usage(found: list[Any], where: str) -> Usage | None:
    """Add up what the model calls consumed; None when the entry says nothing about it."""
    parts = [one for one in found if isinstance(one, dict)]
    if not parts:
        return None
    prices = [one["cost_usd"] for one in parts if one.get("cost_usd") is not None]
    try:
        return Usage(
            input_tokens=sum(int(one.get("prompt_tokens", one.get("input_tokens", 0)) or 0) for one in parts),
            output_tokens=sum(int(one.get("completion_tokens", one.get("output_tokens", 0)) or 0) for one in parts),
            cost_usd=sum((Decimal(str(price)) for price in prices), Decimal(0)) if prices else None,
            attempts=len(parts),
        )
    except (TypeError, ValueError, InvalidOperation) as error:
        raise UsageError(f"{where}: 'usage' holds what is no number: {error}") from error
