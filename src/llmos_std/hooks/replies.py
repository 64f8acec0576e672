"""Read what a hook command said: exit code, standard output, standard error, in the widely used form.

Exit code 0 with nothing to say is no opinion, 2 blocks, and whatever cannot be understood for certain is a failure: the
caller counts it as a denial. The widely used form lets an action pass when a hook fails; llmos does not.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from llmos_core.strangers import printable
from llmos_core.types.decision import Decision
from llmos_std.hooks.answers import Answer
from llmos_std.hooks.events import moment_of

if TYPE_CHECKING:
    from collections.abc import Mapping

BLOCKS = 2
REASON_CHARS = 1000
TEXT_IS_CONTEXT = frozenset({"session_start", "user_prompt_submit"})
"""Moments at which plain text on standard output is context for the model; at the others it is only a remark."""

_DECISIONS = {
    "allow": Decision.ALLOW,
    "approve": Decision.ALLOW,
    "ask": Decision.ASK,
    "deny": Decision.DENY,
    "block": Decision.DENY,
}
_TOP = frozenset(
    {"continue", "stopReason", "suppressOutput", "systemMessage", "decision", "reason", "hookSpecificOutput"}
)
_SPECIFIC = frozenset(
    {
        "hookEventName",
        "permissionDecision",
        "permissionDecisionReason",
        "updatedInput",
        "additionalContext",
        "updatedToolOutput",
        "updatedMCPToolOutput",
    }
)
_MEANT_AS_JSON = ("hookSpecificOutput", "permissionDecision", '"decision"', '"continue"')
_MISSING: Any = object()


class ReplyError(Exception):
    """A command's end that is no answer; the message says what was found."""


def answer_of(moment: str, exit_code: int, stdout: bytes, stderr: bytes, *, is_cut: bool = False) -> Answer:
    """Return what a command said by ending like this; ReplyError when that is no answer.

    `is_cut` says that it wrote more than was kept.
    """
    if exit_code == BLOCKS:
        return Answer(decision=Decision.DENY, reason=_shown(stderr) or "it ended with exit code 2")
    if exit_code != 0:
        how = f"signal {-exit_code}" if exit_code < 0 else f"exit code {exit_code}"
        said = _shown(stderr)
        raise ReplyError(f"it ended by {how}{f': {said}' if said else ''}; expected 0, or 2 to block")
    if is_cut:
        raise ReplyError("it wrote more than is read of a hook; let it write less")
    try:
        text = stdout.decode("utf-8-sig").strip()
    except UnicodeDecodeError as error:
        raise ReplyError(f"its output is no UTF-8 text (byte {error.start + 1})") from None
    if text[:1] in {"{", "[", '"'}:
        return _said_in(moment, _parsed(text))
    if any(word in text for word in _MEANT_AS_JSON):
        raise ReplyError("its output holds a JSON answer among other text; write nothing but the JSON")
    return Answer(context=text if moment in TEXT_IS_CONTEXT else "")


def _parsed(text: str) -> Mapping[str, Any]:
    try:
        value = json.loads(text, object_pairs_hook=_each_once, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise ReplyError(f"its output begins like JSON but is none ({printable(str(error), 120)})") from None
    if not isinstance(value, dict):
        raise ReplyError(f"its JSON answer is {type(value).__name__}; expected an object")
    return value


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a repeated key: which of the two counts is nobody's to guess."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key is there twice")
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def _said_in(moment: str, value: Mapping[str, Any]) -> Answer:
    _refuse_unknown(value, _TOP, "")
    specific = _taken(value, "hookSpecificOutput", dict, {})
    _refuse_unknown(specific, _SPECIFIC, "hookSpecificOutput.")
    name = _taken(specific, "hookEventName", str, "")
    if name and moment_of(name) != moment:
        raise ReplyError(f"hookEventName is {printable(name, 40)!r}, though it was asked at {moment}")
    decisions = [
        _decision(value, "decision"),
        _decision(specific, "permissionDecision"),
        Decision.ALLOW if _taken(value, "continue", bool, default=True) else Decision.DENY,
    ]
    _taken(value, "suppressOutput", bool, default=False)
    _taken(value, "systemMessage", str, "")
    reasons = (
        _taken(specific, "permissionDecisionReason", str, ""),
        _taken(value, "reason", str, ""),
        _taken(value, "stopReason", str, ""),
    )
    output = specific.get("updatedToolOutput", specific.get("updatedMCPToolOutput", _MISSING))
    return Answer(
        decision=max(decisions, key=lambda decision: decision.rank),
        reason=printable("; ".join(dict.fromkeys(filter(None, reasons))), REASON_CHARS),
        arguments=_taken(specific, "updatedInput", dict, None),
        context=_taken(specific, "additionalContext", str, ""),
        output=None if output is _MISSING else output,
        replaces_output=output is not _MISSING,
    )


def _refuse_unknown(table: Mapping[str, Any], known: frozenset[str], where: str) -> None:
    if unknown := sorted(set(table) - known):
        raise ReplyError(f"its answer has '{where}{printable(unknown[0], 40)}', which nobody here understands")


def _taken(table: Mapping[str, Any], key: str, kind: type, default: Any) -> Any:
    """Return a value of exactly this kind; the default when it is not there or null."""
    value = table.get(key)
    if value is None:
        return default
    if type(value) is not kind:
        raise ReplyError(f"its '{key}' is {type(value).__name__}; expected {kind.__name__}")
    return value


def _decision(table: Mapping[str, Any], key: str) -> Decision:
    word = _taken(table, key, str, "allow")
    if word not in _DECISIONS:
        raise ReplyError(f"its '{key}' is {printable(word, 40)!r}; expected allow, ask, deny or block")
    return _DECISIONS[word]


def _shown(data: bytes) -> str:
    return printable(data.decode("utf-8", "replace"), REASON_CHARS)
