"""Where in a goal plain words are text that stands for itself: what is searched, replaced, written or said.

There no word is read as another, and no capital is folded: `replace dir with directory` is not its contrary.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmos_std.matching.lexicon.grammar import (
    ARTICLES,
    FILE_VERBS,
    INTRODUCERS,
    LITERAL_VERBS,
    QUOTING_VERBS,
    SPEECH,
    ZONE_ENDS,
)
from llmos_std.matching.literals import subtype
from llmos_std.matching.tokens import WORD

if TYPE_CHECKING:
    from llmos_std.matching.tokens import Token

NONE, TEXT, QUOTE = "", "text", "quote"
"""No zone; words that stand for themselves; words of which even the articles count."""


def literal_zones(tokens: list[Token], start: int, end: int) -> list[str]:
    """Return for every token the zone it stands in."""
    zones = [NONE] * len(tokens)
    words = [token.value.lower() if token.kind == WORD else "" for token in tokens]
    verb = words[start] if start < end else ""
    is_text = verb in LITERAL_VERBS or (verb in FILE_VERBS and any(map(_is_file, tokens)))
    by_verb = QUOTE if verb in QUOTING_VERBS else TEXT if is_text else NONE
    zone = NONE
    for at in range(start, end):
        word = words[at]
        if zone == QUOTE and not by_verb:
            zones[at] = QUOTE
        elif word in ZONE_ENDS:
            zone = NONE
        elif zone or (by_verb and at > start and not _is_first_small(words, at, start)):
            zones[at] = zone or by_verb
        if at > start and word in SPEECH and not by_verb:
            zone = QUOTE
        elif at > start and word in INTRODUCERS:
            zone = TEXT
    return zones


def _is_file(token: Token) -> bool:
    return token.kind == "path" and "." in subtype((token.kind, token.value))


def _is_first_small(words: list[str], at: int, start: int) -> bool:
    """Say whether this is the article right after the verb's own words: `find the …` announces, it is no text."""
    return words[at] in ARTICLES and at == start + 1 and words[start] not in QUOTING_VERBS
