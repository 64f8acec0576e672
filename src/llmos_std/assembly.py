"""Put one kernel together: plugins, configuration, trust in the project's own files, injected parts.

A project's configuration and plugins count only after the user has trusted exactly their bytes; until then they are
reported and left out.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from llmos_core.config.loading import load_config
from llmos_core.config.paths import find_paths
from llmos_core.config.sources import read_sources
from llmos_core.plugins.discovery import discover, normalised
from llmos_core.plugins.registry import Registry
from llmos_core.plugins.snapshot import open_host
from llmos_core.runtime.kernel import Kernel
from llmos_core.types.record import Record
from llmos_std.presets import PRESETS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from llmos_core.config.loading import Config
    from llmos_core.config.sources import Sources
    from llmos_core.protocols.context import Paths
    from llmos_std.hooks.wiring import Seated
    from llmos_std.settings import LLMOSConfig
    from llmos_std.tools.workspace_modules import Loaded
    from llmos_std.trust.project import ProjectFiles


class Assembly(Record, kw_only=False):
    """An unopened kernel, and what the user should know before it is used."""

    kernel: Kernel
    notices: tuple[str, ...] = ()
    hooks: Seated | None = None


def assemble(
    *,
    config: LLMOSConfig,
    workspace: Path | str | None,
    environ: Mapping[str, str],
    tools: Sequence[Any] = (),
    parts: Mapping[str, Any] | None = None,
    given_as: str = "given value",
) -> Assembly:
    """Return a kernel for a workspace; ConfigError lists every problem of the configuration."""
    from pathlib import Path

    environ = config.environ(environ)
    chosen = workspace if workspace is not None else config.workspace
    paths = find_paths(None if chosen is None else Path(chosen), environ)
    project, notices = trusted_project(paths)
    sources = _sources(config, paths, environ, project, given_as)
    switches = sources.switches()
    registry = Registry(
        open_host(discover(), disabled=switches.disabled, cache=paths.user_cache), prefer=switches.prefer
    )
    loaded = load_config(
        sources,
        registry.sections(),
        is_complete=registry.is_complete,
        plugins=registry.fingerprint,
        absence=registry.absence,
    )
    notices += (*_broken(registry), *_not_there(registry, switches.disabled), *loaded.notes)
    modules = None
    if project is not None and project.plugins:
        from llmos_std.tools.workspace_modules import load_modules
        from llmos_std.tools.workspace_tools import tools_in

        modules = load_modules(paths.house / "plugins", project.plugins)
        own_tools, problems = tools_in(modules)
        tools, notices = (*own_tools, *tools), notices + tuple(problems)
    hooks, remarks = _hooks(loaded, sources, environ, project, modules)
    kernel = Kernel(
        registry=registry,
        config=loaded,
        paths=paths,
        environ=environ,
        parts=parts,
        extra_tools=tools,
        hooks=() if hooks is None else hooks.seats,
    )
    return Assembly(kernel, notices + remarks, hooks)


def _hooks(
    config: Config,
    sources: Sources,
    environ: Mapping[str, str],
    project: ProjectFiles | None,
    modules: Loaded | None,
) -> tuple[Seated | None, tuple[str, ...]]:
    """Return the user's and the project's hooks, None when there are none, and what the user should know of them."""
    paths, is_guarded = sources.paths, is_guarding(sources.paths)
    if not is_guarded and not may_have_hooks(paths, sources, project):
        return None, ()
    from llmos_std.hooks.wiring import gather

    own = sources.user
    return gather(config, paths, environ, user_config=own, project=project, loaded=modules, is_guarded=is_guarded)


def is_guarding(paths: Paths) -> bool:
    """Say whether the user has once trusted hooks of this workspace: then their absence is a change, too."""
    if not os.path.lexists(paths.user_state / "guarded"):
        return False
    from llmos_std.trust.guarded import is_guarded

    return is_guarded(paths.user_state, paths.workspace)


def may_have_hooks(paths: Paths, sources: Sources, project: ProjectFiles | None) -> bool:
    """Say whether anything names hooks: files that say nothing of them cost a search in their bytes, no more."""
    files = () if project is None else (project.config or b"", *project.plugins.values())
    return (
        (project is not None and project.hooks is not None)
        or any(b"hooks" in text for text in (sources.user or b"", *files))
        or any("hooks" in name.lower() for name in (*sources.given, *sources.environment))
        or os.path.lexists(paths.user_config.parent / "hooks.json")
    )


def trusted_project(paths: Paths) -> tuple[ProjectFiles | None, tuple[str, ...]]:
    """Return the project's own files if the user has trusted them as they are, else None and a notice why not."""
    house = paths.house
    if not any(os.path.lexists(house / name) for name in ("config.toml", "plugins", "hooks.json")):
        return None, ()
    from llmos_std.trust.project import read_project
    from llmos_std.trust.store import open_trust_store

    project = read_project(paths.workspace)
    if project.is_empty:
        return None, ()
    with open_trust_store(paths.user_state) as store:
        if store.is_trusted(paths.workspace, project.digest):
            return project, ()
    brought = ", ".join(os.path.normpath(f".llmos/{name}") for name in sorted(project.contents))
    return None, (f"this folder's own files are not trusted and are left out: {brought}; see `llmos trust`",)


def _sources(
    config: LLMOSConfig, paths: Paths, environ: Mapping[str, str], project: ProjectFiles | None, given_as: str
) -> Sources:
    has_config = project is not None and project.config is not None
    sources = read_sources(
        paths,
        environ,
        project_file=paths.house / "config.toml" if has_config else None,
        preset=config.preset,
        presets=PRESETS,
        explicit=config.explicit,
        explicit_from=given_as,
    )
    if has_config and project is not None and sources.project != project.config:
        from llmos_core.errors import ConfigError

        raise ConfigError([f"{paths.house / 'config.toml'}: changed while it was read; look at it and try again"])
    return sources


def _not_there(registry: Registry, disabled: Sequence[str]) -> tuple[str, ...]:
    """Return one notice for each switched-off name that nothing bears: what was meant may still be on."""
    if not disabled:
        return ()
    known = {normalised(name) for plugin in registry.plugins for name in (plugin.name, plugin.distribution)}
    lost = [name for name in disabled if normalised(name) not in known]
    return tuple(f"plugins.disabled names '{name}', but no such plugin or distribution is installed" for name in lost)


def _broken(registry: Registry) -> tuple[str, ...]:
    """Return one notice for each plugin that is left out because it is broken."""
    broken = (plugin for plugin in registry.plugins if plugin.status == "broken")
    return tuple(f"plugin '{plugin.name}' is broken and left out: {plugin.reason}" for plugin in broken)
