"""`llmos keys`: the key that your bundles are signed with, and the keys of others that you trust."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from llmos_core.errors import UsageError

if TYPE_CHECKING:
    from llmos_std.sharing.signing import Keys


@click.group(epilog="\b\nExamples:\n  llmos keys new\n  llmos keys trust PUBLIC_KEY Ada")
def keys() -> None:
    """Make your signing key, and say whose signatures you know."""


@keys.command(epilog="\b\nExamples:\n  llmos keys new")
@click.pass_context
def new(ctx: click.Context) -> int:
    """Make your signing key; its private part stays in a file of yours alone."""
    own = _keys(ctx)
    click.echo(own.make())
    click.echo(f"that is the public part, to be given to others; the private part is in {own.path}", err=True)
    return 0


@keys.command(epilog="\b\nExamples:\n  llmos keys show")
@click.pass_context
def show(ctx: click.Context) -> int:
    """Print the public part of your key."""
    if not (public := _keys(ctx).public()):
        raise UsageError("you have no signing key yet; make one with `llmos keys new`")
    click.echo(public)
    return 0


@keys.command("list", epilog="\b\nExamples:\n  llmos keys list")
@click.pass_context
def list_keys(ctx: click.Context) -> int:
    """List the keys that you trust."""
    from llmos_std.cli.output import one_line, table
    from llmos_std.sharing.signing import fingerprint

    if trusted := _keys(ctx).trusted():
        rows = [(fingerprint(key), key, one_line(name)) for key, name in sorted(trusted.items())]
        click.echo(table(rows, ("fingerprint", "key", "owner")))
    else:
        click.echo("you trust no key yet; add one with: llmos keys trust PUBLIC_KEY NAME", err=True)
    return 0


@keys.command(epilog="\b\nExamples:\n  llmos keys trust PUBLIC_KEY Ada")
@click.argument("key")
@click.argument("name")
@click.pass_context
def trust(ctx: click.Context, key: str, name: str) -> int:
    """Know the signatures of KEY as those of NAME; what they signed is still reviewed before it acts."""
    _keys(ctx).trust(key, name)
    click.echo(f"trusted {key}")
    return 0


@keys.command(epilog="\b\nExamples:\n  llmos keys distrust Ada")
@click.argument("key")
@click.pass_context
def distrust(ctx: click.Context, key: str) -> int:
    """Forget a trusted KEY, given by itself or by its owner's name."""
    if not _keys(ctx).distrust(key):
        raise UsageError("no such key is trusted; see `llmos keys list`")
    click.echo("trusted no longer")
    return 0


def _keys(ctx: click.Context) -> Keys:
    from llmos_core.config.paths import find_paths
    from llmos_std.cli.session import workspace_of
    from llmos_std.sharing.signing import Keys

    chosen = workspace_of(ctx)
    return Keys(find_paths(None if chosen is None else Path(chosen)).user_state)
