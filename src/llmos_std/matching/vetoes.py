"""Why two goals that read alike are not the same task: the word that says so.

A veto only ever lowers what likeness proposes; having none proves nothing.
"""

from collections import Counter
from functools import lru_cache

from llmos_std.matching.text import WORDS, canonical, pieces
from llmos_std.matching.words import LEADING, MODALITIES, NEGATIONS, SCOPES, STRUCTURE, opposites_of, units

_EDGES = "()[]{}<>,;:!?."


def veto(asked: str, known: str) -> str:
    """Return one clause naming the word that makes two goals different tasks, "" when no such word is known."""
    here, there = tokens(asked), tokens(known)
    only_here, only_there = _extra(here, there), _extra(there, here)
    return (
        _guarded(only_here, only_there, NEGATIONS, "negation")
        or _prefixed(only_here, only_there)
        or _opposed(only_here, only_there)
        or _guarded(only_here, only_there, SCOPES, "scope word")
        or _guarded(only_here, only_there, MODALITIES, "question word")
        or _other_unit(only_here, only_there)
        or _swapped(here, there)
    )


@lru_cache(maxsize=1024)
def tokens(goal: str) -> list[str]:
    """Return the words of a goal in order, small and without marks at their edges; a quotation is one token."""
    found: list[str] = []
    for kind, text in pieces(canonical(goal)):
        if kind is WORDS:
            found += [word for raw in text.split(" ") if (word := raw.strip(_EDGES).lower().replace("’", "'"))]
        else:
            found.append(text)
    return found


def _extra(here: list[str], there: list[str]) -> list[str]:
    left = Counter(there)
    extra = []
    for word in here:
        if left[word]:
            left[word] -= 1
        else:
            extra.append(word)
    return extra


def _guarded(only_here: list[str], only_there: list[str], guards: frozenset[str], name: str) -> str:
    word = next((word for word in (*only_here, *only_there) if word in guards), "")
    where = "this goal" if word in only_here else "the known goal"
    return f"the {name} '{word}' is only in {where}" if word else ""


def _prefixed(only_here: list[str], only_there: list[str]) -> str:
    """Find "non-running" against "running", "unlock" against "lock"."""
    for one, other in ((only_here, only_there), (only_there, only_here)):
        for word in one:
            bare = next((word[len(p) :] for p in ("non-", "non", "un", "dis", "de", "in") if word.startswith(p)), "")
            if len(bare) > 2 and bare in other:
                return f"'{word}' is the contrary of '{bare}'"
    return ""


def _opposed(only_here: list[str], only_there: list[str]) -> str:
    for word in only_here:
        opposite = next((other for other in only_there if other in opposites_of(word)), "")
        if opposite:
            return f"'{word}' is the contrary of '{opposite}'"
    return ""


def _other_unit(only_here: list[str], only_there: list[str]) -> str:
    here, there = (next(filter(None, map(_unit, words)), "") for words in (only_here, only_there))
    return f"'{here}' and '{there}' are different units" if here and there and here != there else ""


def _unit(word: str) -> str:
    """Return the unit that a word is ("days") or carries ("3pm", "$5"), "" when there is none."""
    return units().get(word.strip("+-.,0123456789"), "")


def _swapped(here: list[str], there: list[str]) -> str:
    """Find content words that are the same in both goals but stand after other words: "a to b" against "b to a"."""
    if here == there or Counter(here) != Counter(there):
        return ""
    roles_here, roles_there = _roles(here), _roles(there)
    moved = next((word for word in here if word in roles_here and roles_here[word] != roles_there[word]), "")
    return f"'{moved}' stands in another place" if moved else ""


def _roles(words: list[str]) -> dict[str, list[str]]:
    roles: dict[str, list[str]] = {}
    for before, word in zip(("", *words), words, strict=False):
        if word not in STRUCTURE and word not in LEADING:
            roles.setdefault(word, []).append(before)
    return {word: sorted(befores) for word, befores in roles.items()}
