"""`llmos init`: make a folder a workspace. Only folders and one commented file are made; nothing is overwritten."""

from __future__ import annotations

from pathlib import Path

import click

_FOLDERS = ("agents", "memories/traces", "memories/facts", "memories/sessions", "state", "plugins")

_CONFIG = """# Configuration of this project, on top of your own (see `llmos config path`).
# It counts once you have trusted it: `llmos trust`. Every key: `llmos config show`.

# [kernel]
# budget_usd = "10.0"

# [provider.litellm]
# model = "openai/gpt-4o-mini"
"""


@click.command(epilog="\b\nExamples:\n  llmos init\n  llmos -C my-project init")
@click.pass_context
def init(ctx: click.Context) -> None:
    """Make the current folder (or the one given with -C) a workspace."""
    from llmos_core.config.paths import find_paths
    from llmos_core.errors import StorageError
    from llmos_std.cli.session import workspace_of

    chosen = workspace_of(ctx)
    paths = find_paths(None if chosen is None else Path(chosen))
    try:
        for folder in _FOLDERS:
            (paths.house / folder).mkdir(mode=0o700, parents=True, exist_ok=True)
        made = _written(paths.house / "config.toml", _CONFIG)
        _written(paths.house / ".gitignore", "state/\n")
    except OSError as error:
        raise StorageError(f"{error.filename}: cannot be made ({error.strerror})") from error
    word = "is now a workspace" if made else "was a workspace already; what was missing is there now"
    click.echo(f"{paths.workspace} {word}")
    click.echo('next: llmos run "create a file hello.txt that says hello"')


def _written(path: Path, text: str) -> bool:
    """Write a file that does not exist yet; say whether it was written."""
    if path.exists():
        return False
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
    return True
