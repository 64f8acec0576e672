"""A configuration in Python: flat keywords, presets, and a fluent builder, checked when they are made.

What is said here wins over the user's files; what is not said is left to them. Making one reads and writes nothing.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Self

import attrs

from llmos_core.config.environment import PREFIX, settings_of
from llmos_core.config.tables import Values, merged, overlaid, plain
from llmos_core.errors import ConfigError
from llmos_core.suggestion import did_you_mean
from llmos_std.config import DispatcherConfig, KernelConfig, MemoryConfig, ModelConfig, PluginsConfig, SentienceConfig
from llmos_std.presets import PRESETS

SECTIONS: Mapping[str, type[Any]] = {
    "kernel": KernelConfig,
    "memory": MemoryConfig,
    "model": ModelConfig,
    "dispatcher": DispatcherConfig,
    "plugins": PluginsConfig,
    "sentience": SentienceConfig,
}
"""The sections that are checked here; those of other families are checked when the kernel opens."""

KEYWORDS: Mapping[str, str] = {
    **{
        field.name: f"{section}.{field.name}"
        for section in ("kernel", "memory", "model", "dispatcher")
        for field in attrs.fields(SECTIONS[section])
        if field.name != "backend"
    },
    "memory_backend": "memory.backend",
    "permission_mode": "permissions.mode",
    "disabled_plugins": "plugins.disabled",
    "prefer_plugins": "plugins.prefer",
    "sentience_enabled": "sentience.enabled",
}
"""Flat keyword → dotted key."""


@attrs.frozen(init=False, hash=False)
class LLMOSConfig:
    """What a program wants, as given: `explicit` maps "section.key" to plain values.

    `workspace` None is the current directory. `environment` holds captured LLMOS_ variables; None means those of the
    process at the time the kernel opens. Files count too, below all this; `config show` on the command line tells all.
    """

    workspace: Path | None
    preset: str
    explicit: Mapping[str, Any]
    environment: Mapping[str, str] | None = attrs.field(repr=False)

    def __init__(
        self,
        *,
        workspace: Path | str | None = None,
        preset: str = "",
        settings: Mapping[str, Any] | None = None,
        environment: Mapping[str, str] | None = None,
        **keywords: Any,
    ) -> None:
        """Take flat keywords (see KEYWORDS) and any further `settings` by dotted key ("provider.litellm.model").

        ConfigError lists every unknown keyword and wrong value.
        """
        problems = list(_unknown(preset, keywords, settings or {}))
        given = {KEYWORDS[name]: value for name, value in keywords.items() if name in KEYWORDS}
        explicit = {**(settings or {}), **given}
        captured = None if environment is None else dict(environment)
        problems += _wrong(preset, captured, explicit)
        if problems:
            raise ConfigError(problems)
        values = {key: plain(_structured(key, value)) for key, value in explicit.items()}
        folder = None if workspace is None else Path(workspace)
        self.__attrs_init__(workspace=folder, preset=preset, explicit=values, environment=captured)

    @classmethod
    def development(cls, **keywords: Any) -> Self:
        """Return the preset for trying things out: little money, short runs."""
        return cls(preset="development", **keywords)

    @classmethod
    def production(cls, **keywords: Any) -> Self:
        """Return the preset with every feature, crystallization included."""
        return cls(preset="production", **keywords)

    @classmethod
    def testing(cls, **keywords: Any) -> Self:
        """Return the preset for tests: deterministic, without network, with the built-in planner."""
        return cls(preset="testing", **keywords)

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None, **keywords: Any) -> Self:
        """Return what the LLMOS_ variables say now: LLMOS_WORKSPACE, LLMOS_PRESET and LLMOS_<SECTION>__<KEY>."""
        import os

        found = os.environ if environ is None else environ
        captured = {name: value for name, value in found.items() if name.startswith(PREFIX)}
        named = {"workspace": captured.get("LLMOS_WORKSPACE") or None, "preset": captured.get("LLMOS_PRESET", "")}
        return cls(environment=captured, **{**named, **keywords})

    @classmethod
    def from_dict(cls, tables: Mapping[str, Any]) -> Self:
        """Return the configuration that `to_dict` described; section tables may be nested or have dotted names."""
        known = {"workspace", "preset", "environment"}
        settings: dict[str, Any] = {}
        for section, table in tables.items():
            if section in known:
                continue
            if not isinstance(table, Mapping):
                raise ConfigError(
                    [f"LLMOSConfig: {section}: expected a table of settings{did_you_mean(section, known)}"]
                )
            settings |= {f"{section}.{key}": value for key, value in table.items()}
        return cls(settings=settings, **{name: tables[name] for name in known if name in tables})

    def to_dict(self) -> dict[str, Any]:
        """Return what was said, as JSON values: workspace, preset, and one table for each section concerned."""
        tables: dict[str, Any] = {"workspace": None if self.workspace is None else str(self.workspace)}
        tables["preset"] = self.preset
        if self.environment is not None:
            tables["environment"] = dict(self.environment)
        for key, value in self.explicit.items():
            section, _, name = key.rpartition(".")
            tables.setdefault(section, {})[name] = value
        return tables

    def environ(self, process: Mapping[str, str]) -> dict[str, str]:
        """Return the environment to configure from: the process's own, its LLMOS_ part replaced when captured."""
        if self.environment is None:
            return dict(process)
        return {name: value for name, value in process.items() if not name.startswith(PREFIX)} | dict(self.environment)

    def section(self, name: str) -> Any:
        """Return one of SECTIONS as preset, captured variables and keywords make it, without any file."""
        return SECTIONS[name](**_values(self.preset, self.environment, self.explicit).get(name, {}))

    @property
    def kernel(self) -> KernelConfig:
        """Section `kernel`, without files."""
        found: KernelConfig = self.section("kernel")
        return found

    @property
    def memory(self) -> MemoryConfig:
        """Section `memory`, without files."""
        found: MemoryConfig = self.section("memory")
        return found

    @property
    def model(self) -> ModelConfig:
        """Section `model`, without files."""
        found: ModelConfig = self.section("model")
        return found

    @property
    def dispatcher(self) -> DispatcherConfig:
        """Section `dispatcher`, without files."""
        found: DispatcherConfig = self.section("dispatcher")
        return found


