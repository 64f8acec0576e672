"""What `llmos doctor` says about plugins: active, switched off, broken, shadowed, heavy and missing ones.

Each finding names the plugin and tells how to mend it; nothing here changes anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmos_std.cli.checkups import NOTE, OK, PROBLEM, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from llmos_core.plugins.registry import Registry

NEEDED_ROLES = ("matcher", "trust", "journal", "ledger")
NEEDED_KINDS = ("mode", "strategy", "memory", "tool")
_REINSTALL = "enable the plugin that offers it, or install llmos again: pip install --force-reinstall llmos"


def plugins(registry: Registry) -> Iterator[Finding]:
    """Look at every plugin that was found, and at what is needed from them."""
    active = [plugin.name for plugin in registry.plugins if plugin.status == "active"]
    yield Finding(OK, f"{len(active)} of {len(registry.plugins)} plugins are active: {', '.join(active) or 'none'}")
    for plugin in registry.plugins:
        if plugin.status == "disabled":
            yield Finding(NOTE, f"plugin '{plugin.name}' is {plugin.reason}", "remove it from plugins.disabled")
    for fault in registry.faults:
        yield Finding(PROBLEM, fault.what, fault.mend)
    for sentence in registry.shadowed:
        yield Finding(NOTE, f"not in use: {sentence}")
    yield from _losses(registry)
    yield from _weights(registry)
    yield from _gaps(registry)


def _losses(registry: Registry) -> Iterator[Finding]:
    """Say which broken plugins may have brought a gate: until they are mended, llmos denies what they might have."""
    for name in registry.lost("hook"):
        what = f"plugin '{name}' may have brought a gate, which is lost: whatever it could have judged is denied"
        yield Finding(PROBLEM, what, "mend it, or switch it off if you can do without its gate")


def _weights(registry: Registry) -> Iterator[Finding]:
    from llmos_std.cli.inspecting import LIGHTEN, heavy

    for plugin in registry.plugins:
        if cost := heavy(plugin):
            yield Finding(NOTE, cost, LIGHTEN)


def _gaps(registry: Registry) -> Iterator[Finding]:
    for role in NEEDED_ROLES:
        if not registry.serves(role):
            yield Finding(PROBLEM, f"no active plugin serves as '{role}'", _REINSTALL)
    for kind in NEEDED_KINDS:
        if not registry.names(kind):
            yield Finding(PROBLEM, f"no active plugin offers a {kind}", _REINSTALL)
