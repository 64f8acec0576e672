"""Remember what was worked out and found right, so that the next start need not work it out again.

A `kind` says what it is: "config" or "plugins". It is kept under a key that changes with everything it was made from. A
file that cannot be read or is damaged counts as absent; nothing here ever raises.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

MOST_KEPT = 40
"""How many things of one kind are remembered; the oldest are dropped."""


def recall(folder: Path, key: str, *, kind: str = "config") -> dict[str, Any] | None:
    """Return what was remembered under a key, None when there is nothing sound."""
    try:
        seal, _, body = _file(folder, key, kind).read_bytes().partition(b"\n")
        if seal.decode("ascii") != _seal(key, body):
            return None
        found = json.loads(body)
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def remember(folder: Path, key: str, content: Mapping[str, Any], *, kind: str = "config") -> None:
    """Keep `content` (JSON values) under a key for later processes, if that is possible."""
    import tempfile

    try:
        body = json.dumps(content).encode()
        _make_private(folder)
        descriptor, name = tempfile.mkstemp(dir=folder, prefix=f"{kind}-", suffix=".tmp")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(_seal(key, body).encode() + b"\n" + body)
            Path(name).replace(_file(folder, key, kind))
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        _drop_oldest(folder, kind)
    except (OSError, TypeError, ValueError):
        return


def _make_private(folder: Path) -> None:
    """Make a folder and its missing parents for their owner alone; `mkdir(parents=True)` would leave these open."""
    if not folder.is_dir():
        _make_private(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)


def _file(folder: Path, key: str, kind: str) -> Path:
    return folder / f"{kind}-{key[:32]}.json"


def _seal(key: str, body: bytes) -> str:
    return hashlib.sha256(key.encode() + b"\n" + body).hexdigest()


def _drop_oldest(folder: Path, kind: str) -> None:
    files = sorted(folder.glob(f"{kind}-*.json"), key=lambda file: file.stat().st_mtime_ns)
    for file in files[:-MOST_KEPT]:
        file.unlink(missing_ok=True)
