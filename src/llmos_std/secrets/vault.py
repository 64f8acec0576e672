"""Keep secrets by name: in the system's keyring where one works, else encrypted in the user's own file (mode 0600).

What is written is described by specs/secrets/1. The key of the file is never in the file's folder.
"""

from __future__ import annotations

import json
import os
from base64 import urlsafe_b64encode
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from llmos_core.config.secret_vault import (
    KEY_VARIABLE,
    SCHEMA,
    SERVICE,
    is_name,
    key_path,
    open_key,
    read_kept,
    read_private,
    read_vault,
    vault_path,
)
from llmos_core.errors import StorageError, UsageError
from llmos_core.types.record import Record
from llmos_std.storage.files import make_private_folder, open_folder_lock, write_private_file

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from types import ModuleType

    from llmos_core.protocols.context import Paths

SHORTEST = 6
"""A shorter secret cannot be told from ordinary text, and could not be hidden."""

_LOCK_S = 30.0
_WORKING_KEYRING = 1.0
"""The priority from which on a keyring keeps what it is given, encrypted, in a real service of the system."""


class Kept(Record):
    """One secret that is kept: its name, and where its value is ("keyring" or "file")."""

    name: str
    place: str


class Vault:
    """The secrets of one user. Every method may raise StorageError, ConfigError for a file that cannot be used."""

    def __init__(self, paths: Paths, environ: Mapping[str, str], *, keyring: ModuleType | Any = None) -> None:
        self._paths = paths
        self._environ = environ
        self._keyring = keyring

    def list(self) -> tuple[Kept, ...]:
        """Return what is kept, by name; values are not read."""
        secrets = read_vault(self._paths).get("secrets", {})
        return tuple(Kept(name=name, place=_place(entry)) for name, entry in sorted(secrets.items()))

    def get(self, name: str) -> str:
        """Return a secret; ConfigError says why it cannot be had."""
        return read_kept(name, read_vault(self._paths), self._paths, self._environ)

    def set(self, name: str, value: str) -> tuple[Kept, tuple[str, ...]]:
        """Keep a secret durably, in place of an older one of that name; return where, and what the user must know.

        Raises UsageError for a name or a value that cannot be kept.
        """
        if not is_name(name):
            raise UsageError(
                f"'{name}' cannot name a secret; use letters, digits, _ - . / and @, a letter or digit first"
            )
        if len(value) < SHORTEST:
            raise UsageError(
                f"a secret has at least {SHORTEST} characters; a shorter one could not be hidden in a text"
            )
        with self._open_writing() as vault:
            if self._keyring is not None:
                self._keyring.set_password(SERVICE, name, value)
                vault["secrets"][name] = {"keyring": True}
                return Kept(name=name, place="keyring"), ()
            notices = self._made_key(vault)
            vault["secrets"][name] = {
                "fernet": open_key(vault, self._paths, self._environ).encrypt(value.encode()).decode()
            }
            return Kept(name=name, place="file"), notices

    def remove(self, name: str) -> bool:
        """Forget a secret; False when there was none of that name."""
        with self._open_writing() as vault:
            entry = vault["secrets"].pop(name, None)
            if entry is not None and _place(entry) == "keyring" and self._keyring is not None:
                with suppress(Exception):  # somebody has taken it out of the keyring already
                    self._keyring.delete_password(SERVICE, name)
            return entry is not None

    def _made_key(self, vault: dict[str, Any]) -> tuple[str, ...]:
        """Make the key of the file if there is none yet, and return what must be said about where it is."""
        if self._environ.get(KEY_VARIABLE, "").strip():
            vault.setdefault("salt", urlsafe_b64encode(os.urandom(16)).decode())
            return ()
        path = key_path(self._paths)
        if read_private(path) is None:
            from cryptography.fernet import Fernet

            _write(path, Fernet.generate_key())
        where = (
            f"no keyring works here and {KEY_VARIABLE} is not set: the secrets are encrypted in "
            f"{vault_path(self._paths)}, and their key lies in {path}. That protects a copy of the first folder alone; "
            "who can read both files can read your secrets"
        )
        return (where,)

    def _open_writing(self) -> _Writing:
        return _Writing(self._paths)


class _Writing:
    """The file, held for this process alone, to be changed in memory and written when nothing went wrong."""

    def __init__(self, paths: Paths) -> None:
        self._paths = paths
        self._path = vault_path(paths)

    def __enter__(self) -> dict[str, Any]:
        try:
            make_private_folder(self._path.parent)
            self._lock = open_folder_lock(self._path.parent, timeout_s=_LOCK_S)
            self._lock.__enter__()
        except OSError as error:
            raise StorageError(
                f"{self._path.parent} cannot be written ({error.strerror or error}); check it"
            ) from error
        try:
            found = read_vault(self._paths)
        except BaseException:
            self._lock.__exit__(None, None, None)
            raise
        self._content: dict[str, Any] = found or {"schema": SCHEMA, "secrets": {}}
        self._before = json.dumps(self._content, sort_keys=True)
        return self._content

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        try:
            after = json.dumps(self._content, sort_keys=True)
            if kind is None and after != self._before:
                _write(self._path, json.dumps(self._content, indent=2, sort_keys=True).encode() + b"\n")
        finally:
            self._lock.__exit__(None, None, None)


def working_keyring() -> Any:
    """Return the module `keyring` where it has a backend that keeps secrets safely, else None."""
    try:
        import keyring

        return keyring if keyring.get_keyring().priority >= _WORKING_KEYRING else None
    except Exception:  # noqa: BLE001 – not installed, or a backend that fails: there is no working one
        return None


def _place(entry: Mapping[str, Any]) -> str:
    return "file" if "fernet" in entry else "keyring"


def _write(path: Path, data: bytes) -> None:
    try:
        write_private_file(path, data)
    except OSError as error:
        raise StorageError(f"{path} cannot be written ({error.strerror or error}); check its folder") from error
