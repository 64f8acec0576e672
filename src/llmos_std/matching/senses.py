"""Words of which the verb says in which sense they are meant, and verbs that may be given somebody and something.

A word has a second name only in a sense: an application that is restarted is an app, one that is rejected need not be.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmos_std.matching.lexicon.grammar import COORDINATORS, GIVING, PREPOSITIONS, SHOWING

if TYPE_CHECKING:
    from llmos_std.matching.clauses import Parts
    from llmos_std.matching.reading import Atom

_RUN = frozenset(
    "install uninstall reinstall open start stop restart reboot launch run execute kill terminate deploy roll_out "
    "build compile create make write develop code program implement update upgrade test debug monitor fix use".split()
)
_SENSES = {"application": "app", "site": "website"}
_PEOPLE = frozenset(
    "user customer employee member group team role admin administrator contact subscriber supplier vendor patient "
    "student teacher manager colleague friend boss company department organization person guest candidate "
    "developer client".split()
)


def meant(atom: Atom, verb: str, following: str) -> Atom:
    """Return a noun under the one name that it has for a verb; `following` is the next word, "" where none follows."""
    kind, word = atom
    one, plural = word.rstrip("+"), "+" if word.endswith("+") else ""
    is_head = not following or following in PREPOSITIONS or following in COORDINATORS
    if one in _SENSES and verb in _RUN and (is_head or one == "application"):
        return (kind, _SENSES[one] + plural)
    if one == "picture" and following != "of":
        return (kind, "image" + plural)
    return atom


def is_giving(parts: Parts) -> bool:
    """Say whether what follows the verb may begin with somebody who is given the rest: `send Ann reports`."""
    is_told = any(segment[0] == ("w", "to") for segment in parts.segments)
    name = parts.object[0] if parts.object else ("", "")
    is_name = name[0] in ("u", "raw", "id", "email") and (parts.verb in GIVING or name[1][:1].isupper())
    return parts.verb in GIVING | SHOWING and not is_told and (is_name or may_be_given(name))


def may_be_given(atom: Atom) -> bool:
    """Say whether a known word names those who may be given something."""
    return atom[0] == "w" and atom[1].rstrip("+") in _PEOPLE
