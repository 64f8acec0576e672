"""`llmos traces compile`: see a trace as code, let the code run, or take that back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from llmos_core.errors import UsageError

if TYPE_CHECKING:
    from llmos_core.types.trace import Trace
    from llmos_std.boot import LLMOS
    from llmos_std.compiling.compiler import Draft


async def compile_trace(opened: LLMOS, trace: Trace, *, show: bool, promote: bool, demote: bool) -> int:
    """Do what was asked with the compiled form of one trace; without a wish, say how it stands and write nothing."""
    if promote and demote:
        raise UsageError("--promote and --demote are opposites; give one of them")
    compiler = await opened.kernel.optional_service("compiler")
    if compiler is None:
        raise UsageError("no installed plugin compiles traces; see `llmos plugins list`")
    if demote:
        return _demoted(compiler, trace)
    memory, journal = await opened.kernel.memory(), await opened.kernel.service("journal")
    draft = await compiler.draft(trace, memory.statistics(trace.id), journal, opened.kernel.tool)
    if show:
        click.echo(draft.source, nl=False)
    if promote:
        path = compiler.promote(trace, draft)
        click.echo(f"promoted {trace.id}: {path}", err=show)
        return 0
    _tell(compiler, trace, draft, compiler.find(trace, memory.statistics(trace.id)), aside=show)
    return 0


def _demoted(compiler: Any, trace: Trace) -> int:
    if not compiler.demote(trace, "taken back by the user"):
        raise UsageError(f"trace {trace.id[:8]} is not promoted; there is nothing to take back")
    click.echo(f"took back {trace.id}: it is replayed from now on, no longer run as code")
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
    may = draft.obstacle or f"llmos traces compile {trace.id[:8]} --promote"
    click.echo(f"{'not yet' if draft.obstacle else 'ready'.ljust(7)}    {may}", err=aside)
