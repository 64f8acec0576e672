"""Read one configuration file. Every failure is one sentence that names the file."""

import stat
from pathlib import Path

from llmos_core.errors import ConfigError

LARGEST_BYTES = 1_000_000
"""A larger configuration file is a mistake and is not read."""


def read_file(path: Path, *, must_exist: bool = False) -> bytes | None:
    """Return the bytes of a configuration file, None when there is none and none has to be there.

    Raises ConfigError for a folder, a pipe, a file that may not be read or that is larger than 1 MB.
    """
    try:
        kind = path.stat().st_mode
        if stat.S_ISDIR(kind):
            raise ConfigError([f"{path}: is a folder; expected a TOML file"])
        if stat.S_ISFIFO(kind) or stat.S_ISSOCK(kind):
            raise ConfigError([f"{path}: is no regular file; expected a TOML file"])
        with path.open("rb") as file:
            data = file.read(LARGEST_BYTES + 1)
    except FileNotFoundError:
        if path.is_symlink():
            raise ConfigError([f"{path}: is a link that leads nowhere; mend or remove it"]) from None
        if must_exist:
            raise ConfigError([f"{path}: there is no such file; create it or unset LLMOS_CONFIG"]) from None
        return None
    except OSError as error:
        raise ConfigError([f"{path}: cannot be read: {error.strerror or error}"]) from None
    if len(data) > LARGEST_BYTES:
        raise ConfigError([f"{path}: is larger than {LARGEST_BYTES:,} bytes; expected a TOML file of settings"])
    return data
