"""`llmos undo`: put the workspace back to what it was before a run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from llmos_std.snapshots.undoing import Undo


@click.command(epilog="\b\nExamples:\n  llmos undo 01JD --dry-run\n  llmos undo 01JD")
@click.argument("run")
@click.option("--dry-run", is_flag=True, help="Only show what would change.")
@click.option("--force", is_flag=True, help="Also put back what was changed again after the run.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def undo(ctx: click.Context, *, run: str, dry_run: bool, force: bool, as_json: bool) -> int:
    """Put every file that RUN changed back to what it was before. Undoing is a run too, so it can be undone."""
    from datetime import UTC, datetime

    from llmos_core.runtime.clock import sortable_id
    from llmos_std.snapshots.undoing import Undoing

    snapshots, workspace = _snapshots(ctx)
    undoing = Undoing(snapshots, workspace, run)
    plan = undoing.plan()
    is_refused = not dry_run and not plan.is_safe and not force
    is_done = not dry_run and not is_refused and bool(plan.changes or plan.undo_id)
    if is_done:
        now = datetime.now(UTC).isoformat(timespec="seconds")
        plan = undoing.finish(plan, undo_id=f"undo-{sortable_id()}", at=now)
    if as_json:
        click.echo(json.dumps(_facts(plan, is_done=is_done), ensure_ascii=True))
    else:
        for line in _page(plan, is_done=is_done, is_refused=is_refused):
            click.echo(line)
    return 1 if is_refused else 0


def _snapshots(ctx: click.Context) -> tuple[Any, Path]:
    from llmos_core.config.paths import find_paths
    from llmos_std.cli.session import require_folder, workspace_of
    from llmos_std.snapshots.config import SnapshotsConfig
    from llmos_std.snapshots.service import WorkspaceSnapshots

    chosen = workspace_of(ctx)
    require_folder(chosen or "")
    paths = find_paths(None if chosen is None else Path(chosen))
    unbounded = SnapshotsConfig(max_bytes=10**15, max_files=10**9)
    return WorkspaceSnapshots(paths.workspace, paths.state, unbounded), paths.workspace


def _facts(plan: Undo, *, is_done: bool) -> dict[str, Any]:
    changes = [{"path": c.path, "deed": c.deed, "conflict": c.conflict} for c in plan.changes]
    return {
        "run": plan.run_id,
        "done": is_done,
        "safe": plan.is_safe,
        "damage": plan.damage,
        "changes": changes,
        "undo_id": plan.undo_id if is_done else "",
    }


def _page(plan: Undo, *, is_done: bool, is_refused: bool) -> list[str]:
    from llmos_std.cli.output import one_line

    if not plan.changes and not plan.damage:
        return [f"nothing to undo: every file is as it was before run {plan.run_id}"]
    lines = [f"{c.deed:8}{one_line(c.path, 200)}{f'  ({c.conflict})' if c.conflict else ''}" for c in plan.changes]
    if plan.damage:
        lines.append(plan.damage)
    if is_refused:
        lines.append("nothing was changed: work that came after the run would be lost; see it, then add --force")
    elif is_done:
        lines.append(f"undone; take that back with: llmos undo {plan.undo_id}")
    else:
        lines.append("nothing was changed; without --dry-run this is done")
    return lines
