"""What LLMOSConfig's keywords mean, and how their values are checked.

A right configuration is checked by making its sections; only a wrong one is looked at closely, to list every problem.
"""

import os
from collections.abc import Iterator, Mapping
from typing import Any

from llmos_core.config.environment import settings_of, strays_of, variable_of
from llmos_core.config.tables import Values, merged, nested, overlaid
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
"""The sections that belong to no single family."""

ELSEWHERE: Mapping[str, str] = {
    "bounds": "llmos_std.bounds.config:BoundsConfig",
    "commands": "llmos_std.tools.config:CommandsConfig",
    "hooks": "llmos_std.hooks.hook_config:HooksConfig",
    "log": "llmos_std.hooks.config:LogConfig",
    "permissions": "llmos_std.hooks.config:PermissionsConfig",
    "provider.command": "llmos_std.providers.config:CommandConfig",
    "provider.litellm": "llmos_std.providers.litellm.config:LitellmConfig",
    "provider.recorded": "llmos_std.providers.config:RecordedConfig",
    "provider.scripted": "llmos_std.providers.config:ScriptedConfig",
    "sandbox": "llmos_std.sandbox.config:SandboxConfig",
    "secrets": "llmos_std.secrets.config:SecretsConfig",
    "shell": "llmos_std.hooks.config:ShellConfig",
    "snapshots": "llmos_std.snapshots.config:SnapshotsConfig",
    "web": "llmos_std.tools.config:WebConfig",
}
"""The sections of our own families, imported only when something is said about them; others' wait for the kernel."""

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


_ME = "LLMOSConfig"


def wrong_wishes(
    workspace: Any, preset: Any, settings: Any, environment: Any, keywords: Mapping[str, Any]
) -> list[str]:
    """Return one sentence for everything that is wrong, whatever was handed in."""
    problems = [*_unusable(workspace, environment), *_unknown_words(preset, keywords, settings)]
    is_known = isinstance(preset, str) and preset in PRESETS
    named = dict(settings) if _is_table(settings) else {}
    named = {key: value for key, value in named.items() if isinstance(key, str) and _is_plain(value)}
    variables = environment if _is_table(environment) and not list(_unusable(None, environment)) else None
    problems += _wrong_values(preset if is_known else "", variables, explicit_values(named, keywords))
    return list(dict.fromkeys(problems))


def explicit_values(settings: Mapping[str, Any], keywords: Mapping[str, Any]) -> dict[str, Any]:
    """Return settings and keywords together by dotted key; keywords win."""
    return {**settings, **{KEYWORDS[name]: value for name, value in keywords.items() if name in KEYWORDS}}


def _is_table(value: Any) -> bool:
    return isinstance(value, Mapping)


def _unknown_words(preset: Any, keywords: Mapping[str, Any], settings: Any) -> Iterator[str]:
    """Yield one sentence for each preset, keyword or key that means nothing."""
    if not isinstance(preset, str):
        yield f"{_ME}: preset: found {type(preset).__name__}, expected a name: {', '.join(PRESETS)}"
    elif preset not in {"", *PRESETS}:
        yield f"{_ME}: no preset named '{preset}'{did_you_mean(preset, PRESETS)}"
    for name in keywords:
        if name not in KEYWORDS:
            yield f"{_ME}: unknown keyword '{name}'{did_you_mean(name, KEYWORDS)}"
    if not isinstance(settings, Mapping):
        yield f"{_ME}: settings: found {type(settings).__name__}, expected values by 'section.key'"
        return
    for key, value in settings.items():
        if not isinstance(key, str) or not all(key.split(".")) or "." not in key:
            yield f"{_ME}: '{key}' names no section; expected 'section.key'"
        elif not _is_plain(value):
            yield f"{_ME}: {key}: found an object of type {type(value).__name__}, expected a value as in a TOML file"


def _unusable(workspace: Any, environment: Any) -> Iterator[str]:
    """Yield what is wrong with the kinds of the other parts of a configuration."""
    if workspace is not None and not isinstance(workspace, str | os.PathLike):
        yield f"{_ME}: workspace: found {type(workspace).__name__}, expected the path of a folder"
    if environment is None:
        return
    if not isinstance(environment, Mapping):
        yield f"{_ME}: environment: found {type(environment).__name__}, expected variables by name"
    elif wrong := [name for pair in environment.items() for name in pair if not isinstance(name, str)]:
        yield f"{_ME}: environment: found {type(wrong[0]).__name__} in it, expected only texts"


