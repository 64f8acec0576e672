"""JSON objects as bytes and back without losing anything, and checksums over what is stored.

The bytes are UTF-8 that lets lone surrogates pass, so every text a tool or model can produce comes back as it was.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any


class DamageError(Exception):
    """Stored bytes are not what was written. A `Database` turns it into a StorageError that names the file."""


def to_bytes(text: str) -> bytes:
    """Return any text as bytes; lone surrogates pass."""
    return text.encode("utf-8", "surrogatepass")


def to_text(stored: bytes) -> str:
    """Undo `to_bytes`; raises DamageError."""
    try:
        return stored.decode("utf-8", "surrogatepass")
    except (UnicodeDecodeError, AttributeError) as error:
        raise DamageError(f"a text in it is unreadable: {error}") from error


def pack(value: dict[str, Any]) -> bytes:
    """Return a JSON object as bytes; TypeError, ValueError or RecursionError when JSON cannot hold it."""
    return to_bytes(json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_plain))


def unpack(stored: bytes) -> dict[str, Any]:
    """Undo `pack`; raises DamageError."""
    try:
        value = json.loads(to_text(stored))
    except ValueError as error:
        raise DamageError(f"a record in it is no JSON: {error}") from error
    if not isinstance(value, dict):
        raise DamageError("a record in it is no JSON object")
    return value


def checksum(*parts: bytes | str | int) -> int:
    """Return 48 bits over a record and its place; a flipped bit changes them, also one that changes only a type."""
    found = hashlib.sha256()
    for part in parts:
        data = part if isinstance(part, bytes) else str(part).encode()
        found.update(f"{type(part).__name__}:{len(data)}:".encode())
        found.update(data)
    return int.from_bytes(found.digest()[:6])


def _plain(value: object) -> dict[str, Any]:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} is not a JSON value")
