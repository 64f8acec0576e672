"""The secrets that are known by name: variables, what the configuration's references lead to, what the user keeps.

On the way to a replay: where a user keeps no secrets, only the names of variables and two small files are looked at.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from llmos_std.secrets.naming import is_secret_variable, is_worth_hiding
from llmos_std.secrets.references import name_for

if TYPE_CHECKING:
    from collections.abc import Mapping

    from llmos_core.protocols.context import PluginContext

_READING = "llmos_core.config.secret_reading"
_SHORTEST_KEPT = 6
"""What was kept on purpose is hidden from this length on."""
_UNREADABLE = "a secret that you keep cannot be read, so it could not be kept out of anything, and nothing is done"


class Known:
    """Secrets by name, as far as this process may know them. A call gives the same mapping until it knows more.

    ConfigError when a kept one cannot be read, always the same: what is not known can be kept out of nothing.
    """

    def __init__(self, context: PluginContext) -> None:
        self._context = context
        self._found: dict[str, str] | None = None
        self._number_read = 0
        self._problem = ""

    def __call__(self) -> Mapping[str, str]:
        """Return every secret that is known now, by its name."""
        if self._problem:
            from llmos_core.errors import ConfigError

            raise ConfigError([self._problem])
        reading = sys.modules.get(_READING)
        read: Mapping[str, str] = {} if reading is None else reading.secrets_read()
        if self._found is None:
            self._found = self._gathered()
        if len(read) != self._number_read:
            self._number_read = len(read)
            self._found = dict(self._found)
            for value, place in read.items():
                self._found[_free_name(name_for(place), value, self._found)] = value
        return self._found

    def _gathered(self) -> dict[str, str]:
        environ, section = self._context.environ, self._context.config
        named = set() if section is None else set(section.variables)
        open_names = () if section is None else section.not_secret
        found = {
            name_for(name): value.strip()
            for name, value in environ.items()
            if name not in open_names
            and ((name in named and value) or (is_secret_variable(name) and is_worth_hiding(value.strip())))
        }
        if os.path.lexists(self._context.paths.user_data / "secrets.json"):
            found |= self._kept()
        if self._may_have_references():
            from llmos_std.secrets.configured import references_in

            found |= {name: value for name, value in references_in(self._context) if len(value) >= _SHORTEST_KEPT}
        return found

    def _kept(self) -> dict[str, str]:
        """Return what `llmos secrets` keeps. A key or a keyring is not asked again after it has failed."""
        from llmos_core.config.secret_vault import read_kept, read_vault
        from llmos_core.errors import ConfigError

        paths, environ = self._context.paths, self._context.environ
        try:
            vault = read_vault(paths)
            found = {name: read_kept(name, vault, paths, environ) for name in vault.get("secrets", ())}
        except ConfigError as error:
            self._problem = f"{_UNREADABLE}: {error}"
            raise ConfigError([self._problem]) from None
        return {name: value for name, value in found.items() if len(value) >= _SHORTEST_KEPT}

    def _may_have_references(self) -> bool:
        """Say whether a configuration file could name a file or a keyring entry; a search in its bytes, no more."""
        paths = self._context.paths
        for path in (paths.user_config, paths.house / "config.toml"):
            try:
                data = path.read_bytes()
            except OSError:
                continue
            if b"file" in data:
                return True
        return False


def _free_name(name: str, value: str, taken: Mapping[str, str]) -> str:
    """Return the name of a place, numbered where another secret was read there before."""
    found, number = name, 2
    while taken.get(found, value) != value:
        found, number = f"{name}@{number}", number + 1
    return found
