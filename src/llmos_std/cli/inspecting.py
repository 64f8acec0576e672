"""Plugins as they are installed, looked at in full: for the verbs that explain them, not for those that use them.

It works with a broken configuration: only the switches of `[plugins]` are read, leniently.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from llmos_core.config.sources import Switches
    from llmos_core.plugins.claims import Claim, Fault, Plugin
    from llmos_core.plugins.registry import Registry


def switches_of(folder: Path | None) -> Switches:
    """Return which plugins the user's own configuration switches off or prefers."""
    from llmos_core.config.paths import find_paths
    from llmos_core.config.sources import read_sources

    return read_sources(find_paths(folder)).switches()


def installed(folder: Path | None) -> Registry:
    """Import every plugin that is not switched off, and return what they offer."""
    from llmos_core.plugins.discovery import discover
    from llmos_core.plugins.host import PluginHost
    from llmos_core.plugins.registry import Registry

    switches = switches_of(folder)
    return Registry(PluginHost(discover(), disabled=switches.disabled), prefer=switches.prefer)


def plugins_named(registry: Registry, name: str) -> list[Plugin]:
    """Return the plugins of that name, else those of that distribution, else those that offer something so named."""
    from llmos_core.plugins.discovery import normalised

    wanted = normalised(name)
    for key in ("name", "distribution"):
        if found := [plugin for plugin in registry.plugins if normalised(getattr(plugin, key)) == wanted]:
            return found
    offering = {claim.plugin for _, claim, _ in claims(registry) if name == claim.contribution.name}
    return [plugin for plugin in registry.plugins if plugin.name in offering]


def claims(registry: Registry) -> Iterator[tuple[str, Claim, str]]:
    """Yield (kind, claim, why it is not in use or "") for everything that is offered."""
    for kind, settlement in registry.settlements().items():
        for claim in settlement.active:
            yield kind, claim, ""
        for claim, reason in settlement.shadowed:
            yield kind, claim, reason


def outdone(registry: Registry, kind: str, claim: Claim) -> list[Claim]:
    """Return the contributions whose place a contribution in use has taken."""
    settlement = registry.settlements()[kind]
    names = [name for name, owner in settlement.owners.items() if owner == claim]
    return [other for other, _ in settlement.shadowed if other.contribution.name in names]


def faults_of(registry: Registry, plugin: Plugin) -> list[Fault]:
    """Return what is wrong with a plugin itself, and every conflict in which it is named."""
    import re

    mentions = re.compile(rf"\bof {re.escape(plugin.name)}(?![\w.-])|'{re.escape(plugin.name)}'")
    return [fault for fault in registry.faults if fault.plugin == plugin.name or mentions.search(fault.what)]


def heavy(plugin: Plugin) -> str:
    """Say what importing a heavy plugin cost, "" for a light one."""
    if not plugin.is_heavy:
        return ""
    packages = f": {', '.join(plugin.import_packages)}" if plugin.import_packages else ""
    return (
        f"plugin '{plugin.name}' is heavy to import: {plugin.import_ms:.0f} ms, "
        f"{plugin.import_modules} modules of others{packages}"
    )


LIGHTEN = (
    "its author should import such packages inside the factories; llmos remembers what sound plugins offer, so only "
    "starts after a change pay for it"
)
"""How a heavy plugin is mended."""
