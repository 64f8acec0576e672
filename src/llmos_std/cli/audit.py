"""`llmos audit`: check the chained record of decisions, and show it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from llmos_std.audit.verifying import Report


@click.group(epilog="\b\nExamples:\n  llmos audit verify\n  llmos audit show --last 20")
def audit() -> None:
    """Check and show what was decided about every action here, and what became of it."""


@audit.command(epilog="\b\nExample:\n  llmos audit verify")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def verify(ctx: click.Context, *, as_json: bool) -> int:
    """Say whether the record is whole: every line as it was written, none missing, none moved."""
    report = _read(ctx)
    if as_json:
        click.echo(json.dumps(_facts(report), ensure_ascii=False))
    else:
        for line in _page(report):
            click.echo(line)
    return 0 if report.is_whole else 1


@audit.command(epilog="\b\nExample:\n  llmos audit show --last 20")
@click.argument("run", required=False)
@click.option("--last", type=click.IntRange(min=1), help="Show only the last records.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON list.")
@click.pass_context
def show(ctx: click.Context, *, run: str | None, last: int | None, as_json: bool) -> int:
    """Show the records of RUN (its id, or the beginning of it), or of every run."""
    from llmos_core.errors import UsageError
    from llmos_std.cli.output import table

    report = _read(ctx)
    records = [record for record in report.records if run is None or str(record.get("run", "")).startswith(run)]
    if run is not None:
        if not records:
            raise UsageError(f"no run {run!r} is in the audit of this folder; see: llmos audit show --last 20")
        if len(found := {record["run"] for record in records}) > 1:
            raise UsageError(f"{run!r} is the beginning of {len(found)} runs; give more of the id")
    records = records[-last:] if last else records
    if as_json:
        click.echo(json.dumps(records, ensure_ascii=False))
    elif records:
        heads = ("at", "run", "step", "tool", "what", "by", "tier")
        click.echo(table((_row(record) for record in records), heads))
    else:
        click.echo("nothing was decided in this folder yet")
    return 0 if report.is_whole else 1


def _read(ctx: click.Context) -> Report:
    from llmos_core.config.paths import find_paths
    from llmos_std.audit.service import chain_of
    from llmos_std.audit.verifying import verify as verify_chain
    from llmos_std.cli.session import require_folder, workspace_of

    chosen = workspace_of(ctx)
    require_folder(chosen or "")
    paths = find_paths(None if chosen is None else Path(chosen))
    chain = chain_of(paths.user_state, paths.workspace)
    return verify_chain(chain.path, chain.anchor)


def _facts(report: Report) -> dict[str, Any]:
    return {
        "whole": report.is_whole,
        "path": report.path,
        "records": len(report.records),
        "findings": [{"kind": one.kind, "line": one.line, "text": one.text} for one in report.findings],
        "without_outcome": list(report.open_decisions),
        "torn": report.torn,
        "torn_now": report.is_torn_now,
        "head": report.head,
    }


def _page(report: Report) -> list[str]:
    """Return the report for people: what is wrong first."""
    lines = [f"NOT WHOLE: {finding.text}" for finding in report.findings]
    if report.is_whole:
        lines.append(f"whole: {len(report.records)} records, head {report.head[:16]}")
    if report.torn:
        lines.append(f"{report.torn} records were interrupted by a crash, and closed by the one after")
    if report.is_torn_now:
        lines.append("the last record was interrupted by a crash; the next one will close it")
    lines += [f"no outcome: {_where(record)}, allowed at {record.get('at')}" for record in report.open_decisions]
    return [*lines, f"in {report.path}"]


def _where(record: dict[str, Any]) -> str:
    from llmos_std.cli.output import one_line

    return one_line(f"run {record.get('run')}, step {record.get('index')}, {record.get('tool')}")


def _row(record: dict[str, Any]) -> list[str]:
    from llmos_std.cli.output import one_line

    kind = record.get("kind")
    what = {"decided": record.get("decision"), "ended": record.get("status")}.get(str(kind), kind)
    by = "/".join(str(record[name]) for name in ("gate", "rule") if record.get(name))
    cells = (record.get("at"), record.get("run"), record.get("index"), record.get("tool"), what, by, record.get("tier"))
    return [one_line("" if cell is None else str(cell)) for cell in cells]
