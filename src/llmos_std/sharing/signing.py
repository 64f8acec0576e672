"""Signatures of bundles (ed25519), the user's own signing key, and the keys of others that the user trusts.

The private key is one file of mode 0600 among the user's own state; it never leaves it.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from typing import TYPE_CHECKING

from llmos_core.config.secret_vault import read_private
from llmos_core.errors import StorageError, UsageError
from llmos_core.types.record import Record

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

_PREFIX = b"llmos.bundle/1\n"
_KEY_BYTES, _SIGNATURE_BYTES = 32, 64
_TRUSTED = "llmos.keys/1"


class Signature(Record):
    """Who signed (the public key) and the signature itself, both in base64."""

    key: str
    value: str


class Keys:
    """The keys of one user, in one folder; nothing is made before it is needed. May raise StorageError, ConfigError."""

    def __init__(self, user_state: Path) -> None:
        self._private = user_state / "keys" / "signing.key"
        self._trusted = user_state / "keys" / "trusted.json"

    @property
    def path(self) -> Path:
        """Where the private key is, or would be."""
        return self._private

    def make(self) -> str:
        """Make the user's key and return its public part; UsageError when there is one already."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        if read_private(self._private) is not None:
            raise UsageError(f"there is a signing key already ({self._private}); remove it first to replace it")
        _write(self._private, b64encode(Ed25519PrivateKey.generate().private_bytes_raw()) + b"\n")
        return self.public()

    def public(self) -> str:
        """Return the public part of the user's key in base64, "" when there is none."""
        data = read_private(self._private)
        return "" if data is None else b64encode(self._opened(data).public_key().public_bytes_raw()).decode()

    def sign(self, digest: str) -> Signature:
        """Return the user's signature of a bundle's digest; UsageError when there is no key."""
        data = read_private(self._private)
        if data is None:
            raise UsageError("there is no key to sign with; make one with `llmos keys new`")
        value = self._opened(data).sign(_PREFIX + digest.encode())
        return Signature(key=self.public(), value=b64encode(value).decode())

    def trusted(self) -> Mapping[str, str]:
        """Return the public keys that the user trusts, each with its owner's name."""
        data = read_private(self._trusted)
        if data is None:
            return {}
        try:
            found = json.loads(data)
            keys = {str(key): str(name) for key, name in found["keys"].items()}
        except (ValueError, LookupError, TypeError, AttributeError):
            raise StorageError(
                f"{self._trusted} is damaged; restore it, or remove it and trust the keys anew"
            ) from None
        return keys if found.get("schema") == _TRUSTED else {}

    def trust(self, key: str, name: str) -> None:
        """Trust a public key from now on, under the name of its owner; UsageError for what is no key."""
        if not is_key(key):
            raise UsageError("this is no public key; expected the 44 characters that `llmos keys show` prints")
        self._set({**self.trusted(), key: name})

    def distrust(self, key: str) -> bool:
        """Trust a key no longer, given by itself or its owner's name; False when it was not trusted."""
        kept = {each: name for each, name in self.trusted().items() if key not in {each, name}}
        if len(kept) == len(self.trusted()):
            return False
        self._set(kept)
        return True

    def _set(self, keys: Mapping[str, str]) -> None:
        content = {"schema": _TRUSTED, "keys": dict(keys)}
        _write(self._trusted, json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False).encode() + b"\n")

    def _opened(self, data: bytes) -> Ed25519PrivateKey:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        try:
            return Ed25519PrivateKey.from_private_bytes(b64decode(data.strip(), validate=True))
        except ValueError:
            raise StorageError(
                f"{self._private} is no signing key; restore it, or remove it and make another"
            ) from None


def is_signed(digest: str, signature: Signature) -> bool:
    """Say whether a signature is that of its key over this digest, written in the one form there is."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    if not (is_key(signature.key) and _is_base64(signature.value, _SIGNATURE_BYTES)):
        return False
    try:
        key = Ed25519PublicKey.from_public_bytes(b64decode(signature.key))
        key.verify(b64decode(signature.value), _PREFIX + digest.encode())
    except (InvalidSignature, ValueError):
        return False
    return True


def is_key(text: str) -> bool:
    """Say whether a text is a public key in base64."""
    return _is_base64(text, _KEY_BYTES)


def fingerprint(key: str) -> str:
    """Return the short form of a key for people's eyes."""
    from hashlib import sha256

    digits = sha256(b64decode(key)).hexdigest()
    return " ".join(digits[at : at + 4] for at in range(0, 24, 4))


def _is_base64(text: str, size: int) -> bool:
    try:
        data = b64decode(text, validate=True)
    except ValueError:
        return False
    return len(data) == size and b64encode(data).decode() == text


def _write(path: Path, data: bytes) -> None:
    from llmos_std.storage.files import write_private_file

    try:
        write_private_file(path, data)
    except OSError as error:
        raise StorageError(f"{path} cannot be written ({error.strerror or error}); check its folder") from error
