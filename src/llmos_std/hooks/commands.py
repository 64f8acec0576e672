"""Judge whole commands: by the user's own patterns, by what the classifier knows, by the files they mention.

Strict on purpose: what is not known to be harmless is asked about, and no pattern allows what is destructive.
"""

import re
from collections.abc import Sequence
from pathlib import Path

from llmos_core.types.decision import Verdict
from llmos_std.hooks.protected import is_sealed, is_secret, is_self_starting
from llmos_std.hooks.verdicts import allow, ask, deny

_JOINTS = re.compile(r"[;&|<>`$(){}\n\r\\]")
"""What can make a second command or hide one; a pattern with wildcards never allows a command that holds any."""

_WORD_ENDS = re.compile(r"[\s;&|<>()={},:@`]+")
_QUOTES = str.maketrans("", "", "'\"\\")


def judge_command(
    command: object, *, allowed: Sequence[str] = (), denied: Sequence[str] = (), workspace: Path | None = None
) -> Verdict:
    """Return the verdict on one shell command line.

    `allowed` and `denied` are exact commands or patterns with * ? [ ]. A denied one also counts as part of a longer
    line; an allowed pattern only fits a single plain command. With `workspace`, links that lead out of it count.
    """
    if not isinstance(command, str) or not command.strip() or "\0" in command:
        return deny("no-command", f"{command!r} is no command")
    if pattern := _first_match(denied, [command.strip(), *_pieces(command)]):
        return deny("shell.deny", f"your configuration denies it: shell.deny has {pattern!r}")
    return _judge_known(command, allowed, workspace)


def _judge_known(command: str, allowed: Sequence[str], workspace: Path | None) -> Verdict:
    level, reason, rule = _classified(command, workspace)
    if level == "destructive":
        return deny(rule, reason)
    if pattern := _allowing(allowed, command.strip()):
        return allow("shell.allow", f"shell.allow has {pattern!r}")
    if level not in ("read", "workspace"):
        return ask(rule, reason)
    if mentioned := _protected_word(command, is_writing=level == "workspace"):
        return ask("protected-file", f"the command mentions {mentioned!r}, a protected file")
    return allow(rule, reason)


def _classified(command: str, workspace: Path | None) -> tuple[str, str, str]:
    """Return level, reason and rule; whatever goes wrong with the classifier makes the command unknown."""
    try:
        from llmos_std.shell.classify import classify

        found = classify(command, workspace)
        level = str(getattr(found.level, "value", found.level))
    except Exception as error:  # noqa: BLE001 – not knowing is the safe answer
        return "unknown", f"the command could not be classified ({type(error).__name__}: {error})", "classifier-failed"
    return level, str(found.reason), str(found.rule)


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


def _protected_word(command: str, *, is_writing: bool) -> str:
    """Return the first word that names a protected file, "" when there is none. Quotes inside words do not help."""
    for word in _WORD_ENDS.split(command.translate(_QUOTES)):
        parts = [part for part in word.split("/") if part]
        if is_secret(parts) or (is_writing and (is_sealed(parts) or is_self_starting(parts))):
            return word
    return ""
