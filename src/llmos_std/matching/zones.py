"""Where in a goal plain words are text that stands for itself: what is searched, replaced, written or said.

There no word is read as another, and no capital is folded: `replace dir with directory` is not its contrary.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmos_std.matching.lexicon.grammar import (
    ARTICLES,
    COORDINATORS,
    FILE_VERBS,
    INTRODUCERS,
    LITERAL_VERBS,
    PREPOSITIONS,
    QUOTING_VERBS,
    SPEECH,
    TEXTS,
    ZONE_ENDS,
)
from llmos_std.matching.literals import subtype
from llmos_std.matching.tokens import WORD

if TYPE_CHECKING:
    from llmos_std.matching.tokens import Token

NONE, TEXT, QUOTE = "", "text", "quote"
"""No zone; words that stand for themselves; words of which even the articles count."""


_SECOND_TEXT = frozenset(("with", "by", "and", "or"))
_SEEKING, _SOUGHT = frozenset(("search", "look", "grep")), frozenset(("for",))
_NO_TEXT = PREPOSITIONS | COORDINATORS | frozenset("that which who is are was were please thanks thank if when".split())


def literal_zones(tokens: list[Token], start: int, end: int) -> list[str]:
    """Return for every token the zone it stands in."""
    zones = [NONE] * len(tokens)
    words = [token.value.lower() if token.kind == WORD else "" for token in tokens]
    verb = words[start] if start < end else ""
    is_text = verb in LITERAL_VERBS or (verb in FILE_VERBS and any(map(_is_file, tokens)))
    by_verb = QUOTE if verb in QUOTING_VERBS else TEXT if is_text else NONE
    second = _SECOND_TEXT | _SOUGHT if verb in _SEEKING else _SECOND_TEXT
    zone, speech_from = NONE, end
    for at in range(start, end):
        word = words[at]
        if word in ZONE_ENDS and at > start + 1:
            zone = NONE
            by_verb = by_verb if word in second else NONE
        elif zone or (by_verb and at > start and not _is_first_small(words, at, start)):
            zones[at] = zone or by_verb
        if at > start and _opens_speech(words, at, end):
            speech_from = at + 1
            break
        if at > start and word in INTRODUCERS:
            zone = TEXT
    zones[speech_from:end] = [QUOTE] * (end - speech_from)
    return zones


def _opens_speech(words: list[str], at: int, end: int) -> bool:
    """Say whether everything from the next word on is what is said or written."""
    following = words[at + 1] if at + 1 < end else ""
    is_text = words[at] in TEXTS and following and following not in _NO_TEXT
    return words[at] in SPEECH or bool(is_text)


def _is_file(token: Token) -> bool:
    return token.kind == "path" and "." in subtype((token.kind, token.value))


def _is_first_small(words: list[str], at: int, start: int) -> bool:
    """Say whether this is the article right after the verb's own words: `find the …` announces, it is no text."""
    return words[at] in ARTICLES and at == start + 1 and words[start] not in QUOTING_VERBS
