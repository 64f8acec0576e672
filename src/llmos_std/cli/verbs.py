"""The `run` verb as a click command, for everything that is not plain: help, completion, wrong usage."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from llmos_std.cli.options import RUN, SHARED, Option
from llmos_std.cli.run import EPILOG
from llmos_std.cli.run import run as execute

_KINDS: dict[str, Any] = {
    "count": click.IntRange(min=1),
    "seconds": click.FloatRange(min=0, min_open=True),
    "text": click.STRING,
}


def with_options(options: tuple[Option, ...]) -> Callable[[Any], Any]:
    """Return a decorator that adds options from the table to a command."""

    def decorate(command: Any) -> Any:
        for option in reversed(options):
            command = _decorator(option)(command)
        return command

    return decorate


def _decorator(option: Option) -> Any:
    if option.kind == "flag":
        return click.option(*option.names, option.key, is_flag=True, help=option.help)
    if option.kind == "setting":
        return click.option(*option.names, option.key, multiple=True, metavar=option.metavar, help=option.help)
    choice = click.Choice(option.choices, case_sensitive=False) if option.choices else None
    kind = choice or _KINDS[option.kind]
    return click.option(*option.names, option.key, type=kind, metavar=option.metavar, help=option.help)


def shared_options(command: Callable[..., int]) -> Callable[..., int]:
    """Add the options that `run` and `chat` share."""
    decorated: Callable[..., int] = with_options(SHARED)(command)
    return decorated


def _run_options(command: Callable[..., int]) -> Callable[..., int]:
    decorated: Callable[..., int] = with_options(RUN)(command)
    return decorated


@click.command(epilog=EPILOG)
@click.argument("goal", nargs=-1)
@_run_options
@click.pass_context
def run(ctx: click.Context, /, **options: Any) -> int:
    """Execute GOAL: replay it when it was learned, else reason it with a model and learn it.

    `-` in place of GOAL reads it from standard input; piped input is joined to the goal.
    """
    from llmos_std.cli.session import workspace_of

    return execute(workspace_of(ctx), **options)
