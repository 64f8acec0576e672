"""What a project brings along that acts by itself: configuration, plugins, hooks and scripts, read once, as bytes.

Whoever uses them uses exactly the bytes that were judged: never read a file again, and never a compiled one beside it.
"""

from __future__ import annotations

import hashlib
import os
import stat
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING

from llmos_core.errors import StorageError
from llmos_core.types.json import digest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

HOUSE = ".llmos"
CONFIG = "config.toml"
HOOKS = "hooks.json"
PLUGINS = "plugins"
GENERATED = "generated"
LIMIT_BYTES = 16 * 1024 * 1024


class ProjectFiles:
    """The project's own configuration, plugins, hooks and the scripts that hooks name.

    `contents` maps paths seen from `.llmos`, with "/", to bytes; a script elsewhere in the workspace begins with "../".
    """

    def __init__(self, workspace: Path, contents: Mapping[str, bytes]) -> None:
        self.workspace = workspace
        self.contents = dict(contents)

    @property
    def is_empty(self) -> bool:
        """True when the project brings nothing that needs trust."""
        return not self.contents

    @cached_property
    def digest(self) -> str:
        """64 hex digits over every name and every byte: any change is another digest."""
        return digest({name: hashlib.sha256(content).hexdigest() for name, content in self.contents.items()})

    @property
    def config(self) -> bytes | None:
        """The bytes of `.llmos/config.toml`, None when there is none."""
        return self.contents.get(CONFIG)

    @property
    def hooks(self) -> bytes | None:
        """The bytes of `.llmos/hooks.json`, None when there is none."""
        return self.contents.get(HOOKS)

    @property
    def plugins(self) -> dict[str, bytes]:
        """The sources of `.llmos/plugins/*.py` by module name, in the order of names."""
        inside = f"{PLUGINS}/"
        files = sorted(self.contents.items())
        sources = {name.removeprefix(inside): content for name, content in files if name.startswith(inside)}
        return {name[:-3]: text for name, text in sources.items() if name.endswith(".py") and "/" not in name}


def read_project(workspace: Path) -> ProjectFiles:
    """Read what needs trust: in `.llmos` config.toml, hooks.json and every file below plugins, except `__pycache__`.

    Neither does `plugins/generated`: compiled traces run only as the user's own state says they were promoted.

    Files of the workspace that a hook's command names belong to it. Raises StorageError for a file that cannot be read,
    is no ordinary file, or makes the whole larger than 16 MiB.
    """
    house = workspace / HOUSE
    contents: dict[str, bytes] = {}
    left = LIMIT_BYTES
    for path in _paths(house):
        contents[_name(path, house)] = content = _content(path, left)
        left -= len(content)
    for path in _scripts(workspace, contents):
        if (name := _name(path, house)) not in contents:
            contents[name] = content = _content(path, left)
            left -= len(content)
    return ProjectFiles(workspace, contents)


def _name(path: Path, house: Path) -> str:
    return os.path.relpath(path, house).replace(os.sep, "/")


def _scripts(workspace: Path, contents: Mapping[str, bytes]) -> list[Path]:
    """Return the files that the hooks name; hooks that cannot be read name none, and will not be run either."""
    hooks, config = contents.get(HOOKS), contents.get(CONFIG, b"")
    values: list[object] = []
    if hooks is not None:
        import json

        with suppress(ValueError, RecursionError):
            values.append(json.loads(hooks))
    if b"hooks" in config:
        import tomllib

        with suppress(ValueError, RecursionError):
            values.append(tomllib.loads(config.decode()).get("hooks"))
    if not values:
        return []
    from llmos_std.trust.scripts import commands_in, named_files

    return named_files(workspace, commands_in(values))


def _paths(house: Path) -> Iterator[Path]:
    plugins = house / PLUGINS
    for path in (house / CONFIG, house / HOOKS):
        if os.path.lexists(path):
            yield path
    if os.path.lexists(plugins):
        yield from (path for path in _below(plugins) if path.parent != plugins / GENERATED)


def _below(folder: Path) -> Iterator[Path]:
    """Yield every file below a folder; a link to a folder is yielded too, and refused as no ordinary file."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        raise _unreadable(folder, error) from error
    for entry in entries:
        if not entry.is_dir(follow_symlinks=False):
            yield folder / entry.name
        elif entry.name != "__pycache__":
            yield from _below(folder / entry.name)


def _content(path: Path, limit_bytes: int) -> bytes:
    try:
        with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:  # noqa: PTH123 – non-blocking
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise StorageError(f"{path} is no ordinary file; replace it by one, or remove it")
            content = file.read(limit_bytes + 1)
    except OSError as error:
        raise _unreadable(path, error) from error
    if len(content) > limit_bytes:
        raise StorageError(
            f"{path}: a project's configuration and plugins may have 16 MiB in all; remove what is large"
        )
    return content


def _unreadable(path: Path, error: OSError) -> StorageError:
    return StorageError(f"{path} cannot be read ({error.strerror}); make it readable, or remove it")
