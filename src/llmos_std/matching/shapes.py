"""A frame with its values taken out: goals of one shape differ in values only, and the values have names.

What may be a value is a literal or a name, never a common word, except where only a value can stand: what a list is
sorted by, what something is set to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from llmos_core.types.json import digest
from llmos_std.matching.lexicon.grammar import PREPOSITIONS
from llmos_std.matching.literals import subtype
from llmos_std.matching.measures import measured
from llmos_std.matching.tokens import WORD, tokens_of

if TYPE_CHECKING:
    from llmos_std.matching.framing import Frame
    from llmos_std.matching.ordering import Clause, Unit
    from llmos_std.matching.reading import Atom

_FAMILIES = {
    "int": "number",
    "float": "number",
    "quantity": "amount",
    "money": "amount",
    "path": "path",
    "glob": "glob",
    "quoted": "text",
    "verbatim": "text",
    "code": "code",
    "email": "email",
    "url": "url",
    "host": "host",
    "date": "date",
    "clock": "time",
    "u": "name",
    "n": "name",
    "id": "name",
    "raw": "name",
    "language": "name",
}
_LONG = {
    "%": "%",
    "s": "second",
    "min": "minute",
    "h": "hour",
    "d": "day",
    "week": "week",
    "month": "month",
    "year": "year",
}
_ENVIRONMENTS = frozenset(("staging", "production", "development", "testing"))
_NAMED_THINGS = frozenset(("column", "label", "branch", "table", "field", "folder", "channel"))
_VALUE_PLACES = frozenset((("sort", "by"), ("group", "by"), ("set", "to")))
Found = tuple[str, "Atom"]


class Shape(NamedTuple):
    """`parts` is the frame without values; `values` are the atoms that were taken out, by slot name."""

    parts: tuple[object, ...]
    values: dict[str, Atom]

    @property
    def key(self) -> str:
        """The index key: equal for goals of one shape."""
        return "shape:" + digest(_listed(self.parts))[:32]

    def bindings(self, goal: str) -> dict[str, str]:
        """Return the values as they are written in the goal that this is the shape of."""
        surfaces = written(goal)
        return {name: surfaces.get(atom, shown(atom)) for name, atom in self.values.items()}

    def changed(self, other: Shape) -> tuple[str, ...]:
        """Return the names of the slots whose values differ; the parts must be equal."""
        return tuple(name for name, atom in self.values.items() if other.values[name] != atom)

    def other_sorts(self, other: Shape) -> tuple[str, ...]:
        """Return the slots whose values are of another unit, currency, suffix or root."""
        return tuple(name for name in self.changed(other) if subtype(self.values[name]) != subtype(other.values[name]))


def shape_of(frame: Frame) -> Shape | None:
    """Return the shape of a frame; None when it has no value, or two segments that only values tell apart."""
    found: list[Found] = []
    parts: list[object] = []
    for clause in frame.clauses:
        masked = _masked_clause(clause, found)
        if masked is None:
            return None
        parts.append(masked)
    return Shape(tuple(parts), _named(found)) if found else None


def written(goal: str) -> dict[Atom, str]:
    """Return every literal of a goal with how it is written there; a name with its capitals."""
    tokens = tokens_of(goal)
    words = [token.value.lower() if token.kind == WORD else "" for token in tokens]
    found: dict[Atom, str] = {}
    at = 0
    while at < len(tokens):
        length, atom = measured(tokens, words, at, len(tokens)) or (1, (tokens[at].kind, tokens[at].value))
        surface = "".join(token.surface for token in tokens[at : at + length]).strip()
        text = surface[1:-1] if atom[0] in ("quoted", "verbatim", "code") else surface
        found.setdefault(("n", words[at]) if atom[0] == WORD else atom, text)
        at += length
    return found


def shown(atom: Atom) -> str:
    """Return a value as a person would write it."""
    kind, value = atom
    number, _, unit = value.rpartition(" ")
    if kind == "money":
        return unit + number
    if kind == "quantity" and unit in _LONG:
        return f"{number}{_LONG[unit]}" if unit == "%" else f"{number} {_LONG[unit]}{'' if number == '1' else 's'}"
    return value


def _masked_clause(clause: Clause, found: list[Found]) -> tuple[object, ...] | None:
    verb = clause.head[0][1]
    head = _masked(clause.head, verb, found)
    units: list[tuple[Unit, list[Found]]] = []
    for unit in clause.units:
        inside: list[Found] = []
        units.append((_masked(unit, verb, inside), inside))
    texts = [unit for unit, _ in units]
    if len(set(texts)) < len(texts):
        return None
    for _, inside in sorted(units, key=lambda pair: pair[0]):
        found += inside
    return (clause.joiner, clause.mood, head, tuple(sorted(texts)))


def _masked(unit: Unit, verb: str, found: list[Found]) -> Unit:
    """Return a unit with its values replaced by the families they are of."""
    is_value_place = len(unit) == 2 and (verb, unit[0][1]) in _VALUE_PLACES
    masked = []
    for place, atom in enumerate(unit):
        is_value = (is_value_place and place) or _is_named(unit, place)
        family = _FAMILIES.get(atom[0], "name" if is_value else "")
        if family:
            found.append((family, atom))
            masked.append(("slot", family))
        else:
            masked.append(atom)
    return tuple(masked)


def _is_named(unit: Unit, place: int) -> bool:
    """Say whether a known word is a name here: an environment, or what stands after `column` at the end."""
    kind, value = unit[place]
    if kind != "w" or not place:
        return False
    is_last = place + 1 == len(unit) or unit[place + 1] in (("glue", ""), ("w", "of"))
    before = unit[place - 1]
    is_after = before[0] == "w" and before[1] in _NAMED_THINGS and not value.endswith("+")
    is_environment = value in _ENVIRONMENTS and before[0] == "w" and before[1] in PREPOSITIONS
    return is_last and (is_environment or is_after)


def _named(found: list[Found]) -> dict[str, Atom]:
    counts: dict[str, int] = {}
    values = {}
    for family, atom in found:
        counts[family] = counts.get(family, 0) + 1
        values[f"{family}{counts[family]}"] = atom
    return values


def _listed(part: object) -> object:
    return [_listed(each) for each in part] if isinstance(part, tuple) else part
