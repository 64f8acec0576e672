"""`llmos config`: the configuration in force, and where each value came from."""

from __future__ import annotations

import json
from pathlib import Path

import click

from llmos_core import aio


@click.group(epilog="\b\nExamples:\n  llmos config show\n  llmos config path")
def config() -> None:
    """See the configuration and where each value came from."""


@config.command(epilog="\b\nExamples:\n  llmos config show\n  llmos config show kernel --json")
@click.argument("prefix", default="")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def show(ctx: click.Context, prefix: str, *, as_json: bool) -> int:
    """Print every setting (or those that begin with PREFIX): value and origin."""
    return aio.run(_show(ctx, prefix, as_json=as_json))


async def _show(ctx: click.Context, prefix: str, *, as_json: bool) -> int:
    from llmos_std.cli.session import open_llmos, workspace_of

    async with open_llmos(workspace_of(ctx)) as opened:
        settings = opened.kernel.config.explain(prefix)
        sections = {setting.key.rpartition(".")[0] for setting in opened.kernel.config.explain()}
    if not settings:
        from llmos_core.suggestion import did_you_mean

        raise click.UsageError(f"no setting begins with '{prefix}'{did_you_mean(prefix, sections)}")
    if as_json:
        click.echo(json.dumps({s.key: {"value": s.value, "origin": s.origin} for s in settings}, ensure_ascii=False))
        return 0
    from llmos_std.cli.output import table

    click.echo(table([(s.key, json.dumps(s.value, ensure_ascii=False), s.origin) for s in settings], _HEADS))
    return 0


_HEADS = ("setting", "value", "from")


@config.command(epilog="\b\nExamples:\n  llmos config path\n  llmos config path --project")
@click.option("--project", is_flag=True, help="The project's file instead of your own.")
@click.pass_context
def path(ctx: click.Context, *, project: bool) -> None:
    """Print where your own configuration file is (it need not exist)."""
    from llmos_core.config.paths import find_paths
    from llmos_std.cli.session import workspace_of

    chosen = workspace_of(ctx)
    paths = find_paths(None if chosen is None else Path(chosen))
    click.echo(str(paths.house / "config.toml" if project else paths.user_config))
