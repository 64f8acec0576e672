"""`llmos traces review`: read what waits for you – edited, imported or retired traces – and accept or reject it.

Whatever is printed of a trace is a stranger's text: control characters are made visible before.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import click

from llmos_core import aio
from llmos_core.errors import UsageError
from llmos_core.types.trace import TraceState
from llmos_std.cli.quarantine import accept_trace, loaded, problems_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from llmos_core.types.trace import Trace
    from llmos_std.boot import LLMOS


@click.command(epilog="\b\nExamples:\n  llmos traces review\n  llmos traces review --accept 1a2b3c4d")
@click.option(
    "--accept", metavar="ID", multiple=True, help="Let this one act: you have read it and stand by it. May be repeated."
)
@click.option("--reject", metavar="ID", help="Remove this one.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list and ask nothing.")
@click.pass_context
def review(ctx: click.Context, accept: tuple[str, ...], reject: str | None, *, as_json: bool) -> int:
    """Show every trace that waits for you, with all that it would do, and let you accept or reject it."""
    return aio.run(_review(ctx, accept, reject, as_json))


async def _review(ctx: click.Context, accept: tuple[str, ...], reject: str | None, as_json: bool) -> int:
    from llmos_std.cli.session import open_llmos, workspace_of

    async with open_llmos(workspace_of(ctx)) as opened:
        memory = await opened.kernel.memory()
        if accept:
            shown = [_as_it_was_shown(memory, one) for one in accept]  # all of them, before any of them may act
            return max([await accept_trace(opened, memory, trace) for trace in shown])
        if reject is not None:
            return _rejected(memory, loaded(memory, reject))
        waiting = [trace for trace in memory.list() if trace.state is not TraceState.LEARNED]
        if as_json:
            click.echo(json.dumps([await _facts(opened, memory, trace) for trace in waiting], ensure_ascii=False))
            return 0
        for trace in waiting:
            for line in await _told(opened, memory, trace):
                click.echo(line)
            if sys.stdin.isatty():
                await _asked(opened, memory, trace)
        click.echo(f"{len(waiting)} traces wait for a review" if waiting else "nothing waits for a review", err=True)
    return 0


def _as_it_was_shown(memory: Any, trace_id: str) -> Trace:
    """Return a trace by the id that was shown; UsageError when it was changed since, and so has another id."""
    trace = loaded(memory, trace_id)
    if not trace.id.startswith(trace_id.lower()):
        raise UsageError(f"{trace_id} was changed and is {trace.id} now; look at it again: `llmos traces review`")
    return trace


async def _asked(opened: LLMOS, memory: Any, trace: Trace) -> None:

    answer = click.prompt("accept, reject or skip", type=click.Choice(["accept", "reject", "skip"]), default="skip")
    if answer == "accept":
        await accept_trace(opened, memory, trace)
    elif answer == "reject":
        _rejected(memory, trace)


def _rejected(memory: Any, trace: Trace) -> int:
    memory.forget(trace.id)
    click.echo(f"rejected {trace.id}: it is removed")
    return 0


async def _facts(opened: LLMOS, memory: Any, trace: Trace) -> dict[str, Any]:
    """Return all that is known of a waiting trace, as JSON."""
    from llmos_core.types.record import values_of
    from llmos_std.sharing.reach import reach_of

    return {
        "id": trace.id,
        "state": trace.state.value,
        "goal": trace.goal,
        "aliases": list(trace.aliases),
        "negative_goals": list(trace.negative_goals),
        "steps": [
            {"tool": step.tool, "effect": step.effect.value, "arguments": dict(step.arguments)} for step in trace.steps
        ],
        **{name: list(found) for name, found in values_of(reach_of(trace)).items()},
        "changed": await _changes(opened, trace),
        "problems": await problems_of(opened, memory, trace),
        "path": memory.path(trace.id),
    }


async def _told(opened: LLMOS, memory: Any, trace: Trace) -> list[str]:
    """Return the lines that a person reads before deciding."""
    facts = await _facts(opened, memory, trace)
    lines = [f"── {trace.id}  {facts['state']}", f"   goal     {visible(trace.goal)}"]
    lines += [f"   also     {visible(each)}" for each in trace.aliases]
    lines += [f"   not      {visible(each)}" for each in trace.negative_goals]
    for number, step in enumerate(trace.steps, 1):
        lines.append(f"   step {number:<3} {visible(step.tool)} ({step.effect.value})")
        lines += [f"            {visible(name)}: {_argument(value)}" for name, value in step.arguments.items()]
    lines.append(f"   answer   {visible(trace.answer)}")
    lines += [f"   {name:<8} {visible(each)}" for name in ("paths", "hosts", "programs") for each in facts[name]]
    lines += [f"   changed  {visible(each)}" for each in facts["changed"]]
    lines += [f"   problem  {visible(each)}" for each in facts["problems"]]
    return [*lines, ""]


async def _changes(opened: LLMOS, trace: Trace) -> list[str]:
    """Return how the calls differ from those of the run that was recorded here, as a diff; [] when that is unknown."""
    from difflib import unified_diff

    from llmos_std.replay.editing import recorded_calls

    journal = await opened.kernel.service("journal")
    recorded = recorded_calls(journal.episode(trace.episodes[0]) if trace.episodes else None)
    if not recorded:
        return []
    calls = [(step.tool, dict(step.arguments)) for step in trace.steps]
    before, after = (list(_written(each)) for each in (recorded, calls))
    return list(unified_diff(before, after, "recorded", "now", lineterm="", n=1))


def _written(calls: list[tuple[str, dict[str, Any]]]) -> Iterator[str]:
    for tool, arguments in calls:
        yield tool
        yield from json.dumps(arguments, indent=1, sort_keys=True, ensure_ascii=False).splitlines()[1:-1]


def _argument(value: Any) -> str:
    return visible(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def visible(text: str) -> str:
    """Return a text in which nothing is hidden: line breaks and control characters are written out."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode() for c in text)
