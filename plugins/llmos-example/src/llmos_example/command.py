"""`llmos freshness`: how old each trace is, and which will be learned anew."""

import json
from typing import Any

import click

from llmos_core import aio
from llmos_core.protocols.storing import MemoryBackend
from llmos_example.age import age_days, is_stale
from llmos_std.cli.output import one_line
from llmos_std.cli.session import open_llmos, workspace_of


@click.command(epilog="\b\nExamples:\n  llmos freshness\n  llmos freshness --json")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list.")
@click.pass_context
def freshness(ctx: click.Context, *, as_json: bool) -> None:
    """List every trace with its age in days, newest first."""
    rows = aio.run(_rows(workspace_of(ctx)))
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        click.echo(_line(**row))


def _line(trace: str, goal: str, days: float | None, *, is_stale: bool) -> str:
    age = "of unknown age" if days is None else f"{days:.0f} days old"
    return f"{trace[:8]}  {'stale' if is_stale else 'fresh'}  {age}  {one_line(goal)}"


async def _rows(workspace: str | None) -> list[dict[str, Any]]:
    async with open_llmos(workspace) as llmos:
        kernel = llmos.kernel
        now, days = kernel.clock.now(), kernel.section("freshness").days
        memory: MemoryBackend = await kernel.memory()
        return [
            {
                "trace": trace.id,
                "goal": trace.goal,
                "days": age_days(trace, now),
                "is_stale": is_stale(trace, now, days),
            }
            for trace in memory.list()
        ]
