"""`llmos feedback`: say of a run whether it was what you wanted; llmos heeds it the next time."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from llmos_core import aio
from llmos_core.errors import UsageError

if TYPE_CHECKING:
    from llmos_core.protocols.storing import Episode
    from llmos_core.types.trace import Trace
    from llmos_std.boot import LLMOS

LAST = "last"
_MOST_VETOES = 100


@click.command(epilog='\b\nExamples:\n  llmos feedback last good\n  llmos feedback 01J8Z bad "I meant another folder"')
@click.argument("run")
@click.argument("verdict", type=click.Choice(["good", "bad"]))
@click.argument("why", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def feedback(ctx: click.Context, run: str, verdict: str, why: tuple[str, ...], *, as_json: bool) -> int:
    """Say of RUN (an id, the beginning of one, or `last`) whether it was what you wanted.

    A bad run makes its trace less trusted, keeps its wording from being taken for that task again, and retires a trace
    that was wrong for its own goal or did what cannot be taken back.
    """
    return aio.run(_feedback(ctx, run, " ".join(why), is_good=verdict == "good", as_json=as_json))


async def _feedback(ctx: click.Context, run: str, why: str, *, is_good: bool, as_json: bool) -> int:
    from llmos_std.cli.session import open_llmos, workspace_of

    async with open_llmos(workspace_of(ctx)) as opened:
        episode = await _episode(opened, run)
        said = await judge(opened, episode, why, is_good=is_good)
    facts = {"run_id": episode.run_id, "goal": episode.goal, "verdict": "good" if is_good else "bad", "effects": said}
    click.echo(json.dumps(facts, ensure_ascii=False) if as_json else "\n".join(said))
    return 0


async def judge(opened: LLMOS, episode: Episode, why: str, *, is_good: bool) -> list[str]:
    """Keep what a person said of a run, let it count, and return what followed, one sentence each."""
    from llmos_std.replay.feedback import Judgement, Judgements, heed

    kernel = opened.kernel
    await kernel.boot()
    memory, kept = await kernel.memory(), Judgements(kernel.paths.state)
    at = kernel.clock.now().isoformat(timespec="seconds")
    try:
        is_new = kept.keep(Judgement(run_id=episode.run_id, is_good=is_good, why=why, at=at))
    finally:
        kept.close()
    if not is_new:
        return [f"that was said of run {episode.run_id} before; it counts once"]
    trace: Trace | None = memory.load(episode.trace_id) if episode.trace_id else None
    if trace is None:
        return ["noted; the run followed no trace and taught none, so nothing else changes"]
    is_own_goal = kernel.goal_signature(episode.goal) == kernel.goal_signature(trace.goal)
    said = list(heed(memory, episode, trace, is_good=is_good, is_own_goal=is_own_goal))
    return said if is_good else said + await _vetoed_programs(opened, episode)


async def _vetoed_programs(opened: LLMOS, episode: Episode) -> list[str]:
    """Keep the goal from every run behind a bound program, so that the others do not follow it all the same."""
    from llmos_core.runtime.dispatcher import foresee
    from llmos_core.types.task import TaskBlock
    from llmos_std.replay.feedback import veto

    memory = await opened.kernel.memory()
    count = 0
    for _ in range(_MOST_VETOES):
        program = (await foresee(opened.kernel, TaskBlock(goal=episode.goal, **episode.task))).match.program
        behind = [] if program is None else [memory.load(trace_id) for trace_id in program.traces]
        if not any(behind):
            break
        for trace in filter(None, behind):
            veto(memory, trace, episode.goal)
            count += 1
    return [f"{count} learned runs no longer speak for this goal together"] if count else []


async def _episode(opened: LLMOS, run: str) -> Episode:
    journal: Any = await opened.kernel.service("journal")
    newest = journal.episodes(1) if run == LAST else ()
    wanted = newest[0].run_id if newest else run
    found: Episode | None = journal.episode(wanted)
    if found is None:
        hint = (
            "there are no runs in this workspace yet"
            if run == LAST
            else f"no single run has an id that begins so: {run}"
        )
        raise UsageError(f'{hint}; `llmos run "…" --json` prints the id of each run')
    if not (found.status or found.reason):  # one that was stopped and may be gone on with has a reason, and no status
        raise UsageError(f"run {found.run_id} has not ended; say what it was worth when it has")
    return found
