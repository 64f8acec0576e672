"""A goal as tokens, without loss: joined again, the surfaces are the canonical goal to the last character.

A token is a word (letters only, one hyphen or apostrophe inside), a mark, or a literal. Whatever is not surely a word
is a literal, and literals are compared to the letter; only spellings of one value (`1,000`, `10MB`) share one value.
"""

from __future__ import annotations

import re

from llmos_std.matching.literals import literal_of
from llmos_std.matching.text import LITERAL, QUOTED, canonical, pieces

WORD, MARK = "word", "mark"
GLUE = "⁀"
"""The mark between two tokens that stand together without a space, such as `--name=` and a quotation."""

_OPENING, _ENDING = "([{<", ",;:!?)]}>."
_WORD = re.compile(r"[A-Za-z]+(?:[-'’][A-Za-z]+)*")
_CONTRACTED = frozenset("it's what's let's that's here's who's how's there's where's he's she's when's".split())


class Token:
    """One token. `value` is what is compared, `kind` how; `surface` is its text with the space before it."""

    __slots__ = ("kind", "surface", "value")

    def __init__(self, kind: str, value: str, surface: str) -> None:
        self.kind = kind
        self.value = value
        self.surface = surface


def tokens_of(goal: str) -> list[Token]:
    """Return the tokens of a goal in order; their surfaces joined are its canonical text."""
    found: list[Token] = []
    is_open = False
    for kind, text in pieces(canonical(goal)):
        if kind is QUOTED or kind is LITERAL:
            if is_open:
                found.append(Token(MARK, GLUE, ""))
            found.append(_quotation(text) if kind is QUOTED else Token("block", text, text))
            is_open = True
            continue
        if found and is_open and text[0] not in " " + _ENDING:
            found.append(Token(MARK, GLUE, ""))
        _split(text, found)
        is_open = not text.endswith(" ") and text[-1] not in _OPENING
    return found


def _quotation(text: str) -> Token:
    inside = text[1:-1]
    if text[0] in "'\"" and not set(inside) & set("\\$`\"'"):
        return Token("quoted", inside, text)
    return Token("code" if text[0] == "`" else "verbatim", text, text)


def _split(text: str, found: list[Token]) -> None:
    space = ""
    for index, chunk in enumerate(text.split(" ")):
        space = space + " " if index else ""
        if chunk:
            _chunk(chunk, space, found)
            space = ""
    if space:
        found.append(Token(MARK, "", space))


def _chunk(chunk: str, space: str, found: list[Token]) -> None:
    if _WORD.fullmatch(chunk):
        _word(chunk, space, found)
        return
    inner = chunk.lstrip(_OPENING)
    core = inner.rstrip(_ENDING)
    for mark in chunk[: len(chunk) - len(inner)]:
        found.append(Token(MARK, mark, space + mark))
        space = ""
    if core and _WORD.fullmatch(core):
        _word(core, space, found)
        space = ""
    elif core.endswith(("'s", "’s")) and literal_of(core[:-2])[0] in ("path", "host", "id"):
        kind, value = literal_of(core[:-2])
        found += (Token(kind, value, space + core[:-2]), Token(MARK, "'s", core[-2:]))
        space = ""
    elif core:
        kind, value = literal_of(core)
        found.append(Token(kind, value, space + core))
        space = ""
    for mark in inner[len(core) :]:
        found.append(Token(MARK, mark, space + mark))
        space = ""


def _word(core: str, space: str, found: list[Token]) -> None:
    value = core.replace("’", "'")
    if value.endswith(("'s", "'S")) and value.lower() not in _CONTRACTED:
        found += (Token(WORD, value[:-2], space + core[:-2]), Token(MARK, "'s", core[-2:]))
    else:
        found.append(Token(WORD, value, space + core))
