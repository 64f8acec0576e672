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
    from collections.abc import Callable, Iterable

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
        bookings = ledger.bookings(LIMIT) if hasattr(ledger, "bookings") else ()
        budget = kernel.section("kernel").budget_usd
    facts = {
        **summary(episodes, spent, today, budget),
        "by_model": spending(bookings, lambda booking: booking.answered_by or booking.model),
        "by_purpose": spending(bookings, lambda booking: booking.operation),
    }
    click.echo(json.dumps(facts, ensure_ascii=False) if as_json else _page(facts))
    return 0


def summary(episodes: tuple[Episode, ...], spent: Spent, today: Spent, budget: Decimal) -> dict[str, Any]:
    """Return the figures as JSON: money as text; `saved_usd` sums what is known, `saved_unknown` counts the rest.

    Imported runs were made elsewhere: they are counted apart and enter no other figure.
    """
    imported = sum(1 for e in episodes if e.mode == "IMPORTED")
    episodes = tuple(e for e in episodes if e.mode != "IMPORTED")
    free = [e for e in episodes if e.status == "succeeded" and not e.model_calls]
    known = [e.saved_usd for e in free if e.saved_usd is not None]
    return {
        "runs": len(episodes),
        "imported": imported,
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


def spending(bookings: Iterable[Any], name_of: Callable[[Any], str]) -> dict[str, dict[str, Any]]:
    """Return calls and money by name, the dearest first; `unpriced_calls` are those whose price nobody knows."""
    sums: dict[str, tuple[int, Decimal, int]] = {}
    for booking in bookings:
        calls, spent, unpriced = sums.get(name := name_of(booking) or "unnamed", (0, ZERO, 0))
        is_unpriced = booking.ok is not None and booking.cost_usd is None
        sums[name] = (calls + 1, spent + (booking.cost_usd or ZERO), unpriced + is_unpriced)
    ordered = sorted(sums.items(), key=lambda pair: (-pair[1][1], -pair[1][0], pair[0]))
    return {
        name: {"calls": calls, "spent_usd": plain(spent), "unpriced_calls": unpriced}
        for name, (calls, spent, unpriced) in ordered
    }


def _shares(sums: dict[str, dict[str, Any]]) -> str:
    """Return the first few of the sums on one line."""
    parts = [f"{name} ${one['spent_usd']} ({one['calls']} calls)" for name, one in sums.items()]
    return ", ".join(parts[:_MOST_SHOWN]) + (
        f" and {len(parts) - _MOST_SHOWN} more" if len(parts) > _MOST_SHOWN else ""
    )


_MOST_SHOWN = 5


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
        *([f"imported   {facts['imported']} runs of other agents, counted nowhere else"] if facts["imported"] else []),
        *([f"models     {_shares(facts['by_model'])}"] if facts["by_model"] else []),
        *([f"purposes   {_shares(facts['by_purpose'])}"] if facts["by_purpose"] else []),
        f"today      ${facts['spent_today_usd']}",
        f"reserved   ${facts['reserved_usd']} by calls that are under way or were cut off",
    )
    return "\n".join(lines)
