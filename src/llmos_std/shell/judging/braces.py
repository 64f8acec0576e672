"""Expand {a,b} and {1..9} as bash does, on a text in which everything else was put aside."""

import re

_RANGE = re.compile(r"(-?\d+|[A-Za-z])\.\.(-?\d+|[A-Za-z])(?:\.\.(-?\d+))?")
_MAX = 200
_MAX_BRACES = 12


def expand_braces(text: str) -> list[str]:
    """Return what a word becomes; a text without braces stays alone. Of a very long range only the beginning is listed.

    Raises ValueError for more braces, or more words, than anybody writes.
    """
    if text.count("{") > _MAX_BRACES:
        raise ValueError("braces without end")
    for start, sign in enumerate(text):
        if sign != "{" or (start and text[start - 1] == "$"):
            continue
        if (end := _closing(text, start)) < 0:
            continue
        if (choices := _choices(text[start + 1 : end])) is None:
            continue
        rests = expand_braces(text[end + 1 :])
        heads = [text[:start] + one for choice in choices for one in expand_braces(choice)]
        if len(heads) * len(rests) > _MAX:
            raise ValueError("braces that stand for very many words")
        return [head + rest for head in heads for rest in rests]
    return [text]


def _closing(text: str, start: int) -> int:
    level = 0
    for index in range(start, len(text)):
        level += {"{": 1, "}": -1}.get(text[index], 0)
        if level == 0:
            return index
    return -1


def _choices(inner: str) -> list[str] | None:
    if found := _RANGE.fullmatch(inner):
        return _range(*found.groups())
    parts, level = [""], 0
    for sign in inner:
        level += {"{": 1, "}": -1}.get(sign, 0)
        if sign == "," and not level:
            parts.append("")
        else:
            parts[-1] += sign
    return parts if len(parts) > 1 else None


def _range(first: str, last: str, step: str | None) -> list[str] | None:
    if first.lstrip("-").isdigit() != last.lstrip("-").isdigit():
        return None
    is_number = first.lstrip("-").isdigit()
    begin, end = (int(first), int(last)) if is_number else (ord(first), ord(last))
    stride = abs(int(step or 1)) or 1
    numbers = range(begin, end + 1, stride) if begin <= end else range(begin, end - 1, -stride)
    return [str(number) if is_number else chr(number) for number in numbers[:_MAX]]
