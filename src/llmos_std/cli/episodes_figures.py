"""The figures of an evaluation, wrong follows first, and the line that is written for each held-out run.

What a log does not say (tokens, prices) is left unknown; it is never estimated.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from llmos_core.types.money import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from llmos_std.learning.evaluating import Verdict
    from llmos_std.learning.following import PlannedCall
    from llmos_std.learning.runs import Run

_KINDS = (
    "follow-right",
    "follow-wrong",
    "follow-unknown",
    "mixed-right",
    "mixed-refused",
    "mixed-unseen",
    "mixed-unknown",
    "learn",
)
_OUTCOMES = {
    "followed": ("follow-right", "follow-unknown"),
    "one_small_call": ("mixed-right",),
    "learned": ("learn", "mixed-refused", "mixed-unseen", "mixed-unknown", "follow-wrong"),
}


def summary(verdicts: Iterable[Verdict], shots: int | None) -> dict[str, Any]:
    """Return the figures as JSON; shares are of all runs. `wrong_follows` comes first because it weighs most."""
    kinds: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    followed: list[Run] = []
    helped: list[Run] = []
    for verdict in verdicts:
        kind = _kind(verdict)
        kinds[kind] += 1
        followed += [verdict.run] if kind in _OUTCOMES["followed"] else []
        helped += [verdict.run] if kind in _OUTCOMES["one_small_call"] else []
        if verdict.would == "learn":
            reasons[_reason(verdict.why)] += 1
    runs = kinds.total()
    counts = {name: sum(kinds[kind] for kind in of_name) for name, of_name in _OUTCOMES.items()}
    return {
        "wrong_follows": kinds["follow-wrong"],
        "runs": runs,
        "shots": shots,
        **{name: _share(count, runs) for name, count in counts.items()},
        **{name: _share(kinds[name], runs) for name in _KINDS},
        "model_turns_saved": sum(map(_turns, followed)),
        "saved": savings(followed, helped),
        "reasons_to_learn": dict(reasons.most_common(10)),
    }


def _reason(why: str) -> str:
    """Return a reason without what is one run's own: names in quotes, the tool before a colon, details behind one."""
    tool, colon, rest = why.partition(": ")
    general = rest if colon and " " not in tool else tool
    return re.sub(r"'[^']*'", "…", general).strip()


def savings(followed: Iterable[Run], helped: Iterable[Run]) -> dict[str, Any]:
    """Return what following would have saved, and what at most one small call each would have saved besides.

    Tokens and money are sums over the runs whose log tells them; `unpriced_runs` and `uncounted_runs` do not.
    """
    followed, helped = list(followed), list(helped)
    known = [run.usage for run in followed if run.usage is not None]
    prices = [usage.cost_usd for usage in known if usage.cost_usd is not None]
    return {
        "model_calls": sum(map(_turns, followed)),
        "model_calls_beside_one_small": sum(_turns(run) - 1 for run in helped),
        "tokens": sum(usage.input_tokens + usage.output_tokens for usage in known) if known else None,
        "uncounted_runs": len(followed) - len(known),
        "usd": plain(sum(prices, Decimal(0))) if prices else None,
        "unpriced_runs": len(followed) - len(prices),
    }


def _turns(run: Run) -> int:
    return run.turns or len(run.calls) + 1


def _share(count: int, runs: int) -> dict[str, Any]:
    return {"runs": count, "share": round(count / runs, 4) if runs else None}


def _kind(verdict: Verdict) -> str:
    if verdict.would == "learn":
        return "learn"
    if verdict.is_right is None:
        return f"{verdict.would}-unknown"
    if verdict.is_refused:
        return "mixed-unseen" if verdict.is_unseen else "mixed-refused"
    return f"{verdict.would}-{'right' if verdict.is_right else 'wrong'}"


def page(facts: Mapping[str, Any]) -> str:
    """Return the figures as lines for people."""
    if not facts["runs"]:
        return "no run could be read, so there is nothing to evaluate"
    names = {"followed": "followed without a model", "one_small_call": "one small call", "learned": "to be learned"}
    rows = [f"{facts['wrong_follows']} wrong follows in {facts['runs']} runs"]
    rows += [f"  {text:25} {facts[name]['runs']:6}  {facts[name]['share'] or 0:7.1%}" for name, text in names.items()]
    rows += ["in detail:"]
    rows += [f"  {name:25} {facts[name]['runs']:6}  {facts[name]['share'] or 0:7.1%}" for name in _KINDS]
    rows += list(_saved_rows(facts["saved"]))
    rows += [f"  to learn, {count} runs: {reason}" for reason, count in facts["reasons_to_learn"].items()]
    rows.append("a small call was answered by an oracle that knows the truth: an upper bound for a real model")
    rows.append("unseen: the log does not hold what a look would have returned; a real run would have looked")
    return "\n".join(rows)


def _saved_rows(saved: Mapping[str, Any]) -> Iterable[str]:
    yield f"following would have saved {saved['model_calls']} model calls"
    if saved["tokens"] is not None:
        yield f"  and {saved['tokens']} tokens (unknown for {saved['uncounted_runs']} of these runs)"
    if saved["usd"] is not None:
        yield f"  and ${saved['usd']} (unknown for {saved['unpriced_runs']} of these runs)"
    yield f"one small call each would have saved up to {saved['model_calls_beside_one_small']} more"


def write_predictions(path: Path, verdicts: Iterable[Verdict]) -> None:
    """Write one JSON line a held-out run, in order (`specs/predictions/1`), all or none. Raises StorageError."""
    from llmos_core.errors import StorageError
    from llmos_std.storage.files import rewrite_file

    lines = "".join(json.dumps(_prediction(verdict)) + "\n" for verdict in verdicts).encode("ascii")
    try:
        if path.exists() and not path.is_file():  # such as /dev/stdout, which nothing can take the place of
            path.write_bytes(lines)
        else:
            rewrite_file(path, lines, new_mode=0o666)
    except OSError as error:
        raise StorageError(f"{path} cannot be written ({error.strerror}); what stood there stays") from error


def _prediction(verdict: Verdict) -> dict[str, Any]:
    """Return one line: `calls` as a replay would make them, `{"hole": name}` where one call fills in."""
    run, decision = verdict.run, verdict.decision
    line: dict[str, Any] = {
        "run": run.id,
        "task": run.task,
        "intent": run.group,
        "goal": run.goal,
        "would": verdict.would,
        "why": verdict.why,
        "calls": _planned(decision.calls) if verdict.would == "follow" else [],
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
        line["completed"] = [] if verdict.values is None else _planned(verdict.calls)
    return line


def _planned(calls: Iterable[PlannedCall]) -> list[dict[str, Any]]:
    return [{"tool": one.tool, "args": dict(one.arguments), "effect": one.effect.value} for one in calls]
