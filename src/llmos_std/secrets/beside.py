"""Find values that only the name beside them tells: `PASSWORD=…`, `"api_key": "…"`, `--token …`, `Authorization: …`.

A name tells when it ends with a word for a secret; the value must look random, beside the word password just not like
code or prose.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmos_std.secrets.randomness import looks_like_password, looks_random

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterator

    from llmos_std.secrets.shapes import Found

_WORDS = ("passw", "passphrase", "pwd", "pass", "secret", "token", "credential", "cookie", "auth", "key")
_SCHEMES = ("bearer ", "basic ", "token ", "negotiate ")
_ASSIGNED = (
    r"(?i)(?P<name>passw(?:or)?d|passphrase|passwd|pwd|pass|secret|tokens?|credentials?|cookie|"
    r"auth|key(?:[_-]?base)?)"
    r"(?P<joint>(?:\\*[\"'])?(?:\s*(?:=>|:=|=|:|>)\s*|[ \t]+))(?P<quote>\\*[\"'])?"
    r"(?P<value>[^\s\"'\\<>,;(){}\[\]`|]{6,})"
)
_REQUEST = r"[ \t]*(?P<value>[A-Za-z0-9._~+/-]{12,}=*)"
_IN_QUOTES = r"[^\"'\s\\]{6,}"

_PASSWORDS = ("password", "passwd", "passphrase", "pwd", "pass")
_OPEN_KEYS: tuple[str, ...] = (
    "public",
    "primary",
    "foreign",
    "partition",
    "sort",
    "cache",
    "host",
    "idempotency",
    "row",
    "unique",
)
_OPEN_KEYS += (
    "index",
    "object",
    "lookup",
    "hash",
    "group",
    "order",
    "dict",
    "map",
    "s3",
    "known",
    "registry",
    "cursor",
)
_NAME_CHARS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.")
_LONGEST_NAME = 60


def found_beside(text: str, compiled: Callable[[str], re.Pattern[str]]) -> Iterator[Found]:
    """Yield the values in a text that the name beside them makes secrets."""
    lowered = _lowered(text)
    for word in _WORDS:
        for at in _places(lowered, word):
            match = compiled(_ASSIGNED).match(text, at)
            if match and (found := _value(text, match, compiled)):
                yield *found, _kind(match["name"])
    for scheme in _SCHEMES:
        for at in _places(lowered, scheme):
            match = compiled(_REQUEST).match(text, at + len(scheme))
            if match and _is_of_request(scheme, match["value"]):
                yield match.start("value"), match.end("value"), "authorization"


def is_secret_under(key: str, value: str) -> bool:
    """Say whether the value of a JSON key is a secret by the key's name."""
    lowered = key.lower()
    if lowered.endswith(_PASSWORDS):
        return looks_like_password(value)
    if lowered.endswith("key"):
        return _is_secret_key(lowered.removesuffix("key")) and looks_random(value)
    return lowered.endswith(("secret", "token", "credential", "credentials", "cookie")) and looks_random(value)


def _places(text: str, word: str) -> Iterator[int]:
    at = text.find(word)
    while at >= 0:
        yield at
        at = text.find(word, at + len(word))


def _lowered(text: str) -> str:
    """Return the text in lower case, every character at its place."""
    lowered = text.lower()
    return lowered if len(lowered) == len(text) else "".join(c.lower() if c.isascii() else c for c in text)


def _value(text: str, match: re.Match[str], compiled: Callable[[str], re.Pattern[str]]) -> tuple[int, int] | None:
    """Return begin and end of the value of an assignment that holds a secret, None for one that does not."""
    name, begin, end = match["name"].lower(), match.start("value"), match.end("value")
    before = _name_before(text, match.start())
    if match["joint"].isspace() and not _is_option(before, name, text, match.start()):
        return None
    value = match["value"]
    if match["quote"]:
        whole = compiled(_IN_QUOTES).match(text, begin)
        value = whole[0] if whole else value
        end = begin + len(value)
    elif text[end : end + 1] in {"(", "["}:
        return None
    value = value if match["quote"] else value.rstrip(".")
    end = begin + len(value)
    if name in _PASSWORDS:
        is_secret = (name not in {"pass", "pwd"} or not before[-1:].isalpha()) and looks_like_password(value)
    elif "key" in name:
        is_secret = _is_secret_key(before.lower()) and looks_random(value)
    else:
        is_secret = looks_random(value)
    return (begin, end) if is_secret else None


def _is_secret_key(before: str) -> bool:
    """Say whether a key with this before the word "key" is one that opens something."""
    before = before.rstrip("_-. ")
    return bool(before) and not before.endswith(_OPEN_KEYS)


def _is_option(before: str, name: str, text: str, at: int) -> bool:
    """Say whether a name followed by a blank is an option of a command, or a word of a .netrc file."""
    return before.startswith("--") or (name == "password" and "login " in text[max(0, at - 80) : at])


def _is_of_request(scheme: str, value: str) -> bool:
    if scheme != "basic ":
        return looks_random(value)
    from base64 import b64decode

    try:
        return b":" in b64decode(value + "=" * (-len(value) % 4), validate=True)
    except ValueError:
        return False


def _name_before(text: str, at: int) -> str:
    begin = at
    while begin > max(0, at - _LONGEST_NAME) and text[begin - 1] in _NAME_CHARS:
        begin -= 1
    return text[begin:at]


def _kind(name: str) -> str:
    name = name.lower().strip("_-")
    return "password" if name in _PASSWORDS else "api-key" if "key" in name else name
