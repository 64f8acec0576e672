"""Read the arguments of a tool call as models write them; mend only what is certain.

Certain are: a code fence around the object, line breaks inside strings, trailing commas, one stray character after the
object, brackets that were never closed, and an object sent as a JSON string. Never guessed: an unfinished string or
number, a missing value, two objects in a row. What cannot be read is handed over as it is, under the name MALFORMED.
"""

import json
import math
from typing import Any

from llmos_core.types.json import JsonObject

MALFORMED = "__malformed__"
"""The only argument of a call whose arguments could not be read; its value is what the model wrote."""

_CLOSERS = {"{": "}", "[": "]"}
_STRAY = "}])`;,."


def read_arguments(raw: str, *, is_whole: bool = True) -> JsonObject:
    """Return the object that `raw` stands for, or {MALFORMED: raw}. Valid JSON objects come back unchanged.

    Nothing at all counts as no arguments. `is_whole` False says that the text was cut off: then nothing is closed.
    """
    text = _unfenced(raw.strip())
    if text in ("", "null"):
        return {}
    found = _object(text)
    if found is None and is_whole:
        found = _object(_mended(text))
    return {MALFORMED: raw} if found is None else found


def _object(text: str) -> dict[str, Any] | None:
    """Return the JSON object in `text`, followed by nothing or by one stray character; None when there is none."""
    decoder = json.JSONDecoder(strict=False, parse_constant=_refuse, parse_float=_finite)
    try:
        value, end = decoder.raw_decode(text)
        if isinstance(value, str) and end == len(text):
            value = decoder.decode(value)
    except (ValueError, RecursionError):
        return None
    rest = text[end:].strip()
    is_clean = not rest or (len(rest) == 1 and rest in _STRAY)
    return value if isinstance(value, dict) and is_clean else None


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text} is out of range")
    return number


def _unfenced(text: str) -> str:
    """Return what stands inside a code fence that encloses all of `text`, else `text`."""
    if not (text.startswith("```") and text.endswith("```") and len(text) >= len("``````")):
        return text
    inside = text[3:-3]
    first, newline, rest = inside.partition("\n")
    is_label = newline and first.strip().isalnum()
    return (rest if is_label or not first.strip() else inside).strip()


def _mended(text: str) -> str:
    """Return `text` without commas before a closing bracket and with its open brackets closed.

    Text that ends inside a string or a number is returned as it is; brackets that do not match stay wrong.
    """
    kept: list[str] = []
    open_brackets: list[str] = []
    in_string = is_escaped = False
    for letter in text:
        if in_string:
            in_string = is_escaped or letter != '"'
            is_escaped = letter == "\\" and not is_escaped
        elif letter == '"':
            in_string = True
        elif letter in _CLOSERS:
            open_brackets.append(_CLOSERS[letter])
        elif letter in _CLOSERS.values() and open_brackets:
            open_brackets.pop()
            _drop_comma(kept)
        kept.append(letter)
    if in_string or (open_brackets and text[-1].isalnum()):
        return text
    if open_brackets:
        _drop_comma(kept)
    return "".join(kept) + "".join(reversed(open_brackets))


def _drop_comma(kept: list[str]) -> None:
    """Remove a comma, and the white space after it, from the end of what was kept."""
    end = len(kept)
    while end and kept[end - 1].isspace():
        end -= 1
    if end and kept[end - 1] == ",":
        del kept[end - 1 :]
