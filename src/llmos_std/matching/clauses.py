"""Goals cut into clauses, and clauses into verb, object and segments. Nothing is lost and nothing changes its order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmos_std.matching.lexicon.grammar import (
    ADVERBS,
    COORDINATORS,
    DAYS,
    PARTICLES,
    PREPOSITIONS,
    SUBORDINATORS,
    TIMES,
)
from llmos_std.matching.lexicon.lookup import lexicon
from llmos_std.matching.nominal import is_complete, kinds_of, noun
from llmos_std.matching.relatives import reduced

if TYPE_CHECKING:
    from llmos_std.matching.reading import Atom

COMMA: Atom = ("m", ",")
_BE = frozenset(("is", "are", "was", "were"))
_ASKED = frozenset(("what_is", "what_means", "who_is"))
_OWNERS = frozenset("my our your his her its their this that these those today tomorrow".split())
"""Words after which `what is` asks for a value that is there, not for what a word means."""
_FINDABLE = frozenset(("file", "folder", "path", "document", "craft", "media"))
"""What is found when it is said where it is; where the meeting is, is a question."""
_REASON = "clause"
_TELLING = frozenset("count tell_me show find_out calculate determine check see give_me print know".split())
_OPENERS = PREPOSITIONS | SUBORDINATORS | frozenset(("every", "each"))
_ASKING = frozenset(("remind", "tell", "ask", "instruct", "teach", "tell_me"))


class Parts:
    """One clause: `front` are segments before the verb, `segments` those after the object; `tail` runs to the end."""

    def __init__(self) -> None:
        self.joiner = ""
        self.mood = ""
        self.verb = ""
        self.front: list[list[Atom]] = []
        self.object: list[Atom] = []
        self.segments: list[list[Atom]] = []
        self.adverbs: list[Atom] = []
        self.early: list[Atom] = []
        self.tail: list[Atom] = []
        self.is_question_form = False
        self.is_definite = False
        self.is_new = False


def clauses_of(atoms: list[Atom]) -> list[Parts] | None:
    """Return the clauses of a goal, None when its first has no known verb."""
    found: list[Parts] = []
    for joiner, span in _spans(atoms):
        parts = _parts(span)
        if parts is None:
            return None
        parts.joiner = joiner
        found.append(parts)
    return found


def _spans(atoms: list[Atom]) -> list[tuple[str, list[Atom]]]:
    """Cut where a coordinator or a stop is followed by a verb that is no noun."""
    spans: list[tuple[str, list[Atom]]] = []
    start, at, joiner = 0, 1, ""
    while at < len(atoms):
        length, word = _joint(atoms, at)
        if length and at > start + 1 and not _opens_clause(atoms[start]):
            spans.append((joiner, atoms[start:at]))
            joiner, start = word, at + length
            at = start
        at += 1
    return [*spans, (joiner, atoms[start:])]


def _joint(atoms: list[Atom], at: int) -> tuple[int, str]:
    """Return how many atoms join two clauses here and how, 0 when none do."""
    end = at
    words = []
    while end < len(atoms) and (atoms[end] in (COMMA, ("m", ";"), ("m", ".")) or _is(atoms[end], COORDINATORS)):
        words.append(atoms[end][1])
        end += 1
    if not words or end >= len(atoms) or not is_verb(atoms[end]):
        return 0, ""
    is_sure = "then" in words or ";" in words or "." in words or not noun(atoms[end])
    if not is_sure or (end + 1 >= len(atoms) and "then" not in words):
        return 0, ""
    return end - at, "then" if "then" in words else " ".join(word for word in words if word != ",") or ","


def _opens_clause(atom: Atom) -> bool:
    return atom[0] == "w" and (atom[1] in SUBORDINATORS or atom[1] in PREPOSITIONS)


def is_verb(atom: Atom) -> bool:
    """Say whether an atom may be an order."""
    return atom[0] == "w" and atom[1] in lexicon().verbs


def _is(atom: Atom, words: frozenset[str]) -> bool:
    return atom[0] == "w" and atom[1] in words


def _parts(atoms: list[Atom]) -> Parts | None:
    parts = Parts()
    rest = _after_front(_after_mood(list(atoms), parts), parts)
    rest = _after_mood(rest, parts) if parts.front else rest
    while len(rest) > 2 and _is(rest[0], ADVERBS) and (is_verb(rest[1]) or (rest[1] == COMMA and is_verb(rest[2]))):
        (parts.early if _is(rest[0], DAYS) else parts.adverbs).append(rest[0])
        rest = rest[2:] if rest[1] == COMMA else rest[1:]
    rest = _unquestioned(rest, parts)
    if len(rest) < 2 or not is_verb(rest[0]):
        return None
    parts.verb = rest[0][1]
    _fill(parts, reduced(rest[1:]))
    _join_particle(parts)
    return parts


def _after_mood(atoms: list[Atom], parts: Parts) -> list[Atom]:
    if atoms[:2] == [("w", "do"), ("w", "not")] and len(atoms) > 2:
        parts.mood += "not "
        return atoms[2:]
    if atoms[0] in (("w", "not"), ("w", "never")) and len(atoms) > 2:
        parts.mood += atoms[0][1] + " "
        return atoms[1:]
    return atoms


def _after_front(atoms: list[Atom], parts: Parts) -> list[Atom]:
    """Take a day and segments from before the verb: up to a comma, or where they surely end."""
    is_day = len(atoms) > 2 and _is(atoms[0], DAYS) and _is(atoms[1], PREPOSITIONS)
    body = atoms[1:] if is_day else atoms
    if not _is(body[0], _OPENERS):
        return atoms
    rest = _rest_after_comma(body) if COMMA in body else _rest_without_comma(body)
    if not rest:
        return atoms
    front = body[: len(body) - len(rest)]
    parts.front = _cut(front[:-1] if front[-1] == COMMA else front)
    parts.early += atoms[:1] if is_day else []
    return rest


def _rest_after_comma(atoms: list[Atom]) -> list[Atom]:
    """Return the order after the first comma, nothing when none begins there."""
    at = atoms.index(COMMA)
    rest = atoms[at + 1 :]
    return rest if at > 1 and len(rest) > 1 and (is_verb(rest[0]) or rest[0] == ("w", "do")) else []


def _rest_without_comma(atoms: list[Atom]) -> list[Atom]:
    for at in range(2, len(atoms) - 1):
        if is_verb(atoms[at]) and _closes(atoms[at - 1], is_doubtful=bool(noun(atoms[at]))):
            return atoms[at:]
    return []


def _closes(atom: Atom, *, is_doubtful: bool) -> bool:
    kind, value = atom
    is_sure = kind not in ("w", "m", "u") or (kind == "u" and not is_doubtful) or (kind == "w" and value in TIMES)
    return is_sure or (not is_doubtful and bool(noun(atom)))


def _cut(atoms: list[Atom]) -> list[list[Atom]]:
    """Cut what stands before the verb into segments; one that a subordinator opens is not cut."""
    if _is(atoms[0], SUBORDINATORS - PREPOSITIONS):
        return [[(_REASON, ""), *atoms]]
    cuts = [0, *(at for at, atom in enumerate(atoms) if at and _opens_segment(atoms, at, atom))]
    return [atoms[start:end] for start, end in zip(cuts, (*cuts[1:], len(atoms)), strict=True)]


def _opens_segment(atoms: list[Atom], at: int, atom: Atom) -> bool:
    if _is(atom, PREPOSITIONS) and atom != ("w", "of"):
        return True
    following = atoms[at + 1] if at + 1 < len(atoms) else ("", "")
    is_time = _is(following, TIMES) or following[0] == "quantity" or (following[0] == "n" and following[1] in TIMES)
    is_first = at == 0 or not _is(atoms[at - 1], PREPOSITIONS)
    return atom in (("w", "every"), ("w", "each")) and is_time and is_first


def _unquestioned(atoms: list[Atom], parts: Parts) -> list[Atom]:
    """Read `how many x are in y` and `how many x does y have` as `count x in y`, `where is a.txt` as `find a.txt`."""
    is_told = len(atoms) > 4 and _is(atoms[0], _TELLING) and atoms[1:3] == [("w", "how"), ("w", "many")]
    atoms = atoms[1:] if is_told else atoms
    if atoms[:2] == [("w", "how"), ("w", "many")]:
        at = next((n for n, atom in enumerate(atoms) if _is(atom, _BE | {"do", "does"})), 0)
        asked, rest = atoms[2:at], atoms[at + 1 :]
        rest = rest[1:] if rest[:1] == [("w", "there")] else rest
        is_have = atoms[at] in (("w", "do"), ("w", "does"))
        if at > 2 and is_have and len(rest) > 1 and rest[-1] in (("w", "have"), ("w", "contain")):
            parts.is_question_form = True
            return [("w", "count"), *asked, ("w", "in"), *rest[:-1]]
        if at > 2 and not is_have and atoms[at][1] in ("is", "are") and rest and _opens_segment(rest, 0, rest[0]):
            parts.is_question_form = True
            return [("w", "count"), *asked, *rest]
    if atoms[0] == ("w", "which") and ("w", "are") in atoms[2:-1]:
        at = atoms.index(("w", "are"), 2)
        if noun(atoms[at - 1]) and atoms[at - 1][1].endswith("+") and not any(map(is_verb, atoms[1:at])):
            parts.is_question_form = True
            return [("w", "list"), *atoms[1:at], *atoms[at + 1 :]]
    if len(atoms) > 2 and atoms[0] == ("w", "where") and atoms[1] in (("w", "is"), ("w", "are")):
        parts.is_question_form = True
        end = next((at for at in range(2, len(atoms)) if _opens_segment(atoms, at, atoms[at])), len(atoms))
        return [("w", "find" if kinds_of(atoms[2:end]) & _FINDABLE else "where_is"), *atoms[2:]]
    if _is(atoms[0], _ASKED):
        parts.is_question_form = True
    is_known = atoms[0] == ("w", "what_means") and (_is(atoms[1], _OWNERS) or ("m", "'s") in atoms)
    return [("w", "what_is"), *atoms[1:]] if is_known else atoms


def _fill(parts: Parts, atoms: list[Atom]) -> None:
    """Share the atoms after the verb out: object, segments, and a tail that a subordinator or an infinitive opens."""
    end = len(atoms)
    for at, atom in enumerate(atoms):
        if _is_infinitive(parts.verb, atoms, at) or _is(atom, SUBORDINATORS - PREPOSITIONS):
            end = at
            break
    parts.tail = atoms[end:]
    body = _without_adverbs(atoms[:end], parts)
    while len(body) > 1 and _is(body[-1], ADVERBS) and not parts.tail:
        if not is_complete(body[-2]) and not _is(body[-2], ADVERBS):
            break
        parts.adverbs.append(body.pop())
    cuts = [at for at, atom in enumerate(body) if _opens_segment(body, at, atom)]
    cuts = [at for n, at in enumerate(cuts) if n == 0 or at - cuts[n - 1] > 1 or not _is(body[at - 1], PREPOSITIONS)]
    parts.object = body[: cuts[0]] if cuts else body
    parts.segments = (
        [body[start:stop] for start, stop in zip(cuts, (*cuts[1:], len(body)), strict=True)] if cuts else []
    )


def _is_infinitive(verb: str, atoms: list[Atom], at: int) -> bool:
    is_to = atoms[at] == ("w", "to") and at + 1 < len(atoms) and is_verb(atoms[at + 1])
    return is_to and (verb in _ASKING or (at + 2 < len(atoms) and not noun(atoms[at + 1])))


def _without_adverbs(atoms: list[Atom], parts: Parts) -> list[Atom]:
    """Set an adverb apart that stands before a segment: `send it tomorrow to ann`."""
    body = []
    for at, atom in enumerate(atoms):
        is_between = at > 0 and at + 1 < len(atoms) and _is(atom, ADVERBS) and _is(atoms[at + 1], PREPOSITIONS)
        if is_between and is_complete(atoms[at - 1]):
            parts.adverbs.append(atom)
        else:
            body.append(atom)
    return body


def _join_particle(parts: Parts) -> None:
    """Read `turn the lights off` as `turn off the lights`; on is a preposition as well."""
    is_on = parts.segments == [[("w", "on")]] and not parts.tail
    said = [*parts.object, ("w", "on")] if is_on else parts.object
    if len(said) > 1 and _is(said[-1], PARTICLES) and is_complete(said[-2]):
        whole = f"{parts.verb}_{said[-1][1]}"
        if whole in lexicon().verbs:
            parts.verb = whole
            parts.object = said[:-1]
            parts.segments = [] if is_on else parts.segments
