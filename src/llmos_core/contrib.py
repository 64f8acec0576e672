"""The frozen records a plugin yields: what it offers, knowable without importing it.

A factory is named by import path, `"package.module:attribute"`. Called with a `PluginContext` it returns the
object, or a context manager (plain or async) around it: who opens closes.
"""

from enum import StrEnum

from llmos_core.types.record import Record

GROUP = "llmos.plugins"
"""The entry-point group in which plugins are found."""


class Kind(StrEnum):
    """The kinds of contribution; each has its hook `llmos_<plural>` in `llmos_core.hookspecs`."""

    MODE = "mode"
    STRATEGY = "strategy"
    PROVIDER = "provider"
    MEMORY = "memory"
    TOOL = "tool"
    HOOK = "hook"
    SERVICE = "service"
    COMMAND = "command"
    SECTION = "section"


class Role(StrEnum):
    """What a hook may do at run time. A gate decides, a transform changes, an observer only sees."""

    GATE = "gate"
    TRANSFORM = "transform"
    OBSERVER = "observer"


MOMENTS = (
    "user_prompt_submit",
    "pre_tool_use",
    "post_tool_use",
    "pre_model_call",
    "post_model_call",
    "session_start",
    "session_end",
    "stop",
)
"""The moments at which transforms are asked; gates are asked at user_prompt_submit, pre_tool_use and pre_model_call."""

RUN_MOMENTS = frozenset({"session_start", "user_prompt_submit", "stop", "session_end"})
"""The moments around whole runs, not around single calls."""


class Contribution(Record):
    """One thing a plugin offers.

    `name` is kebab-case (a tool: the name models see; a mode: its upper-case name). `summary` is one line. `section` is
    the dotted name of its configuration section, `config` the import path of that section's frozen attrs class.
    `replaces` names a contribution of the same kind that this one takes the place of. `role` is, for a hook, one of
    Role; for a service, what it serves as (matcher, journal, ledger, approvals …). `moments` and `after` are for hooks.
    """

    name: str
    summary: str
    factory: str = ""
    section: str = ""
    config: str = ""
    replaces: str = ""
    role: str = ""
    moments: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


HOOKS = {
    "mode": "llmos_modes",
    "strategy": "llmos_mode_strategies",
    "provider": "llmos_providers",
    "memory": "llmos_memory_backends",
    "tool": "llmos_tools",
    "hook": "llmos_hooks",
    "service": "llmos_services",
    "command": "llmos_commands",
    "section": "llmos_sections",
    "hookspec": "llmos_hookspecs",
}
"""Kind of contribution → name of its hook."""
