"""The lexicon as tables for quick look-ups, made once per process when a goal is first read as a frame."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from llmos_std.matching.lexicon import grammar, nouns, phrases, verbs

Phrase = tuple[str, ...]


class VerbClass(NamedTuple):
    """Verbs that order the same thing of some kinds of object; `needs` are conditions on prepositions."""

    canonical: str
    members: frozenset[str]
    kinds: frozenset[str]
    needs: tuple[str, ...]


class Lexicon(NamedTuple):
    """All tables; `words` maps a known word, small, to what it is read as."""

    words: dict[str, str]
    nouns: dict[str, frozenset[str]]
    verbs: dict[str, tuple[VerbClass, ...]]
    names: frozenset[str]
    phrases: dict[str, tuple[tuple[Phrase, Phrase], ...]]
    starts: dict[str, tuple[Phrase, ...]]
    gerund_starts: tuple[Phrase, ...]
    ends: dict[str, tuple[Phrase, ...]]
    light: dict[tuple[str, str], str]
    roles: dict[str, frozenset[str]]


@cache
def lexicon() -> Lexicon:
    """Return the lexicon."""
    words: dict[str, str] = {word: word for word in grammar.FUNCTION_WORDS.split()}
    _add_groups(words, grammar.ADJECTIVES.split())
    words |= {word: word for word in grammar.ADVERBS if "_" not in word}
    classes, verb_words = _verbs()
    words |= {verb: verb for verb in verb_words if "_" not in verb}
    kinds = _nouns(words, verb_words)
    names = frozenset(phrases.NAMES.split())
    words |= {name: name for name in names}
    words |= {short: words.get(long, long) for short, _, long in (e.partition(":") for e in phrases.SPELLINGS.split())}
    return Lexicon(
        words=words,
        nouns=kinds,
        verbs=classes,
        names=names,
        phrases=_phrases(),
        starts=_by_edge(_listed(phrases.POLITE_STARTS), 0),
        gerund_starts=tuple(_listed(phrases.POLITE_GERUNDS)),
        ends=_by_edge(_listed(phrases.POLITE_ENDS), -1),
        light=_light(),
        roles=_roles(),
    )


def singular(word: str) -> str:
    """Return the singular of a word that ends like a plural, "" when it does not."""
    if word in _PLURALS:
        return _PLURALS[word]
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is")) or word in nouns.UNCOUNTABLE:
        return ""
    return word[:-3] + "y" if word.endswith("ies") and len(word) > 4 else word[:-1]


def base_of_gerund(word: str, known: dict[str, tuple[VerbClass, ...]]) -> str:
    """Return the verb of which `word` is the -ing form, "" when no known one is."""
    if not word.endswith("ing"):
        return ""
    stem = word[:-3]
    doubled = stem[:-1] if stem[-2:-1] == stem[-1:] else ""
    return next((verb for verb in (stem, stem + "e", doubled) if verb and verb in known), "")


def base_of_participle(word: str) -> str:
    """Return the known verb of which `word` is a participle, regular or one of a few others, "" when there is none."""
    known = lexicon().verbs
    if word in _PARTICIPLES:
        return _PARTICIPLES[word] if _PARTICIPLES[word] in known else ""
    if not word.endswith("ed"):
        return ""
    stem = word[:-2]
    doubled = stem[:-1] if stem[-2:-1] == stem[-1:] else ""
    bases = (word[:-1], stem, doubled, f"{stem[:-1]}y" if stem.endswith("i") else "")
    return next((verb for verb in bases if verb and verb in known), "")


_PARTICIPLES = dict(
    pair.split(":")
    for pair in """
    sent:send made:make built:build written:write bought:buy put:put run:run set:set reset:reset read:read cut:cut
    split:split sold:sell paid:pay told:tell given:give taken:take kept:keep left:leave found:find held:hold hidden:hide
    shown:show drawn:draw shut:shut chosen:choose frozen:freeze rebuilt:rebuild rewritten:rewrite rerun:rerun lent:lend
    taught:teach woken:wake worn:wear forgotten:forget
    """.split()
)
"""Participles that no rule makes; those of verbs that are not known say so themselves."""
_PLURALS = dict(entry.split(":") for entry in nouns.PLURALS.split())


def _add_groups(words: dict[str, str], groups: list[str]) -> None:
    for group in groups:
        members = group.split("=")
        for word in members:
            words.setdefault(word, members[0])


def _nouns(words: dict[str, str], verb_words: set[str]) -> dict[str, frozenset[str]]:
    """Return the kinds of every canonical noun, and file the nouns and their plurals under `words`."""
    kinds: dict[str, set[str]] = {}
    for line in nouns.NOUNS.replace("\n    ", " ").strip().splitlines():
        kind, _, groups = line.partition(":")
        for group in groups.split():
            members = group.split("=")
            kinds.setdefault(members[0], set()).add(kind)
            for word in members:
                if word not in verb_words:
                    words[word] = members[0]
                if word not in nouns.UNCOUNTABLE:
                    words.setdefault(word[:-1] + "ies" if _takes_ies(word) else word + "s", members[0] + "+")
    for plural, one in _PLURALS.items():
        if one in kinds:
            words[plural] = one + "+"
    return {noun: frozenset(found) for noun, found in kinds.items()}


def _takes_ies(word: str) -> bool:
    return word.endswith("y") and word[-2:-1] not in "aeiou"


def _verbs() -> tuple[dict[str, tuple[VerbClass, ...]], set[str]]:
    classes: dict[str, list[VerbClass]] = {verb: [] for verb in verbs.OTHERS.split()}
    for line in verbs.CLASSES.strip().splitlines():
        canonical, _, rest = line.partition(" = ")
        members, _, conditions = rest.partition(" : ")
        kinds, _, needs = conditions.partition(" / ")
        kinds = " ".join(verbs.SETS.get(kind, kind) for kind in kinds.split())
        found = VerbClass(canonical, frozenset(members.split()), frozenset(kinds.split()), tuple(needs.split()))
        for verb in found.members:
            classes.setdefault(verb, []).append(found)
    return {verb: tuple(found) for verb, found in classes.items()}, set(classes)


def _phrases() -> dict[str, tuple[tuple[Phrase, Phrase], ...]]:
    by_first: dict[str, list[tuple[Phrase, Phrase]]] = {}
    for entry in phrases.PHRASES.replace("\n", "|").strip("|").split("|"):
        left, _, right = entry.partition(" = ")
        words = tuple(left.split())
        by_first.setdefault(words[0], []).append((words, tuple(right.split())))
    return {first: tuple(sorted(found, key=lambda each: -len(each[0]))) for first, found in by_first.items()}


def _listed(text: str) -> list[Phrase]:
    return [tuple(entry.split()) for entry in text.replace("\n", "|").split("|") if entry]


def _by_edge(entries: list[Phrase], edge: int) -> dict[str, tuple[Phrase, ...]]:
    found: dict[str, list[Phrase]] = {}
    for entry in entries:
        found.setdefault(entry[edge], []).append(entry)
    return {word: tuple(sorted(each, key=lambda phrase: -len(phrase))) for word, each in found.items()}


def _light() -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for line in verbs.LIGHT.strip().splitlines():
        members, _, pair = line.strip().partition(": ")
        noun, _, verb = pair.partition("=")
        found |= {(light, noun): verb for light in members.split(",")}
    return found


def _roles() -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for entry in verbs.ROLES.split():
        verb, _, listed = entry.partition(":")
        found[verb] = found.get(verb, frozenset()) | frozenset(listed.split(","))
    return found
