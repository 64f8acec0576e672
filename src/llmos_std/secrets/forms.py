"""The forms in which a known secret may stand in a text: itself, escaped, and in base64, hexadecimal and URL coding.

On the way to a replay: what is imported here is built into Python.
"""

from binascii import b2a_base64, hexlify
from collections.abc import Iterator

from llmos_std.secrets.naming import SHORTEST

_PLAIN = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-~")
_HTML = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"))


def forms_of(value: str) -> dict[str, str]:
    """Return each form of a secret with its name; the plain value has the name "".

    A base64 text that holds the secret somewhere holds one of three forms, by where in a group of three bytes it
    begins; at both ends what mixes with the neighbours is left off.
    """
    raw = value.encode("utf-8", "surrogatepass")
    found = {value: ""}
    if not _PLAIN.issuperset(raw):
        for name, text in _escaped(value, raw):
            found.setdefault(text, name)
    if len(value) >= SHORTEST:
        for offset in range(3):
            for name, text in _base64(raw, offset):
                found.setdefault(text, name)
        digits = hexlify(raw).decode()
        found.setdefault(digits, "hex")
        found.setdefault(digits.upper(), "hex-upper")
    return found


def _escaped(value: str, raw: bytes) -> Iterator[tuple[str, str]]:
    import json

    in_json = json.dumps(value)[1:-1]
    yield "json", in_json
    yield "json-in-json", json.dumps(in_json)[1:-1]
    backslashed = value.encode("unicode_escape", "surrogatepass").decode("ascii")
    yield "escaped", backslashed
    yield "repr", repr(value)[1:-1]
    yield "quoted", backslashed.replace("'", "\\'")
    yield "json-unicode", json.dumps(value, ensure_ascii=False)[1:-1]
    coded = "".join(chr(byte) if byte in _PLAIN else f"%{byte:02X}" for byte in raw)
    yield "url", coded
    yield "url-lower", "".join(chr(byte) if byte in _PLAIN else f"%{byte:02x}" for byte in raw)
    yield "form", coded.replace("%20", "+")
    html = value
    for character, escaped in _HTML:
        html = html.replace(character, escaped)
    yield "html", html
    yield "shell", value.replace("'", "'\"'\"'")
    if "\n" in value:
        yield "one-line", value.replace("\n", " ")


def _base64(raw: bytes, offset: int) -> Iterator[tuple[str, str]]:
    """Yield what is sure in the base64 of any bytes that hold `raw` at a place ≡ `offset` modulo three."""
    coded = b2a_base64(bytes(offset) + raw, newline=False).decode()
    begin = (offset * 8 + 5) // 6
    end = (offset + len(raw)) * 8 // 6
    yield f"base64.{offset}", coded[begin:end]
    yield f"base64url.{offset}", coded[begin:end].replace("+", "-").replace("/", "_")
