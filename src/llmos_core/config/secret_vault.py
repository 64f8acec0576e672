"""Where `llmos secrets` keeps secrets, and how one is read: the system's keyring, or a file of the user's, encrypted.

The file names every secret and holds only what is encrypted. Its key is LLMOS_SECRET_KEY, or a file in another folder.
"""

from __future__ import annotations

import json
import os
import stat
from typing import TYPE_CHECKING, Any

from llmos_core.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from cryptography.fernet import Fernet

    from llmos_core.protocols.context import Paths

SERVICE = "llmos"
"""The service under which secrets are kept in the system's keyring: `{ keyring = "llmos/NAME" }` is one of them."""

KEY_VARIABLE = "LLMOS_SECRET_KEY"
"""The variable that holds the key of the vault; where it is not set, a file does."""

SCHEMA = "llmos.secrets/1"
"""The format of the vault's file; see specs/secrets/1."""

LONGEST_NAME = 100
"""The most characters that the name of a secret has."""

_IN_NAMES = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./@")
_LONGEST_BYTES = 4 * 2**20


def vault_path(paths: Paths) -> Path:
    """Return the file that names every secret, and holds those that no keyring keeps."""
    return paths.user_data / "secrets.json"


def key_path(paths: Paths) -> Path:
    """Return the file of the key, where no variable holds it."""
    return paths.user_state / "secrets" / "vault.key"


def read_vault(paths: Paths) -> dict[str, Any]:
    """Return what the file says, {} when there is none. Raises ConfigError for one that cannot be used."""
    path = vault_path(paths)
    data = read_private(path)
    if data is None:
        return {}
    try:
        found = json.loads(data)
    except ValueError as error:
        raise ConfigError(
            [f"{path}: is no JSON ({error}); restore it from a copy, or remove it and set the secrets anew"]
        ) from None
    if not isinstance(found, dict) or found.get("schema") != SCHEMA:
        raise ConfigError([f'{path}: expected {{"schema": "{SCHEMA}", …}}; a newer llmos may read it'])
    secrets = found.get("secrets")
    if found.keys() - {"schema", "salt", "secrets"} or not isinstance(secrets, dict):
        raise ConfigError([f'{path}: expected "schema", "salt" and "secrets"; restore it from a copy, or remove it'])
    if wrong := [name for name, entry in secrets.items() if not (is_name(name) and _is_entry(entry))]:
        raise ConfigError([f"{path}: '{wrong[0]}' is no secret as llmos writes it; restore the file, or set it anew"])
    return found


def read_kept(name: str, vault: Mapping[str, Any], paths: Paths, environ: Mapping[str, str]) -> str:
    """Return a secret that the vault names. Raises ConfigError with the next step when it cannot be had."""
    entry = vault.get("secrets", {}).get(name)
    if entry is None:
        raise ConfigError([f"no secret '{name}' is kept here; set it with `llmos secrets set {name}`"])
    if "fernet" not in entry:
        return _from_keyring(name)
    from cryptography.fernet import InvalidToken

    key = open_key(vault, paths, environ)
    try:
        return key.decrypt(entry["fernet"].encode()).decode()
    except (InvalidToken, ValueError):
        found = f"the secret '{name}' was encrypted with another key than that in {_key_place(paths, environ)}"
        mend = f"bring the old one back, or `llmos secrets set {name}` anew, or `llmos secrets remove {name}`"
        raise ConfigError([f"{found}; {mend}"]) from None


def open_key(vault: Mapping[str, Any], paths: Paths, environ: Mapping[str, str]) -> Fernet:
    """Return the key of the file: from the variable, else from its own file. ConfigError when there is neither."""
    from base64 import urlsafe_b64decode, urlsafe_b64encode
    from hashlib import scrypt

    from cryptography.fernet import Fernet

    if given := environ.get(KEY_VARIABLE, "").strip():
        try:
            salt = urlsafe_b64decode(str(vault.get("salt", "")))
        except ValueError:
            raise ConfigError([f"{vault_path(paths)}: its salt is damaged; restore the file from a copy"]) from None
        return Fernet(urlsafe_b64encode(scrypt(given.encode(), salt=salt, n=2**14, r=8, p=1, dklen=32)))
    found = read_private(key_path(paths))
    if found is None:
        problem = f"the key of your secrets is in neither {KEY_VARIABLE} nor {key_path(paths)}"
        raise ConfigError([f"{problem}; bring it back, or set each secret of `llmos secrets list` anew"])
    try:
        return Fernet(found.strip())
    except ValueError:
        raise ConfigError(
            [f"{key_path(paths)}: is no key; restore it, or remove it and set the secrets anew"]
        ) from None


def _key_place(paths: Paths, environ: Mapping[str, str]) -> str:
    return KEY_VARIABLE if environ.get(KEY_VARIABLE, "").strip() else str(key_path(paths))


def read_private(path: Path) -> bytes | None:
    """Return the bytes of a file that is the user's alone, None when there is none. ConfigError for any other."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ConfigError([f"{path}: cannot be read ({error.strerror}); make it yours again: `chmod 600` it"]) from None
    try:
        facts = os.fstat(descriptor)
        if not stat.S_ISREG(facts.st_mode) or facts.st_uid != os.geteuid() or facts.st_mode & 0o077:
            raise ConfigError([f"{path}: is not yours alone; expected a file of yours with mode 0600"])
        data = os.read(descriptor, _LONGEST_BYTES + 1)
    finally:
        os.close(descriptor)
    if len(data) > _LONGEST_BYTES:
        raise ConfigError([f"{path}: is larger than {_LONGEST_BYTES:,} bytes; it is not what llmos wrote"])
    return data


def is_name(text: str) -> bool:
    """Say whether a secret can bear this name: letters, digits and _ - . / @, a letter or digit first."""
    return 0 < len(text) <= LONGEST_NAME and text.isascii() and text[0].isalnum() and _IN_NAMES.issuperset(text)


def _is_entry(entry: object) -> bool:
    """Say whether an entry says where one secret is."""
    if not isinstance(entry, dict) or len(entry) != 1:
        return False
    return entry.get("keyring") is True or isinstance(entry.get("fernet"), str)


def _from_keyring(name: str) -> str:
    from llmos_core.config.secret_keyring import in_keyring

    found, problem = in_keyring(SERVICE, name)
    if not found:
        raise ConfigError([f"{problem}; or forget it: `llmos secrets remove {name}`"])
    return found
