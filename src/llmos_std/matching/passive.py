"""Orders in the passive: `the files in x should be deleted` is `delete the files in x`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmos_std.matching.lexicon.grammar import SUBORDINATORS
from llmos_std.matching.lexicon.lookup import base_of_participle, lexicon
from llmos_std.matching.lexicon.nouns import DESIGNATORS

if TYPE_CHECKING:
    from llmos_std.matching.reading import Atom

_BE: Atom = ("w", "be")
_OPENERS = SUBORDINATORS - {"without"}
_MUST = (("w", "should"), ("w", "must"))


def active(atoms: list[Atom]) -> list[Atom]:
    """Return the atoms with the verb first, where they are an order in the passive and nothing else."""
    at = next((n for n in range(1, len(atoms) - 2) if atoms[n] in _MUST and atoms[n + 1] == _BE), 0)
    if not at:
        return atoms
    verb = base_of_participle(atoms[at + 2][1])
    is_noun = atoms[0] == ("u", "the")
    subject = atoms[is_noun:at]
    is_named = (
        is_noun or len(subject) == 1 or (subject[0][1] in DESIGNATORS and subject[1][0] in ("path", "id", "quoted"))
    )
    is_order = bool(verb) and (is_named or subject[0][0] != "w" or subject[0][1] not in lexicon().verbs)
    if not is_order or any(kind == "m" or value in _OPENERS for kind, value in subject):
        return atoms
    return [("w", verb), *subject, *atoms[at + 3 :]]
