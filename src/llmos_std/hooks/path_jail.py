"""Keep the file tools inside the workspace, and off files that run by themselves or hold secrets.

A path counts as outside when any reading of it is: as written, with `~` expanded, with symbolic links followed. The
tools resolve their paths again when they act; this gate is the first wall, not the only one.
"""

import os
import re
from pathlib import Path

from llmos_core.protocols.acting import ActionContext
from llmos_core.protocols.context import PluginContext
from llmos_core.types.decision import Verdict
from llmos_std.hooks.verdicts import allow, ask, deny, unless_yolo
from llmos_std.protected import is_sealed, is_secret, is_self_starting

READERS = frozenset({"Read", "Grep"})
WRITERS = frozenset({"Write", "Edit"})
_WILDCARD = re.compile(r"[*?\[{]")
_STEP_UP = re.compile(r"(?:^|[/{},])\.\.(?:$|[/{},])")

Place = tuple[str, ...]
"""A path as its parts below the workspace; empty for the workspace itself."""


class PathJail:
    """Judges Read, Write, Edit, Glob and Grep by where they reach; every other tool passes."""

    policy = "1"

    def check(self, action: ActionContext) -> Verdict:
        """Deny what is outside or sealed, ask about protected files, allow the rest of the workspace."""
        return unless_yolo(self._judge(action), action)

    def _judge(self, action: ActionContext) -> Verdict:
        tool, arguments = action.call.tool, action.call.arguments
        if tool == "Glob":
            return _judge_pattern(action.workspace, arguments.get("pattern"))
        if tool not in READERS | WRITERS:
            return allow("no-file-tool")
        path = arguments.get("path")
        if path is None and tool == "Grep":
            return allow("whole-workspace")
        places = places_of(action.workspace, path)
        if places is None:
            return _outside(path)
        return _judge_writing(path, places) if tool in WRITERS else _judge_reading(path, places)


def open_path_jail(_context: PluginContext) -> PathJail:
    """Return the gate."""
    return PathJail()


def places_of(workspace: Path, path: object) -> list[Place] | None:
    """Return every place inside the workspace that `path` can mean; None when one of its meanings is outside."""
    if not isinstance(path, str) or not path or "\0" in path:
        return None
    places = []
    root = os.path.realpath(workspace)
    for meant in dict.fromkeys((path, os.path.expanduser(path))):  # noqa: PTH111 – no error for unknown users
        whole = Path(root) / meant
        try:
            real = _below(root, os.path.realpath(whole))
        except ValueError:
            return None
        if real is None:
            return None
        written = _below(root, os.path.normpath(whole)) or _below(str(workspace), os.path.normpath(whole)) or ()
        places += [real, written]
    return places


def _below(root: str, path: str) -> Place | None:
    """Return the parts of an absolute path below `root`, None when it is not there."""
    if path == root:
        return ()
    prefix = root.rstrip(os.sep) + os.sep
    return Path(path[len(prefix) :]).parts if path.startswith(prefix) else None


def _judge_reading(path: object, places: list[Place]) -> Verdict:
    if any(is_secret(place) for place in places):
        return ask("secret-file", f"{path!r} looks like a file that holds secrets")
    return allow("inside-workspace")


def _judge_writing(path: object, places: list[Place]) -> Verdict:
    if any(is_sealed(place) for place in places):
        return deny("sealed-folder", f"{path!r} belongs to git or llmos itself; no tool writes there")
    if any(is_secret(place) for place in places):
        return ask("secret-file", f"{path!r} looks like a file that holds secrets")
    if any(is_self_starting(place) for place in places):
        return ask("self-starting-file", f"{path!r} is obeyed by other programs without being asked")
    return allow("inside-workspace")


def _judge_pattern(workspace: Path, pattern: object) -> Verdict:
    """Judge where a pattern starts and whether it steps up; listing names is harmless anywhere inside."""
    if not isinstance(pattern, str) or _STEP_UP.search(pattern):
        return _outside(pattern)
    wildcard = _WILDCARD.search(pattern)
    fixed = pattern if wildcard is None else pattern[: pattern.rfind("/", 0, wildcard.start()) + 1]
    return allow("inside-workspace") if not fixed or places_of(workspace, fixed) is not None else _outside(pattern)


def _outside(path: object) -> Verdict:
    if not isinstance(path, str) or not path or "\0" in path:
        return deny("no-path", f"{path!r} is no usable path; give one inside the workspace")
    return deny("outside-workspace", f"{path!r} leads outside the workspace; choose a path inside, or another -C DIR")
