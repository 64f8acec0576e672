"""Relative clauses in one form: `files that are changed` are `files changed`, what is open are `open tickets`.

Tenses stay: files that were changed need not be changed any more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmos_std.matching.nominal import noun

if TYPE_CHECKING:
    from llmos_std.matching.reading import Atom

_RELATIVE = frozenset((("w", "that"), ("w", "which"), ("w", "who")))
_ARE = frozenset((("w", "is"), ("w", "are")))
_WITH_NO = [("w", "with"), ("w", "no")]
_NOT: Atom = ("w", "not")
_ALL = frozenset((("w", "all"), ("w", "every"), ("w", "my")))
_STATES = frozenset(
    ("w", word)
    for word in """
    open closed active inactive unread read hidden visible public private empty missing available unavailable running
    stopped merged unmerged staged unstaged pending overdue unpaid paid broken failed completed incomplete unused
    encrypted duplicated executable readable writable vegetarian vegan
    """.split()
)
"""What a thing is for a while: those that are open are the open ones, friends that are old need not be old friends."""


def reduced(atoms: list[Atom]) -> list[Atom]:
    """Leave out `that are` before what it links; before `not` only where a participle follows it.

    A state stands before what it is said of, and `with no password` is `without password`.
    """
    found: list[Atom] = []
    at = 0
    while at < len(atoms):
        if found and _links(atoms[at : at + 4]):
            at += 2
            if at + 1 == len(atoms) and atoms[at] in _STATES and _is_plain_plural(found):
                return [*found[:-1], atoms[at], found[-1]]
        is_without = atoms[at : at + 2] == _WITH_NO and any(map(noun, atoms[at + 2 : at + 3]))
        found.append(("w", "without") if is_without else atoms[at])
        at += 1 + is_without
    return found


def _links(atoms: list[Atom]) -> bool:
    is_linking = len(atoms) > 2 and atoms[0] in _RELATIVE and atoms[1] in _ARE
    return is_linking and (atoms[2] != _NOT or _is_participle(atoms[-1]))


def _is_participle(atom: Atom) -> bool:
    return atom[0] in ("u", "w") and atom[1].endswith("ed")


def _is_plain_plural(atoms: list[Atom]) -> bool:
    """Say whether this is a noun in the plural with no more before it than that all are meant."""
    many = atoms[1:] if atoms[0] in _ALL else atoms
    return len(many) == 1 and bool(noun(many[0])) and many[0][1].endswith("+")
