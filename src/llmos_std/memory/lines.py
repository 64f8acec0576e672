"""Values as text that cannot break out: JSON on one line, or a literal block whose every line is indented.

The one rule: text that came from a goal, a tool or a model never starts a line and never ends one. What is written
here is valid JSON (a line) and valid YAML (a line or a block), and means the same to both.
"""

import re
from collections.abc import Mapping
from json import JSONDecoder, dumps
from json.encoder import encode_basestring
from typing import Any

WRAP = "$json"
"""The only key of the object that stands for a value which YAML cannot hold: {"$json": "<its JSON text>"}."""

INDENT = "    "
"""Every line of a literal block begins with these four spaces: too deep for Markdown to see a fence or a heading."""

HIDDEN = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff"
    "\ufeff\ufff9-\ufffb\ufffe\uffff"
)
"""Characters, as a class of a regular expression, that are always escaped: controls, line ends that are not LF, marks
that reorder or hide text, and what YAML may not contain."""

YAML_WORDS = frozenset({"yes", "no", "on", "off", "true", "false", "null", "y", "n"})
"""Words that YAML does not read as text unless they are quoted."""

MAX_KEY_CHARS = 1000
"""YAML ends the search for a key's colon after 1,024 characters."""

_TITLE_CHARS = 100


def quote(text: str) -> str:
    """Return `text` as one JSON string in which nothing hidden is left raw; pure in ASCII where it must be."""
    return re.sub(f"[{HIDDEN}]", lambda found: f"\\u{ord(found[0]):04x}", encode_basestring(text))


def line(value: object) -> str:
    """Return a JSON value as one line, keys sorted, wrapped where YAML could not hold it.

    Raises TypeError or ValueError for what JSON cannot hold (NaN, infinity, keys that are no text, other types).
    """
    text = _json(value)
    if _fits_yaml(value, text):
        return text
    return f'{{"{WRAP}": {quote(dumps(value, sort_keys=True, default=_plain))}}}'


def block(text: str) -> list[str] | None:
    """Return `text` as a literal block – its marker, then its indented lines – or None when a block would not be exact.

    Exact and safe from editors means: two lines or more, at most one line end at the end, no white space before a line
    end, nothing hidden.
    """
    body = text.removesuffix("\n")
    if "\n" not in body or body.endswith("\n") or re.search(f"[{HIDDEN}]|[ \\t](?:\\n|$)", text):
        return None
    lines = body.split("\n")
    marker = "|2" if lines[0][:1] in {"", " ", "\t"} else "|"
    return [marker if text.endswith("\n") else marker + "-", *(INDENT + each if each else "" for each in lines)]


def name(text: str) -> str:
    """Return the name of an argument as the key of a line: bare when it is a plain word, else quoted."""
    is_plain = text.isascii() and text.isidentifier() and text.lower() not in YAML_WORDS
    return text if is_plain else quote(text)


def fits_as_name(text: object) -> bool:
    """Say whether `name` of it can be the key of a line."""
    return isinstance(text, str) and _is_short(quote(text)) and not re.search("[\ud800-\udfff]", text)


def title(text: str) -> str:
    """Return the visible characters of `text` on one line, at most 100, as a heading for people."""
    visible = "".join(each if each.isprintable() else " " for each in text[: 4 * _TITLE_CHARS])
    return " ".join(visible.split())[:_TITLE_CHARS].rstrip() or "(no visible text)"


def step_heading(number: int, tool: str) -> str:
    """Return the heading of a step; characters of the tool's name beyond printable ASCII show as question marks."""
    shown = "".join(each if " " <= each <= "~" else "?" for each in tool[:_TITLE_CHARS])
    return f"### Step {number} · {shown}".rstrip()


def decode(text: str) -> Any:
    """Return the value of a line, unwrapped.

    Raises ValueError for anything but one JSON value: NaN, infinity and a key that occurs twice are refused too.
    """
    value = _one(text)
    if type(value) is dict and len(value) == 1 and type(value.get(WRAP)) is str:
        return _one(value[WRAP])
    return value


def decode_name(text: str, start: int) -> tuple[str, int]:
    """Return the quoted name that begins at `start`, and where it ends. Raises ValueError when it is no JSON string."""
    value, end = _decoded(text, start)
    if not isinstance(value, str):
        raise ValueError("a name must be text")
    return value, end


def _one(text: str) -> Any:
    """Return the one JSON value that is all of `text`."""
    value, end = _decoded(text)
    if end != len(text):
        raise ValueError(f"there is more after the value, from character {end + 1} on")
    return value


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key occurs twice in one object")
    return found


def _finite(digits: str) -> float:
    value = float(digits)
    if value - value != 0:
        raise ValueError(f"{digits} is too large for a number")
    return value


def _refuse(word: str) -> None:
    raise ValueError(f"{word} is not a JSON number")


_decoded = JSONDecoder(object_pairs_hook=_without_repeats, parse_float=_finite, parse_constant=_refuse).raw_decode


def _json(value: object) -> str:
    if isinstance(value, str):
        return quote(value)
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int):
        return int.__repr__(value)
    if isinstance(value, float):
        return _float(value)
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            raise TypeError(f"the keys of {value!r} are not all text")
        return "{" + ", ".join(f"{quote(key)}: {_json(value[key])}" for key in sorted(value)) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_json, value)) + "]"
    raise TypeError(f"a {type(value).__name__} is not a JSON value")


def _float(value: float) -> str:
    """Return a float as JSON that YAML also reads as a float: with a point before any exponent."""
    if value - value != 0:
        raise ValueError(f"{value} is not a JSON number")
    mantissa, has_exponent, exponent = float.__repr__(value).partition("e")
    if not has_exponent:
        return mantissa
    return f"{mantissa}{'' if '.' in mantissa else '.0'}e{exponent}"


def _fits_yaml(value: object, text: str) -> bool:
    """Say whether YAML reads `text`, the JSON of `value`, and whether it is no wrapping itself."""
    if re.search(r"\\ud[89a-f]", text):
        return False
    if isinstance(value, Mapping) and list(value) == [WRAP]:
        return False
    return _is_short(text) or _has_short_keys(value)


def _has_short_keys(value: object) -> bool:
    if isinstance(value, Mapping):
        return all(_is_short(quote(key)) and _has_short_keys(item) for key, item in value.items())
    return not isinstance(value, list | tuple) or all(map(_has_short_keys, value))


def _is_short(text: str) -> bool:
    return len(text) <= MAX_KEY_CHARS


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"a {type(value).__name__} is not a JSON value")
