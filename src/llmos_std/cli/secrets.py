"""`llmos secrets`: keep secrets by name. A value is typed or piped in, never an argument, and never printed."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from llmos_core.errors import UsageError

if TYPE_CHECKING:
    from llmos_std.secrets.vault import Vault


@click.group(epilog="\b\nExamples:\n  llmos secrets set DEPLOY_TOKEN\n  llmos secrets list")
def secrets() -> None:
    """Keep secrets by name, to be used in goals as {{secret:NAME}} and in settings as { keyring = "llmos/NAME" }."""


@secrets.command(
    "set", epilog="\b\nExamples:\n  llmos secrets set DEPLOY_TOKEN\n  pass show deploy | llmos secrets set DEPLOY_TOKEN"
)
@click.argument("name")
@click.pass_context
def set_secret(ctx: click.Context, name: str) -> int:
    """Keep a secret under NAME; its value is asked for, or read from standard input."""
    kept, notices = _vault(ctx).set(name, _typed(name))
    for notice in notices:
        click.echo(f"llmos: note: {notice}", err=True)
    click.echo(f"kept {kept.name} ({kept.place}); write {{{{secret:{kept.name}}}}} where a call needs it")
    return 0


@secrets.command("list", epilog="\b\nExamples:\n  llmos secrets list\n  llmos secrets list --json")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list.")
@click.pass_context
def list_secrets(ctx: click.Context, *, as_json: bool) -> int:
    """List the names of the secrets that are kept, and where; never a value."""
    kept = _vault(ctx).list()
    if as_json:
        import json

        click.echo(json.dumps([{"name": each.name, "place": each.place} for each in kept], ensure_ascii=False))
    elif kept:
        from llmos_std.cli.output import table

        click.echo(table([(each.name, each.place) for each in kept], ("secret", "kept in")))
    else:
        click.echo("no secret is kept; keep one with: llmos secrets set NAME", err=True)
    return 0


@secrets.command(epilog="\b\nExamples:\n  llmos secrets remove DEPLOY_TOKEN")
@click.argument("name")
@click.pass_context
def remove(ctx: click.Context, name: str) -> int:
    """Forget a secret."""
    if not _vault(ctx).remove(name):
        raise UsageError(f"no secret '{name}' is kept; see `llmos secrets list`")
    click.echo(f"removed {name}")
    return 0


def _vault(ctx: click.Context) -> Vault:
    from llmos_core.config.paths import find_paths
    from llmos_std.cli.session import workspace_of
    from llmos_std.secrets.vault import Vault, working_keyring

    chosen = workspace_of(ctx)
    paths = find_paths(None if chosen is None else Path(chosen))
    return Vault(paths, os.environ, keyring=working_keyring())


def _typed(name: str) -> str:
    """Return what the user typed unseen, or the whole of standard input without its last line end."""
    if sys.stdin.isatty():
        value: str = click.prompt(f"value of {name}", hide_input=True, err=True)
        return value
    return sys.stdin.read().removesuffix("\n").removesuffix("\r")
