"""Explain one goal without executing it: match, trust, mode, and what was rejected and why."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from llmos_core.runtime.dispatcher import foresee
from llmos_core.types.task import TaskBlock

if TYPE_CHECKING:
    from llmos_core.runtime.dispatcher import Foresight


async def explain_goal(ctx: click.Context, goal: str, *, as_json: bool) -> int:
    """Print the explanation; nothing is called and nothing is written."""
    from llmos_std.cli.session import open_llmos, workspace_of

    async with open_llmos(workspace_of(ctx)) as opened:
        seen = await foresee(opened.kernel, TaskBlock(goal=goal))
    if as_json:
        click.echo(json.dumps(_facts(goal, seen), ensure_ascii=False))
        return 0
    match, trust, decision = seen.match, seen.assessment, seen.decision
    click.echo(f"match      {match.kind.value} ({match.score:.2f}): {match.why}")
    if match.trace is not None:
        click.echo(f"trace      {match.trace.id}: {match.trace.goal}")
    floor = "may be replayed" if trust.is_replayable else "may not be replayed"
    click.echo(f"trust      {trust.confidence:.2f}, {floor}: {trust.reason}")
    click.echo(f"mode       {decision.mode.value}: {decision.reasoning}")
    for rejection in match.rejected:
        click.echo(f"rejected   {rejection.trace_id[:8]} ({rejection.tier}): {rejection.reason}; {rejection.goal!r}")
    return 0


def _facts(goal: str, seen: Foresight) -> dict[str, Any]:
    match, trust, decision = seen.match, seen.assessment, seen.decision
    return {
        "goal": goal,
        "match": match.kind.value,
        "score": match.score,
        "why": match.why,
        "trace_id": None if match.trace is None else match.trace.id,
        "bindings": dict(match.bindings),
        "confidence": trust.confidence,
        "replayable": trust.is_replayable,
        "trust": trust.reason,
        "mode": decision.mode.value,
        "reasoning": decision.reasoning,
        "rejected": [
            {"trace_id": r.trace_id, "goal": r.goal, "tier": r.tier, "reason": r.reason} for r in match.rejected
        ],
    }
