"""Patterns of goals, written almost like the goals, and the one way to match them.

    [please] (create|make) a file {file:name}     words, (choices), [what may be missing], {binding:slot}, @shorthand

A pattern matches only when it consumes every token of a clause. All ways to match are returned, never just the first:
who sees two that differ knows that the goal is ambiguous.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple, TypeAlias

from llmos_std.providers.builtin.lexing import Token
from llmos_std.providers.builtin.words import SHORTHANDS

ANYTHING = ""
"""The word of a token in quotes, and what a pattern begins with that may begin with any token."""
_PIECE = re.compile(r"\{\w+(?::\w+)?\}|@\w+|[()\[\]|]|[^\s()\[\]|]+")


class Clause(NamedTuple):
    """The tokens of one order out of `goal`. `tail` is the courtesy or punctuation that was taken off after it."""

    goal: str
    tokens: tuple[Token, ...]
    tail: str = ""


Bindings: TypeAlias = Mapping[str, Any]
Slot: TypeAlias = Callable[[Clause, int], Iterator[tuple[int, Any]]]
"""Yields every (next place, value) that the tokens from a place on can be for this slot."""


class _Literal(NamedTuple):
    word: str


class _Hole(NamedTuple):
    name: str
    slot: str


class _Choice(NamedTuple):
    options: tuple["_Parts", ...]


_Parts: TypeAlias = tuple["_Literal | _Hole | _Choice", ...]


def matches(pattern: str, clause: Clause, slots: Mapping[str, Slot]) -> list[dict[str, Any]]:
    """Return the bindings of every way in which `pattern` consumes the whole clause."""
    ends = _walk(_parsed(pattern), clause, 0, {}, slots)
    return [found for at, found in ends if at == len(clause.tokens)]


def _walk(
    parts: _Parts, clause: Clause, at: int, found: dict[str, Any], slots: Mapping[str, Slot]
) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield (place after it, bindings) for every way to match `parts` from `at` on."""
    if not parts:
        yield at, found
        return
    first, rest = parts[0], parts[1:]
    if isinstance(first, _Literal):
        if at < len(clause.tokens) and clause.tokens[at].word == first.word:
            yield from _walk(rest, clause, at + 1, found, slots)
    elif isinstance(first, _Hole):
        for after, value in slots[first.slot](clause, at):
            yield from _walk(rest, clause, after, {**found, first.name: value}, slots)
    else:
        for option in first.options:
            yield from _walk(option + rest, clause, at, found, slots)


def first_words(pattern: str) -> frozenset[str]:
    """Return the words that a match can begin with; with ANYTHING when it may begin with a hole, or be empty."""
    return _beginnings(_parsed(pattern))


def _beginnings(parts: _Parts) -> frozenset[str]:
    if not parts or isinstance(parts[0], _Hole):
        return frozenset({ANYTHING})
    if isinstance(parts[0], _Literal):
        return frozenset({parts[0].word})
    return frozenset().union(*(_beginnings(option + parts[1:]) for option in parts[0].options))


@cache
def _parsed(pattern: str) -> _Parts:
    pieces = _PIECE.findall(pattern)
    options, at = _options(pieces, 0)
    if at != len(pieces) or len(options) != 1:
        raise ValueError(f"{pattern!r} is no pattern: brackets do not fit, or a choice stands outside of brackets")
    return options[0]


def _options(pieces: list[str], at: int) -> tuple[list[_Parts], int]:
    """Read alternatives until a closing bracket or the end; return them and the place where reading stopped."""
    options: list[_Parts] = [()]
    while at < len(pieces) and pieces[at] not in (")", "]"):
        piece = pieces[at]
        at += 1
        if piece == "|":
            options.append(())
            continue
        part: _Literal | _Hole | _Choice
        if piece in ("(", "["):
            inside, at = _options(pieces, at)
            part = _Choice((*inside, ()) if piece == "[" else tuple(inside))
            at += 1
        else:
            part = _part(piece)
        options[-1] = (*options[-1], part)
    return options, at


def _part(piece: str) -> "_Literal | _Hole | _Choice":
    if piece.startswith("@"):
        return _Choice((_parsed(SHORTHANDS[piece[1:]]),))
    if piece.startswith("{"):
        name, _, slot = piece[1:-1].partition(":")
        return _Hole(name, slot or name)
    return _Literal(piece)