class ConfigBuilder:
    """Says the same as LLMOSConfig's keywords, one step at a time; `build` checks it all."""

    def __init__(self) -> None:
        self._wishes: dict[str, Any] = {}
        self._settings: dict[str, Any] = {}

    def _with(self, keyword: str, value: Any) -> Self:
        self._wishes[keyword] = value
        return self

    def with_preset(self, name: str) -> Self:
        """Start from a preset: development, production or testing."""
        return self._with("preset", name)

    def with_workspace(self, folder: Path | str) -> Self:
        """Act in this folder."""
        return self._with("workspace", folder)

    def with_budget(self, budget_usd: Any) -> Self:
        """Let all runs together cost at most this much, in US dollars."""
        return self._with("budget_usd", budget_usd)

    def with_day_budget(self, day_budget_usd: Any) -> Self:
        """Let the runs of one day cost at most this much, in US dollars."""
        return self._with("day_budget_usd", day_budget_usd)

    def with_llm_matching(self, is_enabled: bool) -> Self:
        """Let a model compare goals when nothing cheaper matches."""
        return self._with("enable_llm_matching", is_enabled)

    def with_model(self, model: str) -> Self:
        """Ask this model."""
        return self._with("model", model)

    def with_provider(self, provider: str) -> Self:
        """Reach models through this provider."""
        return self._with("provider", provider)

    def with_strategy(self, strategy: str) -> Self:
        """Choose modes by this strategy."""
        return self._with("strategy", strategy)

    def with_max_turns(self, max_turns: int) -> Self:
        """Let one goal take at most so many turns."""
        return self._with("max_turns", max_turns)

    def with_timeout(self, timeout_s: float) -> Self:
        """Let one goal take at most so many seconds."""
        return self._with("timeout_s", timeout_s)

    def with_permission_mode(self, mode: str) -> Self:
        """Act under this permission mode: ask, accept-edits, plan or yolo."""
        return self._with("permission_mode", mode)

    def with_auto_crystallization(self, is_enabled: bool) -> Self:
        """Compile traces that have proven themselves."""
        return self._with("auto_crystallization", is_enabled)

    def with_sentience(self, is_enabled: bool) -> Self:
        """Let an internal state colour how goals are approached (stored already, acted on by a later family)."""
        return self._with("sentience_enabled", is_enabled)

    def with_setting(self, key: str, value: Any) -> Self:
        """Set any key of any section: "provider.litellm.api_base"."""
        self._settings[key] = value
        return self

    def build(self) -> LLMOSConfig:
        """Return the configuration; ConfigError lists everything that is wrong."""
        return LLMOSConfig(settings=self._settings, **self._wishes)


