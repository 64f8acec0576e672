"""`llmos trust`: let a project's own configuration, plugins and hooks count, exactly as they are now."""

from __future__ import annotations

import os
from pathlib import Path

import click


@click.command(epilog="\b\nExamples:\n  llmos trust\n  llmos trust --revoke")
@click.option("--revoke", is_flag=True, help="Take the trust back.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@click.pass_context
def trust(ctx: click.Context, *, revoke: bool, yes: bool) -> int:
    """Show this folder's own configuration, plugins and hooks, and trust them as they are now. Any change undoes it."""
    from datetime import UTC, datetime

    from llmos_core.config.paths import find_paths
    from llmos_std.cli.session import workspace_of
    from llmos_std.trust.guarded import has_hooks, set_guarded
    from llmos_std.trust.project import read_project
    from llmos_std.trust.store import open_trust_store

    chosen = workspace_of(ctx)
    paths = find_paths(None if chosen is None else Path(chosen))
    with open_trust_store(paths.user_state) as store:
        if revoke:
            click.echo("trust taken back" if store.revoke(paths.workspace) else "this folder was not trusted")
            set_guarded(paths.user_state, paths.workspace, guarded=False)
            return 0
        project = read_project(paths.workspace)
        if project.is_empty:
            click.echo("this folder brings no configuration, plugins or hooks of its own; there is nothing to trust")
            set_guarded(paths.user_state, paths.workspace, guarded=False)
            return 0
        if store.is_trusted(paths.workspace, project.digest):
            set_guarded(paths.user_state, paths.workspace, guarded=has_hooks(project))
            click.echo("already trusted, exactly as it is")
            return 0
        for name, content in sorted(project.contents.items()):
            click.echo(f"--- {os.path.normpath(f'.llmos/{name}')} ({len(content)} bytes)")
            click.echo(_shown(content))
        if not yes:
            click.confirm("These can act as you. Trust exactly these files?", abort=True)
        set_guarded(paths.user_state, paths.workspace, guarded=has_hooks(project))
        store.trust(paths.workspace, project.digest, at=datetime.now(UTC).isoformat(timespec="seconds"))
    click.echo("trusted; any change to them undoes it")
    return 0


def _shown(content: bytes) -> str:
    """Return a file's text with control characters made visible."""
    text = content.decode("utf-8", "replace")
    return "".join(c if c.isprintable() or c in "\n\t" else f"\\x{ord(c):02x}" for c in text)
