"""Look whether Ollama answers, and which of its models can chat. No single wait is longer than 0.2 s.

Only a positive answer is remembered (30 s, in the user's cache), so that a server started a moment ago is found.
"""

import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from llmos_core.types.record import Record

TIMEOUT_S = 0.2
REMEMBERED_S = 30.0
_MOST_BYTES = 1_000_000


class Probe(Record):
    """What was seen: whether the server answers, and its chat models, the most recently changed first."""

    answers: bool = False
    models: tuple[str, ...] = ()


def probe_ollama(base: str, *, cache: Path, now: Callable[[], float]) -> Probe:
    """Return what is known about the Ollama at `base`; `now` counts seconds since 1970. Never raises."""
    remembered = _remembered(cache, base, now())
    if remembered is not None:
        return remembered
    found = _asked(base)
    if found.models:
        _remember(cache, {"base": base, "at": now(), "models": list(found.models)})
    return found


def _asked(base: str) -> Probe:
    import http.client
    from urllib.parse import urlsplit

    try:
        address = urlsplit(base)
        kind = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
        connection = kind(address.hostname or "", address.port, timeout=TIMEOUT_S)
        try:
            connection.request("GET", f"{address.path.rstrip('/')}/api/tags")
            response = connection.getresponse()
            data = json.loads(response.read(_MOST_BYTES))
        finally:
            connection.close()
    except (OSError, ValueError, http.client.HTTPException):
        return Probe()
    return Probe(answers=response.status == http.client.OK, models=_chat_models(data))


def _chat_models(data: Any) -> tuple[str, ...]:
    """Return the names in an answer to /api/tags, without models that only make embeddings."""
    listed = data.get("models") if isinstance(data, dict) else None
    names = []
    for entry in listed if isinstance(listed, list) else ():
        name = entry.get("name") if isinstance(entry, dict) else None
        if isinstance(name, str) and name and not _only_embeds(name, entry):
            names.append(name)
    return tuple(names)


def _only_embeds(name: str, entry: dict[str, Any]) -> bool:
    details = entry.get("details")
    family = details.get("family") if isinstance(details, dict) else ""
    return "bert" in str(family).lower() or "embed" in name.lower()


def _remembered(cache: Path, base: str, now: float) -> Probe | None:
    try:
        data = json.loads(cache.read_text("utf-8"))
        is_fresh = data["base"] == base and 0 <= now - data["at"] < REMEMBERED_S
        return Probe(answers=True, models=tuple(str(name) for name in data["models"])) if is_fresh else None
    except (OSError, ValueError, LookupError, TypeError):
        return None


def _remember(cache: Path, data: dict[str, Any]) -> None:
    """Write the cache in one step; a cache that cannot be written is no cache."""
    from llmos_std.storage.files import write_private_file

    with suppress(OSError):
        write_private_file(cache, json.dumps(data).encode())
