"""The section of the user's hooks, in a file of its own: a replay without hooks does not read it."""

from collections.abc import Mapping
from typing import Any

from llmos_core.config.fields import seconds
from llmos_core.types.record import Record, field

Groups = tuple[dict[str, Any], ...]


def _require_hooks(_section: object, declared: Any, value: Any) -> None:
    """Refuse what is no list of tables, and every hook that could only fail."""
    if not isinstance(value, tuple) or not all(isinstance(one, Mapping) for one in value):
        raise ValueError(f"'{declared.name}' is {value!r}; expected a list of tables, such as [[hooks.pre_tool_use]]")
    if value:
        from llmos_std.hooks.form import faults

        if found := list(faults(declared.name, value)):
            raise ValueError("; ".join(found))


def _as_tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _groups(moment: str) -> Any:
    metadata = {
        "help": f"hooks at {moment}: tables with command, matcher",
        "unit": "",
        "user_only": False,
        "schema": {},
    }
    return field(default=(), validator=_require_hooks, converter=_as_tuple, metadata=metadata)


class HooksConfig(Record):
    """Section `hooks`: shell commands that are asked. Those of your own file and of a trusted project's all count."""

    timeout_s: float = seconds(60.0, help="how long a hook's command may take unless it says so itself")
    session_start: Groups = _groups("session_start")
    user_prompt_submit: Groups = _groups("user_prompt_submit")
    pre_tool_use: Groups = _groups("pre_tool_use")
    post_tool_use: Groups = _groups("post_tool_use")
    pre_model_call: Groups = _groups("pre_model_call")
    post_model_call: Groups = _groups("post_model_call")
    stop: Groups = _groups("stop")
    session_end: Groups = _groups("session_end")
    SessionStart: Groups = _groups("session_start")
    UserPromptSubmit: Groups = _groups("user_prompt_submit")
    PreToolUse: Groups = _groups("pre_tool_use")
    PostToolUse: Groups = _groups("post_tool_use")
    PreModelCall: Groups = _groups("pre_model_call")
    PostModelCall: Groups = _groups("post_model_call")
    Stop: Groups = _groups("stop")
    SessionEnd: Groups = _groups("session_end")
