"""Remember a configuration that was found right, so that the next start need not parse and check it again.

What is kept is only what the files, the environment and the preset said, under a name that changes with every byte of
them. A file that cannot be read, is damaged or belongs to other plugins counts as absent; nothing here ever raises.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

MOST_KEPT = 40


def recall(folder: Path, key: str) -> dict[str, Any] | None:
    """Return what was remembered under a key, None when there is nothing sound."""
    try:
        seal, _, body = _file(folder, key).read_bytes().partition(b"\n")
        if seal.decode("ascii") != _seal(key, body):
            return None
        found = json.loads(body)
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def remember(folder: Path, key: str, content: Mapping[str, Any]) -> None:
    """Keep `content` (JSON values) under a key for later processes, if that is possible."""
    import tempfile

    try:
        body = json.dumps(content).encode()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=folder, prefix="config-", suffix=".tmp")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(_seal(key, body).encode() + b"\n" + body)
            Path(name).replace(_file(folder, key))
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        _drop_oldest(folder)
    except (OSError, TypeError, ValueError):
        return


def _file(folder: Path, key: str) -> Path:
    return folder / f"config-{key[:32]}.json"


def _seal(key: str, body: bytes) -> str:
    return hashlib.sha256(key.encode() + b"\n" + body).hexdigest()


def _drop_oldest(folder: Path) -> None:
    files = sorted(folder.glob("config-*.json"), key=lambda file: file.stat().st_mtime_ns)
    for file in files[:-MOST_KEPT]:
        file.unlink(missing_ok=True)
