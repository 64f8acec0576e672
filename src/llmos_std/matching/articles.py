"""Articles that only announce what follows, and those that say something: which one, how many, or to whom.

In doubt an article counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmos_std.matching.lexicon.grammar import (
    ARTICLES,
    COORDINATORS,
    GIVING,
    NUMBER_WORDS,
    PREPOSITIONS,
    QUALITIES,
    SHOWING,
    SUBORDINATORS,
    TIMES,
)
from llmos_std.matching.lexicon.lookup import lexicon
from llmos_std.matching.lexicon.nouns import DESIGNATORS
from llmos_std.matching.literals import UNITS
from llmos_std.matching.senses import may_be_given
from llmos_std.matching.tokens import MARK, WORD

if TYPE_CHECKING:
    from llmos_std.matching.reading import Atom
    from llmos_std.matching.tokens import Token

_NAMED = (WORD, "raw", "id")
_AFTER_ONE = PREPOSITIONS | COORDINATORS
_ASKING = [[("w", verb)] for verb in ("remind", "tell", "ask", "instruct", "teach")]
_OPENERS = PREPOSITIONS | SUBORDINATORS | {"every", "each"}
_MIN_ORDER = 3
_NEAR, _SPANS = frozenset(("last", "next", "past", "previous")), frozenset("week month quarter year weekend".split())
"""`last week` ended on Sunday, `the last week` ends now."""


def is_idle_article(tokens: list[Token], small: list[str], at: int, end: int, atoms: list[Atom]) -> bool:
    """Say whether an article only announces what follows; `a` may also be a name, as in `column a`."""
    if small[at] not in ARTICLES or at + 1 >= end:
        return False
    following = tokens[at + 1]
    if following.kind == MARK or small[at + 1] in PREPOSITIONS or small[at + 1] in COORDINATORS:
        return False
    tells = _tells_verbs(tokens, small, at, end, atoms) or _counts_itself(tokens, small, at, end)
    if tells or _stands_late(atoms) or _may_be_given(tokens, small, at, end, atoms):
        return False
    if len(atoms) == 1 and atoms[0][1] in (("build", "make", "making") if small[at] == "the" else ("build",)):
        return False  # `build the x` is no creating, `make the x y` may be none, and `build x` need not be `build an x`
    if _is_thing(atoms):
        return False  # `send Ann the report` is not `send the Ann report`
    is_after_designator = len(atoms) > 1 and atoms[-1][0] == "w" and atoms[-1][1] in DESIGNATORS
    return small[at] != "a" or not is_after_designator


def _tells_verbs(tokens: list[Token], small: list[str], at: int, end: int, atoms: list[Atom]) -> bool:
    """Say whether an article makes a noun or an order of a word: `and the test reports`, `and test the reports`."""
    return _makes_a_noun(tokens, small, at, end, atoms) or _makes_an_order(tokens, small, at, atoms)


def _makes_a_noun(tokens: list[Token], small: list[str], at: int, end: int, atoms: list[Atom]) -> bool:
    """Say whether what follows an article would be an order without it; what somebody is asked to do surely is."""
    if at + 2 >= end or tokens[at + 2].kind == MARK or small[at + 2] in _AFTER_ONE:
        return False
    known = lexicon()
    is_verb = known.words.get(small[at + 1], "") in known.verbs
    is_asked = small[at - 1] == "to" and (atoms[:1] in _ASKING or (is_verb and not _is_noun(small[at + 1])))
    return is_asked or (is_verb and (not atoms or _joins(tokens[at - 1], small[at - 1])))


def _makes_an_order(tokens: list[Token], small: list[str], at: int, atoms: list[Atom]) -> bool:
    """Say whether what stands before an article would be no order without it."""
    if len(atoms) < _MIN_ORDER or small[at - 2] == "then" or not _joins(tokens[at - 2], small[at - 2]):
        return False
    if tokens[at - 2].kind == MARK and atoms[0][1] in _OPENERS:
        return False  # the order itself: `in a.md, list the words`
    return tokens[at - 1].kind == WORD and (atoms[-1][1] not in lexicon().verbs or _is_noun(small[at - 1]))


def _joins(token: Token, small: str) -> bool:
    return small in COORDINATORS or (token.kind == MARK and token.value in (",", ";", "."))


def _counts_itself(tokens: list[Token], small: list[str], at: int, end: int) -> bool:
    """Say whether an article says how many: `a few` and `few`, `the two files` and `two files` are not one.

    `the only file` is no `only the file`.
    """
    following = small[at + 2] if at + 2 < end else ""
    if small[at] == "the" and (small[at + 1] in NUMBER_WORDS or tokens[at + 1].kind == "int"):
        return _is_noun(following) or following not in QUALITIES | UNITS.keys() | {""}
    is_most = small[at + 1] in ("most", "least") and _is_noun(following)
    is_some_of_all = small[at + 1] in ("other", "others", "rest") or (small[at + 1] in _NEAR and following in _SPANS)
    return is_most or is_some_of_all or small[at + 1] in ("few", "little", "lot", "only")


def _stands_late(atoms: list[Atom]) -> bool:
    """Say whether what comes before should have come after: `select first the row`."""
    value = atoms[-1][1] if len(atoms) > 1 and atoms[-1][0] == "w" else ""
    return value in QUALITIES and value not in lexicon().verbs


def _may_be_given(tokens: list[Token], small: list[str], at: int, end: int, atoms: list[Atom]) -> bool:
    """Say whether somebody may stand here who is given the rest: `send the Ann reports` is not `send Ann reports`."""
    verb = atoms[-1][1] if atoms and atoms[-1][0] == "w" else ""
    is_pair = at + 2 < end and tokens[at + 1].kind in _NAMED and tokens[at + 2].kind == WORD
    if verb not in GIVING | SHOWING or not is_pair or small[at + 2] in _AFTER_ONE or "to" in small[at + 2 : end]:
        return False
    word = lexicon().words.get(small[at + 1], "")
    is_name = not word and (verb in GIVING or tokens[at + 1].value[:1].isupper())
    return is_name or may_be_given(("w", word))


def _is_noun(word: str) -> bool:
    return lexicon().words.get(word, "").rstrip("+") in lexicon().nouns


def _is_thing(atoms: list[Atom]) -> bool:
    """Say whether what was read last names somebody or something, and is no verb: a phrase of its own follows."""
    if len(atoms) < 2 or atoms[-2][0] == "m" or atoms[-2][1] in COORDINATORS:
        return False
    kind, value = atoms[-1]
    brings = len(atoms) > 2 and "to" in lexicon().roles.get(atoms[-3][1], ())
    if atoms[-2] == ("w", "to") and not brings:
        return False  # `remind me to water the plants`
    if value in lexicon().verbs and atoms[0][1] not in lexicon().verbs:
        return False  # the order itself: `at noon book a table`
    is_named = (
        kind in ("u", "n")
        or (kind == "raw" and value.isalpha())
        or (kind == "w" and value.rstrip("+") in lexicon().nouns)
    )
    return is_named and value not in TIMES
