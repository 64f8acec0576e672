"""What a configuration is read from: files, environment, preset and given values; read once, parsed when needed.

Reading never raises: what cannot be read is kept as a problem, so that plugins can be listed and mended even then.
"""

import hashlib
import os
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from llmos_core.config.environment import plain_value, settings_of, strays_of, variable_of
from llmos_core.config.files import read_file
from llmos_core.config.tables import overlaid
from llmos_core.errors import ConfigError
from llmos_core.protocols.context import Paths
from llmos_core.remembering import recall
from llmos_core.types.record import Record, field

_FORMAT = "3"


class Switches(Record):
    """What the user's own configuration says about plugins before any is imported."""

    disabled: tuple[str, ...] = ()
    prefer: Mapping[str, str] = field(factory=dict)


class Sources:
    """Everything that one configuration is made from. `given_as` names the given values in messages."""

    def __init__(
        self,
        paths: Paths,
        environ: Mapping[str, str],
        *,
        project_file: Path | None,
        preset: str,
        presets: Mapping[str, Mapping[str, Any]],
        given: Mapping[str, Any],
        given_as: str,
        contents: Mapping[Path, bytes],
    ) -> None:
        self.paths = paths
        self.environ = environ
        self.environment = settings_of(environ)
        self.strays = strays_of(environ)
        self.preset = preset or environ.get("LLMOS_PRESET", "")
        self.presets = presets
        self.given = dict(given)
        self.given_as = given_as
        self.problems: list[str] = []
        self._contents = contents
        self.user = self._read(paths.user_config, must_exist=bool(environ.get("LLMOS_CONFIG")))
        self.project_file = project_file
        self.project = self._read(project_file) if project_file else None
        if self.preset not in {"", *presets}:
            self._note_unknown_preset(given_as if preset else "LLMOS_PRESET")
        self.key = self._key()
        self.remembered = recall(paths.user_cache, self.key) if self.key and not self.problems else None

    @property
    def is_plain(self) -> bool:
        """Say that no file, variable or preset sets anything: every section is at its defaults."""
        return not self.key

    @cached_property
    def chosen_preset(self) -> str:
        """The preset in force: that of the caller or LLMOS_PRESET, else of the project's file, else of the user's."""
        return self.preset or self._named_in(self.project_file, self.project) or self._users_preset()

    def preset_in(self, path: Path, data: bytes) -> Any:
        """Return what a file says under `preset`, None when it says nothing or cannot be read."""
        if b"preset" not in data:
            return None
        from llmos_core.config.toml import parse_tree

        try:
            return parse_tree(path, data).get("preset")
        except ConfigError:
            return None

    def _users_preset(self) -> str:
        return self._named_in(self.paths.user_config, self.user)

    def _named_in(self, path: Path | None, data: bytes | None) -> str:
        found = self.preset_in(path, data) if path and data else None
        return found if isinstance(found, str) and found in self.presets else ""

    def switches(self) -> Switches:
        """Return which plugins are switched off or preferred; what is wrongly written counts as unset here.

        A project's own file has no say in this.
        """
        given = {key.removeprefix("plugins."): value for key, value in self.given.items() if key.startswith("plugins.")}
        table = self.plugin_table() if self.remembered is None else self.remembered.get("plugins", {})
        return _switches(overlaid(table, given))

    def plugin_table(self) -> dict[str, Any]:
        """Return the `[plugins]` table of preset, user file and environment, as plain values."""
        table: dict[str, Any] = {}
        preset = self.presets.get(self.preset or self._users_preset(), {})  # no preset that a project chose
        for layer in (preset, self._user_tree(), self._from_environment()):
            found = layer.get("plugins")
            table = overlaid(table, found) if isinstance(found, Mapping) else table
        return table

    def _read(self, path: Path, *, must_exist: bool = False) -> bytes | None:
        if path in self._contents:
            return self._contents[path]
        try:
            return read_file(path, must_exist=must_exist)
        except ConfigError as error:
            self.problems += error.problems
            return None

    def _user_tree(self) -> dict[str, Any]:
        if not self.user:
            return {}
        from llmos_core.config.toml import parse_tree

        try:
            return parse_tree(self.paths.user_config, self.user)
        except ConfigError:
            return {}

    def _from_environment(self) -> dict[str, Any]:
        text = self.environment.get(variable_of("plugins", "disabled"))
        table = self.environment.get(variable_of("plugins", "prefer"))
        found: dict[str, Any] = {}
        if text is not None:
            found["disabled"] = plain_value(text, tuple[str, ...])
        if table is not None:
            found["prefer"] = plain_value(table, dict[str, str])
        return {"plugins": found}

    def _note_unknown_preset(self, place: str) -> None:
        from llmos_core.config.wording import sentence
        from llmos_core.suggestion import did_you_mean

        hint = did_you_mean(self.preset, self.presets)
        self.problems.append(sentence(f"{place}: no preset named '{self.preset}'{hint}"))

    def _key(self) -> str:
        """Return a digest of every byte that counts, "" when nothing is set."""
        if not (self.user or self.project or self.environment or self.preset or self.problems or self.strays):
            return ""
        files = ((str(self.paths.user_config), self.user), (str(self.project_file), self.project))
        is_in_file = b"preset" in (self.user or b"") or b"preset" in (self.project or b"")
        preset = self.presets if is_in_file else self.presets.get(self.preset)
        parts = (_FORMAT, files, self.environment, self.strays, self.preset, preset)
        return hashlib.sha256(repr(parts).encode("utf-8", "surrogatepass")).hexdigest()


def read_sources(
    paths: Paths,
    environ: Mapping[str, str] | None = None,
    *,
    project_file: Path | None = None,
    preset: str = "",
    presets: Mapping[str, Mapping[str, Any]] | None = None,
    explicit: Mapping[str, Any] | None = None,
    explicit_from: str = "given value",
    contents: Mapping[Path, bytes] | None = None,
) -> Sources:
    """Read the user's file, the project's (only if its path is handed in: trust is the caller's affair), and the rest.

    `presets` are tables of sections by preset name; `explicit` maps "section.key" to values, which win over all.
    `contents` stand for what is in the files of these paths, to see what a change would do.
    """
    return Sources(
        paths,
        os.environ if environ is None else environ,
        project_file=project_file,
        preset=preset,
        presets=presets or {},
        given=explicit or {},
        given_as=explicit_from,
        contents=contents or {},
    )


def _switches(table: Mapping[str, Any]) -> Switches:
    disabled, prefer = table.get("disabled", ()), table.get("prefer", {})
    names = disabled if isinstance(disabled, list | tuple) else ()
    wishes = prefer.items() if isinstance(prefer, Mapping) else ()
    return Switches(
        disabled=tuple(name for name in names if isinstance(name, str)),
        prefer={key: value for key, value in wishes if isinstance(value, str)},
    )
