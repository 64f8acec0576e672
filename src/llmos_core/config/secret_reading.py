"""Read the secret that a `SecretRef` names, at the moment it is needed. No message holds it.

What this process has read is noted, in memory only, so that whoever stores or shows a text can take it out.
"""

import os
import stat
from collections.abc import Mapping
from pathlib import Path

from llmos_core.config.secret_ref import SecretRef
from llmos_core.errors import ConfigError

_LONGEST_BYTES = 64 * 1024
_READ: dict[str, str] = {}


def secrets_read() -> Mapping[str, str]:
    """Return the secrets that this process has read so far, each with the name of its place."""
    return _READ


def read_secret(ref: SecretRef, environ: Mapping[str, str]) -> str:
    """Return the secret, blanks around it taken off; never empty. ConfigError says what is missing and what to do."""
    if ref.env is not None:
        found = environ.get(ref.env, "")
        problem = f"the environment variable {ref.env} is not set, but a setting takes its secret from it; set it"
    elif ref.file is not None:
        found, problem = _from_file(Path(ref.file), environ)
    else:
        found, problem = _from_keyring(ref.keyring or "", environ)
    if not found.strip():
        raise ConfigError([problem])
    _READ[found.strip()] = place_of(ref)
    return found.strip()


def place_of(ref: SecretRef) -> str:
    """Return the name of a secret's place: the variable, the keyring entry, or the file's name without its folder."""
    return ref.env or ref.keyring or Path(ref.file or "").name


def _from_file(name: Path, environ: Mapping[str, str]) -> tuple[str, str]:
    """Return the content of a private file, or "" and what is wrong with it."""
    path = _at_home(name, environ)
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            if problem := _exposure(os.fstat(descriptor)):
                return "", f"{path}: {problem}"
            data = os.read(descriptor, _LONGEST_BYTES + 1)
        finally:
            os.close(descriptor)
    except OSError as error:
        return "", f"{path}: the secret cannot be read: {error.strerror}; write it there and `chmod 600` the file"
    if len(data) > _LONGEST_BYTES:
        return "", f"{path}: is larger than {_LONGEST_BYTES:,} bytes; expected a file with nothing but the secret"
    try:
        return data.decode("utf-8-sig"), f"{path}: is empty; write the secret into it"
    except UnicodeDecodeError:
        return "", f"{path}: is no UTF-8 text; expected a file with nothing but the secret"


def _exposure(found: os.stat_result) -> str:
    """Say why a file is not private, "" when it is."""
    if not stat.S_ISREG(found.st_mode):
        return "is no regular file; expected one that holds nothing but the secret"
    if found.st_uid != os.geteuid():
        return "belongs to another user; a secret's file must be your own"
    if found.st_mode & 0o177:
        return f"has mode {stat.S_IMODE(found.st_mode):04o}, others may use it; `chmod 600` it"
    return ""


def _at_home(path: Path, environ: Mapping[str, str]) -> Path:
    home = environ.get("HOME", "")
    if path.parts[:1] == ("~",) and home:
        return Path(home, *path.parts[1:])
    return path.expanduser()


def _from_keyring(entry: str, environ: Mapping[str, str]) -> tuple[str, str]:
    """Return what the system's keyring, or llmos's own file in its place, holds; or "" and what to do instead."""
    from llmos_core.config.secret_keyring import in_keyring

    service, _, user = entry.partition("/")
    if service == "llmos" and (kept := _from_vault(user, environ)):
        return kept, ""
    return in_keyring(service, user)


def _from_vault(name: str, environ: Mapping[str, str]) -> str:
    from llmos_core.config.paths import find_paths
    from llmos_core.config.secret_vault import read_kept, read_vault

    paths = find_paths(Path("/"), environ)
    vault = read_vault(paths)
    return read_kept(name, vault, paths, environ) if "fernet" in vault.get("secrets", {}).get(name, {}) else ""
