"""Traces that wait for a person: what is wrong with one, and letting it act again."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import click

from llmos_core.errors import UsageError

if TYPE_CHECKING:
    from llmos_core.types.trace import Trace
    from llmos_std.boot import LLMOS

_REVIEW = "read it with `llmos traces show`, then let it act with `llmos traces verify ID --accept`"


def loaded(memory: Any, trace_id: str) -> Trace:
    """Return one trace by id or the beginning of it; UsageError when there is none, or several."""
    trace: Trace | None = memory.load(trace_id)
    if trace is None:
        raise UsageError(f"no single trace has an id that begins with '{trace_id}'; see `llmos traces list`")
    return trace


async def accept_trace(opened: LLMOS, memory: Any, trace: Trace) -> int:
    """Let an edited trace act again; checks that were recorded for other calls go."""
    if not hasattr(memory, "accept"):
        raise UsageError(f"this memory backend cannot accept edits; forget {trace.id[:8]} and learn the goal anew")
    from llmos_core.types.trace import TraceState
    from llmos_std.replay.editing import of_installed, recorded_calls, without_stale_checks

    journal = await opened.kernel.service("journal")
    recorded = recorded_calls(journal.episode(trace.episodes[0]) if trace.episodes else None)
    is_imported = trace.state is TraceState.IMPORTED
    tools = await installed(opened, trace) if is_imported else {}
    if is_imported and (missing := [name for name in trace.tools_used if name not in tools]):
        raise UsageError(f"{trace.id[:8]} needs {', '.join(missing)}: install that first, or `llmos trust` its plugin")
    accepted = memory.accept(
        trace.id, lambda one: of_installed(one, tools) if is_imported else without_stale_checks(one, recorded)
    )
    record = memory.statistics(accepted.id)
    line = round(opened.kernel.section("memory").trace_confidence_threshold * 100)
    if record.failures and record.score <= line:
        click.echo(
            f"accepted {accepted.id}: with a model for now, for its score is {record.score} of 100, not above {line}"
        )
    else:
        click.echo(f"accepted {accepted.id}: it may be replayed again")
    unchecked = sum(1 for step in accepted.steps if not step.observation.digest)
    if unchecked:
        click.echo(
            f"{unchecked} of its {len(accepted.steps)} steps come without a check, since they were edited", err=True
        )
    return 0


async def installed(opened: LLMOS, trace: Trace) -> dict[str, Any]:
    """Return the tools of a trace that can be opened here, by name."""
    from llmos_core.errors import PluginError

    found = {}
    for name in trace.tools_used:
        with suppress(PluginError):
            found[name] = await opened.kernel.tool(name)
    return found


async def problems_of(opened: LLMOS, memory: Any, trace: Trace) -> list[str]:
    """Return one sentence per reason why a trace may not act as it is; none when it may."""
    from llmos_core.errors import PluginError
    from llmos_core.types.trace import TraceState

    found = [] if trace.state is TraceState.LEARNED else [f"{trace.state.value}; {_REVIEW}"]
    review = getattr(memory, "verify", None)  # a ReviewingMemory knows more about its own files
    found += [] if review is None else list(review(trace.id))
    for name in trace.tools_used:
        recorded = {step.fingerprint for step in trace.steps if step.tool == name}
        try:
            current = (await opened.kernel.tool(name)).spec.fingerprint
        except PluginError:
            found.append(f"the tool {name} is not installed")
            continue
        if recorded != {current}:
            found.append(f"the tool {name} has changed since this was learned")
    return list(dict.fromkeys(found))
