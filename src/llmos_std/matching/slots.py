"""A goal as a template: literal text in order, with typed slots where a value stands.

A word that two recognisers claim, or a rest that is literal, has no single reading: such a goal has no template, and
neither has one of more than 4,000 characters. What belongs to a value but is no part of it (a unit, a currency, a
file's suffix and root) stays in the template, so that goals of one template differ in values only.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache

from llmos_core.types.json import digest
from llmos_std.matching.text import LITERAL, QUOTED, canonical, pieces
from llmos_std.matching.words import MODALITIES, NEGATIONS, SCOPES, STRUCTURE, units

Slot = tuple[str, str, str, str]
"""What a recogniser says of a word: slot type, text before the value, the value, text after it."""

_OPENING, _ENDING = "([{<", ",;:!?)]}>."
_CURRENCIES = "$€£¥#"
_DOMAINS = frozenset({"com", "org", "net", "edu", "gov", "io", "dev", "app"})
_PLAIN_MARKS = frozenset(" _-.,:")
_SUFFIX_LENGTH = 8
_DATE_LENGTH = 10
_LONGEST = 4_000
_IN_MARKS = ("quoted", "code")
_NEVER_NAMES = NEGATIONS | SCOPES | MODALITIES | STRUCTURE | {unit for unit in units() if len(unit) > 1}


class Template:
    """The one reading of a goal: `parts` are literal texts and ("slot", type) pairs, `values` the slots' texts by name.

    `surfaces` are the values as they were written, with their quotation marks.
    """

    __slots__ = ("parts", "surfaces", "values")

    def __init__(self, parts: list[str | tuple[str, str]], found: list[tuple[str, str, str]]) -> None:
        self.parts = parts
        self.values: dict[str, str] = {}
        self.surfaces: dict[str, str] = {}
        counts: dict[str, int] = {}
        for kind, value, surface in found:
            family = kind.split(" ")[0]
            counts[family] = counts.get(family, 0) + 1
            name = f"{family}{counts[family]}"
            self.values[name] = value
            self.surfaces[name] = surface

    @property
    def key(self) -> str:
        """The index key: equal for goals whose literal texts and slot types are equal in order."""
        return "template:" + digest([list(part) if isinstance(part, tuple) else part for part in self.parts])[:32]

    def changed(self, other: "Template") -> tuple[str, ...]:
        """Return the names of the slots that do not surely have the same value in both; `parts` must be equal."""
        return tuple(name for name in self.values if not self._agree(other, name))

    def _agree(self, other: "Template", name: str) -> bool:
        if self.surfaces[name] == other.surfaces[name]:
            return True
        value = self.values[name]
        return value == other.values[name] and all(c.isalnum() or c in _PLAIN_MARKS for c in value)


@lru_cache(maxsize=1024)
def parse(goal: str) -> Template | None:
    """Return the single reading of a goal, None when it has several, no slot at all, or is a whole text."""
    if len(goal) > _LONGEST:
        return None
    slots: list[Slot] = []
    for kind, text in pieces(canonical(goal)):
        if kind is LITERAL:
            return None
        for slot in [_quotation(text)] if kind is QUOTED else _words(text, is_start=not slots):
            if slot is None:
                return None
            slots.append(slot)
    return _template(slots)


def _template(slots: list[Slot]) -> Template | None:
    """Join what is literal between the values."""
    parts: list[str | tuple[str, str]] = []
    found: list[tuple[str, str, str]] = []
    literal: list[str] = []
    for kind, before, value, after in slots:
        literal.append(before)
        if not kind:
            literal += (value, after)
            continue
        parts += [*filter(None, ["".join(literal)]), ("slot", kind)]
        literal = [after]
        found.append((kind, value[1:-1] if kind in _IN_MARKS else value, value))
    parts += filter(None, ["".join(literal)])
    return Template(parts, found) if found else None


def _quotation(text: str) -> Slot:
    kinds = {'"': "quoted", "'": "quoted", "`": "code"}
    return (kinds.get(text[0], ""), "", text, "")


def _words(text: str, *, is_start: bool) -> list[Slot | None]:
    slots: list[Slot | None] = []
    for index, word in enumerate(text.split(" ")):
        if index:
            slots.append(("", " ", "", ""))
        if word:
            slots.append(_word(word, is_first=is_start and index == 0))
    return slots


def _word(word: str, *, is_first: bool) -> Slot | None:
    """Return how a word reads, None when it reads in two ways."""
    inner = word.lstrip(_OPENING)
    core = inner.rstrip(_ENDING)
    before, after = word[: len(word) - len(inner)], inner[len(core) :]
    claims = [claim for recognise in _RECOGNISERS if (claim := recognise(core)) is not None]
    if not is_first and (claim := _name(core)) is not None:
        claims.append(claim)
    if not claims:
        return ("", "", word, "")
    if len(claims) > 1:
        return None
    kind, head, value, tail = claims[0]
    return (kind, before + head, value, tail + after)


def _url(core: str) -> Slot | None:
    return ("url", "", core, "") if "://" in core else None


def _email(core: str) -> Slot | None:
    name, at, host = core.partition("@")
    return ("email", "", core, "") if name and at and "." in host and "/" not in core and "@" not in host else None


def _host(core: str) -> Slot | None:
    stem, dot, domain = core.rpartition(".")
    return ("host", "", core, "") if dot and stem and domain in _DOMAINS and not set("/@") & set(core) else None


def _date(core: str) -> Slot | None:
    is_date = len(core) == _DATE_LENGTH and core[4] == core[7] == "-" and (core[:4] + core[5:7] + core[8:]).isdecimal()
    return ("date", "", core, "") if is_date else None


def _number(core: str) -> Slot | None:
    """Read "12", "-2.5", "$100", "10MB", "3am" or "5%": the unit and the currency stay in the template."""
    digits = core.lstrip(_CURRENCIES)
    head = core[: len(core) - len(digits)]
    unsigned = digits.lstrip("+-")
    body = unsigned.rstrip("%").rstrip("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZµ")
    tail = unsigned[len(body) :]
    whole, dot, fraction = body.partition(".")
    if not body.isascii() or not whole.isdecimal() or (dot and not fraction.isdecimal()):
        return None
    kind = "float" if dot else "int"
    return (kind, head, digits[: len(digits) - len(tail)], tail)


def _grouped(core: str) -> Slot | None:
    """Claim "1,000" and "10/11/2024", which are also something else: two claims leave a goal without a template."""
    fields = core.replace("/", ",").split(",")
    return ("grouped", "", core, "") if len(fields) > 1 and all(field.isdecimal() for field in fields) else None


def _path(core: str) -> Slot | None:
    if "://" in core or "@" in core or _host(core) is not None:
        return None
    stem, dot, suffix = core.rpartition(".")
    has_suffix = bool(dot) and suffix.isalnum() and not suffix.isdecimal() and len(suffix) <= _SUFFIX_LENGTH
    if not has_suffix and "/" not in core and "\\" not in core and not core.startswith("~"):
        return None
    if has_suffix and stem[-1:].isdecimal() and suffix[:1].isdecimal():
        return None
    root = core[0] if core[0] in "/~" else ""
    family = "glob" if "*" in core else "path"
    return (f"{family} {root}{'.' + suffix if has_suffix else ''}", "", core, "")


def _alternatives(core: str) -> Slot | None:
    """Claim "and/or", which is no path."""
    sides = core.split("/")
    return ("words", "", core, "") if len(sides) > 1 and {"and", "or"} & set(sides) else None


def _identifier(core: str) -> Slot | None:
    if not any(character.isdecimal() or character == "_" for character in core) or core.strip("_") == "":
        return None
    taken = (_url, _email, _host, _date, _number, _path)
    return None if any(recognise(core) for recognise in taken) else ("id", "", core, "")


def _name(core: str) -> Slot | None:
    is_name = core[:1].isupper() and core.isalpha() and core != "I"
    return ("name", "", core, "") if is_name and core.lower() not in _NEVER_NAMES else None


_RECOGNISERS: tuple[Callable[[str], Slot | None], ...] = (
    _url,
    _email,
    _host,
    _date,
    _number,
    _grouped,
    _path,
    _alternatives,
    _identifier,
)


def swapped_values(asked: Mapping[str, str], known: Mapping[str, str]) -> bool:
    """Say whether two sets of bindings hold the same values in other places."""
    return asked != known and sorted(asked.values()) == sorted(known.values())
