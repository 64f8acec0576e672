"""Cut a goal into tokens: words, quoted texts, JSON values, blocks of lines and punctuation.

Nothing is dropped: every character that is not white space belongs to exactly one token. A quote that never closes is
an error, because what follows it can no longer be told apart from orders.
"""

import json
import re
from enum import Enum
from typing import NamedTuple

CLOSING = {'"': '"', "'": "'", "`": "`", "“": "”", "„": "“", "‘": "’", "«": "»"}
_FENCE = re.compile(r"```[\w+-]*\n(?P<inside>.*?)\n?```", re.DOTALL)
_BLOCK = re.compile(r":[ \t]*\n(?P<lines>.*\S)\s*\Z", re.DOTALL)
_RUN = re.compile(r"(?:(?!:[ \t]*\n)[^\s\"`“”„«»])+")
_OPENING_MARKS = "(["
_TRAILING_MARKS = ",;:.!?)]"


class Kind(Enum):
    """What a token is. QUOTED and BLOCK hold text that is data, word for word."""

    WORD = "word"
    QUOTED = "quoted"
    BLOCK = "block"
    MARK = "mark"


class Token(NamedTuple):
    """A piece of the goal. `text` is without its quotes; `start` and `end` are its place in the goal, with them.

    `word` is the token as patterns compare it; that of quoted text is empty and equals no word of a pattern.
    """

    kind: Kind
    text: str
    start: int
    end: int
    word: str


def _token(kind: Kind, text: str, start: int, end: int) -> Token:
    word = text.lower().replace("’", "'") if kind in (Kind.WORD, Kind.MARK) else ""
    return Token(kind, text, start, end, word)


class LexError(ValueError):
    """The goal cannot be cut into tokens; the message says why."""


def tokens_of(goal: str) -> tuple[Token, ...]:
    """Return the goal's tokens in order. Raises LexError for a quote that is never closed."""
    found: list[Token] = []
    place = 0
    while place < len(goal):
        if goal[place].isspace():
            place += 1
            continue
        found += _tokens_at(goal, place)
        place = found[-1].end
    return tuple(found)


def _tokens_at(goal: str, place: int) -> list[Token]:
    """Return the tokens that begin at `place`, which is not white space: one, or a word and its punctuation."""
    if fence := _FENCE.match(goal, place):
        return [_token(Kind.BLOCK, fence["inside"] + "\n", place, fence.end())]
    if block := _BLOCK.match(goal, place):
        return _block(goal, place, block)
    if goal[place] in CLOSING:
        return [_quoted(goal, place)]
    if goal[place] in "{[" and (end := _json_end(goal, place)):
        return [_token(Kind.QUOTED, goal[place:end], place, end)]
    return _run(goal, place)


def _block(goal: str, place: int, block: re.Match[str]) -> list[Token]:
    colon = _token(Kind.MARK, ":", place, place + 1)
    if goal.startswith("```", block.start("lines")):
        return [colon]
    return [colon, _token(Kind.BLOCK, block["lines"] + "\n", block.start("lines"), len(goal))]


def _quoted(goal: str, place: int) -> Token:
    closing = CLOSING[goal[place]]
    end = goal.find(closing, place + 1)
    while end != -1 and closing in "'’" and goal[end + 1 : end + 2].isalnum():
        end = goal.find(closing, end + 1)
    if end == -1:
        raise LexError(f"the quote {goal[place]} at character {place + 1} is never closed")
    return _token(Kind.QUOTED, goal[place + 1 : end], place, end + 1)


def _json_end(goal: str, place: int) -> int:
    """Return where the JSON object or list that begins at `place` ends, 0 when there is none."""
    try:
        _value, end = json.JSONDecoder().raw_decode(goal, place)
    except (ValueError, RecursionError):
        return 0
    return end


def _run(goal: str, place: int) -> list[Token]:
    """Return the word at `place` with the marks before and after it as tokens of their own."""
    match = _RUN.match(goal, place)
    if match is None:
        raise LexError(f"there is a stray {goal[place]} at character {place + 1}")
    text = match.group()
    if len(text) > 1 and not text.strip("."):
        return [_token(Kind.WORD, text, place, match.end())]
    if text[0] in _OPENING_MARKS or not text.strip(_TRAILING_MARKS):
        return [_token(Kind.MARK, text[0], place, place + 1)]
    word = text.rstrip(_TRAILING_MARKS)
    marks = [
        _token(Kind.MARK, mark, place + at, place + at + 1)
        for at, mark in enumerate(text[len(word) :], start=len(word))
    ]
    return [_token(Kind.WORD, word, place, place + len(word)), *marks]
