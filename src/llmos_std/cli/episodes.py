"""`llmos episodes`: recorded runs of any agent, and what of them could have been had for nothing."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from llmos_std.learning.evaluating import Verdict

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.group(epilog="\b\nExamples:\n  llmos episodes evaluate runs.jsonl --tools tools.json --leave-one-out")
def episodes() -> None:
    """Look at recorded runs of any agent before trusting anything to them."""


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
    """
    from llmos_core.errors import UsageError
    from llmos_std.learning.evaluating import Log, evaluate, known_truth
    from llmos_std.learning.logs import read_effects, read_runs, read_truth

    if not leave_one_out:
        raise UsageError("say --leave-one-out: a run that was learned from proves nothing about itself")
    log = Log(read_runs(file, {} if tools is None else read_effects(tools)))
    right = known_truth(log) if truth is None else read_truth(truth)
    verdicts = list(evaluate(log, right, shots=shots))
    if predictions is not None:
        _write(predictions, verdicts)
    facts = summary(verdicts, shots)
    click.echo(json.dumps(facts, ensure_ascii=False) if as_json else _page(facts))
    return 0


def summary(verdicts: Iterable[Verdict], shots: int | None) -> dict[str, Any]:
    """Return the figures as JSON; shares are of all runs. `wrong_follows` comes first because it weighs most."""
    kinds: Counter[str] = Counter()
    saved = runs = 0
    reasons: Counter[str] = Counter()
    for verdict in verdicts:
        runs += 1
        kinds[_kind(verdict)] += 1
        if verdict.would == "follow" and verdict.is_right is not False:
            saved += len(verdict.run.calls) + 1
        if verdict.would == "learn":
            reasons[verdict.why.partition(":")[0].partition("'")[0].strip()] += 1
    return {
        "wrong_follows": kinds["follow-wrong"],
        "runs": runs,
        "shots": shots,
        **{name: {"runs": kinds[name], "share": round(kinds[name] / runs, 4) if runs else None} for name in _KINDS},
        "model_turns_saved": saved,
        "reasons_to_learn": dict(reasons.most_common(10)),
    }


_KINDS = ("follow-right", "follow-wrong", "follow-unknown", "mixed-right", "mixed-refused", "mixed-unknown", "learn")


def _kind(verdict: Verdict) -> str:
    if verdict.would == "learn":
        return "learn"
    if verdict.is_right is None:
        return f"{verdict.would}-unknown"
    if verdict.is_refused:
        return "mixed-refused"
    return f"{verdict.would}-{'right' if verdict.is_right else 'wrong'}"


def _page(facts: Mapping[str, Any]) -> str:
    rows = [f"{facts['wrong_follows']} wrong follows in {facts['runs']} runs"]
    rows += [f"  {name:15} {facts[name]['runs']:6}  {facts[name]['share'] or 0:7.1%}" for name in _KINDS]
    rows.append(f"model turns that following would have saved: {facts['model_turns_saved']}")
    rows += [f"  to learn, {count} runs: {reason}" for reason, count in facts["reasons_to_learn"].items()]
    rows.append(
        "'mixed' was completed by an oracle that knows the truth, conditions too; a real run asks the model for those"
    )
    return "\n".join(rows)


def _write(path: Path, verdicts: Iterable[Verdict]) -> None:
    from llmos_core.errors import StorageError

    lines = "".join(json.dumps(_prediction(verdict), ensure_ascii=False) + "\n" for verdict in verdicts)
    try:
        path.write_text(lines, "utf-8")
    except OSError as error:
        raise StorageError(f"{path} cannot be written: {error.strerror}") from error


def _prediction(verdict: Verdict) -> dict[str, Any]:
    """Return one line: `calls` as a replay would make them, `{"hole": name}` where one call fills in."""
    run, decision = verdict.run, verdict.decision
    line: dict[str, Any] = {
        "run": run.id,
        "task": run.task,
        "goal": run.goal,
        "would": verdict.would,
        "why": verdict.why,
        "calls": [
            {"tool": one.tool, "args": dict(one.arguments), "effect": one.effect.value} for one in decision.calls
        ],
    }
    if verdict.would == "mixed":
        line["proposals"] = [
            {
                "holes": [{"name": hole.name, "kind": hole.kind, "type": hole.type} for hole in proposal.holes],
                "calls": [{"tool": tool, "args": dict(arguments)} for tool, arguments in proposal.outline()],
            }
            for proposal in decision.proposals
        ]
        line["oracle"] = None if verdict.values is None else dict(verdict.values)
        line["completed"] = [{"tool": one.tool, "args": dict(one.arguments)} for one in verdict.calls]
    return line
