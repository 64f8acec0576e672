"""`llmos plugins`: what is installed, what it offers, and what is broken or shadowed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from llmos_core import aio

if TYPE_CHECKING:
    from llmos_core.plugins.registry import Registry
    from llmos_core.runtime.kernel import Kernel

KINDS = ("mode", "strategy", "provider", "memory", "tool", "hook", "service", "command")


@click.group(epilog="\b\nExamples:\n  llmos plugins list\n  llmos plugins list --kind tool")
def plugins() -> None:
    """See what is installed and who owns which name."""


@plugins.command("list", epilog="\b\nExamples:\n  llmos plugins list\n  llmos plugins list --kind strategy --json")
@click.option("--kind", type=click.Choice(KINDS), help="Only contributions of this kind.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list.")
@click.pass_context
def list_plugins(ctx: click.Context, kind: str | None, *, as_json: bool) -> int:
    """List every contribution by kind, its owner, and every problem."""
    return aio.run(_list(ctx, kind, as_json=as_json))


async def _list(ctx: click.Context, kind: str | None, *, as_json: bool) -> int:
    from llmos_std.cli.session import open_llmos, workspace_of

    async with open_llmos(workspace_of(ctx)) as opened:
        registry = opened.kernel.registry
        rows = contributions(registry, KINDS if kind is None else (kind,))
        if kind in {None, "tool"}:
            rows += await _own_tools(opened.kernel)
        problems = registry.problems
    if as_json:
        heads = ("kind", "name", "plugin", "summary")
        click.echo(json.dumps([dict(zip(heads, row, strict=True)) for row in rows], ensure_ascii=False))
    else:
        from llmos_std.cli.output import table

        click.echo(table(rows, ("kind", "name", "plugin", "what it does")))
    for problem in problems:
        click.echo(f"llmos: {problem}", err=True)
    return 0


async def _own_tools(kernel: Kernel) -> list[tuple[str, str, str, str]]:
    """Return the tools that the workspace itself brings along, once it is trusted."""
    contributed = kernel.registry.names("tool")
    specs = await kernel.offered_tools()
    return [
        ("tool", spec.name, "this workspace", spec.description.partition("\n")[0])
        for spec in specs
        if spec.name not in contributed
    ]


def contributions(registry: Registry, kinds: tuple[str, ...]) -> list[tuple[str, str, str, str]]:
    """Return (kind, name, owning plugin, summary) of everything in use."""
    return [
        (kind, one.name, registry.owner(kind, one.name) if one.name in registry.names(kind) else "several", one.summary)
        for kind in kinds
        for one in registry.all(kind)
    ]
