"""Which verb a clause really has: the class of its verb for this kind of object with these prepositions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmos_std.matching.lexicon.grammar import TIMES
from llmos_std.matching.lexicon.lookup import lexicon
from llmos_std.matching.lexicon.nouns import ALSO_ADJECTIVES, DESIGNATORS
from llmos_std.matching.lexicon.phrases import FORMATS, UNIT_WORDS
from llmos_std.matching.nominal import OF, is_archive, is_time, kinds_of, noun

if TYPE_CHECKING:
    from collections.abc import Callable

    from llmos_std.matching.clauses import Parts
    from llmos_std.matching.reading import Atom

_PLANNING = frozenset(("schedule", "book"))
_STORAGE = frozenset("folder file disk path url host repository bucket database project inbox current_folder".split())
"""Where a thing is kept, so that taking it away from there is deleting it; in a cart or an album it is only listed."""
_NO_KEYS = frozenset("mail event phone post clock date email".split())
"""What `by` need not sort by: photos that are ordered by mail are bought."""
_SAME_PREPOSITION = {
    ("replace", "by"): "with",
    ("rename", "as"): "to",
    ("convert", "to"): "into",
    ("translate", "to"): "into",
    ("split", "to"): "into",
    ("compress", "to"): "into",
    ("compress", "as"): "into",
    ("export", "as"): "to",
    ("save", "in"): "to",
    ("save", "into"): "to",
    **{(verb, "with"): "using" for verb in ("convert", "compress", "deploy", "install", "open")},
}
"""The preposition of a verb's argument where several say the same of a single thing."""


def resolved(parts: Parts) -> str:
    """Return the canonical verb of a clause."""
    if parts.verb == "build" and parts.object[:1] == [("u", "the")]:
        parts.object = parts.object[1:]
        return parts.verb
    if parts.verb == "make" and _is_made_so(parts.object, is_definite=parts.is_definite):
        return parts.verb
    kinds = kinds_of(parts.object)
    segments = [*parts.front, *parts.segments, *([[OF]] if OF in parts.object else [])]
    if not parts.object and parts.tail:
        opener = parts.tail[0][1]
        kinds = frozenset((opener if opener in ("if", "that") else "question",))
    elif not parts.object and parts.segments:
        kinds = kinds_of(parts.segments[0][1:])
    verb = "construct" if parts.is_new else parts.verb
    for each in lexicon().verbs.get(verb, ()):
        is_kind = "*" in each.kinds or bool(each.kinds & kinds)
        is_other = any(kind[0] == "-" and kind[1:] in kinds for kind in each.kinds)
        if is_kind and not is_other and _fits(each.needs, segments):
            return each.canonical
    return parts.verb


def _is_made_so(phrase: list[Atom], *, is_definite: bool) -> bool:
    """Say whether a thing is made to be somehow, as in `make the page private`: that is no creating.

    Behind a word such as folder it is a name, unless the folder is one that is known.
    """
    if len(phrase) < 2 or OF in phrase or not noun(phrase[-2]):
        return False
    (kind, word), thing = phrase[-1], noun(phrase[-2])
    is_adjective = kind == "w" and (not noun(phrase[-1]) or word in ALSO_ADJECTIVES)
    is_name = thing in DESIGNATORS and not is_definite
    is_word = kind == "n" or (kind == "u" and word.isalpha() and (word.islower() or is_definite))
    return is_adjective or (is_word and not is_name)


def with_own_prepositions(parts: Parts) -> None:
    """Give the verb's arguments the one preposition where several say the same."""
    for segments in (parts.front, parts.segments):
        for segment in segments:
            kind, word = segment[0]
            if kind == "w":
                segment[0] = (kind, _own(parts.verb, word, segment))


def _own(verb: str, word: str, segment: list[Atom]) -> str:
    if word == "for" and verb in _PLANNING and len(segment) > 1 and is_time([("w", "on"), *segment[1:]]):
        return "at" if segment[1][0] == "clock" else "on"
    if verb == "save" and (len(segment) == 1 or segment[1][0] != "path"):
        return word
    if word in ("as", "with") and verb != "compress" and len(segment) != 2:
        return word
    if word == "with" and segment[-1][0] == "u" and segment[-1][1][:1].isupper():
        return word  # that may be somebody
    return _SAME_PREPOSITION.get((verb, word), word)


def _fits(needs: tuple[str, ...], segments: list[list[Atom]]) -> bool:
    if needs == ("-",):
        return not segments
    if any(_is_there(need[1:], segment) for need in needs if need[0] == "!" for segment in segments):
        return False
    needed = [need for need in needs if need[0] != "!"]
    return not needed or any(_is_there(need, segment) and len(segment) > 1 for need in needed for segment in segments)


def _is_there(need: str, segment: list[Atom]) -> bool:
    word, _, sort = need.partition("@")
    if segment[0][1] != word or (sort and len(segment) == 1):
        return False
    return not sort or _is_sort(sort, segment)


def _is_sort(sort: str, segment: list[Atom]) -> bool:
    """Say whether what a preposition opens is of a sort, or of that kind of atom."""
    return _SORTS[sort](segment[1:]) if sort in _SORTS else segment[1][0] == sort


def _is_listing(things: list[Atom]) -> bool:
    """Say whether a known thing is no place where things are kept: a cart, a group, an album."""
    kinds = kinds_of(things)
    return not kinds & _STORAGE and (bool(kinds) or things[-1][0] == "w")


def _is_key(things: list[Atom]) -> bool:
    kind, value = things[0]
    kinds = kinds_of(things)
    is_name = kind in ("id", "quoted") or (kind == "u" and value.islower())
    return not kinds & _NO_KEYS if kinds else is_name


_SORTS: dict[str, Callable[[list[Atom]], bool]] = {
    "list": _is_listing,
    "elsewhere": lambda things: not kinds_of(things) & _STORAGE,
    "key": _is_key,
    "unit": lambda things: things[0][1].lower() in UNIT_WORDS,
    "format": lambda things: things[0][1] in FORMATS and len(things) == 1,
    "formatted": lambda things: things[0][1] in FORMATS,
    "archive": lambda things: is_archive(things[0]),
    "time": lambda things: any(kind in ("clock", "date") or word in TIMES for kind, word in things),
    "amount": lambda things: things[0][0] in ("int", "float", "quantity", "money"),
}
"""What may stand behind an @ in a condition, beside the kinds of atoms."""
