"""What a server answered, as JSON: text as text, structure as structure, everything else as a reference.

Nothing is left out in silence: pictures, sounds and files are named with their size and digest, and what is longer than
the limit is cut with its true size and digest beside it.
"""

import base64
import hashlib
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from llmos_core.errors import ToolError
from llmos_core.types.json import JsonValue, canonical_json
from llmos_mcp.words import visible

if TYPE_CHECKING:
    from mcp.types import CallToolResult

_LONGEST_ERROR = 2_000


def as_json(result: "CallToolResult", *, limit_bytes: int) -> JsonValue:
    """Return the answer: its text if that is all there is, its structure if that says the same, else all its parts.

    ToolError, with the server's own words, when the server says that the call failed.
    """
    parts = [_part(block) for block in result.content]
    if result.is_error:
        raise ToolError(_complaint(parts, result.structured_content))
    return _within(_plainest(parts, result.structured_content), limit_bytes)


def _plainest(parts: Sequence[dict[str, Any]], structure: Any) -> JsonValue:
    texts = [part["text"] for part in parts if part["type"] == "text"]
    is_all_text = len(texts) == len(parts)
    if structure is None:
        return texts[0] if is_all_text and len(parts) == 1 else {"content": list(parts)} if parts else ""
    if not parts or (is_all_text and len(parts) == 1 and _says(texts[0], structure)):
        plain: JsonValue = structure
        return plain
    return {"content": list(parts), "structured": structure}


def _says(text: str, structure: Any) -> bool:
    """Say whether a text only repeats the structure: as JSON, or as the one value that the structure wraps."""
    is_wrapped = isinstance(structure, dict) and len(structure) == 1
    meant = [structure, *structure.values()] if is_wrapped else [structure]
    if text in meant:
        return True
    try:
        said = canonical_json(json.loads(text))
    except (ValueError, RecursionError):
        return False
    return said in map(canonical_json, meant)


def _part(block: Any) -> dict[str, Any]:
    kind: str = block.type
    if kind == "text":
        return {"type": "text", "text": block.text}
    if kind in {"image", "audio"}:
        return {"type": kind, "mime_type": block.mime_type, **_reference(block.data)}
    if kind == "resource_link":
        return _without_nothing(
            {"type": kind, "uri": str(block.uri), "name": block.name, "mime_type": block.mime_type, "size": block.size}
        )
    held = block.resource
    found = {"type": kind, "uri": str(held.uri), "mime_type": held.mime_type}
    content = {"text": held.text} if hasattr(held, "text") else _reference(held.blob)
    return _without_nothing({**found, **content})


def _reference(encoded: str) -> dict[str, Any]:
    """Stand for content that is no text: its size and its digest."""
    try:
        content = base64.b64decode(encoded, validate=True)
    except ValueError:
        return {"problem": "its content is no base64", "size_chars": len(encoded)}
    return {"size_bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def _without_nothing(table: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in table.items() if value is not None}


def _within(value: JsonValue, limit_bytes: int) -> JsonValue:
    """Return the value, or its beginning with its true size and digest when it is too long."""
    whole = value if isinstance(value, str) else canonical_json(value)
    encoded = whole.encode("utf-8", "surrogatepass")
    if len(encoded) <= limit_bytes:
        return value
    return {
        "is_cut": True,
        "size_bytes": len(encoded),
        "sha256": hashlib.sha256(encoded).hexdigest(),
        "beginning": encoded[:limit_bytes].decode("utf-8", "ignore"),
    }


def _complaint(parts: Sequence[dict[str, Any]], structure: Any) -> str:
    texts = "\n".join(part["text"] for part in parts if part["type"] == "text")
    said = texts or ("" if structure is None else canonical_json(structure))
    return visible(said, _LONGEST_ERROR) or "the server says that it failed, and not why"
