"""`llmos teach`: show once how a goal is reached; from then on it is replayed. A run with the provider `human`."""

from __future__ import annotations

from typing import Any

import click

from llmos_std.cli.options import RUN
from llmos_std.cli.run import run as execute
from llmos_std.cli.verbs import with_options

_SHARED = ("--permission-mode", "--timeout", "--json", "--fresh", "-y")
_OPTIONS = tuple(option for option in RUN if set(option.names) & set(_SHARED))
_PATIENCE_S = 24 * 3600.0
_MOST_STEPS = 1_000


@click.command(epilog='\b\nExamples:\n  llmos teach "file the invoices of this month"')
@click.argument("goal", nargs=-1, required=True)
@with_options(_OPTIONS)
@click.pass_context
def teach(ctx: click.Context, /, **options: Any) -> int:
    """Show how GOAL is reached: you make the calls, llmos keeps them as a trace and replays them from then on.

    Your calls pass the same checks as a model's, and cost nothing. It waits for you for a day; `?` lists the tools.
    """
    from llmos_std.cli.session import workspace_of

    blank = {option.key: False if option.kind == "flag" else None for option in RUN}
    shown = {"mode": "learner", "provider": "human", "max_turns": _MOST_STEPS, "no_stream": True}
    patience = {"timeout": options["timeout"] or _PATIENCE_S}
    return execute(workspace_of(ctx), **{**blank, **options, **shown, **patience})
