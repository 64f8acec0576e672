"""Tokens read as atoms: each a kind and a value, where words that mean the same have the same value.

Kinds are `w` (a known word as the lexicon reads it), `n` (a known name), `u` (any other word, with its capitals),
`m` (a mark) and the kinds of literals. Only politeness, articles and spellings go; everything else stays in its place.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from llmos_std.matching.articles import is_idle_article
from llmos_std.matching.lexicon.grammar import (
    ARTICLES,
    COORDINATORS,
    NUMBER_WORDS,
    ORDINALS,
    PREPOSITIONS,
    TIMES,
)
from llmos_std.matching.lexicon.lookup import base_of_gerund, lexicon, singular
from llmos_std.matching.lexicon.nouns import CASED, HEADS, SHORT_FORMS
from llmos_std.matching.lexicon.phrases import ABBREVIATED, ACRONYMS, SIGNS
from llmos_std.matching.measures import measured
from llmos_std.matching.passive import active
from llmos_std.matching.politeness import order_in
from llmos_std.matching.senses import meant
from llmos_std.matching.tokens import MARK, WORD, tokens_of
from llmos_std.matching.zones import QUOTE, TEXT, literal_zones

if TYPE_CHECKING:
    from llmos_std.matching.tokens import Token

Atom = tuple[str, str]

_LONGEST = 4_000
_MIN_TITLE_WORDS = 3
_SMALL_WORD = 4
_SPELT_ALIKE = frozenset(("int", "float", "quantity", "money", "clock", "ordinal"))
_BEFORE_NAMES = frozenset("in into to from by with on onto inside under as is equals".split())
_BEFORE_DAYS = frozenset("on every each next last this by until till from to in of since before after".split())


@lru_cache(maxsize=4096)
def read(goal: str) -> tuple[tuple[Atom, ...], bool]:
    """Return the atoms of a goal, and whether it is asked as a question; no atoms for a whole text."""
    if len(goal) > _LONGEST:
        return (), False
    tokens = [token for token in tokens_of(goal) if token.kind != MARK or token.value]
    small = _small_words(tokens)
    order = order_in(tokens)
    if order.start:
        small[order.start] = _first(tokens, small, order.start)
    atoms = _atoms(tokens, small, order.start, order.end)
    if order.is_gerund:
        base = base_of_gerund(tokens[order.start].value.lower(), lexicon().verbs)
        atoms[:1] = [("w", base)] if base else atoms[:1]
    return tuple(active(atoms)), order.is_question


def _small_words(tokens: list[Token]) -> list[str]:
    """Return for each token its word in small letters, "" where it is no word or its capitals may matter."""
    words, names = lexicon().words, lexicon().names
    is_uniform = _has_one_style(tokens)
    small = []
    for index, token in enumerate(tokens):
        lower = token.value.lower()
        if token.kind != WORD:
            small.append("")
        elif token.value == lower or (_is_free_name(tokens, index) and (lower in names or token.value in ACRONYMS)):
            small.append(lower)
        else:
            is_free = index == 0 or is_uniform or _is_short_day(tokens, index, words.get(lower, ""))
            small.append(lower if is_free and _is_known(lower, words) else "")
    return small


def _is_short_day(tokens: list[Token], at: int, canonical: str) -> bool:
    """Say whether a word is the short form of a day or month, as in `on Mon`."""
    return at > 0 and canonical in TIMES and tokens[at - 1].value.lower() in _BEFORE_DAYS


def _is_free_name(tokens: list[Token], at: int) -> bool:
    """Say whether a name does not stand beside a word for something whose name has capitals of its own."""
    beside = [token.value for token in (*tokens[max(0, at - 1) : at], *tokens[at + 1 : at + 2])]
    return not any(word in CASED for word in beside)


def _first(tokens: list[Token], small: list[str], at: int) -> str:
    """Return the small form of the word that politeness stood before."""
    if at >= len(tokens):
        return ""
    lower = tokens[at].value.lower()
    is_word = tokens[at].kind == WORD and _is_known(lower, lexicon().words)
    return small[at] or (lower if is_word and tokens[at].value[1:].islower() else "")


def _is_known(lower: str, words: dict[str, str]) -> bool:
    return lower in words or lower in lexicon().phrases or lower in ARTICLES or lower in lexicon().starts


def _has_one_style(tokens: list[Token]) -> bool:
    """Say whether the whole goal is in capitals or in title case: then capitals tell nothing."""
    texts = [token.value for token in tokens if token.kind == WORD]
    long = [text for text in texts if len(text) > 1]
    if len(long) > 1 and all(text.isupper() for text in long):
        return True
    if len(texts) >= _MIN_TITLE_WORDS and all(text[:1].isupper() for text in texts[1:]):
        return True
    titled = [text for text in texts[1:] if len(text) >= _SMALL_WORD]
    return len(titled) >= _MIN_TITLE_WORDS and all(text[:1].isupper() for text in titled)


def _atoms(tokens: list[Token], small: list[str], start: int, end: int) -> list[Atom]:
    atoms: list[Atom] = []
    phrases = lexicon().phrases
    zones = literal_zones(tokens, start, end)
    at = start
    while at < end:
        zone = zones[at]
        found = _phrase(small, at, end, phrases.get(small[at], ()))
        if found and at > start and found[1] == ("who_is",):
            found = None  # `the users who are admins` asks for nobody
        if found and (not zone or (zone == TEXT and found[1][-1] in PREPOSITIONS)):
            length, words = found
            atoms += [("n" if word in lexicon().names else "w", word) for word in words]
            at += length
            continue
        if not zone and not _follows_cased(tokens, at) and (found_measure := measured(tokens, small, at, end)):
            length, atom = found_measure
            atoms.append(atom)
            at += length
            continue
        if not zone and _ends_short_form(tokens, at, end):
            at += 1
            continue
        if zone == QUOTE or not is_idle_article(tokens, small, at, end, atoms):
            is_first = at == start + 1 or _is_bare(small, at, atoms)
            is_alone = is_first and _stands_alone(small, tokens, at, end)
            atoms += _atom(tokens, small, at, zone, atoms[0][1] if atoms else "", is_alone=is_alone)
        at += 1
    return atoms


def _ends_short_form(tokens: list[Token], at: int, end: int) -> bool:
    is_stop = at > 0 and at + 1 < end and tokens[at].surface == "."
    return is_stop and tokens[at - 1].value.lower() in ABBREVIATED


def _phrase(
    small: list[str], at: int, end: int, entries: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]
) -> tuple[int, tuple[str, ...]] | None:
    for words, canonical in entries:
        if at + len(words) <= end and tuple(small[at : at + len(words)]) == words:
            return len(words), canonical
    return None


def _stands_alone(small: list[str], tokens: list[Token], at: int, end: int) -> bool:
    """Say whether a word with nothing around it is all that is acted on: `delete lib` may mean a thing of that name."""
    following = small[at + 1] if at + 1 < end else ""
    is_last = at + 1 >= end or tokens[at + 1].kind == MARK
    return is_last or following in PREPOSITIONS or following in COORDINATORS


def _is_bare(small: list[str], at: int, atoms: list[Atom]) -> bool:
    """Say whether a word follows a preposition without an article: `in pics`, `into prod` may be names.

    What is deployed is deployed to the server, whatever its short form.
    """
    verb = atoms[0][1] if atoms else ""
    is_sought = verb == "search" and small[at - 1] == "for"
    return (is_sought or small[at - 1] in _BEFORE_NAMES) and verb not in (
        "deploy",
        "roll_out",
        "release",
        "ship",
        "promote",
    )


def _follows_cased(tokens: list[Token], at: int) -> bool:
    """Say whether a number here names something, as in `the branch 2`: then it has one spelling."""
    return at > 0 and tokens[at - 1].value.lower() in CASED


def _atom(tokens: list[Token], small: list[str], at: int, zone: str, verb: str, *, is_alone: bool) -> list[Atom]:
    token, word, is_literal = tokens[at], small[at], bool(zone)
    is_name = is_literal or _follows_cased(tokens, at)
    if not is_literal and token.value in SIGNS:
        return [("w", SIGNS[token.value])]
    if token.kind == "id" and token.value.lower() in lexicon().names and _is_free_name(tokens, at):
        return [("n", token.value.lower())]
    value = None if is_name else _spelt_value(token, word, small[at - 1] if at else "")
    if value is not None or token.kind != WORD:
        return [value or _literal(token, zone, is_name=is_name)]
    if not is_literal and (word.endswith("n't") or word == "cannot"):
        base = {"can't": "can", "cannot": "can", "won't": "will", "shan't": "shall"}.get(word, word[:-3])
        return [("w", base), ("w", "not")]
    read_as = _word(word, token.value)
    is_renamed = read_as[1] not in (word, singular(word) + "+")
    following = small[at + 1] if at + 1 < len(small) else ""
    may_be_name = (
        _may_be_name(tokens, at)
        or _is_short_modifier(word, following)
        or (is_alone and read_as[1].rstrip("+") in lexicon().nouns)
    )
    if not is_literal and not may_be_name:
        read_as = meant(read_as, verb, following)
    is_as_written = (is_renamed and (is_literal or may_be_name)) or (is_literal and token.value != word)
    return [read_as] if word and not is_as_written else [("u", token.value)]


def _spelt_value(token: Token, word: str, before: str) -> Atom | None:
    """Return a number, an hour or a place in a row that is said in a word, None for all else."""
    if token.kind == "ordinal" and token.value in ORDINALS:
        return _word(ORDINALS[token.value], ORDINALS[token.value])
    if word == "noon" and before == "at":
        return ("clock", "12:00 pm")
    return ("int", NUMBER_WORDS[word]) if word in NUMBER_WORDS else None


def _is_short_modifier(word: str, following: str) -> bool:
    """Say whether the short form of what has a name stands before a noun: `create db img` may make a db of that name.

    Before the head of a compound it stands for its long form, as in `the db server`.
    """
    if word not in SHORT_FORMS:
        return False
    head = lexicon().words.get(following, "").rstrip("+")
    return head in lexicon().nouns and head not in lexicon().names | HEADS


def _literal(token: Token, zone: str, *, is_name: bool) -> Atom:
    """Return what is no word; a number that is said is no amount, and an hour that is said no time of doing."""
    if zone == QUOTE and token.kind in _SPELT_ALIKE | {"date"}:
        return ("raw", token.surface.strip())
    value = token.surface.strip() if is_name and token.kind in _SPELT_ALIKE else token.value
    return ("m" if token.kind == MARK else token.kind, value)


def _may_be_name(tokens: list[Token], at: int) -> bool:
    """Say whether a word may be the name of something, as in `the docs folder`: then it has one spelling."""
    beside = {token.value.lower() for token in (*tokens[max(0, at - 1) : at], *tokens[at + 1 : at + 2])}
    return tokens[at].value.lower() not in CASED and bool(beside & CASED - {"file"})


def _word(small: str, surface: str) -> Atom:
    known = lexicon()
    canonical = known.words.get(small, "")
    if canonical in known.names:
        return ("n", canonical)
    return ("w", canonical) if canonical else ("u", surface)
