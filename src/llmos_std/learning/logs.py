"""Read recorded runs of any agent, one run a line or one JSON list of runs (`specs/episodes-log/1`).

A line that cannot be read is never guessed at: it is named with file and line, and the others are read all the same.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from llmos_core.errors import UsageError
from llmos_core.types.tools import Effect
from llmos_std.learning.entries import run_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from llmos_std.learning.runs import Run


_PAIR = 2


def read_log(path: Path, effects: Mapping[str, Effect]) -> tuple[tuple[Run, ...], tuple[str, ...]]:
    """Return the runs of a log, and one sentence for each that cannot be read. Raises UsageError for the whole file.

    Tools without a known effect count as irreversible.
    """
    runs: list[Run] = []
    problems: list[str] = []
    for where, entry in _entries(path):
        try:
            runs.append(run_of(_parsed(entry, where), effects, where))
        except UsageError as error:
            problems.append(str(error))
    return tuple(runs), tuple(problems)


def read_runs(path: Path, effects: Mapping[str, Effect]) -> tuple[Run, ...]:
    """Return every run of a log. Raises UsageError for the first that cannot be read."""
    runs, problems = read_log(path, effects)
    if problems:
        raise UsageError(problems[0])
    return runs


def read_effects(path: Path) -> dict[str, Effect]:
    """Return the effects of tools: {"tool": {"effect": "read"}} or {"tool": "read"}. Raises UsageError."""
    found = _load(_text(path), str(path))
    if not isinstance(found, dict):
        raise UsageError(f"{path} holds no JSON object; expected tool names with their effects")
    return {name: _effect(value, f"{path}: tool '{name}'") for name, value in found.items()}


def read_truth(path: Path) -> dict[str, list[tuple[str, dict[str, Any]]]]:
    """Return the right effects of each task: lines {"task", "effects": [[tool, arguments], …]}. Raises UsageError."""
    truth: dict[str, list[tuple[str, dict[str, Any]]]] = {}
    for where, found in _entries(path):
        entry = _parsed(found, where)
        pairs = entry.get("effects") if isinstance(entry, dict) else None
        is_list = isinstance(pairs, list) and all(isinstance(pair, list) and len(pair) == _PAIR for pair in pairs)
        if not isinstance(pairs, list) or not is_list or not isinstance(entry.get("task"), str):
            raise UsageError(f'{where}: expected {{"task": text, "effects": [[tool, arguments], …]}}')
        truth[entry["task"]] = [(tool, dict(arguments)) for tool, arguments in pairs]
    return truth


def _entries(path: Path) -> Iterator[tuple[str, Any]]:
    """Yield where each entry stands, and the entry: still a line of text, or a value where the file is one value."""
    text = _text(path)
    whole = _whole(text)
    if whole is None:
        for number, line in enumerate(text.split("\n"), 1):
            if line.strip():
                yield f"{path}:{number}", line
        return
    for number, one in enumerate(whole, 1):
        yield f"{path}: run {number}", one


def _whole(text: str) -> list[Any] | None:
    """Return the runs of a file that is one JSON value: a list of runs, or a single run; None for a file of lines.

    A first line that is an object, or a list with another line after it, makes it a file of lines.
    """
    first, _, rest = text.lstrip().partition("\n")
    if first[:1] not in {"[", "{"} or ((rest.strip() or first[0] == "{") and _is_json(first)):
        return None
    try:
        value = json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError):
        return None
    is_messages = isinstance(value, list) and bool(value) and isinstance(value[0], dict) and "role" in value[0]
    return value if isinstance(value, list) and not is_messages else [value]


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _parsed(entry: Any, where: str) -> Any:
    return _load(entry, where) if isinstance(entry, str) else entry


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no UTF-8 text"
        raise UsageError(f"{path} cannot be read: {why}") from error


def _load(text: str, where: str) -> Any:
    try:
        return json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{where}: this is no JSON: {error}") from error


def _no_number(_name: str) -> None:
    """Read NaN and its like as null: they are no values that could be compared."""


def _effect(value: Any, where: str) -> Effect:
    name = value.get("effect") if isinstance(value, dict) else value
    if name not in {one.value for one in Effect}:
        known = ", ".join(one.value for one in Effect)
        raise UsageError(f"{where}: effect is {name!r}; expected one of {known}")
    return Effect(name)
