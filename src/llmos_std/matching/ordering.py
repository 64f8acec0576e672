"""A clause in its one order: which verb it is, which segments are the verb's own, and what may change places.

Segments change places only where their place says nothing: arguments of the verb and times. Every other segment stays
behind what it stood behind, since it may belong to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from llmos_std.matching.lexicon.grammar import COMPLEMENTS, ONE_BY_ONE, PREPOSITIONS, TIMED
from llmos_std.matching.lexicon.lookup import lexicon
from llmos_std.matching.lexicon.phrases import LANGUAGES
from llmos_std.matching.literals import subtype
from llmos_std.matching.nominal import is_complete, is_time, kinds_of, nominal, noun
from llmos_std.matching.rewriting import brought, given, rewritten, without_slashes
from llmos_std.matching.senses import is_giving
from llmos_std.matching.verbs import resolved, with_own_prepositions

if TYPE_CHECKING:
    from llmos_std.matching.clauses import Parts
    from llmos_std.matching.reading import Atom

Unit = tuple["Atom", ...]

_FREE = frozenset("u n id raw path glob url email host quoted date clock quantity money int".split())
_CREATING = frozenset(
    "create make build add generate set_up write code develop program implement construct draw produce".split()
)
_ANYBODYS = frozenset(("to", "into", "from"))
_TOGETHER = frozenset(("to", "into", "as", "on", "with", "for"))
_INSTRUMENTS = frozenset(("in", "using", "with"))
_MARKUP = frozenset(("html", "latex", "markdown"))
_ABOUT = frozenset(("document", "event", "quiz"))
"""What may be about a language: a Python quiz need not be written in Python."""
_OF_THE_THING = frozenset(("from", "since"))
"""`the mails from Monday` are older than what is done `from Monday` on."""


class Clause(NamedTuple):
    """One clause of a frame: how it is joined, its mood, verb and object, and its units."""

    joiner: str
    mood: str
    head: Unit
    units: tuple[Unit, ...]


def ordered(parts: Parts, *, is_single: bool) -> Clause:
    """Return the one form of a clause; beside other clauses nothing in it changes its place."""
    is_one_by_one = parts.verb in ONE_BY_ONE and not any(map(_gathers, (*parts.front, *parts.segments)))
    if parts.verb == "make" and len(parts.object) > 1 and parts.object[0] == ("u", "the"):
        parts.object, parts.is_definite = parts.object[1:], True
    if parts.verb == "build" and parts.object[:1] in ([("u", "a")], [("u", "an")]) and len(parts.object) > 1:
        parts.object, parts.is_new = parts.object[1:], ("w", "from") not in (each[0] for each in parts.segments)
    brought(parts)
    given(parts)
    is_new, is_given = parts.verb in _CREATING, is_giving(parts)
    parts.object = nominal(parts.object, is_new=is_new, is_one_by_one=is_one_by_one, is_given=is_given)
    parts.segments = [_nominal_segment(segment) for segment in parts.segments]
    parts.front = [_nominal_segment(segment) for segment in parts.front]
    rewritten(parts)
    parts.verb = resolved(parts)
    without_slashes(parts)
    with_own_prepositions(parts)
    units = _created(parts)
    units += [(("adverb", word),) for _, word in parts.adverbs]
    units += [
        (("adverb" if is_single and _is_timed(parts, parts.object) else "early", word),) for _, word in parts.early
    ]
    if parts.tail:
        units.append((("clause", ""), *parts.tail))
    if is_single:
        units += _moved(parts)
        units.sort(key=_rank)
    else:
        units = [(("front", ""), *front) for front in parts.front] + units + [tuple(seg) for seg in parts.segments]
    return Clause(parts.joiner, parts.mood, (("verb", parts.verb), *parts.object), tuple(units))


def _gathers(segment: list[Atom]) -> bool:
    """Say whether a segment may bring things together: `into a folder` is one for all, or one for each."""
    is_one = ("w", "one") in segment
    is_vessel = any(noun(atom) or (atom[0] == "path" and "." in subtype(atom)) for atom in segment[1:])
    return is_one or (segment[0][1] in _TOGETHER and is_vessel)


def _rank(unit: Unit) -> tuple[Atom, ...]:
    """Return what units are ordered by: two segments with one preposition stay in the order they were said in."""
    return unit[:2] if unit[0][0] == "front" else unit[:1]


def _nominal_segment(segment: list[Atom]) -> list[Atom]:
    return segment if segment[0][0] == "clause" else [segment[0], *nominal(segment[1:])]


def _created(parts: Parts) -> list[Unit]:
    """Take what does not change what is created: `new`; and set its language apart, wherever it is said."""
    if parts.verb != "create":
        return []
    units: list[Unit] = []
    if len(parts.object) > 1 and parts.object[0] == ("w", "new"):
        parts.object = parts.object[1:]
    kinds = kinds_of(parts.object[1:])
    languages = _MARKUP if kinds & _ABOUT and "code" not in kinds else LANGUAGES
    if len(parts.object) > 1 and parts.object[0][1] in languages and parts.object[0][0] == "n":
        units.append((("language", parts.object[0][1]),))
        parts.object = parts.object[1:]
    for segments in (parts.segments, parts.front):
        for segment in list(segments):
            is_language = len(segment) == 2 and segment[1][0] == "n" and segment[1][1] in LANGUAGES
            if is_language and segment[0][1] in _INSTRUMENTS:
                units.append((("language", segment[1][1]),))
                segments.remove(segment)
    return units


def _is_timed(parts: Parts, before: list[Atom], segment: list[Atom] | None = None) -> bool:
    """Say whether a time belongs to the verb: the verb takes one, and nothing before it does."""
    is_planning = parts.verb in ("schedule", "book")
    takes_time = parts.verb in TIMED or (segment is not None and segment[0][1] == "every")
    is_named = len(before) == 2 and before[0][0] == "w" and before[0][1] in PREPOSITIONS
    if before and not is_named and not is_complete(before[-1]):
        return False
    if segment is not None and segment[0][1] in _OF_THE_THING and not is_planning:
        return False
    if parts.verb == "reschedule":
        return False  # the meeting on Friday is moved to Monday
    return takes_time and (is_planning or "event" not in kinds_of(before))


def _is_when(segment: list[Atom], own: frozenset[str]) -> bool:
    """Say whether a segment says when; `by month` is no time for a verb that sorts or groups."""
    return is_time(segment) and not (segment[0][1] == "by" and "by" in own)


def _moved(parts: Parts) -> list[Unit]:
    """Return the segments as units that may be sorted; one that may not move is glued to the one before it."""
    own = lexicon().roles.get(parts.verb, frozenset()) | _ANYBODYS
    units: list[Unit] = []
    for segment in parts.front:
        is_condition = segment[0][0] == "clause" and parts.verb not in COMPLEMENTS
        is_own = _is_timed(parts, parts.object, segment) if _is_when(segment, own) else segment[0][1] in own
        units.append(tuple(segment) if is_condition or is_own else (("front", ""), *segment))
    previous = parts.object
    for place, segment in enumerate(parts.segments):
        is_closed = place == 0 or (bool(previous) and previous[-1][0] in _FREE)
        is_own = _is_timed(parts, previous, segment) if _is_when(segment, own) else segment[0][1] in own and is_closed
        if is_own:
            units.append(tuple(segment))
        elif units and place:
            units[-1] = (*units[-1], ("glue", ""), *segment)
        else:
            parts.object = [*parts.object, ("glue", ""), *segment]
        previous = segment
    return units
