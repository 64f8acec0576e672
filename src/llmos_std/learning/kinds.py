"""Whether a value that only an output gives is of the kind of those that stood in its place when runs were recorded.

A field from which calls took codes, addresses or amounts gives a call no sentence, no mark-up, no look-alike letters
and no amount out of all proportion, whoever filled it in. What is of the same kind may still be a lie.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from unicodedata import category

if TYPE_CHECKING:
    from collections.abc import Sequence

    from llmos_core.types.json import JsonValue

_TIMES_LARGER = 10
_TIMES_LONGER, _LONGER = 4, 8
_OF_CODES = frozenset("-_#")
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Categories of characters that nobody sees, or that turn the others round."""


def is_alike(value: JsonValue, known: Sequence[JsonValue]) -> bool:
    """Say whether a value is of the kind of these; without any, nothing speaks against it."""
    alike = [one for one in known if _type(one) is _type(value)]
    if not known or not alike:
        return not known
    if isinstance(value, str):
        return _is_alike_text(value, [one for one in alike if isinstance(one, str)])
    if _type(value) is float:
        return _is_alike_amount(_amount(value), [_amount(one) for one in alike])
    return True


def _type(value: JsonValue) -> type:
    """Return the type of a JSON value; all numbers are of one."""
    return float if isinstance(value, int | float) and not isinstance(value, bool) else type(value)


def _amount(value: JsonValue) -> float:
    return value if isinstance(value, int | float) else 0


def _is_alike_amount(value: float, known: Sequence[float]) -> bool:
    is_below = value < 0 and all(one >= 0 for one in known)
    return not is_below and abs(value) <= _TIMES_LARGER * max(abs(one) for one in known)


def _is_alike_text(value: str, known: Sequence[str]) -> bool:
    if len(value) > _TIMES_LONGER * max(map(len, known)) + _LONGER:
        return False
    if not {char for char in value if category(char) in _UNSEEN} <= set("".join(known)):
        return False
    return any(map(_is_of_words, known)) or _is_alike_code(value, known)


def _is_of_words(text: str) -> bool:
    """Say whether a text is more than one word; an empty one may have been any number of them."""
    return not text or any(map(str.isspace, text))


def _marks(text: str) -> frozenset[str]:
    return frozenset(char for char in text if not char.isalnum())


def _is_alike_code(value: str, known: Sequence[str]) -> bool:
    """Say whether one word is made of what all these are made of: letters or digits only where they were so."""
    marks, theirs = _marks(value), [_marks(one) for one in known]
    if not value.isascii() and all(map(str.isascii, known)):
        return False
    if not frozenset.intersection(*theirs) <= marks <= frozenset.union(*theirs):
        return False
    if any(map(str.isdecimal, known)) and not value.isdecimal():
        return False
    if not frozenset.union(*theirs) <= _OF_CODES:
        return True  # an address or a path: what may stand in it is not told by a few of them
    kinds = [(any(map(str.isalpha, one)), any(map(str.isdecimal, one))) for one in known]
    has = (any(map(str.isalpha, value)), any(map(str.isdecimal, value)))
    return all(here or not all(there) for here, there in zip(has, zip(*kinds, strict=True), strict=True))
