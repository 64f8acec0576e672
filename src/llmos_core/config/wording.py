"""Say types, values and problems in the words of a person who writes TOML. A secret is never said."""

import enum
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from types import NoneType
from typing import Any, Literal, get_args, get_origin

import attrs

from llmos_core.config.secret_ref import SecretRef
from llmos_core.config.secret_shapes import is_secret_name, may_be_secret, redacted, secret_in

_LONGEST_SHOWN = 60
_LONGEST_SENTENCE = 2_000
_NAMES: dict[Any, str] = {
    str: "a text",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    Decimal: 'an amount such as 5 or "0.25"',
    Path: "a path, as text",
    Any: "any value",
    SecretRef: "a table that says where the secret is",
}
HIDDEN = "a text that is not shown here"
"""What messages say in place of a text that may be a secret."""


def expected(kind: Any) -> str:  # noqa: PLR0911 – one line a kind of type
    """Return a type in words."""
    if kind in _NAMES:
        return _NAMES[kind]
    origin, inside = get_origin(kind), get_args(kind)
    if origin is Literal:
        return "one of " + ", ".join(repr(choice) for choice in inside)
    if (origin or kind) in {tuple, list, set, frozenset}:
        return "a list" + (" of texts" if str in inside else "")
    if (origin or kind) in {dict, Mapping} or attrs.has(kind):
        return "a table" + (" of texts" if inside[1:] == (str,) else "")
    if NoneType in inside:
        return " or ".join(expected(option) for option in inside if option is not NoneType)
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return "one of " + ", ".join(repr(choice.value) for choice in kind)
    return " or ".join(expected(option) for option in inside) if inside else str(kind)


def shown(key: str, value: Any) -> str:  # noqa: PLR0911 – one line a kind of value
    """Return what was found, as TOML would write it, shortened; what may be a secret is not shown."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return "a table"
    if isinstance(value, list | tuple):
        return "a list"
    if value is None:
        return "no value"
    if isinstance(value, str):
        if is_secret_name(key) or secret_in(value) or may_be_secret(value):
            return HIDDEN
        return f'"{_shortened(value)}"'
    try:
        return _shortened(str(value))
    except ValueError:  # Python writes no number of more than some thousand digits
        return "a huge number"


def sentence(text: str) -> str:
    """Return a problem as one printable line without secrets, whatever keys and values were worked into it."""
    line = "".join(c if c.isprintable() else _escaped(c) for c in redacted(text[:_LONGEST_SENTENCE]))
    return line if len(text) <= _LONGEST_SENTENCE else f"{line}…"


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
