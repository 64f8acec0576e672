"""`llmos plugins`: what is installed and who owns which name; new packages; installing and removing them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from llmos_core import aio

if TYPE_CHECKING:
    from llmos_core.plugins.registry import Registry
    from llmos_core.runtime.kernel import Kernel

KINDS = ("mode", "strategy", "provider", "memory", "tool", "hook", "service", "command")
NEW_KINDS = (*KINDS, "section", "transform", "observer")

_EXAMPLES = """\b
Examples:
  llmos plugins list
  llmos plugins show std-tools
  llmos plugins new llmos-weather --kind tool"""


@click.group(epilog=_EXAMPLES)
def plugins() -> None:
    """See what is installed, explain it, begin a package of your own, install and remove."""


@plugins.command("list", epilog="\b\nExamples:\n  llmos plugins list\n  llmos plugins list --kind strategy --json")
@click.option("--kind", type=click.Choice(KINDS), help="Only contributions of this kind.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list.")
@click.pass_context
def list_plugins(ctx: click.Context, kind: str | None, *, as_json: bool) -> int:
    """List every contribution by kind, its owner, and every problem."""
    return aio.run(_list(ctx, kind, as_json=as_json))


@plugins.command(epilog="\b\nExamples:\n  llmos plugins show std-tools\n  llmos plugins show Write --json")
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list.")
@click.pass_context
def show(ctx: click.Context, name: str, *, as_json: bool) -> int:
    """Explain the plugin of this name, of this distribution, or that offers something of this name."""
    from llmos_std.cli.inspecting import installed
    from llmos_std.cli.plugins_show import describe, lines

    found = describe(installed(_folder(ctx)), name)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
    else:
        click.echo("\n\n".join("\n".join(lines(facts)).rstrip() for facts in found))
    return 0


@plugins.command(
    epilog="\b\nExamples:\n  llmos plugins new llmos-weather\n  llmos plugins new x --kind hook --kind tool"
)
@click.argument("name")
@click.option("--kind", "kinds", multiple=True, type=click.Choice(NEW_KINDS), help="What it offers; repeatable. [tool]")
@click.option("--into", type=click.Path(path_type=Path), help="The folder to write; by default one of that name here.")
@click.pass_context
def new(ctx: click.Context, name: str, kinds: tuple[str, ...], into: Path | None) -> int:
    """Write a complete package for a plugin, with tests that pass."""
    from llmos_std.scaffold.package import words_for, write_package

    words = words_for(name)
    folder = into or (_folder(ctx) or Path.cwd()) / words["name"]
    for path in write_package(folder, name, kinds or ("tool",)):
        click.echo(path)
    from shlex import quote

    click.echo(f"\nInstall it with what its tests need, and run them:\n  pip install {quote(f'{folder}[testing]')}")
    click.echo(f"  python -m pytest {quote(str(folder))}")
    return 0


@plugins.command(
    epilog="\b\nExamples:\n  llmos plugins install llmos-weather\n  llmos plugins install ./llmos-weather -y"
)
@click.argument("package")
@click.option("-y", "--yes", is_flag=True, help="Do not ask: installing runs the package's code.")
def install(package: str, *, yes: bool) -> int:
    """Install a package with pip, and say what it added."""
    from llmos_std.cli.plugins_pip import install_package

    return install_package(package, is_sure=yes)


@plugins.command(epilog="\b\nExamples:\n  llmos plugins uninstall llmos-weather")
@click.argument("package")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
def uninstall(package: str, *, yes: bool) -> int:
    """Remove the package of a plugin with pip; never llmos itself, and no package that brings no plugin."""
    from llmos_std.cli.plugins_pip import uninstall_package

    return uninstall_package(package, is_sure=yes)


def _folder(ctx: click.Context) -> Path | None:
    from llmos_std.cli.session import workspace_of

    chosen = workspace_of(ctx)
    return None if chosen is None else Path(chosen)


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
