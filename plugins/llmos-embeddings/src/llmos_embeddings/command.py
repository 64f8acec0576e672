"""`llmos embeddings`: read the meaning of every learned goal, and look for the nearest ones."""

import json
from typing import Any

import click

from llmos_core import aio
from llmos_core.errors import PluginError
from llmos_embeddings.model import SentenceModel, model_folder
from llmos_embeddings.nearest import Nearest
from llmos_std.cli.output import one_line
from llmos_std.cli.session import open_llmos, workspace_of


@click.group()
def embeddings() -> None:
    """Look at the learned goals by their meaning."""


@embeddings.command(epilog="\b\nExamples:\n  llmos embeddings index\n  llmos embeddings index --json")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def index(ctx: click.Context, *, as_json: bool) -> None:
    """Read every wording that is new; else a look-up reads some, for at most a second."""
    counts = aio.run(_index(workspace_of(ctx)))
    click.echo(json.dumps(counts) if as_json else f"{counts['read']} new wordings read, {counts['all']} in all")


@embeddings.command(epilog='\b\nExample:\n  llmos embeddings near "tidy up my downloads"')
@click.argument("goal")
@click.option("--limit", default=5, show_default=True, type=click.IntRange(1), help="How many traces.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list.")
@click.pass_context
def near(ctx: click.Context, goal: str, limit: int, *, as_json: bool) -> None:
    """List the traces nearest in meaning to GOAL, with the cosine. They would only be proposed."""
    rows = aio.run(_near(workspace_of(ctx), goal, limit))
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        click.echo(f"{row['trace'][:8]}  {row['cosine']:.3f}  {one_line(row['goal'])}")


async def _index(workspace: str | None) -> dict[str, int]:
    async with open_llmos(workspace) as llmos:
        nearest, memory = await _opened(llmos.kernel)
        return {"read": nearest.bring_up(memory), "all": nearest.count}


async def _near(workspace: str | None, goal: str, limit: int) -> list[dict[str, Any]]:
    async with open_llmos(workspace) as llmos:
        nearest, memory = await _opened(llmos.kernel)
        found = nearest.find(goal, memory, limit)
        return [{"trace": trace.id, "goal": trace.goal, "cosine": round(cosine, 3)} for trace, cosine in found]


async def _opened(kernel: Any) -> tuple[Nearest, Any]:
    """Return the vectors of the workspace and its memory; PluginError when the memory cannot list its goals."""
    memory = await kernel.memory()
    if not hasattr(memory, "goals"):
        raise PluginError("this memory backend cannot list its goals; see `llmos plugins list --kind memory`")
    model = SentenceModel(model_folder(kernel.section("embeddings").model))
    return Nearest(kernel.paths.state, model), memory
