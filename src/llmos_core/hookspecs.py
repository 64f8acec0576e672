"""The pluggy specifications. Hooks describe, objects behave: every hook is synchronous, parameterless and collecting.

A plugin is a module or object registered under the entry-point group `llmos.plugins`; it implements any of these with
`@hookimpl` and returns an iterable of `Contribution`. The kernel calls each hook at most once, while it opens;
nothing depends on the order of plugins. Each name has one owner per kind; a clash is an error that lists all claimants.
"""

from collections.abc import Iterable

import pluggy

from llmos_core.contrib import GROUP, HOOKS, Contribution

__all__ = ["GROUP", "HOOKS", "hookimpl", "hookspec"]

hookspec = pluggy.HookspecMarker("llmos")
hookimpl = pluggy.HookimplMarker("llmos")


@hookspec
def llmos_modes() -> Iterable[Contribution]:  # type: ignore[empty-body]
    """Ways to execute a goal; the factory makes a `Mode`. Called by the kernel when a run begins."""


@hookspec
def llmos_mode_strategies() -> Iterable[Contribution]:  # type: ignore[empty-body]
    """Ways to choose a mode; the factory makes a `ModeStrategy`. Called when a run begins."""


@hookspec
def llmos_providers() -> Iterable[Contribution]:  # type: ignore[empty-body]
    """Ways to reach a model; the factory makes a `Provider`. Opened only when a model is really asked."""


@hookspec
def llmos_memory_backends() -> Iterable[Contribution]:  # type: ignore[empty-body]
    """Where traces are kept; the factory makes a `MemoryBackend`."""


@hookspec
def llmos_tools() -> Iterable[Contribution]:  # type: ignore[empty-body]
    """Offer what models and traces can do; the factory makes a `Tool`, opened when first called or offered."""


@hookspec
def llmos_hooks() -> Iterable[Contribution]:  # type: ignore[empty-body]
    """Gates, transforms and observers (see `Role`). Only the user's own configuration may replace a gate."""


@hookspec
def llmos_services() -> Iterable[Contribution]:  # type: ignore[empty-body]
    """Long-lived parts by role: matcher, journal, ledger, sandbox, audit, tools …, and any role a plugin defines."""


@hookspec
def llmos_commands() -> Iterable[Contribution]:  # type: ignore[empty-body]
    """Verbs of the `llmos` command; the factory path names a `click.Command`, imported only when it is invoked."""


@hookspec
def llmos_sections() -> Iterable[Contribution]:  # type: ignore[empty-body]
    """Offer configuration sections that belong to no single contribution."""


@hookspec
def llmos_hookspecs() -> Iterable[Contribution]:  # type: ignore[empty-body]
    """Modules of further hook specifications: plugins of plugins. The factory path names the module."""
