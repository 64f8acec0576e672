"""What LLMOSConfig's keywords mean, and how their values are checked.

A right configuration is checked by making its sections; only a wrong one is looked at closely, to list every problem.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from llmos_core.config.environment import settings_of
from llmos_core.config.tables import Values, merged, overlaid
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
        name: f"{section}.{name}"
        for section in ("kernel", "memory", "model", "dispatcher")
        for name in SECTIONS[section].__fields__
        if name != "backend"
    },
    "memory_backend": "memory.backend",
    "permission_mode": "permissions.mode",
    "disabled_plugins": "plugins.disabled",
    "prefer_plugins": "plugins.prefer",
    "sentience_enabled": "sentience.enabled",
}
"""Flat keyword → dotted key."""


def unknown_words(preset: str, keywords: Mapping[str, Any], settings: Mapping[str, Any]) -> Iterator[str]:
    """Yield one sentence for each preset, keyword or key that means nothing."""
    if preset not in {"", *PRESETS}:
        yield f"LLMOSConfig: no preset named '{preset}'{did_you_mean(preset, PRESETS)}"
    for name in keywords:
        if name not in KEYWORDS:
            yield f"LLMOSConfig: unknown keyword '{name}'{did_you_mean(name, KEYWORDS)}"
    for key in settings:
        if "." not in key:
            yield f"LLMOSConfig: '{key}' names no section; expected 'section.key'"


def wrong_values(preset: str, environment: Mapping[str, str] | None, explicit: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with the values of SECTIONS; the thorough look is only taken when something is."""
    try:
        for name, table in values_of(preset, environment, explicit).items():
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
            for finding in checker.findings(SECTIONS[name], table, (name,)):
                is_sound = False
                yield finding.told(place)
    for name, table in values_of(preset, environment, explicit).items() if is_sound else ():
        try:
            SECTIONS[name](**table)
        except (TypeError, ValueError) as error:
            yield f"LLMOSConfig: {name}: {error}"


def values_of(preset: str, environment: Mapping[str, str] | None, explicit: Mapping[str, Any]) -> Values:
    """Return what preset, variables and explicit values make together, for SECTIONS only."""
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


def normalised_value(dotted: str, value: Any) -> Any:
    """Return the value as its section holds it, so that equal wishes are equal however they were written."""
    section, _, key = dotted.partition(".")
    if section not in SECTIONS or section in {"memory", "model"}:  # whose fields are only right together
        return value
    return getattr(SECTIONS[section](**{key: value}), key)
