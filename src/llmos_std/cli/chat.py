"""`llmos chat`: goal by goal in one session. Each line is a goal of its own; what was learned before is replayed."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from llmos_core import aio
from llmos_core.errors import LlmosError
from llmos_std.cli.run import task_options, tell_notices, watch
from llmos_std.cli.verbs import shared_options

if TYPE_CHECKING:
    from llmos_std.boot import LLMOS

_LEAVE = ("exit", "quit", ":q")


@click.command(epilog="\b\nExamples:\n  llmos chat\n  llmos chat --model openai/gpt-4o-mini --max-cost 0.05")
@shared_options
@click.pass_context
def chat(ctx: click.Context, /, **options: Any) -> int:
    """Talk goal by goal; leave with `exit` or the end of input. The exit code is that of the last goal."""
    return aio.run(_chat(ctx, options))


async def _chat(ctx: click.Context, options: dict[str, Any]) -> int:
    from llmos_std.cli.session import open_llmos, workspace_of

    values = {
        "permissions.mode": options["permission_mode"],
        "model.stream": False if options["no_stream"] else None,
    }
    code = 0
    async with open_llmos(workspace_of(ctx), values=values, settings=options["settings"], yes=options["yes"]) as opened:
        watch(opened, quiet=False)
        while (goal := _next_goal()) is not None:
            if goal:
                code = await _answer(opened, goal, options)
    return code


def _next_goal() -> str | None:
    """Return the next line, stripped; None at the end of input or when the user leaves."""
    if sys.stdin.isatty():
        click.echo("llmos> ", nl=False, err=True)
    line = sys.stdin.readline()
    goal = line.strip()
    return None if not line or goal.lower() in _LEAVE else goal


async def _answer(opened: LLMOS, goal: str, options: dict[str, Any]) -> int:
    from llmos_std.cli.exits import complain, exit_code
    from llmos_std.cli.output import footer
    from llmos_std.cli.session import as_usage

    try:
        result = await opened.execute(goal, **task_options(options))
    except LlmosError as error:
        failure = as_usage(error, options)
        complain(failure)
        return exit_code(failure)
    tell_notices(result)
    if result.output:
        click.echo(result.output)
    if not result.success:
        click.echo(f"llmos: {result.status.value}: {result.reason}", err=True)
    if sys.stderr.isatty():
        click.echo(footer(result), err=True)
    return result.exit_code
