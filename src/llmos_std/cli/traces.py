"""`llmos traces`: see, understand, check, share and remove what was learned."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from llmos_core import aio
from llmos_core.errors import UsageError
from llmos_std.cli.quarantine import accept_trace, loaded, problems_of
from llmos_std.cli.reviewing import review
from llmos_std.cli.sharing import export_traces, import_traces

if TYPE_CHECKING:
    from llmos_core.types.trace import Statistics, Trace
    from llmos_std.boot import LLMOS

_EXAMPLES = "\b\nExamples:\n  {}"


@click.group(epilog=_EXAMPLES.format('llmos traces list\n  llmos traces explain "create a file hello.txt"'))
def traces() -> None:
    """See, understand, check, share, compile and remove what was learned."""


for _command in (export_traces, import_traces, review):
    traces.add_command(_command)


@traces.command("list", epilog=_EXAMPLES.format("llmos traces list\n  llmos traces list --json"))
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list.")
@click.pass_context
def list_traces(ctx: click.Context, *, as_json: bool) -> int:
    """List every trace, newest first; files that cannot be used are named on standard error."""
    return aio.run(_with_memory(ctx, _list, as_json))


def _list(memory: Any, _opened: LLMOS, as_json: bool) -> int:
    found = list(memory.list())
    if as_json:
        click.echo(json.dumps([_facts(memory, trace) for trace in found], ensure_ascii=False))
    elif found:
        from llmos_std.cli.output import one_line, table

        rows = [_row(trace, memory.statistics(trace.id), one_line(trace.goal, 80)) for trace in found]
        click.echo(table(rows, ("trace", "state", "uses", "score", "verified", "steps", "goal")))
    else:
        click.echo('nothing learned yet; start with: llmos run "…"', err=True)
    for problem in memory.problems():
        click.echo(f"llmos: {problem}", err=True)
    return 0


@traces.command(epilog=_EXAMPLES.format("llmos traces show 1a2b3c4d"))
@click.argument("trace")
@click.option("--json", "as_json", is_flag=True, help="Print the trace as JSON.")
@click.pass_context
def show(ctx: click.Context, trace: str, *, as_json: bool) -> int:
    """Print one trace, by id or the beginning of it, with its counters."""
    return aio.run(_with_memory(ctx, _show, trace, as_json))


def _show(memory: Any, _opened: LLMOS, trace_id: str, as_json: bool) -> int:
    trace = loaded(memory, trace_id)
    if as_json:
        click.echo(json.dumps({**_facts(memory, trace), **trace.program()}, ensure_ascii=False))
        return 0
    path = memory.path(trace.id)
    if path:
        from pathlib import Path

        click.echo(Path(path).read_text(encoding="utf-8"), nl=False)
    else:
        click.echo(json.dumps(trace.program(), indent=2, ensure_ascii=False))
    counters = memory.statistics(trace.id)
    from llmos_std.replay.confidence import LEVEL, lower_bound

    used = f"used {counters.uses} times, last on {counters.last_used[:10] or 'no day yet'}"
    checked = counters.successes + counters.failures
    bound = f"{lower_bound(counters.successes, counters.failures):.0%} (n = {checked})"
    click.echo(f"\nscore {counters.score} of 100 · {used} · verified successes {_share(counters)}", err=True)
    click.echo(f"with {1 - LEVEL:.0%} certainty right in at least {bound} of such runs", err=True)
    return 0


def _row(trace: Trace, counters: Statistics, goal: str) -> tuple[Any, ...]:
    short = _share(counters)
    return trace.id[:8], trace.state.value, counters.uses, counters.score, short, len(trace.steps), goal


def _share(counters: Statistics) -> str:
    """Return the share of verified successes, never without the number of verified outcomes that it is of."""
    checked = counters.successes + counters.failures
    return f"{counters.successes / checked:.0%} (n = {checked})" if checked else "– (n = 0)"


@traces.command(epilog=_EXAMPLES.format('llmos traces explain "create a file hello.txt that says hi"'))
@click.argument("goal", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Print the explanation as JSON.")
@click.pass_context
def explain(ctx: click.Context, goal: tuple[str, ...], *, as_json: bool) -> int:
    """Say what would happen for GOAL and why: the match, the trust in it, the mode, and what was rejected."""
    from llmos_std.cli.explaining import explain_goal

    if not (wanted := " ".join(goal)).strip():
        raise UsageError('no goal was given; say which, e.g. llmos traces explain "list all *.py files"')
    return aio.run(explain_goal(ctx, wanted, as_json=as_json))


@traces.command(epilog=_EXAMPLES.format("llmos traces forget 1a2b3c4d -y"))
@click.argument("trace")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@click.pass_context
def forget(ctx: click.Context, trace: str, *, yes: bool) -> int:
    """Remove one trace for good; what its runs did stays in the journal."""
    return aio.run(_with_memory(ctx, _forget, trace, yes))


def _forget(memory: Any, _opened: LLMOS, trace_id: str, yes: bool) -> int:
    from llmos_std.cli.output import one_line

    trace = loaded(memory, trace_id)
    if not yes:
        click.confirm(f"Forget {trace.id[:8]} ({one_line(trace.goal)})?", abort=True, err=True)
    memory.forget(trace.id)
    click.echo(f"forgot {trace.id}")
    return 0


@traces.command(epilog=_EXAMPLES.format("llmos traces verify\n  llmos traces verify 1a2b3c4d --accept"))
@click.argument("trace", required=False)
@click.option("--accept", is_flag=True, help="Let an edited trace act again: you have read it and stand by it.")
@click.pass_context
def verify(ctx: click.Context, trace: str | None, *, accept: bool) -> int:
    """Check stored traces: readable, whole, unedited, tools installed. Exit code 1 when something is wrong."""
    if accept and trace is None:
        raise UsageError("--accept needs the one trace it is for; see `llmos traces list`")
    return aio.run(_verify(ctx, trace, accept))


async def _verify(ctx: click.Context, trace_id: str | None, accept: bool) -> int:
    from llmos_std.cli.session import open_llmos, workspace_of

    async with open_llmos(workspace_of(ctx)) as opened:
        memory = await opened.kernel.memory()
        if accept and trace_id is not None:
            return await accept_trace(opened, memory, loaded(memory, trace_id))
        chosen = list(memory.list()) if trace_id is None else [loaded(memory, trace_id)]
        problems = [] if trace_id is not None else list(memory.problems())
        for trace in chosen:
            problems += [f"{trace.id[:8]}: {problem}" for problem in await problems_of(opened, memory, trace)]
    for problem in problems:
        click.echo(problem)
    click.echo(f"{len(chosen)} traces checked, {len(problems)} problems", err=True)
    return 1 if problems else 0


@traces.command(
    "compile",
    epilog=_EXAMPLES.format("llmos traces compile 1a2b3c4d --show\n  llmos traces compile 1a2b3c4d --promote"),
)
@click.argument("trace")
@click.option("--values", is_flag=True, help="What this and other runs prove together, with values as parameters.")
@click.option("--show", is_flag=True, help="Print the code.")
@click.option("--promote", is_flag=True, help="Let the code run from now on, if it has proven itself.")
@click.option("--demote", is_flag=True, help="Replay the trace again instead.")
@click.pass_context
def compile_(ctx: click.Context, trace: str, *, values: bool, show: bool, promote: bool, demote: bool) -> int:
    """See a trace as Python code, with its tests run; let that code run in place of it, or no longer."""
    return aio.run(_compile(ctx, trace, values=values, show=show, promote=promote, demote=demote))


async def _compile(ctx: click.Context, trace_id: str, **wishes: bool) -> int:
    from llmos_std.cli.compiling import compile_trace
    from llmos_std.cli.session import open_llmos, workspace_of

    async with open_llmos(workspace_of(ctx)) as opened:
        return await compile_trace(opened, loaded(await opened.kernel.memory(), trace_id), **wishes)


@traces.command(epilog=_EXAMPLES.format('llmos traces path\n  $EDITOR "$(llmos traces path 1a2b3c4d)"'))
@click.argument("trace", required=False)
@click.pass_context
def path(ctx: click.Context, trace: str | None) -> int:
    """Print where traces are kept, or the file of one trace."""
    return aio.run(_with_memory(ctx, _path, trace))


def _path(memory: Any, opened: LLMOS, trace_id: str | None) -> int:
    found = str(opened.kernel.paths.traces) if trace_id is None else memory.path(loaded(memory, trace_id).id)
    click.echo(found)
    return 0


async def _with_memory(ctx: click.Context, act: Any, *arguments: Any) -> int:
    from llmos_std.cli.session import open_llmos, workspace_of

    async with open_llmos(workspace_of(ctx)) as opened:
        return int(act(await opened.kernel.memory(), opened, *arguments))


def _facts(memory: Any, trace: Trace) -> dict[str, Any]:
    counters = memory.statistics(trace.id)
    return {
        "id": trace.id,
        "goal": trace.goal,
        "state": trace.state.value,
        "mode": trace.mode,
        "model": trace.model,
        "created_at": trace.created_at,
        "tools_used": list(trace.tools_used),
        "steps": len(trace.steps),
        "uses": counters.uses,
        "successes": counters.successes,
        "failures": counters.failures,
        "score": counters.score,
        "path": memory.path(trace.id),
    }
