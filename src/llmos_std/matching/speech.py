"""Where in a goal something is said, written or named from the next word up to the end: `tell Ann …`, `reply that …`.

What is said is the task itself: it is compared to the letter. In doubt something is said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmos_std.matching.lexicon.grammar import (
    ANSWERING,
    ARTICLES,
    CALLED,
    COORDINATORS,
    DETERMINERS,
    ENTITLED,
    GREETINGS,
    JOTTED,
    JOTTING,
    LITERAL_VERBS,
    PREPOSITIONS,
    REPORTING,
    SETTING,
    SPEAKERS,
    SPEECH,
    TELLING,
    TEXTS,
)
from llmos_std.matching.lexicon.lookup import lexicon
from llmos_std.matching.tokens import WORD

if TYPE_CHECKING:
    from llmos_std.matching.tokens import Token

NONE, TEXT, QUOTE = "", "text", "quote"
"""No zone; words that stand for themselves; words of which even the articles count."""

_NO_TEXT = PREPOSITIONS | COORDINATORS | frozenset("that which who is are was were please thanks thank if when".split())
_NO_END = PREPOSITIONS | COORDINATORS | DETERMINERS | {""}
_ABOUT = frozenset(("about", "via", "to", "that", "please", "on", "of", "and", "or"))
_ASKED = frozenset("if whether where when who what how why which".split())


def opened_by(tokens: list[Token], words: list[str], start: int, at: int, end: int) -> str:
    """Return the zone that a word opens from the next one up to the end, NONE where it opens none.

    `words` are the tokens in small letters, "" for what is no word; the order is between `start` and `end`.
    """
    verb, word, following = words[start], words[at], words[at + 1] if at + 1 < end else ""
    if at + 1 >= end or tokens[at + 1].kind == "quoted":
        return NONE
    is_said = (at == start and verb in ("tweet", "say")) or (at > start and word in SPEECH)
    is_said |= at > start and word in CALLED and following in ARTICLES
    is_said |= at > start and word in TEXTS and bool(following) and following not in _NO_TEXT
    if is_said or _is_told(tokens, words, start, at, following) or _is_answer(words, start, at, following):
        return QUOTE
    is_jotted = verb in JOTTING and bool(JOTTED & set(words[start + 1 : at + 1])) and word not in _NO_END
    is_spoken = verb in ("email", "mail") and at == start + 1 and following in SPEAKERS | GREETINGS
    is_typed = verb in ("run", "execute") and following in LITERAL_VERBS
    if is_spoken or is_typed or (is_jotted and _begins_sentence(following)):
        return QUOTE
    if verb in ("post", "announce", "comment") and at == start and following in SPEAKERS:
        return QUOTE
    return _reported(words, start, at)


def _reported(words: list[str], start: int, at: int) -> str:
    """Return the zone that `that`, a question word or `to` opens: `tell Ann that`, `ask Ann if`, `set the title to`."""
    verb, word, following = words[start], words[at], words[at + 1]
    if word == "that" and at > start and _reports(words, start, at):
        return QUOTE if REPORTING[verb] else TEXT
    if verb == "ask" and at > start and word in _ASKED:
        return TEXT
    if verb == "rename" and word == "to" and words[at + 1] in ARTICLES:
        return QUOTE
    if verb in SETTING and word in ("to", "with") and (named := ENTITLED.keys() & set(words[start + 1 : at])):
        is_all = words[at + 1] in ARTICLES or any(ENTITLED[name] for name in named)
        return QUOTE if is_all else TEXT
    is_phrase = verb in SETTING and word == "to" and following in lexicon().verbs and not _is_noun(following)
    return TEXT if is_phrase else NONE


def _is_told(tokens: list[Token], words: list[str], start: int, at: int, following: str) -> bool:
    """Say whether the one who is told something ends here: `text Ann …`, `message the team …`."""
    who = start + 1 + (words[start + 1] in DETERMINERS) if start + 1 < len(words) else 0
    is_told = words[start] in TELLING and at == who and words[at] not in ("me", "us")
    return is_told and following not in _ABOUT and tokens[at].kind == WORD and bool(following)


def _is_answer(words: list[str], start: int, at: int, following: str) -> bool:
    """Say whether the answer begins here: `reply yes`, `reply with …`, `reply to Ann yes`."""
    if words[start] not in ANSWERING or not following:
        return words[start] == "answer" and words[at] == "with"
    if words[at] == "with":
        return True
    if at == start:
        return following not in _NO_TEXT | DETERMINERS
    who = start + 2 + (words[start + 2] in DETERMINERS) if start + 2 < len(words) else 0
    return words[start + 1] == "to" and at == who and following not in _NO_TEXT and not _is_noun(following)


def _reports(words: list[str], start: int, at: int) -> bool:
    """Say whether `that` begins what is said, and not what kind of thing is meant: `send the files that are old`."""
    if words[start] not in REPORTING:
        return False
    before = words[at - 1]
    return REPORTING[words[start]] > 0 or before in JOTTED | TEXTS | {"mail", "email"} or not _is_noun(before)


def _begins_sentence(word: str) -> bool:
    return word in SPEAKERS | {"the", "look", "go", "come"} or (word in lexicon().verbs and not _is_noun(word))


def _is_noun(word: str) -> bool:
    return lexicon().words.get(word, "").rstrip("+") in lexicon().nouns
