"""JSON values, their one canonical text, and digests of them."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, TypeAlias, Union

JsonValue: TypeAlias = Union[bool, int, float, str, "list[JsonValue]", "dict[str, JsonValue]", None]
JsonObject: TypeAlias = Mapping[str, Any]
"""A JSON object whose values are JSON values: tool arguments, payloads."""

_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def canonical_json(value: object) -> str:
    """Return the one text of a JSON value: keys sorted, no spaces, no NaN, non-ASCII kept.

    Raises TypeError or ValueError for anything that JSON cannot hold.
    """
    return _CANONICAL.encode(value)


def digest(value: object) -> str:
    """Return the SHA-256 (64 hex digits) of the canonical text of a JSON value."""
    return text_digest(canonical_json(value))


def text_digest(text: str) -> str:
    """Return the SHA-256 (64 hex digits) of a text as UTF-8; lone surrogates are kept, not refused."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def with_whole_numbers(value: JsonValue) -> JsonValue:
    """Return a JSON value in which every number without a fraction is an int: 150.0 and 150 are one number to JSON."""
    if isinstance(value, dict):
        return {key: with_whole_numbers(one) for key, one in value.items()}
    if isinstance(value, list):
        return [with_whole_numbers(one) for one in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
