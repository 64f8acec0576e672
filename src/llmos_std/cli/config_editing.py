"""Change one key of a TOML text where it stands, so that everything else – comments, order, blanks – stays.

Every edit is proven before it counts: the new text must mean the old meaning plus the change. When no edit in place can
be proven, the text is written anew from its meaning, and the comments that this loses are told.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from typing import TYPE_CHECKING, Any

import tomli_w

from llmos_core.config.statements import Statement, comments_of, statements
from llmos_core.types.record import Record

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Path = tuple[str, ...]
_BARE = re.compile(r"[A-Za-z0-9_-]+")


class Edit(Record, kw_only=False):
    """The new text, and the comments that it lost."""

    text: str
    lost: tuple[str, ...] = ()


def with_value(text: str, path: Path, value: Any, *, depth: int) -> Edit:
    """Return the text with `path` set to a plain value; `depth` parts of the path name its section.

    The text must be valid TOML without a byte order mark.
    """
    wanted = _set(tomllib.loads(text), path, value)
    for candidate in _settings(text, path, value, depth):
        if _means(candidate, wanted):
            return Edit(candidate, _lost(text, candidate))
    return _anew(text, wanted)


def without(text: str, path: Path) -> Edit:
    """Return the text without `path` and everything below it; comments of the removed lines are lost.

    A text in which the path does not stand is returned as it is.
    """
    tree = tomllib.loads(text)
    wanted = _removed(tree, path)
    if wanted == tree:
        return Edit(text)
    for candidate in _removals(text, path):
        if _means(candidate, wanted):
            return Edit(candidate, _lost(text, candidate))
    return _anew(text, wanted)


def _settings(text: str, path: Path, value: Any, depth: int) -> Iterator[str]:
    """Yield texts that may be the wanted one, the least change first."""
    found = list(statements(text))
    newline = "\r\n" if "\r\n" in text else "\n"
    for one in found:
        if one.keys == path and not one.is_table:
            yield text[: one.value_start] + inline(value) + text[one.value_end :]
        elif not one.is_table and path[: len(one.keys)] == one.keys and text[one.value_start] == "{":
            held = tomllib.loads(f"v = {text[one.value_start : one.value_end]}")["v"]
            table = _set(held, path[len(one.keys) :], value)
            yield text[: one.value_start] + inline(table) + text[one.value_end :]
    for size in range(len(path) - 1, 0, -1):
        if members := [one for one in found if one.table == path[:size] and not one.is_array]:
            yield _with_line(text, members[-1].end, f"{dotted(path[size:])} = {inline(value)}", newline)
    siblings = [one for one in found if not one.is_table and one.keys[:depth] == path[:depth] and not one.is_array]
    for one in reversed(siblings):
        key = dotted(path[len(one.table) :])
        yield _with_line(text, one.end, f"{key} = {inline(value)}", newline)
    if len(path) > depth > 0:
        gap = "" if not text.strip() else newline if text.endswith("\n") else newline * 2
        line = f"{dotted(path[depth:])} = {inline(value)}"
        yield f"{text}{gap}[{dotted(path[:depth])}]{newline}{line}{newline}"
    first = next((one.start for one in found if one.is_table), len(text))
    end = "" if not text[:first] or text[:first].endswith("\n") else newline
    yield f"{text[:first]}{end}{dotted(path)} = {inline(value)}{newline}{text[first:]}"


def _with_line(text: str, end: int, line: str, newline: str) -> str:
    """Return the text with a line added behind the one in which `end` is."""
    at = text.find("\n", end)
    return f"{text}{newline}{line}{newline}" if at < 0 else f"{text[: at + 1]}{line}{newline}{text[at + 1 :]}"


def _removals(text: str, path: Path) -> Iterator[str]:
    found = list(statements(text))
    gone = [one for one in found if one.keys[: len(path)] == path]
    if gone:
        kept = text
        for one in reversed(gone):
            kept = _without_lines(kept, one)
        yield kept
    for one in found:
        if not one.is_table and path[: len(one.keys)] == one.keys != path and text[one.value_start] == "{":
            held = tomllib.loads(f"v = {text[one.value_start : one.value_end]}")["v"]
            table = _removed(held, path[len(one.keys) :])
            yield text[: one.value_start] + inline(table) + text[one.value_end :]


def _without_lines(text: str, one: Statement) -> str:
    end = text.find("\n", one.end)
    before, behind = text[: one.start], text[end + 1 :] if end >= 0 else ""
    is_gap = one.is_table and before.endswith(("\n\n", "\n\r\n")) and (not behind or behind[0] in "\r\n")
    return (before.rstrip("\r\n") + "\n" if is_gap else before) + behind


def _anew(text: str, wanted: Mapping[str, Any]) -> Edit:
    """Return the meaning as a new text, below the comments that the old one began with."""
    first = next((one.start for one in statements(text)), len(text))
    head = text[:first].rstrip()
    written = f"{head}\n\n{tomli_w.dumps(wanted)}" if head else tomli_w.dumps(wanted)
    return Edit(written, _lost(text, written))


def inline(value: Any) -> str:
    """Return a plain value as TOML on one line."""
    if isinstance(value, dict):
        inside = ", ".join(f"{dotted((key,))} = {inline(one)}" for key, one in value.items())
        return f"{{ {inside} }}" if inside else "{}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(inline(one) for one in value)}]"
    return tomli_w.dumps({"v": value}).removeprefix("v = ").removesuffix("\n")


def dotted(path: Path) -> str:
    """Return a key as TOML writes it, quoted where it must be."""
    return ".".join(part if _BARE.fullmatch(part) else inline(part) for part in path)


def _set(tree: Mapping[str, Any], path: Path, value: Any) -> dict[str, Any]:
    under = tree.get(path[0])
    inner = _set(under if isinstance(under, dict) else {}, path[1:], value) if path[1:] else value
    return {**tree, path[0]: inner}


def _removed(tree: Mapping[str, Any], path: Path) -> dict[str, Any]:
    """Return the tree without a path; tables that this empties are left out."""
    rest = {key: one for key, one in tree.items() if key != path[0]}
    under = tree.get(path[0])
    if not path[1:] or not isinstance(under, dict):
        return rest if not path[1:] else dict(tree)
    inner = _removed(under, path[1:])
    if inner == under:
        return dict(tree)
    return {**tree, path[0]: inner} if inner else rest


def _means(candidate: str, wanted: Mapping[str, Any]) -> bool:
    """Say whether a text means exactly what is wanted; an empty table is as good as none."""
    try:
        found = tomllib.loads(candidate)
    except tomllib.TOMLDecodeError:
        return False
    return bool(_told(found) == _told(wanted))


def _told(value: Any) -> Any:
    """Return a value in a form in which 1, 1.0 and true differ and NaN equals itself."""
    if isinstance(value, dict):
        inside = {key: _told(one) for key, one in value.items()}
        return {key: one for key, one in inside.items() if one != {}}
    if isinstance(value, list):
        return [_told(one) for one in value]
    return (type(value).__name__, repr(value))


def _lost(before: str, after: str) -> tuple[str, ...]:
    return tuple((Counter(comments_of(before)) - Counter(comments_of(after))).elements())
