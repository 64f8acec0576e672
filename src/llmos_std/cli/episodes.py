"""`llmos episodes`: recorded runs of any agent, and what of them could have been had for nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Mapping

    from llmos_std.learning.runs import Run

_FILE = click.Path(path_type=Path, dir_okay=False)
_MOST_NAMED = 20
_MOST_TOOLS = 5


@click.group(
    epilog="\b\nExamples:\n  llmos episodes evaluate runs.jsonl --tools tools.json --leave-one-out\n"
    "  llmos episodes import runs.jsonl --tools tools.json"
)
def episodes() -> None:
    """Look at recorded runs of any agent before trusting anything to them; then take them in."""


@episodes.command(
    "import",
    epilog="\b\nExamples:\n  llmos episodes import runs.jsonl --tools tools.json --dry-run\n"
    "  llmos episodes import runs.jsonl --json",
)
@click.argument("file", type=_FILE)
@click.option("--tools", type=_FILE, help='JSON: {"tool": {"effect": "read"}}; unknown tools count as irreversible.')
@click.option("--dry-run", is_flag=True, help="Say what would be taken in, and write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def import_(ctx: click.Context, file: Path, tools: Path | None, *, dry_run: bool, as_json: bool) -> int:
    """Take recorded runs into this workspace, so that they can be learned from once somebody has reviewed them.

    Exit code 1 when a line could not be read: it is named, and the others are taken in. Importing twice adds nothing.
    """
    from llmos_core import aio

    return aio.run(_import(ctx, file, tools, is_dry_run=dry_run, as_json=as_json))


async def _import(ctx: click.Context, file: Path, tools: Path | None, *, is_dry_run: bool, as_json: bool) -> int:
    from llmos_std.cli.episodes_importing import Importer
    from llmos_std.cli.session import open_llmos, workspace_of

    runs, problems = _read(file, tools)
    async with open_llmos(workspace_of(ctx)) as opened:
        kernel = opened.kernel
        importer = Importer(kernel, await kernel.memory(), await kernel.service("journal"), is_dry_run=is_dry_run)
        importer.redactor = await kernel.optional_service("redactor")
        facts = await importer.take(runs, file.name)
    facts |= {"malformed": problems, "dry_run": is_dry_run}
    click.echo(json.dumps(facts, ensure_ascii=False) if as_json else _imported_page(facts))
    return 1 if problems else 0


def _read(file: Path, tools: Path | None) -> tuple[tuple[Run, ...], int]:
    """Return the runs of a log and how many lines cannot be read; the first of these are named on standard error.

    So are the tools that nobody said anything about: each of their calls counts as one that cannot be taken back.
    """
    from llmos_std.learning.logs import read_effects, read_log

    effects = {} if tools is None else read_effects(tools)
    runs, problems = read_log(file, effects)
    for problem in problems[:_MOST_NAMED]:
        click.echo(f"llmos: {problem}", err=True)
    if len(problems) > _MOST_NAMED:
        click.echo(f"llmos: … and {len(problems) - _MOST_NAMED} more lines that cannot be read", err=True)
    unknown = sorted({call.tool for run in runs for call in run.calls} - effects.keys())
    if unknown:
        named = ", ".join(unknown[:_MOST_TOOLS]) + (", …" if len(unknown) > _MOST_TOOLS else "")
        advice = "what only looks can be followed much sooner: say so with --tools FILE"
        click.echo(f"llmos: note: taken for final, since nobody says what they do: {named}; {advice}", err=True)
    return runs, len(problems)


def _imported_page(facts: Mapping[str, Any]) -> str:
    would = "would be " if facts["dry_run"] else ""
    rows = [
        f"{facts['runs']} runs read, {facts['malformed']} lines that cannot be read",
        f"  {facts['new_episodes']:6}  {would}taken in as episodes; {facts['known']} are known already",
        f"  {facts['new_traces']:6}  {would}kept as traces that wait for your review",
        *(f"  {count:6}  never replayable: {reason}" for reason, count in facts["not_replayable"].items()),
    ]
    if facts["new_traces"] and not facts["dry_run"]:
        rows.append(
            "none of them acts yet; read one with `llmos traces show ID`, then `llmos traces verify ID --accept`"
        )
    return "\n".join(rows)


@episodes.command(
    epilog="\b\nExamples:\n  llmos episodes evaluate runs.jsonl --tools tools.json --leave-one-out\n"
    "  llmos episodes evaluate runs.jsonl --leave-one-out --shots 4 --json --predictions out.jsonl"
)
@click.argument("file", type=_FILE)
@click.option("--leave-one-out", is_flag=True, help="Decide every run by what runs of other instances teach.")
@click.option("--shots", type=click.IntRange(min=1), help="Let at most this many instances of each intent be known.")
@click.option("--tools", type=_FILE, help='JSON: {"tool": {"effect": "read"}}; unknown tools count as irreversible.')
@click.option("--truth", type=_FILE, help='JSON lines: {"task", "effects": [[tool, arguments], …]} that are right.')
@click.option("--predictions", type=_FILE, help="Write each run's decision and calls there, one JSON line each.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def evaluate(
    file: Path,
    shots: int | None,
    tools: Path | None,
    truth: Path | None,
    predictions: Path | None,
    *,
    leave_one_out: bool,
    as_json: bool,
) -> int:
    """Say what share of recorded runs would have been followed, completed by one small call, or learned.

    Nothing is executed and no model is asked. Without --truth a run that succeeded is the truth about its instance.
    Exit code 1 when a line could not be read: it is named, and the others are evaluated.
    """
    from llmos_core.errors import UsageError
    from llmos_std.cli.episodes_figures import page, summary, write_predictions
    from llmos_std.learning.evaluating import Log, evaluate, known_truth
    from llmos_std.learning.logs import read_truth

    if not leave_one_out:
        raise UsageError("say --leave-one-out: a run that was learned from proves nothing about itself")
    runs, problems = _read(file, tools)
    log = Log(runs)
    right = known_truth(log) if truth is None else read_truth(truth)
    verdicts = list(evaluate(log, right, shots=shots))
    if predictions is not None:
        write_predictions(predictions, verdicts)
    facts = {**summary(verdicts, shots), "malformed": problems}
    click.echo(json.dumps(facts, ensure_ascii=False) if as_json else page(facts))
    return 1 if problems else 0
