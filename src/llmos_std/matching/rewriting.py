"""Turns of phrase that say the same with other words: `make a summary of x`, `email ann@x.org the report`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmos_std.matching.lexicon.grammar import GIVING, QUALITIES
from llmos_std.matching.lexicon.lookup import lexicon
from llmos_std.matching.lexicon.nouns import PARTS, RELATIONAL
from llmos_std.matching.nominal import OF, is_part, kinds_of, nominal, noun
from llmos_std.matching.senses import may_be_given

if TYPE_CHECKING:
    from llmos_std.matching.clauses import Parts
    from llmos_std.matching.reading import Atom

_MORE = frozenset(("more_than", "over", "above"))
_LESS = frozenset(("under", "below"))
_NUMBERS = frozenset(("int", "float", "quantity", "money"))
_OF_PARTS = frozenset(
    "delete remove erase get_rid_of extract show display print view see list enumerate count read find locate search "
    "get fetch retrieve give_me tell_me cut strip select what_is".split()
)
"""Verbs for which a part that is in a file is the part of it, and the part from it: nothing is brought there."""
_OWN = frozenset((("u", "the"), ("w", "my"), ("w", "our")))
_BROUGHT = 3
"""Where in `to Ann the report` the thing begins."""
_GIVING = frozenset(("send", "email", "mail", "forward"))
_FOLDER_VERBS = frozenset("show list find search count delete open".split())
_NAMED = ("w", "named")
_SEARCHED = frozenset("file folder path disk document mail code data content url host project repository".split())
"""What one looks into; hotels are searched for somebody."""


def brought(parts: Parts) -> None:
    """Read `send to Ann the report` as `send the report to Ann`: the article says where what is sent begins."""
    first = parts.segments[0] if parts.segments and not parts.object else []
    if first[:1] not in ([("w", "to")], [("w", "into")]) or first[2:3] not in ([("u", "the")], [("u", "a")]):
        return
    if first[0][1] in lexicon().roles.get(parts.verb, ()) and len(first) > _BROUGHT:
        parts.object, parts.segments[0] = first[_BROUGHT:], first[: _BROUGHT - 1]


def given(parts: Parts) -> None:
    """Read `send Ann the report` as `send the report to Ann`: the article says where what is given begins."""
    at = next((n for n, atom in enumerate(parts.object) if n and atom in _OWN), 0)
    if not at or parts.verb not in GIVING or any(segment[0][1] in ("to", "for") for segment in parts.segments):
        return
    who, thing = parts.object[:at], parts.object[at:]
    who = who[1:] if who[0] == ("u", "the") else who
    thing = thing[1:] if thing[0][0] == "u" else thing
    is_named = len(who) == 1 and (who[0][0] == "email" or who[0][1].istitle())
    is_person = is_named or (bool(who) and who[:-1] in ([], [("w", "my")]) and may_be_given(who[-1]))
    is_thing = bool(kinds_of(thing)) and all(map(_is_said_plainly, thing)) and not may_be_given(thing[-1])
    if is_person and is_thing:
        parts.object, parts.segments = thing, [[("w", "to"), *who], *parts.segments]


def _is_said_plainly(atom: Atom) -> bool:
    """Say whether a word surely names or describes a thing."""
    return bool(noun(atom)) or atom[0] in ("path", "url") or (atom[0] == "w" and atom[1] in QUALITIES | {"my", "our"})


def rewritten(parts: Parts) -> None:
    """Bring the turns of phrase of one clause into one form."""
    _compare(parts)
    _contrast(parts)
    _rename(parts)
    _seek(parts)
    _give(parts)
    _name(parts)
    _lighten(parts)
    _report(parts)
    _take_parts(parts)


def without_slashes(parts: Parts) -> None:
    """Read `./src` and `src/` as `src` where a verb asks only for the folder."""
    if parts.verb in _FOLDER_VERBS:
        parts.object = list(map(_bare_path, parts.object))
        parts.segments = [list(map(_bare_path, segment)) for segment in parts.segments]
        parts.front = [list(map(_bare_path, segment)) for segment in parts.front]


def _bare_path(atom: Atom) -> Atom:
    kind, value = atom
    bare = value[2:] if value.startswith("./") and value[2:3] not in ("/", "~", "") else value
    bare = bare.rstrip("/") or bare
    if kind != "path" or bare == value:
        return atom
    is_word = bare.isalnum() and bare.isascii() and not bare.isdigit()
    return ("u", bare) if is_word else (kind, bare)


def _compare(parts: Parts) -> None:
    """Read `more than 5` and `over 5` as one; the lines over and under line 5 are a place."""
    if any(noun(atom) in PARTS for atom in parts.object):
        return
    for segments in (parts.segments, parts.front):
        for segment in segments:
            if len(segment) > 1 and segment[1][0] in _NUMBERS:
                if segment[0][1] in _MORE:
                    segment[0] = ("w", "gt")
                elif segment[0][1] in _LESS:
                    segment[0] = ("w", "lt")


def _contrast(parts: Parts) -> None:
    """Read `compare x to y`, `with y` and `against y` as `compare x and y`: which comes first stays."""
    first = parts.segments[0] if parts.segments else []
    is_pair = len(parts.object) == 1 and len(first) == 2 and parts.object[0][0] == first[1][0] == "path"
    if parts.verb == "compare" and is_pair and first[0][1] in ("to", "with", "against"):
        parts.object, parts.segments = [*parts.object, ("w", "and"), first[1]], parts.segments[1:]


def _rename(parts: Parts) -> None:
    """Read `change the name of x to y` as `rename x to y`."""
    is_named = parts.verb == "change" and parts.object[:2] == [("w", "name"), OF] and len(parts.object) > 2
    if is_named and len(parts.segments) == 1 and parts.segments[0][0] == ("w", "to"):
        parts.verb, parts.object = "rename", nominal(parts.object[2:])


def _seek(parts: Parts) -> None:
    """Read `search x for y` as `find y in x`, and `download the file from x` as `download x`."""
    first = parts.segments[0] if parts.segments else []
    is_sought = parts.verb == "search" and len(first) > 1 and first[0] == ("w", "for")
    if is_sought and parts.object and _is_searched(parts.object, first[1]):
        parts.segments[0] = [("w", "in"), *parts.object]
        parts.verb, parts.object = "search_for", nominal(first[1:], is_one_by_one=len(parts.segments) == 1)
    if parts.verb == "answer" and parts.object and "mail" in kinds_of(parts.object):
        parts.segments.insert(0, [("w", "to"), *parts.object])
        parts.verb, parts.object = "reply", []
    is_fetched = (
        parts.verb in ("download", "fetch", "get", "grab") and parts.object == [("w", "file")] and len(first) == 2
    )
    if is_fetched and first[0] == ("w", "from") and first[1][0] == "url":
        parts.verb, parts.object, parts.segments = "download", [first[1]], parts.segments[1:]


def _is_searched(phrase: list[Atom], sought: Atom) -> bool:
    """Say whether one looks into a thing, as into a folder; hotels are searched for somebody."""
    is_bare = len(phrase) == 1 and phrase[0][0] in ("u", "n", "id")
    return bool(kinds_of(phrase) & _SEARCHED) or (is_bare and not sought[1][:1].isupper())


def _give(parts: Parts) -> None:
    """Read `email ann@x.org the report` as `email the report to ann@x.org`, and without a report as `send an email`."""
    if parts.verb in ("email", "mail") and len(parts.object) == 1 and parts.object[0][0] == "email":
        parts.segments.insert(0, [("w", "to"), parts.object[0]])
        parts.verb, parts.object = "send", [("w", "email")]
    is_dative = parts.verb in _GIVING and len(parts.object) > 1 and parts.object[0][0] == "email"
    if is_dative and not any(segment[0] == ("w", "to") for segment in parts.segments):
        parts.segments.insert(0, [("w", "to"), parts.object[0]])
        parts.object = nominal(parts.object[1:])


def _name(parts: Parts) -> None:
    """Read `a folder named x` as `folder x`."""
    first = parts.segments[0] if parts.segments else []
    if len(first) == 2 and first[0] == _NAMED and parts.object and noun(parts.object[-1]) and first[1][0] != "w":
        parts.object = nominal([*parts.object, first[1]])
        parts.segments = parts.segments[1:]


def _lighten(parts: Parts) -> None:
    """Read `make a summary of x` as `summarize x`, and `make a database backup` as `back up the database`."""
    if not parts.object:
        return
    verb = lexicon().light.get((parts.verb, noun(parts.object[0]) or parts.object[0][1]))
    if verb is None or parts.object[0][1].endswith("+"):
        return
    is_plural = "plural" in kinds_of(parts.object[2:])  # the number of a house is not counted
    if len(parts.object) > 2 and parts.object[1] == OF and (verb != "count" or is_plural):
        parts.verb, parts.object = (
            verb,
            nominal(parts.object[2:], is_one_by_one=verb == "list" and _is_there(parts)),
        )


def _is_there(parts: Parts) -> bool:
    """Say whether all segments say where things are, so that nothing is made of them."""
    return all(segment[0][1] in ("in", "on", "from", "with") for segment in parts.segments)


def _report(parts: Parts) -> None:
    """Read `sales by region report` as `report of the sales by region`."""
    if len(parts.segments) != 1 or not parts.object or OF in parts.object:
        return
    segment = parts.segments[0]
    if segment[0] != ("w", "by"):
        return
    words = [atom for atom in segment[1:] if atom != OF]
    is_turned = len(segment) == 4 and segment[2] == OF and noun(segment[1]) in RELATIONAL
    if is_turned and all(_is_noun(atom) for atom in parts.object):
        parts.object = [words[0], OF, *parts.object]
        parts.segments = [[segment[0], words[1]]]


def _is_noun(atom: Atom) -> bool:
    return bool(noun(atom)) or atom[0] in ("u", "n")


def _take_parts(parts: Parts) -> None:
    """Read `the lines in a.txt` as `the lines of a.txt`: a part is where its whole is."""
    segments = parts.segments or parts.front
    if not segments or parts.verb not in _OF_PARTS or OF in parts.object:
        return
    first = segments[0]
    is_whole = len(first) == 2 and first[1][0] == "path" and first[0][1] in ("in", "from")
    has_part = is_part(parts.object) or any(noun(atom) and is_part([atom]) for atom in parts.object[-2:-1])
    if is_whole and has_part:
        parts.object = [*parts.object, OF, first[1]]
        del segments[0]
