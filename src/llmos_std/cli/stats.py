"""`llmos stats`: what was spent and saved, and how runs ended; every share with the number it is of."""

from __future__ import annotations

import json
from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import click

from llmos_core import aio
from llmos_core.types.money import ZERO, plain

if TYPE_CHECKING:
    from llmos_core.protocols.storing import Episode, Spent

LIMIT = 100_000


@click.command(epilog="\b\nExamples:\n  llmos stats\n  llmos stats --json")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def stats(ctx: click.Context, *, as_json: bool) -> int:
    """Sum up this workspace's runs and the money booked by all of yours."""
    return aio.run(_stats(ctx, as_json=as_json))


async def _stats(ctx: click.Context, *, as_json: bool) -> int:
    from llmos_std.cli.session import open_llmos, workspace_of

    async with open_llmos(workspace_of(ctx)) as opened:
        kernel = opened.kernel
        episodes = (await kernel.service("journal")).episodes(LIMIT)
        ledger = await kernel.service("ledger")
        spent, today = ledger.spent(), ledger.spent(day=kernel.clock.now().date().isoformat())
        budget = kernel.section("kernel").budget_usd
    facts = summary(episodes, spent, today, budget)
    click.echo(json.dumps(facts, ensure_ascii=False) if as_json else _page(facts))
    return 0


def summary(episodes: tuple[Episode, ...], spent: Spent, today: Spent, budget: Decimal) -> dict[str, Any]:
    """Return the figures as JSON: money as text; `saved_usd` sums what is known, `saved_unknown` counts the rest."""
    free = [e for e in episodes if e.status == "succeeded" and not e.model_calls]
    known = [e.saved_usd for e in free if e.saved_usd is not None]
    return {
        "runs": len(episodes),
        "by_status": dict(Counter(e.status or "unfinished" for e in episodes)),
        "by_mode": dict(Counter(e.mode for e in episodes if e.mode)),
        "runs_without_model": len(free),
        "model_calls": sum(e.model_calls for e in episodes),
        "saved_usd": plain(sum(known, ZERO)),
        "saved_unknown": len(free) - len(known),
        "spent_usd": plain(spent.settled_usd),
        "reserved_usd": plain(spent.reserved_usd),
        "spent_today_usd": plain(today.settled_usd),
        "unpriced_calls": spent.unpriced_calls,
        "tokens": spent.tokens,
        "budget_usd": plain(budget),
    }


def _page(facts: dict[str, Any]) -> str:
    if not facts["runs"]:
        return 'no runs in this workspace yet; start with: llmos run "…"'
    ends = ", ".join(f"{count} {status}" for status, count in facts["by_status"].items())
    modes = ", ".join(f"{count} {mode}" for mode, count in facts["by_mode"].items())
    share = f"{facts['runs_without_model'] / facts['runs']:.0%} (n = {facts['runs']})"
    unknown = f" and an unknown amount in {facts['saved_unknown']} runs" if facts["saved_unknown"] else ""
    unpriced = f", and {facts['unpriced_calls']} calls of unknown price" if facts["unpriced_calls"] else ""
    lines = (
        f"runs       {facts['runs']}: {ends}",
        f"modes      {modes}",
        f"free       {share} succeeded without a model call",
        f"saved      ${facts['saved_usd']}{unknown}",
        f"spent      ${facts['spent_usd']} of ${facts['budget_usd']} (all workspaces){unpriced}",
        f"today      ${facts['spent_today_usd']}",
        f"reserved   ${facts['reserved_usd']} by calls that are under way or were cut off",
    )
    return "\n".join(lines)
