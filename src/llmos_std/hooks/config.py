"""The sections of the gates: which permissions hold, and what the user says about commands."""

import attrs

MODES = ("ask", "accept-edits", "plan", "yolo")


@attrs.frozen(kw_only=True)
class PermissionsConfig:
    """Section `permissions`: how much may happen without asking."""

    mode: str = attrs.field(
        default="accept-edits",
        validator=attrs.validators.in_(MODES),
        metadata={"help": "ask: every write asks; accept-edits: files may change; plan: only look; yolo: never ask"},
    )
    remember_approvals: bool = attrs.field(
        default=True,
        validator=attrs.validators.instance_of(bool),
        metadata={"help": "remember each yes for exactly the call it was given to"},
    )


def _patterns(value: object) -> object:
    """Take a TOML array as a tuple; a lone text is left for the validator to refuse, never taken letter by letter."""
    return tuple(value) if isinstance(value, list | tuple) else value


_are_patterns = attrs.validators.deep_iterable(
    attrs.validators.and_(attrs.validators.instance_of(str), attrs.validators.min_len(1)),
    attrs.validators.instance_of(tuple),
)


@attrs.frozen(kw_only=True)
class ShellConfig:
    """Section `shell`: commands to allow or deny. A deny always wins; nothing allows a destructive command."""

    allow: tuple[str, ...] = attrs.field(
        default=(),
        converter=_patterns,
        validator=_are_patterns,
        metadata={"help": "commands that need no asking, exact or with * ? [ ]; a pattern fits single commands only"},
    )
    deny: tuple[str, ...] = attrs.field(
        default=(),
        converter=_patterns,
        validator=_are_patterns,
        metadata={"help": "commands that never run, exact or with * ? [ ], also as part of a longer command line"},
    )
