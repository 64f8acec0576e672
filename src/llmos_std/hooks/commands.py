"""Judge whole commands: by the user's own rules and patterns, and by what the policy of `llmos_std.shell` knows.

What is not known to be harmless is asked about, and nothing that the user writes allows what the policy denies.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from llmos_core.types.decision import Decision, Verdict
from llmos_std.hooks.verdicts import allow, ask, deny

if TYPE_CHECKING:
    from llmos_std.shell.judging.call import Step

_JOINTS = re.compile(r"[;&|<>`$(){}\n\r\\]")
"""What can make a second command or hide one; a pattern with wildcards never allows a command that holds any."""


def judge_command(
    command: object,
    *,
    allowed: Sequence[str] = (),
    denied: Sequence[str] = (),
    rules: Sequence[Any] = (),
    workspace: Path | None = None,
) -> Verdict:
    """Return the verdict on one shell command line.

    `allowed` and `denied` are exact commands or patterns with * ? [ ]. A denied one also counts as part of a longer
    line; an allowed pattern only fits a single plain command that is not about secrets. `rules` are tables as in
    `[[shell.rules]]`. With `workspace`, links that lead out of it count.
    """
    verdict, _ = explain_command(command, allowed=allowed, denied=denied, rules=rules, workspace=workspace)
    return verdict


def explain_command(
    command: object,
    *,
    allowed: Sequence[str] = (),
    denied: Sequence[str] = (),
    rules: Sequence[Any] = (),
    workspace: Path | None = None,
) -> "tuple[Verdict, Step | None]":
    """Return the verdict, and the tree of commands behind it; None when the text was not looked into."""
    if not isinstance(command, str) or not command.strip() or "\0" in command:
        return deny("no-command", f"{command!r} is no command"), None
    try:
        step = _judged(command, denied, rules, workspace)
    except Exception as error:  # noqa: BLE001 – not knowing is the safe answer
        reason = f"the command could not be judged ({type(error).__name__}: {error})"
        return _with_patterns(command, ask("policy-failed", reason), allowed, denied), None
    found = step.deciding
    verdict = Verdict(decision=found.decision, rule=found.rule or "nothing-to-do", reason=found.reason)
    if step.is_about_secrets:
        allowed = [each for each in allowed if each == command.strip()]
    return _with_patterns(command, verdict, allowed, denied), step


def _judged(command: str, denied: Sequence[str], rules: Sequence[Any], workspace: Path | None) -> "Step":
    from llmos_std.shell.judging.policy import judge

    if not rules and not denied:
        return judge(command, workspace=workspace, home=_home())
    from llmos_std.shell.rules import UserRules, read_rules

    known = UserRules(read_rules(rules, None), denied)
    return judge(command, workspace=workspace, home=_home(), rules=known)


def _home() -> str:
    import os

    home = os.path.expanduser("~")  # noqa: PTH111 – never raises
    return home if home.startswith("/") and home != "/" else "/home/user"


def _with_patterns(command: str, verdict: Verdict, allowed: Sequence[str], denied: Sequence[str]) -> Verdict:
    """Return the verdict after the user's patterns for whole commands: a deny wins, an allow turns an ask only."""
    text = command.strip()
    if pattern := _first_match(denied, [text, *_pieces(command)]):
        return deny("shell.deny", f"your configuration denies it: shell.deny has {pattern!r}")
    if verdict.decision is Decision.ASK and (pattern := _allowing(allowed, text)):
        return allow("shell.allow", f"shell.allow has {pattern!r}")
    return verdict


def _pieces(command: str) -> list[str]:
    return [piece.strip() for piece in _JOINTS.split(command) if piece.strip()]


def _allowing(patterns: Sequence[str], command: str) -> str:
    if command in patterns:
        return command
    return "" if _JOINTS.search(command) else _first_match(patterns, [command])


def _first_match(patterns: Sequence[str], texts: Sequence[str]) -> str:
    """Return the first pattern that one of the texts equals or fits, "" when there is none."""
    if not patterns:
        return ""
    from fnmatch import fnmatchcase

    return next((p for p in patterns if any(text == p or fnmatchcase(text, p) for text in texts)), "")
