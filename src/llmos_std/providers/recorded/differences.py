"""Find the recorded request that is nearest to one that was not recorded, and say what differs between them."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from llmos_core.types.json import canonical_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from llmos_std.providers.recorded.file import Exchange

_PARTS = ("model", "temperature", "max_tokens", "json_schema", "tools")
_MOST_TOLD = 3
_AROUND, _AFTER = 12, 28


def nearest(asked: dict[str, Any], exchanges: Iterable[Exchange]) -> Exchange | None:
    """Return the exchange whose request is most like `asked`, the newer of two alike; None when there is none."""
    return max(reversed([*exchanges]), key=lambda each: _likeness(asked, each.request), default=None)


def _likeness(asked: dict[str, Any], recorded: dict[str, Any]) -> float:
    """Return how many messages and other parts are the same, a message that begins the same counting in part."""
    pairs = zip(asked["messages"], recorded["messages"], strict=False)
    same = sum(_share(canonical_json(one), canonical_json(other)) for one, other in pairs)
    longest = max(len(asked["messages"]), len(recorded["messages"]), 1)
    return float(same / longest + sum(asked[part] == recorded[part] for part in _PARTS) / len(_PARTS))


def _agreement(one: str, other: str) -> int:
    """Return how many characters two texts have in common at their beginning."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((n for n, (left, right) in pairs if left != right), min(len(one), len(other)))


def _share(one: str, other: str) -> float:
    return _agreement(one, other) / max(len(one), len(other), 1)


def differences(asked: dict[str, Any], recorded: dict[str, Any]) -> str:
    """Return in one sentence what differs, the first few things; "" when nothing does."""
    found = [*_parts(asked, recorded), *_messages(asked["messages"], recorded["messages"])]
    more = f"; and {len(found) - _MOST_TOLD} more" if len(found) > _MOST_TOLD else ""
    return "; ".join(found[:_MOST_TOLD]) + more


def _parts(asked: dict[str, Any], recorded: dict[str, Any]) -> Iterator[str]:
    for part in _PARTS:
        if part == "tools":
            yield from _tools(asked["tools"], recorded["tools"])
        elif asked[part] != recorded[part]:
            yield f"{part} was {_shown(recorded[part])}, now {_shown(asked[part])}"


def _tools(asked: list[dict[str, Any]], recorded: list[dict[str, Any]]) -> Iterator[str]:
    now, then = ({tool["name"]: tool for tool in tools} for tools in (asked, recorded))
    if new := sorted(now.keys() - then.keys()):
        yield f"new tools: {', '.join(new)}"
    if gone := sorted(then.keys() - now.keys()):
        yield f"missing tools: {', '.join(gone)}"
    if changed := sorted(name for name in now.keys() & then.keys() if now[name] != then[name]):
        yield f"changed tools: {', '.join(changed)}"
    if not (new or gone or changed) and asked != recorded:
        yield "the tools are in another order"


def _messages(asked: list[dict[str, Any]], recorded: list[dict[str, Any]]) -> Iterator[str]:
    for number, (now, then) in enumerate(zip_longest(asked, recorded), start=1):
        if now == then:
            continue
        if now is None or then is None:
            yield f"{len(recorded)} messages were recorded, now there are {len(asked)}"
            return
        where = f"message {number} ({now['role']})"
        if now["role"] != then["role"]:
            yield f"{where} was one of {then['role']}"
        elif now["text"] != then["text"]:
            at = _agreement(now["text"], then["text"])
            yield f"{where} at character {at + 1}: was {_cut(then['text'], at)}, now {_cut(now['text'], at)}"
        else:
            yield f"{where} has other calls"


def _cut(text: str, at: int) -> str:
    """Return the place around a character, quoted and in printable characters."""
    start, end = max(0, at - _AROUND), at + _AFTER
    shown = ascii(text[start:end])[1:-1]
    return f"'{'…' if start else ''}{shown}{'…' if end < len(text) else ''}'"


def _shown(value: Any) -> str:
    text = "unset" if value in (None, "") else canonical_json(value)
    return text if len(text) <= _AROUND + _AFTER else f"{text[: _AROUND + _AFTER]}…"
