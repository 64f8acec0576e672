"""`llmos bounds`: see which bounds hold here and where each tool was last told to go, and forget such a place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from llmos_core import aio


@click.group(epilog="\b\nExamples:\n  llmos bounds show\n  llmos bounds forget move_arm")
def bounds() -> None:
    """See the bounds of numeric arguments, and forget where a machine was last told to go."""


@bounds.command(epilog="\b\nExample:\n  llmos bounds show")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def show(ctx: click.Context, *, as_json: bool) -> int:
    """Show every bound, and the last place of each tool that has one."""
    return aio.run(_show(ctx, as_json=as_json))


async def _show(ctx: click.Context, *, as_json: bool) -> int:
    from llmos_std.bounds.memory import Places
    from llmos_std.bounds.reading import rules_from
    from llmos_std.cli.session import open_llmos, workspace_of

    async with open_llmos(workspace_of(ctx)) as opened:
        section, state = opened.kernel.section("bounds"), opened.kernel.paths.user_state
    tools = sorted(rules_from(section.limits, section.forbidden))
    places = {tool: _place(Places(state), tool) for tool in tools}
    facts = {"limits": section.limits, "forbidden": list(section.forbidden), "places": places}
    if as_json:
        click.echo(json.dumps(facts, default=dict, allow_nan=True))
        return 0
    if not tools:
        click.echo("no bounds are set; see [bounds] in: llmos config")
    for tool in tools:
        for name, limit in section.limits.get(tool, {}).items():
            click.echo(f"{tool}.{name}: {', '.join(f'{key} {value}' for key, value in limit.items())}")
        for region in (one for one in section.forbidden if one["tool"] == tool):
            sides = ", ".join(f"{name} {low} to {high}" for name, (low, high) in region["box"].items())
            click.echo(f"{tool}: never in {region['name']} ({sides})")
        click.echo(f"{tool}: last at {places[tool]}")
    return 0


def _place(places: Any, tool: str) -> str:
    place = places.get(tool)
    if place is None:
        return "nobody knows where"
    points = (", ".join(f"{name} {float(value):g}" for name, value in point.items()) for point in place.points)
    return " or on the way to ".join(points)


@bounds.command(epilog="\b\nExample:\n  llmos bounds forget move_arm")
@click.argument("tool")
@click.pass_context
def forget(ctx: click.Context, *, tool: str) -> int:
    """Forget where TOOL was last told to go: its next call is asked about, as its first one was."""
    from llmos_core.config.paths import find_paths
    from llmos_std.bounds.memory import Places
    from llmos_std.cli.session import workspace_of

    chosen = workspace_of(ctx)
    places = Places(find_paths(None if chosen is None else Path(chosen)).user_state)
    with places.open_alone():
        places.put(tool, None)
    click.echo(f"forgotten; look where the machine is before you allow the next call of {tool}")
    return 0
