"""`llmos init`: make a folder a workspace: folders, one commented file and its schema. Nothing is overwritten."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from llmos_core.protocols.context import Paths

_FOLDERS = ("agents", "memories/traces", "memories/facts", "memories/sessions", "state", "plugins")

_SCHEMA = "state/config.schema.json"

_CONFIG = f"""#:schema {_SCHEMA}
# Configuration of this project, on top of your own (see `llmos config path`).
# After a change it counts once you have trusted it: `llmos trust`. Every key: `llmos config show`.

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
    from llmos_std.cli.config_schema import schema_text
    from llmos_std.cli.session import workspace_of
    from llmos_std.storage.files import make_private_folder

    chosen = workspace_of(ctx)
    paths = find_paths(None if chosen is None else Path(chosen))
    try:
        paths.workspace.mkdir(parents=True, exist_ok=True)
        for folder in _FOLDERS:
            make_private_folder(paths.house / folder)
        _written(paths.house / _SCHEMA, schema_text(chosen, project=True))
        made = _written(paths.house / "config.toml", _CONFIG)
        _written(paths.house / ".gitignore", "state/\n")
    except OSError as error:
        raise StorageError(f"{error.filename}: cannot be made ({error.strerror})") from error
    if made:
        _trust_what_was_made(paths)
    word = "is now a workspace" if made else "was a workspace already; what was missing is there now"
    click.echo(f"{paths.workspace} {word}")
    click.echo('next: llmos run "create a file hello.txt that says hello"')


def _trust_what_was_made(paths: Paths) -> None:
    """Trust the commented file that was just written, if the folder brings nothing else: it says nothing yet."""
    from datetime import UTC, datetime

    from llmos_std.trust.project import read_project
    from llmos_std.trust.store import open_trust_store

    project = read_project(paths.workspace)
    if project.contents == {"config.toml": _CONFIG.encode()}:
        with open_trust_store(paths.user_state) as store:
            store.trust(paths.workspace, project.digest, at=datetime.now(UTC).isoformat(timespec="seconds"))


def _written(path: Path, text: str) -> bool:
    """Write a file that does not exist yet; say whether it was written."""
    from llmos_std.storage.files import make_private_file

    try:
        make_private_file(path)
    except FileExistsError:
        return False
    path.write_text(text, encoding="utf-8")
    return True
