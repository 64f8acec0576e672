"""One configuration: sections made when they are asked for, each value knowing where it came from.

The usual start parses and checks nothing: without any setting a section is its defaults, and a configuration that was
found right before is remembered (see `remembering`). Both ways give what the full check would have given.
"""

from collections.abc import Mapping
from contextlib import suppress
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from llmos_core.config.sources import Sources
from llmos_core.config.tables import Values, merged, nested, overlaid, plain, split_key
from llmos_core.errors import PluginError, UsageError
from llmos_core.remembering import remember
from llmos_core.suggestion import did_you_mean

if TYPE_CHECKING:
    from llmos_core.config.explaining import Setting
    from llmos_core.config.validation import Absence, Validated

_PLAINLY: Mapping[type, tuple[type, ...]] = {
    bool: (bool,),
    int: (int,),
    str: (str,),
    float: (float, int),
    Decimal: (Decimal, int, float, str),
}
"""Type of a field → types of values that need no closer look: the field's own validator says the rest."""


class Config:
    """The settings of one kernel, by section name. Made by `load_config`."""

    def __init__(
        self,
        sources: Sources,
        sections: Mapping[str, type[Any]],
        *,
        is_complete: bool = True,
        plugins: str = "",
        absence: "Absence | None" = None,
    ) -> None:
        self._sources = sources
        self._sections = sections
        self._is_complete = is_complete
        self._absence = absence
        self._plugins = f"{plugins}{'' if is_complete else ' and others'}"
        self._made: dict[str, Any] = {}
        self._checked: Validated | None = None
        self._values: Values = {}
        self._indirect: frozenset[str] = frozenset()
        self._notes: tuple[str, ...] = ()
        self._load()

    @property
    def notes(self) -> tuple[str, ...]:
        """Doubts that stop nothing: sections that only a missing plugin could know, variables that set nothing."""
        return self._notes if self._checked is None else self._checked.notes

    def section(self, name: str) -> Any:
        """Return a section, an instance of its class; PluginError when no active plugin owns it."""
        if name not in self._made:
            if name not in self._sections:
                hint = did_you_mean(name, self._sections)
                raise PluginError(f"no active plugin owns a configuration section '{name}'{hint}", name=name)
            self._made[name] = self._make(name)
        return self._made[name]

    def origin(self, key: str) -> str:
        """Say where a value came from: "default", a preset, "file:line", a variable, or who gave it.

        Raises UsageError when there is no such setting.
        """
        from llmos_core.config.explaining import origin_of

        section, rest = split_key(key, self._sections)
        if not section:
            raise UsageError(f"no setting named '{key}'{did_you_mean(key.rpartition('.')[0], self._sections)}")
        return str(origin_of(self._check().layers, section, rest))

    def explain(self, prefix: str = "") -> "tuple[Setting, ...]":
        """Return every setting whose dotted key is `prefix` or begins with it, sorted by section."""
        from llmos_core.config.explaining import settings

        return tuple(settings(self.section, self._sections, self._check().layers, prefix))

    def to_dict(self) -> Values:
        """Return all values as plain ones (amounts as text, tuples as lists), by section and key.

        Sections whose class cannot be imported are left out; the registry's problems name them.
        """
        values: Values = {}
        for name in self._sections:
            with suppress(PluginError):
                values[name] = plain(self.section(name))
        return values

    def _load(self) -> None:
        remembered = self._sources.remembered
        if not self._sources.is_plain and (remembered is None or remembered.get("plugins_seen") != self._plugins):
            self._check()
            return
        if remembered is not None:
            self._values = remembered["values"]
            self._indirect = frozenset(remembered["indirect"])
            self._notes = tuple(remembered["notes"])
        if self._sources.given:
            self._add_given()

    def _add_given(self) -> None:
        """Lay the given values over the others; only what is not plainly right needs the full check."""
        values: Values = {}
        for key, value in self._sources.given.items():
            section, rest = split_key(key, self._sections)
            if not section or not self._fits(section, rest, value):
                self._check()
                return
            values[section] = overlaid(values.get(section, {}), nested(rest, value))
        self._values = merged((self._values, values))
        for section in values:
            self.section(section)

    def _fits(self, section: str, rest: tuple[str, ...], value: Any) -> bool:
        try:
            declared = self._sections[section].__fields__.get(".".join(rest))
        except (PluginError, AttributeError):
            return False
        if declared is None or declared.metadata.get("names"):
            return False
        return type(value) in _PLAINLY.get(type(declared.default), ())

    def _make(self, name: str) -> Any:
        if self._checked is not None and name in self._checked.sections:
            return self._checked.sections[name]
        section_class = self._sections[name]
        values = self._values.get(name, {})
        try:
            if name not in self._indirect:
                return section_class(**values)
        except Exception as error:  # what was remembered no longer fits the class, or a given value is wrong
            if not values:
                message = f"section '{name}' cannot be made from its defaults: {error}"
                raise PluginError(message, name=name) from error
        return self._check().sections[name]

    def _check(self) -> "Validated":
        """Parse and check everything, once; ConfigError lists all that is wrong."""
        if self._checked is None:
            from llmos_core.config.validation import validated

            found = validated(self._sources, self._sections, is_complete=self._is_complete, absence=self._absence)
            self._checked, self._values, self._indirect = found, found.values, found.indirect
            self._remember(found)
        return self._checked

    def _remember(self, found: "Validated") -> None:
        if found.lasting is None or self._sources.is_plain:
            return
        content = {
            "plugins": self._sources.plugin_table(),
            "plugins_seen": self._plugins,
            "values": found.lasting,
            "indirect": sorted(found.indirect),
            "notes": list(found.notes),
        }
        remember(self._sources.paths.user_cache, self._sources.key, content)


def load_config(
    sources: Sources,
    sections: Mapping[str, type[Any]],
    *,
    is_complete: bool = True,
    plugins: str = "",
    absence: "Absence | None" = None,
) -> Config:
    """Return the configuration; ConfigError lists every problem of every layer, each with its place and key.

    `sections` maps names to section classes (a registry's `sections()`); `plugins` is a text that changes with the
    active plugins (its `fingerprint`); `is_complete` is false while a plugin is disabled or broken, since then an
    unknown section may be that plugin's. `absence` says why nobody bears a name that somebody chose (a registry's
    method of that name).
    """
    return Config(sources, sections, is_complete=is_complete, plugins=plugins, absence=absence)
