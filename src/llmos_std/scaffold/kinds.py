"""The kinds of plugin that can be begun from a template, each with the hook and the contribution that describe it.

`@name@`-like words are filled in when a package is written (see `package`).
"""

from llmos_core.types.record import Record


class Kind(Record):
    """One kind: the hook that offers it, what it offers, and how it is used.

    `fields` are the contribution's own fields as (name, Python text); `use` is Markdown.
    """

    hook: str
    offers: str
    summary: str
    fields: tuple[tuple[str, str], ...]
    use: str


def _text(**fields: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, f'"{value}"') for name, value in fields.items())


KINDS = {
    "strategy": Kind(
        hook="llmos_mode_strategies",
        offers="a way to choose the mode",
        summary="replay what may be replayed, learn everything else",
        fields=_text(name="@stem@", factory="@module@.strategy:open_strategy"),
        use="    llmos run GOAL --strategy @stem@",
    ),
    "provider": Kind(
        hook="llmos_providers",
        offers="a way to reach a model",
        summary="says back what it was told; not a language model",
        fields=_text(name="@stem@", factory="@module@.provider:open_provider"),
        use="    llmos run GOAL --provider @stem@",
    ),
    "memory": Kind(
        hook="llmos_memory_backends",
        offers="a place where traces are kept",
        summary="traces in a dictionary, gone when llmos ends",
        fields=_text(name="@stem@", factory="@module@.memory:open_memory"),
        use="    LLMOS_MEMORY__BACKEND=@stem@ llmos run GOAL",
    ),
    "tool": Kind(
        hook="llmos_tools",
        offers="something that models and traces can do",
        summary="turns a text round",
        fields=_text(name="@Class@", factory="@module@.tool:@ident@.open"),
        use="Models see the tool `@Class@` as soon as the package is installed.",
    ),
    "hook": Kind(
        hook="llmos_hooks",
        offers="a gate: it can only make llmos stricter",
        summary="asks before a call that cannot be taken back",
        fields=(
            *_text(name="@stem@-gate", factory="@module@.hook:open_gate"),
            ("role", "Role.GATE"),
            ("moments", '("pre_tool_use",)'),
        ),
        use="The gate `@stem@-gate` is asked about every call as soon as the package is installed.",
    ),
    "transform": Kind(
        hook="llmos_hooks",
        offers="a change to every goal before it is begun",
        summary="makes one blank of many in a goal",
        fields=(
            *_text(name="@stem@-transform", factory="@module@.transform:open_transform"),
            ("role", "Role.TRANSFORM"),
            ("moments", '("user_prompt_submit",)'),
        ),
        use="The transform `@stem@-transform` sees every goal as soon as the package is installed.",
    ),
    "observer": Kind(
        hook="llmos_hooks",
        offers="somebody who sees every event",
        summary="counts events by kind",
        fields=(
            *_text(name="@stem@-observer", factory="@module@.observer:open_observer"),
            ("role", "Role.OBSERVER"),
        ),
        use="The observer `@stem@-observer` sees every event as soon as the package is installed.",
    ),
    "service": Kind(
        hook="llmos_services",
        offers="something long-lived that others ask for by its role",
        summary="keeps short notes while llmos runs",
        fields=_text(name="@stem@-service", factory="@module@.service:open_service", role="@stem@"),
        use='Other plugins ask the kernel for the role: `await kernel.service("@stem@")`.',
    ),
    "mode": Kind(
        hook="llmos_modes",
        offers="a way to execute a goal",
        summary="one model call without tools",
        fields=_text(name="@STEM@", factory="@module@.mode:open_mode"),
        use="    llmos run GOAL --mode @STEM@",
    ),
    "command": Kind(
        hook="llmos_commands",
        offers="a verb of the llmos command",
        summary="greets somebody",
        fields=_text(name="@stem@", factory="@module@.command:@ident@"),
        use="    llmos @stem@ Ada",
    ),
    "section": Kind(
        hook="llmos_sections",
        offers="settings of your own",
        summary="how people are greeted",
        fields=_text(name="@stem@-settings", section="@stem@", config="@module@.section:@Class@Config"),
        use="    llmos config show @stem@",
    ),
}
"""Kind → how it begins. A `hook` is a gate; `transform` and `observer` are the other roles of hooks."""
