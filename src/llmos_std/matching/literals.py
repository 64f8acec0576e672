"""Typed literals: what a piece of text that is no word stands for, with its unit and sub-type.

Two spellings share a value only where nobody could mean another one: `1,000` and `1000`, `10MB` and `10 megabytes`,
`9am` and `9:00 am`. Everything else is kept to the letter.
"""

from __future__ import annotations

import re

Literal = tuple[str, str]
"""Kind and value."""

_UNITS = """
    B:byte,bytes KB:kb,kB,kilobyte,kilobytes MB:mb,megabyte,megabytes,megs GB:gb,gigabyte,gigabytes,gigs
    TB:tb,terabyte,terabytes KiB:kib,kibibytes MiB:mib,mebibytes GiB:gib,gibibytes
    ms:msec,millisecond,milliseconds s:sec,secs,second,seconds min:mins,minute,minutes h:hr,hrs,hour,hours
    d:day,days week:w,wk,wks,weeks month:mo,mos,months year:y,yr,yrs,years
    px:pixel,pixels mm:millimeters,millimetres cm:centimeters,centimetres metre:meter,meters,metres
    km:kilometer,kilometers,kilometre,kilometres mile:miles kg:kilogram,kilograms,kilo,kilos g:gram,grams
    l:liter,liters,litre,litres ml:milliliters,millilitres %:percent,pct
    $:dollar,dollars,USD,usd €:euro,euros,EUR,eur £:GBP,gbp ¥:yen,JPY,jpy
    """
UNITS = {
    name: group.partition(":")[0]
    for group in _UNITS.split()
    for name in (group.partition(":")[0], *group.partition(":")[2].split(","))
}
"""Every spelling of a unit with the one that stands for all of its kind; `m` is metres, minutes or a million."""

CURRENCIES = frozenset("$€£¥")

_NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?")
_CLOCK = re.compile(r"(\d{1,2})(?::(\d{2}))?([ap])\.?m", re.IGNORECASE)
_HOURS = re.compile(r"\d{1,2}:\d{2}")
_NOON, _MIDNIGHT, _MINUTES = 12, 24, 60
_ORDINAL = re.compile(r"(\d+)(?:st|nd|rd|th)")
_SHAPES = (
    ("date", re.compile(r"\d{4}-\d{2}-\d{2}")),
    ("url", re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://\S+")),
    ("email", re.compile(r"[^@\s/:]+@[^@\s/:]+\.[^@\s/:]+")),
    ("host", re.compile(r"(?:[A-Za-z0-9-]+\.)+(?:com|org|net|edu|gov|io|dev|app)")),
)
_PATH = re.compile(r"[\w./\\~+-]+")
_ID = re.compile(r"[\w-]+")
_SUFFIX = re.compile(r"\.(tar\.[A-Za-z0-9]{1,4}|[A-Za-z][A-Za-z0-9]{0,7}|7z|mp[34])$")


def literal_of(core: str) -> Literal:
    """Return kind and value of a text without spaces that is no word."""
    return _measured(core) or _named(core)


def quantity(number: str, unit: str) -> Literal:
    """Return a number with a unit as one value; `unit` is one of UNITS."""
    return ("money" if unit in CURRENCIES else "quantity", f"{number.replace(',', '')} {unit}")


def is_number(literal: Literal) -> bool:
    """Say whether a literal is a bare number that a unit may follow."""
    return literal[0] in ("int", "float")


def subtype(literal: Literal) -> str:
    """Return what two values of one kind must share to be two values of one slot: unit, currency, suffix, root."""
    kind, value = literal
    if kind in ("quantity", "money"):
        return value.rpartition(" ")[2]
    if kind in ("path", "glob"):
        found = _SUFFIX.search(value)
        return (("/~".find(value[0]) >= 0 and value[0]) or "") + (found.group(0) if found else "")
    return ""


def _measured(core: str) -> Literal | None:
    bare = core.lstrip("$€£¥")
    head = core[: len(core) - len(bare)]
    found = _NUMBER.match(bare)
    if found is None or len(head) > 1:
        return None
    number, rest = found.group(0), bare[found.end() :]
    if head:
        return None if rest else quantity(number, head)
    if not rest:
        return _plain_number(number)
    return quantity(number, UNITS[rest]) if rest in UNITS else _numbered(core)


def _plain_number(number: str) -> Literal:
    """Read a number; one with zeros before it is a name."""
    plain = number.replace(",", "")
    is_padded = plain.lstrip("+-").startswith("0") and plain.lstrip("+-").isdecimal() and len(plain) > 1
    return ("id" if is_padded else "float" if "." in plain else "int", plain)


def _numbered(core: str) -> Literal | None:
    """Read what begins with a number and is none: `9:30am`, `17:00`, `1st`."""
    if clock := _CLOCK.fullmatch(core):
        return ("clock", f"{int(clock.group(1))}:{clock.group(2) or '00'} {clock.group(3).lower()}m")
    if _HOURS.fullmatch(core):
        hour, _, minute = core.partition(":")
        is_late = _NOON < int(hour) < _MIDNIGHT and int(minute) < _MINUTES
        return ("clock", f"{int(hour) - _NOON}:{minute} pm" if is_late else core)
    ordinal = _ORDINAL.fullmatch(core)
    return ("ordinal", ordinal.group(1)) if ordinal else None


def _named(core: str) -> Literal:
    for kind, shape in _SHAPES:
        if shape.fullmatch(core):
            return (kind, core)
    if "*" in core and not set(core) & set("()|^$\\"):
        return ("glob", core)
    if ("/" in core or "\\" in core or _SUFFIX.search(core) or core[0] == "~") and _PATH.fullmatch(core):
        return ("path", core)
    if _ID.fullmatch(core) and any(character.isdecimal() or character == "_" for character in core):
        return ("id", core)
    return ("raw", core)
