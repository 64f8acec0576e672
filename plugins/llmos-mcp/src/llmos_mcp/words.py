"""Whatever a server says is untrusted text: here it is shortened and loses what could move a cursor or hide a word."""

import unicodedata

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Controls, invisible formatters (bidirectional overrides among them), surrogates, private use, unassigned."""


def visible(text: str, limit: int) -> str:
    """Return at most `limit` characters of text, keeping line ends and tabs, without characters that do not show."""
    shown = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in _UNSEEN).strip()
    return shown if len(shown) <= limit else f"{shown[: limit - 1]}…"


def one_line(text: str, limit: int) -> str:
    """Return text on one line, without characters that do not show."""
    return visible(" ".join(text.split()), limit)
