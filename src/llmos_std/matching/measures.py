"""Values that are written in several words: `10 MB`, `9 am`, `a week`, `5 January 2024`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmos_std.matching.lexicon.grammar import NUMBER_WORDS
from llmos_std.matching.literals import UNITS, is_number, quantity
from llmos_std.matching.tokens import MARK, WORD

if TYPE_CHECKING:
    from llmos_std.matching.tokens import Token

Measure = tuple[int, tuple[str, str]]
"""How many tokens it takes, and the atom they are."""

_MONTHS = "january february march april may june july august september october november december".split()
_SHORT = {month[:3]: number for number, month in enumerate(_MONTHS, start=1)} | {"sept": 9}
_MONTH_OF = {month: number for number, month in enumerate(_MONTHS, start=1)} | _SHORT
_AMBIGUOUS = frozenset(("may", "mar", "march"))
_ONE_OF = frozenset(("minute", "hour", "day", "week", "month", "year"))
_ABBREVIATED = 3
_YEAR_DIGITS, _LAST_DAY = 4, 31


def measured(tokens: list[Token], small: list[str], at: int, end: int) -> Measure | None:
    """Return the value that starts at this token when it takes more than one, None when none does."""
    if at + 1 >= end:
        return None
    if small[at] in ("a", "an") and small[at + 1] in _ONE_OF:
        return 2, quantity("1", UNITS[small[at + 1]])
    return _day_first(tokens, at, end) or _month_first(tokens, at, end) or _counted(tokens, small, at)


def _counted(tokens: list[Token], small: list[str], at: int) -> Measure | None:
    """Read a number and the word for its unit."""
    token, following = tokens[at], tokens[at + 1]
    if token.kind == "clock" and following.value.lower() in ("am", "pm") and token.value[-1].isdecimal():
        return 2, ("clock", f"{token.value.lstrip('0')} {following.value.lower()}")
    number = NUMBER_WORDS.get(small[at], "") or (token.value if is_number((token.kind, token.value)) else "")
    if not number or following.surface[:1] != " ":
        return None
    if following.value in ("a.m", "p.m") and number.isdecimal():
        return 2, ("clock", f"{int(number)}:00 {following.value[0]}m")
    if following.kind == WORD:
        if following.value.lower() in ("am", "pm") and number.isdecimal():
            return 2, ("clock", f"{int(number)}:00 {following.value.lower()}")
        unit = _unit(following.value, small[at + 1])
        return (2, quantity(number, unit)) if unit else None
    return (2, quantity(number, "%")) if following.value == "%" else None


def _unit(value: str, small: str) -> str:
    """Return the unit a word stands for; short ones only as they are written, for MB and Mb are two."""
    if value in UNITS and (len(value) > 1 or value in ("B", "s", "h", "d", "g", "l")):
        return UNITS[value]
    return UNITS.get(small, "") if len(small) > _ABBREVIATED else ""


def _month_first(tokens: list[Token], at: int, end: int) -> Measure | None:
    """Read `January 5`, `January 5th, 2024`."""
    month = _month(tokens[at])
    day = _day(tokens[at + 1]) if month else 0
    if not day:
        return None
    length, year = _year(tokens, at + 2, end)
    return 2 + length, ("date", f"{year}-{month:02}-{day:02}")


def _day_first(tokens: list[Token], at: int, end: int) -> Measure | None:
    """Read `5 January`, `5th of January 2024`."""
    day = _day(tokens[at])
    if not day:
        return None
    skip = 2 if tokens[at + 1].value == "of" and at + 2 < end else 1
    month = _month(tokens[at + skip])
    if not month:
        return None
    length, year = _year(tokens, at + skip + 1, end)
    return skip + 1 + length, ("date", f"{year}-{month:02}-{day:02}")


def _month(token: Token) -> int:
    lower = token.value.lower()
    if token.kind != WORD or (lower in _AMBIGUOUS and token.value == lower):
        return 0
    return _MONTH_OF.get(lower, 0)


def _day(token: Token) -> int:
    is_day = token.kind in ("int", "ordinal") and token.value.isdecimal() and 0 < int(token.value) <= _LAST_DAY
    return int(token.value) if is_day else 0


def _year(tokens: list[Token], at: int, end: int) -> tuple[int, str]:
    skip = 1 if at + 1 < end and tokens[at].kind == MARK and tokens[at].value == "," else 0
    if at + skip < end:
        token = tokens[at + skip]
        if token.kind == "int" and token.value.isdecimal() and len(token.value) == _YEAR_DIGITS:
            return skip + 1, token.value
    return 0, "-"
