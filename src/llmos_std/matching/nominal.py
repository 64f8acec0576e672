"""What is acted on, in one form: `the x of y` for `y's x`, `branch x` for `the x branch`, `every file` for `all files`.

Each rewriting keeps every atom that carries meaning; only a type that its literal already says goes (`the file a.txt`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmos_std.matching.lexicon.grammar import PRONOUNS, TIME_PREPOSITIONS, TIMES
from llmos_std.matching.lexicon.lookup import lexicon
from llmos_std.matching.lexicon.nouns import CASED, DEPICTING, DESIGNATORS, PARTS, RELATIONAL
from llmos_std.matching.lexicon.phrases import LANGUAGES
from llmos_std.matching.literals import subtype

if TYPE_CHECKING:
    from llmos_std.matching.reading import Atom

OF: Atom = ("w", "of")
EVERY: Atom = ("w", "every")
_POSSESSIVE: Atom = ("m", "'s")
_NAMED = frozenset(("u", "n", "path", "id", "raw", "host", "quoted"))
_LITERAL_TYPES = {
    "path": "path",
    "glob": "path",
    "url": "url",
    "email": "email",
    "host": "host",
    "money": "money",
    "quoted": "text",
}
_ENDS = frozenset((OF, ("w", "and"), ("w", "or"), ("m", ","), ("glue", "")))
_PARTICIPLES = frozenset(
    "sent made bought built found given taken seen held kept left lost paid sold told due born begun cut".split()
)
_SUFFIXES = {
    "script": (".sh", ".bash", ".py", ".js", ".rb", ".pl", ".ps1", ".bat"),
    "image": (".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp"),
    "spreadsheet": (".xlsx", ".xls", ".ods"),
    "presentation": (".pptx", ".ppt"),
    "document": (".docx", ".doc", ".odt"),
    "video": (".mp4", ".mov", ".mkv", ".avi"),
}
"""What a path says by its end: `the script a.sh` is `a.sh`."""
_MAY_BE_CALLED = frozenset(("w", word) for word in ("folder", "branch", "table", "column", "channel", "label", "tag"))
_ARCHIVES = (".zip", ".gz", ".tgz", ".tar", ".bz2", ".xz", ".7z", ".rar")


def nominal(
    atoms: list[Atom], *, is_new: bool = False, is_one_by_one: bool = False, is_given: bool = False
) -> list[Atom]:
    """Return a phrase without verb and segments in its one form.

    The path of a new folder does not say what it is. `all` is `every` only where one does the same as the other.
    What somebody may be given need not be theirs: `send Ann reports`.
    """
    found = [EVERY if atom == ("w", "each") else atom for atom in atoms]
    found = _without_oxford_comma(_quantified(found) if is_one_by_one else found)
    found = _unpossessed(found)
    found = found if is_given else _of_relation(found, is_new=is_new)
    found = _designated(found)
    if is_new:
        return found if ("w", "folder") in found else _untyped(found)
    return _untyped(found[1:] if _is_typed(found) else found)


def noun(atom: Atom) -> str:
    """Return the singular of a known noun, "" for anything else."""
    kind, value = atom
    one = value.rstrip("+")
    return one if kind in ("w", "n") and (one in lexicon().nouns or value.endswith("+")) else ""


def is_archive(atom: Atom) -> bool:
    """Say whether an atom is the path of an archive."""
    return atom[0] == "path" and atom[1].lower().endswith(_ARCHIVES)


def kinds_of(atoms: list[Atom]) -> frozenset[str]:
    """Return what kinds of thing a phrase names, by its head: the last noun before the first `of`."""
    end = next((at for at, atom in enumerate(atoms) if atom in _ENDS), len(atoms))
    for place in range(end - 1, -1, -1):
        atom = atoms[place]
        if one := noun(atom):
            plural = {"plural"} if atom[1].endswith("+") or EVERY in atoms[:place] else set()
            folder = {"folder"} if place and atoms[place - 1] == ("w", "folder") else set()
            return lexicon().nouns.get(one, frozenset()) | {one} | plural | folder
        if atom[0] in _LITERAL_TYPES:
            archive = {"archive"} if is_archive(atom) else set()
            file = {"file"} if atom[0] == "path" and "." in atom[1] else set()
            kind = noun(atoms[place - 1]) if place else ""
            named = lexicon().nouns.get(kind, frozenset()) | {kind} if kind in DESIGNATORS else frozenset()
            return frozenset({_LITERAL_TYPES[atom[0]]} | archive | file) | named
    return frozenset()


def is_part(atoms: list[Atom]) -> bool:
    """Say whether a phrase ends in a word for a part of a file."""
    return bool(atoms) and noun(atoms[-1]) in PARTS


def is_complete(atom: Atom) -> bool:
    """Say whether what follows a phrase that ends so belongs to the verb; `files changed` may go on with the change."""
    kind, value = atom
    if kind == "w":
        return bool(noun(atom)) or value in PRONOUNS or value in TIMES
    is_participle = kind == "u" and (value.endswith(("ed", "ing", "en")) or value in _PARTICIPLES)
    return kind not in ("m", "glue") and not is_participle


def is_time(segment: list[Atom]) -> bool:
    """Say whether a segment says when."""
    if len(segment) < 2:
        return False
    (_, word), (kind, value) = segment[0], segment[1]
    is_point = kind in ("clock", "date") or (word == "at" and kind == "int") or (kind in ("w", "n") and value in TIMES)
    is_span = kind == "quantity" and value.rpartition(" ")[2] in ("s", "min", "h", "d", "week", "month", "year")
    return word == "every" or (word in TIME_PREPOSITIONS and (is_point or is_span))


def _quantified(atoms: list[Atom]) -> list[Atom]:
    """Read `all x's` and `all of the x's` as `every x`."""
    found = list(atoms)
    if found.count(("w", "all")) != 1 or EVERY in found:
        return found
    at = found.index(("w", "all"))
    if OF in found[:at]:
        return found  # the total of all is not the total of each
    stop = next((n for n in range(at + 1, len(found)) if found[n] == OF or found[n][0] == "m"), len(found))
    span = found[at + 1 : stop]
    is_plural = bool(span) and span[-1][0] == "w" and span[-1][1].endswith("+")
    if not is_plural or any(atom in (("w", "and"), ("w", "or")) for atom in span):
        return found
    return [*found[:at], EVERY, *span[:-1], ("w", span[-1][1][:-1]), *found[stop:]]


def _without_oxford_comma(atoms: list[Atom]) -> list[Atom]:
    return [
        atom
        for at, atom in enumerate(atoms)
        if not (atom == ("m", ",") and at + 1 < len(atoms) and atoms[at + 1] in (("w", "and"), ("w", "or")))
    ]


def _unpossessed(atoms: list[Atom]) -> list[Atom]:
    """Read `x's y` as `y of x` when nothing else could own y."""
    if atoms.count(_POSSESSIVE) != 1 or OF in atoms:
        return atoms
    at = atoms.index(_POSSESSIVE)
    owner, owned = atoms[:at], atoms[at + 1 :]
    if not owned or noun(owned[-1]) in {"", *DEPICTING}:
        return atoms  # Ann's photo may be one that she took
    is_plain = owner and all(atom[0] != "m" and atom[1] not in ("and", "or") for atom in owner)
    return [*owned, OF, *owner] if is_plain else atoms


def _of_relation(atoms: list[Atom], *, is_new: bool) -> list[Atom]:
    """Read `sales report` as `report of sales`, for nouns where both say the same.

    A new `folder backup` may be a folder of that name.
    """
    if len(atoms) < 2 or OF in atoms or noun(atoms[-1]) not in RELATIONAL:
        return atoms
    *modifiers, head = atoms
    if modifiers[-1] in _MAY_BE_CALLED and (is_new or head[1].endswith("+")):
        return atoms
    first = next((at for at, atom in enumerate(modifiers) if _is_modifier(atom)), len(modifiers))
    before, after = modifiers[:first], modifiers[first:]
    if not after or not all(map(_is_modifier, after)):
        return atoms
    return [*before, head, OF, *after]


def _is_modifier(atom: Atom) -> bool:
    return bool(noun(atom)) or atom[0] in ("u", "n")


def _designated(atoms: list[Atom]) -> list[Atom]:
    """Read `the x branch` as `branch x`: only at the end of a phrase, and only for what is surely a name."""
    for at in range(1, len(atoms)):
        is_end = at + 1 == len(atoms) or atoms[at + 1] == OF
        before = atoms[at - 1]
        is_name = before[0] in _NAMED and before[1] not in LANGUAGES | TIMES
        is_name = is_name and not _may_be_adjective(before) and not (before[0] == "n" and atoms[at][1] in CASED)
        is_name = is_name and not (atoms[at] == ("w", "file") and before[0] == "u" and before[1].istitle())
        if is_end and is_name and atoms[at][0] == "w" and atoms[at][1] in DESIGNATORS:
            return [*atoms[: at - 1], atoms[at], before, *_designated(atoms[at + 1 :])]
    return atoms


def _may_be_adjective(atom: Atom) -> bool:
    """Say whether an unknown word could describe what follows, as in `the stale branch` and `the chats group`."""
    kind, value = atom
    return kind == "u" and value.isalpha() and value.islower()


def _untyped(atoms: list[Atom]) -> list[Atom]:
    """Leave out what a path says itself: that `a.txt` is a file, that `/tmp` is a folder."""
    found: list[Atom] = []
    for at, atom in enumerate(atoms):
        if atom[0] == "path" and at and found and found[-1] == ("w", _type_of(atom)):
            found.pop()
        found.append(atom)
    return found


def _is_typed(atoms: list[Atom]) -> bool:
    """Say whether a phrase begins with a type that the end of its path says as well: `the script a.sh`."""
    (kind, word), (sort, path) = (*atoms, ("", ""), ("", ""))[:2]
    return kind == "w" and sort == "path" and path.lower().endswith(_SUFFIXES.get(word, ()))


def _type_of(atom: Atom) -> str:
    sort = subtype(atom)
    return "file" if "." in sort else "folder" if sort or atom[1].endswith("/") else ""
