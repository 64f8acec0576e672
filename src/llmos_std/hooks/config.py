"""The sections of the gates: which permissions hold, and what the user says about commands."""

from typing import Any

from llmos_core.config.fields import choice, flag, section_field, text
from llmos_core.types.record import Record, field

MODES = ("ask", "accept-edits", "plan", "yolo")


def _are_patterns(value: Any) -> str:
    is_right = isinstance(value, tuple) and all(isinstance(one, str) and one.strip() for one in value)
    return "" if is_right else "a list of commands, none empty"


def _as_tuple(value: Any) -> Any:
    """Take a TOML array as a tuple; a lone text is left to be refused, never taken letter by letter."""
    return tuple(value) if isinstance(value, list) else value


def _patterns(*, help: str) -> Any:  # noqa: A002 – the name that the metadata bears
    return section_field((), _are_patterns, help=help, convert=_as_tuple)


def _require_rules(_section: object, declared: Any, value: Any) -> None:
    """Refuse what is no list of tables, rules with faults, and rules that fail their own tests."""
    if not isinstance(value, tuple):
        raise ValueError(f"'{declared.name}' is {value!r}; expected a list of tables, such as [[shell.rules]]")
    if value:
        from llmos_std.shell.judging.policy import judge
        from llmos_std.shell.rules import read_rules

        read_rules(value, lambda command: judge(command).programs())


def _rule_tables(*, help: str) -> Any:  # noqa: A002 – the name that the metadata bears
    metadata = {"help": help, "unit": "", "user_only": False, "schema": {}}
    return field(default=(), validator=_require_rules, converter=_as_tuple, metadata=metadata)


class PermissionsConfig(Record):
    """Section `permissions`: how much may happen without asking."""

    mode: str = choice(
        "accept-edits",
        MODES,
        help="ask: every change asks; accept-edits: files may change; plan: only look; yolo: never ask",
    )
    remember_approvals: bool = flag(True, help="remember each yes for exactly the call it was given to")


class ShellConfig(Record):
    """Section `shell`: commands to allow, ask about or deny. A deny always wins; nothing allows what is denied."""

    allow: tuple[str, ...] = _patterns(
        help="commands that need no asking, exact or with * ? [ ]; a pattern fits single commands only"
    )
    deny: tuple[str, ...] = _patterns(
        help="commands that never run, exact or with * ? [ ], also as part of a longer command line"
    )
    rules: tuple[dict[str, Any], ...] = _rule_tables(
        help="tables with decision, program, flags, arguments, target, reason, and the tests match and not_match"
    )


class LogConfig(Record):
    """Section `log`: where events are written down."""

    file: str = text("", help="file that gets every event as a JSON line, from the workspace; empty: none")
