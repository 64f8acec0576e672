"""Explain one goal without executing it: every tier of matching, the alignment, trust, mode, and what was rejected."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from llmos_core.runtime.dispatcher import foresee
from llmos_core.types.task import TaskBlock

if TYPE_CHECKING:
    from llmos_core.runtime.dispatcher import Foresight
    from llmos_core.types.decision import MatchReport
    from llmos_core.types.trace import Trace
    from llmos_std.learning.proposing import Proposal

    Tiers = tuple[tuple[str, MatchReport], ...]


async def explain_goal(ctx: click.Context, goal: str, *, as_json: bool) -> int:
    """Print the explanation; nothing is called and nothing is written."""
    from llmos_std.cli.session import open_llmos, workspace_of

    async with open_llmos(workspace_of(ctx)) as opened:
        task = TaskBlock(goal=goal)
        seen = await foresee(opened.kernel, task)
        matcher = await opened.kernel.service("matcher")
        explain = getattr(matcher, "explain", None)
        tiers: Tiers = () if explain is None else explain(task, await opened.kernel.memory())
    if as_json:
        click.echo(json.dumps(_facts(goal, seen, tiers), ensure_ascii=False))
    else:
        _print(goal, seen, tiers)
    return 0


def _print(goal: str, seen: Foresight, tiers: Tiers) -> None:
    from llmos_std.cli.matching import shown_line

    match, trust, decision = seen.match, seen.assessment, seen.decision
    click.echo(f"match      {match.kind.value} ({match.score:.2f}): {match.why}")
    if match.trace is not None:
        click.echo(f"trace      {match.trace.id}: {match.trace.goal}")
    floor = "may be replayed" if trust.is_replayable else "may not be replayed"
    click.echo(f"trust      {trust.confidence:.2f}, {floor}: {trust.reason}")
    click.echo(f"mode       {decision.mode.value}: {decision.reasoning}")
    for line in map(_completable, match.proposals):
        tools = ", ".join(call["tool"] for call in line["calls"])
        click.echo(f"completes  {tools} with {', '.join(line['open'])} from one small call, as for {line['goal']!r}")
    for rejection in match.rejected:
        click.echo(f"rejected   {rejection.trace_id[:8]} ({rejection.tier}): {rejection.reason}; {rejection.goal!r}")
    for name, said in tiers:
        found = "nothing" if said.trace is None else f"{said.trace.id[:8]} ({said.score:.2f}): {said.why}"
        turned = "; ".join(f"not {each.trace_id[:8]}: {each.reason}" for each in said.rejected)
        click.echo(f"tier       {name}: " + "; ".join(filter(None, (found, turned))))
    against = _against(goal, seen)
    if against["veto"]:
        click.echo(f"veto       {against['veto']}")
    for line in against["alignment"]:
        click.echo(shown_line(line["part"], line["a"], line["b"]))


def _completable(proposed: tuple[Proposal, Trace]) -> dict[str, Any]:
    """Return a program that one small call may complete: the goal it was learned for, its calls, what is open."""
    proposal, trace = proposed
    calls = [{"tool": tool, "arguments": dict(arguments)} for tool, arguments in proposal.outline()]
    return {"goal": trace.goal, "calls": calls, "open": [hole.name for hole in proposal.holes]}


def _against(goal: str, seen: Foresight) -> dict[str, Any]:
    """Return the learned goal and this one part by part, and the word that keeps them apart."""
    from llmos_std.matching.alignment import aligned
    from llmos_std.matching.comparing import compare

    trace = seen.match.trace
    known = trace.goal if trace is not None else seen.match.rejected[0].goal if seen.match.rejected else ""
    if not known:
        return {"veto": "", "alignment": []}
    lines = aligned(known, goal)
    parts = [{"part": line.part, "a": line.a, "b": line.b, "same": line.is_same} for line in lines]
    return {"veto": "" if seen.match.is_proof else compare(known, goal).veto, "alignment": parts}


def _facts(goal: str, seen: Foresight, tiers: Tiers) -> dict[str, Any]:
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
        "completes": [_completable(one) for one in match.proposals],
        "rejected": _rejected(match),
        "tiers": [
            {
                "tier": name,
                "score": said.score,
                "trace_id": None if said.trace is None else said.trace.id,
                "why": said.why,
                "rejected": _rejected(said),
            }
            for name, said in tiers
        ],
        **_against(goal, seen),
    }


def _rejected(match: MatchReport) -> list[dict[str, str]]:
    return [{"trace_id": r.trace_id, "goal": r.goal, "tier": r.tier, "reason": r.reason} for r in match.rejected]
