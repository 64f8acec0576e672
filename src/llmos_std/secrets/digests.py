"""Short keyed digests of secrets: the same secret has the same one, and nobody without the key can test a guess.

The key is random, made at the first need, and the user's alone (mode 0600 among the user's own state).
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from llmos_core.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

_KEY_BYTES = 32
_DIGEST_BYTES = 6


class Digests:
    """Computes digests with the key in one folder; where no key can be kept, with one for this process only."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "digest.key"
        self._key = b""

    def __call__(self, secret: str) -> str:
        """Return 12 hex digits."""
        from hashlib import blake2b

        self._key = self._key or self._read() or self._made()
        return blake2b(secret.encode("utf-8", "surrogatepass"), key=self._key, digest_size=_DIGEST_BYTES).hexdigest()

    def _read(self) -> bytes:
        from llmos_core.config.secret_vault import read_private

        try:
            found = read_private(self._path) or b""
        except ConfigError:
            return b""
        return found if len(found) == _KEY_BYTES else b""

    def _made(self) -> bytes:
        """Return a new key, or the one that another process has made meanwhile."""
        from llmos_std.storage.files import make_private_folder

        key = os.urandom(_KEY_BYTES)
        written = self._path.with_name(f"{self._path.name}.{os.getpid()}")
        with suppress(OSError):
            make_private_folder(self._path.parent)
            descriptor = os.open(written, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(key)
                file.flush()
                os.fsync(descriptor)
            with suppress(FileExistsError):
                os.link(written, self._path)
        with suppress(OSError):
            written.unlink()
        return self._read() or key
