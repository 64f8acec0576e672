"""Two goals side by side, part by part: what people look at to see why they are, or are not, one task."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from llmos_std.matching.comparing import frame
from llmos_std.matching.shapes import shown

if TYPE_CHECKING:
    from llmos_std.matching.framing import Frame
    from llmos_std.matching.reading import Atom

_SILENT = frozenset(("glue", "front", "clause"))


class Line(NamedTuple):
    """One part of both goals: `a` or `b` is "" where only the other goal has it."""

    part: str
    a: str
    b: str

    @property
    def is_same(self) -> bool:
        """Say whether both goals say this in the same way."""
        return self.a == self.b


def aligned(known: str, asked: str) -> tuple[Line, ...]:
    """Return the parts of two goals in pairs; none where one of them has no frame."""
    here, there = frame(known), frame(asked)
    if here is None or there is None:
        return ()
    left, right = _parts(here), _parts(there)
    return tuple(Line(part, left.get(part, ""), right.get(part, "")) for part in dict.fromkeys((*left, *right)))


def _parts(read: Frame) -> dict[str, str]:
    found: dict[str, str] = {}
    for number, clause in enumerate(read.clauses, start=1):
        prefix = f"{number}. " if len(read.clauses) > 1 else ""
        head = " ".join(filter(None, (clause.joiner, clause.mood.strip(), _text(clause.head[:1]))))
        found[f"{prefix}verb"] = head
        if len(clause.head) > 1:
            found[f"{prefix}object"] = _text(clause.head[1:])
        for unit in clause.units:
            words = [atom for atom in unit if atom[0] not in _SILENT] or list(unit)
            label = words[0][1] if words[0][0] == "w" else words[0][0]
            found[_free(found, f"{prefix}{label.replace('_', ' ')}")] = _text(tuple(words))
    return found


def _free(found: dict[str, str], label: str) -> str:
    name, number = label, 2
    while name in found:
        name, number = f"{label} {number}", number + 1
    return name


def _text(atoms: tuple[Atom, ...]) -> str:
    return " ".join(_word(atom) for atom in atoms if atom[0] != "glue")


def _word(atom: Atom) -> str:
    kind, value = atom
    if kind in ("w", "verb", "adverb", "early"):
        return (value[:-1] + " (plural)" if value.endswith("+") else value).replace("_", " ")
    return f"'{value}'" if kind == "quoted" else shown(atom)