def _is_plain(value: Any) -> bool:
    from datetime import date, time
    from decimal import Decimal

    from llmos_core.types.record import Record

    if isinstance(value, Mapping):
        return all(isinstance(key, str) and _is_plain(one) for key, one in value.items())
    if isinstance(value, list | tuple):
        return all(_is_plain(one) for one in value)
    return value is None or isinstance(value, str | int | float | Decimal | date | time | os.PathLike | Record)


def _wrong_values(preset: str, environment: Mapping[str, str] | None, explicit: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with the values of our own sections; the thorough look is only taken when something is."""
    sections = _concerned(environment, explicit)
    try:
        for name, table in values_of(preset, environment, explicit, sections).items():
            sections[name](**table)
    except Exception:  # noqa: BLE001 – whatever it is, the thorough look says it in words
        return list(_all_wrong(preset, environment, explicit, sections))
    return _wrong_strays(environment)


def _all_wrong(
    preset: str, environment: Mapping[str, str] | None, explicit: Mapping[str, Any], sections: Mapping[str, type[Any]]
) -> Iterator[str]:
    from llmos_core.config.checking import Checker
    from llmos_core.config.layers import environment_layer
    from llmos_core.config.wording import sentence

    checker, faulty = Checker(), set()
    variables = environment_layer(settings_of(environment or {}), sections)
    tables = _tables(explicit, sections)
    for values, place in ((variables.values, variables.place), (tables, lambda _path: _ME)):
        for name, table in values.items():
            for finding in checker.findings(sections[name], table, tuple(name.split("."))):
                faulty.add(name)
                yield finding.told(place)
    together = values_of(preset, environment, explicit, sections)
    for name, table in together.items():
        if name in faulty:
            continue
        try:
            sections[name](**table)
        except Exception as error:  # noqa: BLE001 – as above
            yield sentence(f"{_ME}: {name}: {error}")
    yield from _wrong_strays(environment)


def _wrong_strays(environment: Mapping[str, str] | None) -> list[str]:
    strays = strays_of(environment or {})
    if not strays:
        return []
    from llmos_core.config.explaining import stray_variables

    return stray_variables(strays, {**SECTIONS, **{name: _loaded(name) for name in ELSEWHERE}})[0]


def values_of(
    preset: str,
    environment: Mapping[str, str] | None,
    explicit: Mapping[str, Any],
    sections: Mapping[str, type[Any]] = SECTIONS,
) -> Values:
    """Return what preset, variables and explicit values make together, for some sections."""
    layers: list[Mapping[str, Mapping[str, Any]]] = [PRESETS.get(preset, {})]
    if environment and settings_of(environment):
        from llmos_core.config.layers import environment_layer

        layers.append(environment_layer(settings_of(environment), sections).values)
    return merged([*layers, _tables(explicit, sections)])


def _concerned(environment: Mapping[str, str] | None, explicit: Mapping[str, Any]) -> dict[str, type[Any]]:
    """Return SECTIONS and those of ELSEWHERE that something is said about."""
    variables, tree = settings_of(environment or {}), _tree(explicit)
    found = dict(SECTIONS)
    for name in ELSEWHERE:
        start = variable_of(name, "")
        if _table_at(tree, name) is not None or any(variable.startswith(start) for variable in variables):
            found[name] = _loaded(name)
    return found


def _loaded(name: str) -> type[Any]:
    from llmos_core.plugins.loading import load_object

    found: type[Any] = load_object(ELSEWHERE[name])
    return found


def _tables(explicit: Mapping[str, Any], sections: Mapping[str, type[Any]]) -> Values:
    """Return the explicit values as tables of some sections; what stands elsewhere is checked by the kernel."""
    tree = _tree(explicit)
    tables: Values = {}
    for name in sections:
        table = _table_at(tree, name)
        if table is not None:
            tables[name] = table
    return tables


def _tree(explicit: Mapping[str, Any]) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for dotted, value in explicit.items():
        tree = overlaid(tree, nested(tuple(dotted.split(".")), value))
    return tree


def _table_at(tree: Mapping[str, Any], name: str) -> dict[str, Any] | None:
    """Return what stands in a tree under a section's name; None when nothing does."""
    found: Any = tree
    for part in name.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return dict(found) if isinstance(found, Mapping) else None


def normalised_value(dotted: str, value: Any) -> Any:
    """Return the value as its section holds it, so that equal wishes are equal however they were written."""
    section, _, key = dotted.partition(".")
    if section not in SECTIONS or section == "memory" or key not in SECTIONS[section].__fields__:
        return value
    return getattr(SECTIONS[section](**{key: value}), key)
