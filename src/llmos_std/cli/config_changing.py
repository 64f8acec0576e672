"""Change one key of the user's or the project's file: check first, edit in place, write in one moment.

A change is refused when the configuration would have a problem that it does not have now; so a broken file can be
mended key by key, and a right one cannot be broken.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from llmos_core.config.paths import find_paths
from llmos_core.config.secret_shapes import may_be_secret, secret_in
from llmos_core.config.sources import read_sources
from llmos_core.config.toml import key_lines, parse_toml
from llmos_core.errors import ConfigError, StorageError, UsageError
from llmos_core.types.record import Record
from llmos_std.cli.config_editing import Edit, with_value, without
from llmos_std.cli.config_values import depth_of, understood
from llmos_std.presets import PRESETS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from llmos_core.config.layers import Layer
    from llmos_core.protocols.context import Paths

_BOM = b"\xef\xbb\xbf"
_REMEMBERED = "your shell may have kept it in its history; if it is a real secret, remove it there"


class Change(Record):
    """What was done: the file, the line of the key (0 when it is gone), what was lost, and what to know."""

    file: Path
    key: str
    line: int
    lost: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


class Desk:
    """Where one configuration is changed: its files and the sections that they may have."""

    def __init__(self, workspace: str | None, environ: Mapping[str, str]) -> None:
        from llmos_core.plugins.discovery import discover
        from llmos_core.plugins.registry import Registry
        from llmos_core.plugins.snapshot import open_host

        self.paths: Paths = find_paths(None if workspace is None else Path(workspace), environ)
        self._environ = environ
        switches = read_sources(self.paths, environ, presets=PRESETS).switches()
        host = open_host(discover(), disabled=switches.disabled, cache=self.paths.user_cache)
        registry = Registry(host, prefer=switches.prefer)
        self.sections = registry.sections()
        self._is_complete = registry.is_complete
        self._absence = registry.absence

    def set(self, key: str, text: str, *, project: bool) -> Change:
        """Set a key to what a text stands for there.

        ConfigError says why it would be wrong, UsageError what TOML cannot say.
        """
        path, value = understood(key, text, self.sections)
        if value is None:
            raise UsageError(f"TOML has no word for 'no value'; to go back to the default: llmos config unset {key}")
        depth = depth_of(path, self.sections)
        try:
            return self._changed(path, lambda old, at: with_value(old, at, value, depth=depth), project=project)
        except ConfigError as error:
            is_secret = secret_in(text) or may_be_secret(text)
            raise ConfigError([*error.problems, *([_REMEMBERED] if is_secret else [])]) from None

    def unset(self, key: str, *, project: bool) -> Change:
        """Take a key, and all below it, out of the file; UsageError when it does not stand there."""
        path = understood(key, "", self.sections)[0]
        return self._changed(path, without, project=project)

    def _changed(self, path: tuple[str, ...], edit: Callable[[str, tuple[str, ...]], Edit], *, project: bool) -> Change:
        file = self.paths.house / "config.toml" if project else self.paths.user_config
        before = _content(file)
        text, mark = before.removeprefix(_BOM).decode("utf-8", "replace"), before[: len(_BOM)] == _BOM
        parse_toml(file, before)
        at = _as_written(path, text)
        edited = edit(text, at)
        if edited.text == text and edit is without:
            raise UsageError(f"'{'.'.join(path)}' does not stand in {file}; see where it is: llmos config explain")
        after = _BOM * mark + edited.text.encode()
        notes = self._checked(file, before, after, path, project=project)
        trust = self._trust_before(project=project)
        _write(file, before, after)
        lines = key_lines(edited.text)
        line = next((lines[name] for name in _outward(at) if name in lines), 0)
        return Change(file=file, key=".".join(path), line=line, lost=edited.lost, notes=(*notes, *trust()))

    def _checked(self, file: Path, before: bytes, after: bytes, path: tuple[str, ...], *, project: bool) -> list[str]:
        """Return what is worth knowing about a change; ConfigError when it would bring a problem."""
        old, _ = self._judged(file, before, project=project)
        new, layers = self._judged(file, after, project=project)
        known = {_without_lines(problem) for problem in old}
        if fresh := [problem for problem in new if _without_lines(problem) not in known]:
            raise ConfigError([*fresh, f"nothing was changed in {file}"])
        notes = [f"other problems are left, {len(new)} in all: llmos doctor"] if new else []
        return [*notes, *_stronger(layers, path, project=project)]

    def _judged(self, file: Path, content: bytes, *, project: bool) -> tuple[tuple[str, ...], tuple[Layer, ...]]:
        """Return the problems and layers of the configuration with this content in the file."""
        from llmos_core.config.layers import layers_of
        from llmos_core.config.validation import validated

        sources = read_sources(
            self.paths,
            self._environ,
            project_file=self._project_file(project=project),
            presets=PRESETS,
            contents={file: content},
        )
        try:
            validated(sources, self.sections, is_complete=self._is_complete, absence=self._absence)
        except ConfigError as error:
            return error.problems, layers_of(sources, self.sections)
        return (), layers_of(sources, self.sections)

    def _project_file(self, *, project: bool) -> Path | None:
        from llmos_core.errors import LlmosError
        from llmos_std.assembly import trusted_project

        if project:
            return self.paths.house / "config.toml"
        try:
            found, _ = trusted_project(self.paths)
        except LlmosError:  # what cannot be read is not trusted, and the doctor tells it
            return None
        return self.paths.house / "config.toml" if found is not None and found.config is not None else None

    def _trust_before(self, *, project: bool) -> Callable[[], list[str]]:
        """Return what to call after the change: it keeps the trust in a project that was trusted before it."""
        if not project:
            return list
        from datetime import UTC, datetime

        from llmos_std.trust.project import read_project
        from llmos_std.trust.store import open_trust_store

        paths, was = self.paths, read_project(self.paths.workspace)

        def keep() -> list[str]:
            now = read_project(paths.workspace)
            rest = {name: content for name, content in now.contents.items() if name != "config.toml"}
            with open_trust_store(paths.user_state) as store:
                is_known = was.is_empty or store.is_trusted(paths.workspace, was.digest)
                if is_known and rest == {n: c for n, c in was.contents.items() if n != "config.toml"}:
                    store.trust(paths.workspace, now.digest, at=datetime.now(UTC).isoformat(timespec="seconds"))
                    return []
            return ["this folder's own files are not trusted, so it does not count yet: llmos trust"]

        return keep


def _content(file: Path) -> bytes:
    from llmos_core.config.files import read_file

    return read_file(file) or b""


def _as_written(path: tuple[str, ...], text: str) -> tuple[str, ...]:
    """Return the path as the file spells it: `[llmos.prefer]` is another way to write `[plugins.prefer]`."""
    other = ("llmos", *path[1:])
    is_other = path[:2] == ("plugins", "prefer") and re.search(r"^\s*\[\s*llmos\s*\.\s*prefer\s*\]", text, re.MULTILINE)
    return other if is_other else path


def _outward(path: tuple[str, ...]) -> list[str]:
    """Return the dotted names of a key and of the tables around it, the key's own first."""
    return [".".join(path[:size]) for size in range(len(path), 0, -1)]