def _unknown(preset: str, keywords: Mapping[str, Any], settings: Mapping[str, Any]) -> Iterator[str]:
    if preset not in {"", *PRESETS}:
        yield f"LLMOSConfig: no preset named '{preset}'{did_you_mean(preset, PRESETS)}"
    for name in keywords:
        if name not in KEYWORDS:
            yield f"LLMOSConfig: unknown keyword '{name}'{did_you_mean(name, KEYWORDS)}"
    for key in settings:
        if "." not in key:
            yield f"LLMOSConfig: '{key}' names no section; expected 'section.key'"


def _wrong(preset: str, environment: Mapping[str, str] | None, explicit: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with the values of SECTIONS; the thorough look is only taken when something is."""
    try:
        for name, table in _values(preset, environment, explicit).items():
            SECTIONS[name](**table)
    except (TypeError, ValueError):
        return list(_all_wrong(preset, environment, explicit))
    return []


def _all_wrong(preset: str, environment: Mapping[str, str] | None, explicit: Mapping[str, Any]) -> Iterator[str]:
    from llmos_core.config.checking import Checker
    from llmos_core.config.layers import environment_layer

    checker, is_sound = Checker(), True
    variables = environment_layer(settings_of(environment or {}), SECTIONS)
    for values, place in ((variables.values, variables.place), (_tables(explicit), lambda _path: "LLMOSConfig")):
        for name, table in values.items():
            for problem in checker.problems(SECTIONS[name], table, (name,), place, project=False):
                is_sound = False
                yield problem
    for name, table in _values(preset, environment, explicit).items() if is_sound else ():
        try:
            SECTIONS[name](**table)
        except (TypeError, ValueError) as error:
            yield f"LLMOSConfig: {name}: {error}"


def _values(preset: str, environment: Mapping[str, str] | None, explicit: Mapping[str, Any]) -> Values:
    layers: list[Mapping[str, Mapping[str, Any]]] = [PRESETS.get(preset, {})]
    if environment and settings_of(environment):
        from llmos_core.config.layers import environment_layer

        layers.append(environment_layer(settings_of(environment), SECTIONS).values)
    return merged([*layers, _tables(explicit)])


def _tables(explicit: Mapping[str, Any]) -> Values:
    """Return the explicit values of SECTIONS as tables; those of other sections are checked by the kernel."""
    tables: Values = {}
    for dotted, value in explicit.items():
        section, _, key = dotted.partition(".")
        if section in SECTIONS and key:
            tables[section] = overlaid(tables.get(section, {}), {key: value})
    return tables


def _structured(dotted: str, value: Any) -> Any:
    """Return the value as its section holds it, so that equal wishes are equal however they were written."""
    section, _, key = dotted.partition(".")
    if section not in SECTIONS or section == "memory":
        return value
    return getattr(SECTIONS[section](**{key: value}), key)
