"""Tool arguments as scripts written for the widely used form know them, beside llmos's own names.

A guard that looks for `file_path` and finds nothing lets everything pass; so it finds it. What it changes under the
other name is changed under ours, and whoever changes both differently has given no answer.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from llmos_core.types.record import evolve
from llmos_std.hooks.replies import ReplyError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from llmos_std.hooks.answers import Answer

_FILE = {"path": "file_path"}
_OTHER_NAMES = {
    "Read": _FILE,
    "Write": _FILE,
    "Edit": {**_FILE, "old": "old_string", "new": "new_string", "all": "replace_all"},
}
"""Tool → our name of an argument → its other name."""


def told(event: Mapping[str, Any]) -> dict[str, Any]:
    """Return the event with the tool's arguments under their other names, too; file paths absolute there."""
    more = _others(event)
    return {**event, "tool_input": {**event["tool_input"], **more}} if more else dict(event)


def understood(answer: Answer, event: Mapping[str, Any]) -> Answer:
    """Return the answer with changed arguments under our names only; ReplyError when two names disagree."""
    more = _others(event)
    if answer.arguments is None or not more:
        return answer
    arguments, was = dict(answer.arguments), event["tool_input"]
    for ours, other in _OTHER_NAMES[event["tool_name"]].items():
        if other not in more or other not in arguments:
            continue
        new = arguments.pop(other)
        if new == more[other]:
            continue
        if arguments.get(ours, was[ours]) not in (was[ours], new):
            raise ReplyError(f"it changed '{ours}' and '{other}', which are the same, to different values")
        arguments[ours] = new
    return evolve(answer, arguments=arguments)


def _others(event: Mapping[str, Any]) -> dict[str, Any]:
    names, arguments = _OTHER_NAMES.get(event.get("tool_name", ""), {}), event.get("tool_input", {})
    found = {other: arguments[ours] for ours, other in names.items() if ours in arguments and other not in arguments}
    if isinstance(path := found.get("file_path"), str):
        found["file_path"] = os.path.join(event["cwd"], path)  # noqa: PTH118 – the text as it is, not tidied
    return found