def _without_lines(problem: str) -> str:
    return re.sub(r":\d+(?=[:,])", "", problem)


def _stronger(layers: tuple[Layer, ...], path: tuple[str, ...], *, project: bool) -> list[str]:
    """Say which layer above the changed file has the last word about a key."""
    from llmos_core.config.explaining import said_about
    from llmos_core.config.layers import PRESET, PROJECT, USER
    from llmos_core.config.tables import split_path

    section, rest = split_path(path, {name for layer in layers for name in layer.values})
    weaker = {PRESET, USER, PROJECT} if project else {PRESET, USER}
    said = said_about([layer for layer in layers if layer.name not in weaker], section, rest) if section else ()
    return [f"{said[-1].place} has the last word about it"] if said else []


def _write(file: Path, before: bytes, after: bytes) -> None:
    """Put new content in the place of the old, unless somebody else has done so meanwhile; StorageError."""
    from llmos_std.storage.files import make_private_folder, rewrite_file

    try:
        make_private_folder(Path(os.path.realpath(file)).parent)
        if _content(file) != before:
            raise StorageError(f"{file}: changed while it was edited; nothing was written, try again")
        rewrite_file(file, after)
    except OSError as error:
        raise StorageError(f"{file}: cannot be written ({error.strerror}); nothing was changed") from error
