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
    WRITING_VERBS,
    ZONE_ENDS,
)
from llmos_std.matching.lexicon.lookup import lexicon
from llmos_std.matching.literals import subtype
from llmos_std.matching.speech import NONE, QUOTE, TEXT, opened_by
from llmos_std.matching.tokens import WORD

if TYPE_CHECKING:
    from llmos_std.matching.tokens import Token

__all__ = ["NONE", "QUOTE", "TEXT", "literal_zones"]

_SECOND_TEXT = frozenset(("with", "by", "and", "or"))
_SEEKING, _SOUGHT = frozenset(("search", "look", "grep")), frozenset(("for",))
_SECOND_NAME = frozenset(("with", "by", "and", "or", "to", "as", "into"))


def literal_zones(tokens: list[Token], start: int, end: int) -> list[str]:
    """Return for every token the zone it stands in."""
    words = [token.value.lower() if token.kind == WORD else "" for token in tokens]
    said_from, said = next(
        ((at + 1, zone) for at in range(start, end - 1) if (zone := opened_by(tokens, words, start, at, end))),
        (end, NONE),
    )
    return [*_by_verb(tokens, words, start, said_from), *[said] * (end - said_from), *[NONE] * (len(tokens) - end)]


def _by_verb(tokens: list[Token], words: list[str], start: int, end: int) -> list[str]:
    """Return the zones of what stands before all that is said: what the verb acts on, and what a word introduces."""
    zones = [NONE] * end
    verb = words[start] if start < end else ""
    is_text = verb in LITERAL_VERBS or (verb in FILE_VERBS and any(map(_is_file, tokens)))
    is_quote = verb in QUOTING_VERBS or (is_text and verb in WRITING_VERBS and not _is_thing(words, start))
    by_verb = QUOTE if is_quote else TEXT if is_text else NONE
    second = _SECOND_TEXT | _SOUGHT if verb in _SEEKING else _SECOND_NAME if verb == "rename" else _SECOND_TEXT
    zone = NONE
    for at in range(start, end):
        word = words[at]
        if word in ZONE_ENDS and at > start + 1:
            zone = NONE
            by_verb = by_verb if word in second else NONE
        elif zone or (by_verb and at > start and not _is_first_small(words, at, start)):
            zones[at] = zone or by_verb
        if at > start and word in INTRODUCERS:
            zone = TEXT
    return zones


def _is_file(token: Token) -> bool:
    return token.kind == "path" and "." in subtype((token.kind, token.value))


def _is_thing(words: list[str], start: int) -> bool:
    """Say whether a thing is written, and no text: `write the summary of …`, not `write hello …`."""
    first = start + 1 + (words[start + 1] in ARTICLES)
    word = words[first] if first < len(words) else ""
    return lexicon().words.get(word, "").rstrip("+") in lexicon().nouns


def _is_first_small(words: list[str], at: int, start: int) -> bool:
    """Say whether this is the article right after the verb's own words: `find the …` announces, it is no text."""
    return words[at] in ARTICLES and at == start + 1 and words[start] not in QUOTING_VERBS
