"""Remember what sound plugins offered, so that the next start need not import them to know it.

What is remembered counts only while everything it was read from is unchanged: the entry points, the switches, this
Python, and every plugin's module file to the nanosecond. Plugins with any problem are never remembered. Importing
pluggy and a dozen plugin modules costs more than all the rest of a look-up; see docs/explanation/start-up.md.
"""

from __future__ import annotations

import hashlib
import os
import sys
import time
from typing import TYPE_CHECKING, Any

from llmos_core.contrib import HOOKS, Contribution
from llmos_core.errors import PluginError
from llmos_core.plugins.claims import OWN_DISTRIBUTION, Claim, Fault, Plugin
from llmos_core.remembering import recall, remember
from llmos_core.types.record import values_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from llmos_core.plugins.discovery import EntryPoint
    from llmos_core.plugins.host import PluginHost

_STARTED_NS = time.time_ns()
_CLOCK_GRAIN_NS = 10_000_000
_FORMAT = 3
_KIND = "plugins"


def open_host(
    found: Sequence[EntryPoint], *, disabled: Sequence[str] = (), cache: Path | None = None
) -> PluginHost | RememberedHost:
    """Return a host for the plugins that were found: a remembered one if nothing changed, else a real one."""
    if cache is None:
        return _real(found, disabled)
    key = _key(found, disabled)
    content = recall(cache, key, kind=_KIND)
    if content is not None and all(_stamp(path) == stamp for path, stamp in content["files"]):
        return RememberedHost(content, found, disabled)
    host = _real(found, disabled)
    if (content := _content(host)) is not None:
        remember(cache, key, content, kind=_KIND)
    return host


class RememberedHost:
    """Stands for a `PluginHost` whose plugins were sound; asked for more than claims, it becomes a real one."""

    def __init__(self, content: dict[str, Any], found: Sequence[EntryPoint], disabled: Sequence[str]) -> None:
        self._found, self._disabled = found, disabled
        self._claims = content["claims"]
        self._further = tuple(content["further"])
        self._made: PluginHost | None = None
        self.plugins = tuple(
            Plugin(**{**table, "import_packages": tuple(table["import_packages"])}) for table in content["plugins"]
        )

    def claims(self, kind: str) -> tuple[Claim, ...]:
        """Return what all plugins contribute to a kind (see `PluginHost.claims`)."""
        if self._made is not None or kind not in self._claims:
            return self._host.claims(kind)
        return tuple(
            Claim(kind=kind, plugin=plugin, distribution=distribution, contribution=_contribution(table))
            for plugin, distribution, table in self._claims[kind]
        )

    def further_hooks(self) -> tuple[str, ...]:
        """Return the names of the hooks that plugins specified themselves."""
        return self._further if self._made is None else self._made.further_hooks()

    @property
    def problems(self) -> tuple[str, ...]:
        """Everything found wrong; imports the plugins to be sure."""
        return self._host.problems

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Everything found wrong, with how to mend it; imports the plugins to be sure."""
        return self._host.faults

    def check(self) -> None:
        """Look for what only a full inspection finds."""
        self._host.check()

    def lost(self, kind: str) -> tuple[str, ...]:
        """Name the plugins whose contributions of a kind are missing: none, as long as what is remembered holds."""
        return () if self._made is None else self._made.lost(kind)

    @property
    def _host(self) -> PluginHost:
        if self._made is None:
            self._made = _real(self._found, self._disabled)
        return self._made


def _real(found: Sequence[EntryPoint], disabled: Sequence[str]) -> PluginHost:
    from llmos_core.plugins.host import PluginHost

    return PluginHost(found, disabled=disabled)


def _key(found: Sequence[EntryPoint], disabled: Sequence[str]) -> str:
    points = [tuple(values_of(point).values()) for point in found]
    facts = (_FORMAT, sys.version, sys.path, points, sorted(disabled))  # the path says where modules come from
    return hashlib.sha256(repr(facts).encode("utf-8", "surrogatepass")).hexdigest()


def _stamp(path: str) -> list[int]:
    try:
        found = os.stat(path)  # noqa: PTH116 – a dozen Paths for a dozen stats
    except OSError:
        return []
    return [found.st_mtime_ns, found.st_size]


def _content(host: PluginHost) -> dict[str, Any] | None:
    """Return what to remember; None when anything about the plugins is unsound."""
    try:
        further = host.further_hooks()
        claims = {kind: [_table(claim) for claim in host.claims(kind)] for kind in (*HOOKS, *further)}
    except PluginError:
        return None
    plugins = host.plugins
    files = list(dict.fromkeys(path for plugin in plugins if plugin.status == "active" for path in _files(plugin)))
    is_sound = not host.problems and all(plugin.status != "broken" for plugin in plugins)
    if not is_sound or not all(files):
        return None
    stamps = [(path, _stamp(path)) for path in files if path]
    if any(stamp and stamp[0] > _STARTED_NS - _CLOCK_GRAIN_NS for _, stamp in stamps):
        return None  # written while we ran: what was imported may be the file as it was before
    tables = [values_of(plugin) for plugin in plugins]
    return {"plugins": tables, "claims": claims, "further": list(further), "files": stamps}


def _files(plugin: Plugin) -> list[str | None]:
    """Return the files that a plugin's offers were read from: its module, and what a stranger imported of its own."""
    module = plugin.value.partition(":")[0]
    found = [_file(module)]
    if plugin.distribution != OWN_DISTRIBUTION:
        top = module.partition(".")[0]
        own = sorted(name for name in sys.modules if name == top or name.startswith(f"{top}."))
        found += [path for path in map(_file, own) if path]  # a namespace package has no file
    return found


def _file(module: str) -> str | None:
    return getattr(sys.modules.get(module), "__file__", None)


def _table(claim: Claim) -> list[Any]:
    return [claim.plugin, claim.distribution, values_of(claim.contribution)]


def _contribution(table: dict[str, Any]) -> Contribution:
    return Contribution(**{**table, "moments": tuple(table["moments"]), "after": tuple(table["after"])})
