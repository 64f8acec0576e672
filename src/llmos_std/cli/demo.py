"""`llmos demo`: the whole idea on real files, without a key."""

from __future__ import annotations

import tempfile
from pathlib import Path

import click

from llmos_core import aio
from llmos_core.errors import UsageError


@click.command(epilog="\b\nExamples:\n  llmos demo\n  llmos demo --folder my-first-minute")
@click.option("--folder", type=click.Path(path_type=Path), help="Play in this new folder instead of a temporary one.")
def demo(folder: Path | None) -> int:
    """Learn a goal, do it again for nothing, meet a surprise and recover, and show the saving and the trace."""
    from llmos_std.demo.first_minute import play

    if folder is not None and folder.exists():
        raise UsageError(f"{folder} exists already; name a folder that does not, so that nothing of yours is touched")
    chosen = Path(tempfile.mkdtemp(prefix="llmos-demo-")) if folder is None else folder.absolute()
    acts = aio.run(play(chosen, click.echo))
    click.echo(f"\nEverything is still in {chosen}; remove it when you like.")
    return 0 if all(act.result.success for act in acts) else 1
