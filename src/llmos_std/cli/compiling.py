"""`llmos traces compile`: see a trace as code, let the code run, or take that back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from llmos_core.errors import UsageError

if TYPE_CHECKING:
    from llmos_core.types.trace import Trace
    from llmos_std.boot import LLMOS
    from llmos_std.compiling.compiler import Draft


async def compile_trace(opened: LLMOS, trace: Trace, *, values: bool, show: bool, promote: bool, demote: bool) -> int:
    """Do what was asked with the compiled form of one trace; without a wish, say how it stands and write nothing.

    With `values` it is the program that this and other runs prove together, its values being parameters.
    """
    if promote and demote:
        raise UsageError("--promote and --demote are opposites; give one of them")
    compiler = await opened.kernel.optional_service("compiler")
    if compiler is None:
        raise UsageError("no installed plugin compiles traces; see `llmos plugins list`")
    memory, journal = await opened.kernel.memory(), await opened.kernel.service("journal")
    counters = memory.statistics(trace.id)
    if values:
        program, traces = await _program(opened, trace)
        draft = await compiler.draft_program(program, traces, counters, journal, opened.kernel.tool)
    elif demote:
        return _demoted(compiler, trace.id)
    else:
        draft = await compiler.draft(trace, counters, journal, opened.kernel.tool)
    if demote:
        return _demoted(compiler, draft.key)
    if show:
        click.echo(draft.source, nl=False)
    if promote:
        path = compiler.promote(trace, draft)
        click.echo(f"promoted {draft.key}: {path}", err=show)
        return 0
    found = compiler.found(draft.key) if values else compiler.find(trace, counters)
    _tell(compiler, trace, draft, found, aside=show)
    return 0


async def _program(opened: LLMOS, trace: Trace) -> tuple[Any, Any]:
    """Return what several runs prove about goals like that of a trace, and their traces; UsageError with the reason."""
    from llmos_core.types.task import TaskBlock

    generaliser = await opened.kernel.optional_service("generaliser")
    if generaliser is None:
        raise UsageError("no installed plugin learns from several runs; see `llmos plugins list`")
    task = TaskBlock(goal=trace.goal, **dict(trace.context))
    memory, journal = await opened.kernel.memory(), await opened.kernel.service("journal")
    found = generaliser.behind(task, memory, journal)
    if isinstance(found, str):
        raise UsageError(f"no runs prove yet what the values of {trace.id[:8]} do: {found}")
    return found  # type: ignore[no-any-return]


def _demoted(compiler: Any, key: str) -> int:
    if not compiler.demote(key, "taken back by the user"):
        raise UsageError(f"{key[:8]} is not promoted; there is nothing to take back")
    click.echo(f"took back {key}: it is replayed from now on, no longer run as code")
    return 0


def _tell(compiler: Any, trace: Trace, draft: Draft, found: Any, *, aside: bool) -> None:
    """Say how the compiled form of a trace stands; beside the code on standard error."""
    passed = len(draft.tests) - len(draft.failures)
    click.echo(f"trace      {trace.id}: {trace.goal}", err=aside)
    click.echo(f"tests      {passed} of {len(draft.tests)} generated tests pass", err=aside)
    for failure in draft.failures:
        click.echo(f"failed     {failure}", err=aside)
    if not isinstance(found, str):
        click.echo(f"promoted   {compiler.path(draft.name)}", err=aside)
        return
    if found:
        click.echo(f"not run    {found}", err=aside)
    how = "" if draft.key == trace.id else " --values"
    may = draft.obstacle or f"llmos traces compile {trace.id[:8]}{how} --promote"
    click.echo(f"{'not yet' if draft.obstacle else 'ready'.ljust(7)}    {may}", err=aside)
