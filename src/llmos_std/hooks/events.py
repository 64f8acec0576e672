"""The names of the moments, in llmos's spelling and in the widely used one, and what a hook is told at each.

`payload` makes the event: the JSON object that a command reads from standard input and a Python hook gets as an object.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from llmos_core.contrib import MOMENTS

if TYPE_CHECKING:
    from pathlib import Path

NAMES = {moment: "".join(word.title() for word in moment.split("_")) for moment in MOMENTS}
"""Moment → event name: pre_tool_use → PreToolUse."""

_MOMENT_OF = {name: moment for moment, name in NAMES.items()} | {moment: moment for moment in MOMENTS}

TOOL_MOMENTS = frozenset({"pre_tool_use", "post_tool_use"})
"""Moments at which a matcher counts."""

ELSEWHERE = frozenset(
    {
        *("Notification", "PermissionRequest", "PostToolUseFailure", "PreCompact", "PostCompact", "Setup"),
        *("SubagentStart", "SubagentStop", "TaskCompleted", "TeammateIdle", "ConfigChange", "StopFailure"),
        *("WorktreeCreate", "WorktreeRemove", "InstructionsLoaded", "CwdChanged", "FileChanged", "PermissionDenied"),
    }
)
"""Event names of the widely used form for which llmos has no moment: such hooks are named and left out."""


def moment_of(name: str) -> str:
    """Return the moment that a name in either spelling means, "" for none."""
    return _MOMENT_OF.get(name, "")


def payload(moment: str, *, session_id: str, workspace: Path, permission_mode: str, **facts: Any) -> dict[str, Any]:
    """Return the event of a moment: who, where, what, and the moment's own facts (JSON values)."""
    return {
        "session_id": session_id,
        "cwd": str(workspace),
        "permission_mode": permission_mode,
        "hook_event_name": NAMES[moment],
        **facts,
    }
