"""The first minute: learn a goal, do it again for nothing, meet a surprise and recover, and see the saving.

Files, tools, gates, journal, ledger, traces and times are real. The model's answers were written beforehand, and the
demonstration says so: it needs no key and no network.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from llmos_core.runtime.dispatcher import foresee
from llmos_core.types.money import ZERO, plain
from llmos_core.types.record import Record
from llmos_core.types.task import TaskBlock
from llmos_std.boot import LLMOS
from llmos_std.providers.scripted import ScriptedProvider

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from llmos_core.types.result import RunResult

    Say = Callable[[str], None]

GOAL = "Read sales.csv and write the total to report.md"
OTHER_GOAL = "Read sales.csv and write the average to report.md"
SALES = "region,amount\nnorth,120\nsouth,80\n"
NEW_ROW = "east,50\n"


class Act(Record):
    """One run of the demonstration, with its wall time in milliseconds."""

    title: str
    result: RunResult
    took_ms: float


async def play(folder: Path, say: Say) -> tuple[Act, ...]:
    """Play the demonstration in an empty folder, telling each act as it happens; return what was measured."""
    workspace = folder / "workspace"
    workspace.mkdir(parents=True)
    sales, report = workspace / "sales.csv", workspace / "report.md"
    environ = {"LLMOS_HOME": str(folder / "home"), "PATH": "/usr/bin:/bin"}
    say(f"workspace: {workspace}")
    say(f"goal:      {GOAL}")
    say("The model's answers below were written beforehand; no model is asked. All else is real.\n")
    async with LLMOS(workspace=workspace, environ=environ, provider=_authored()) as opened:
        sales.write_text(SALES, encoding="utf-8")
        acts = [await _act(opened, "1. A new goal: the model reasons, its work becomes a trace", say)]
        report.unlink()
        acts.append(await _act(opened, "2. The same goal, the report deleted: replayed, no model call", say))
        sales.write_text(SALES + NEW_ROW, encoding="utf-8")
        acts.append(await _act(opened, "3. sales.csv has a new row: the replay stops, the model goes on", say))
        acts.append(await _act(opened, "4. Once more: what the surprise taught is replayed", say))
        await _refuse(opened, say)
        _sum_up(acts, say)
        last = acts[-1].result.trace_id
        if last is not None:
            await _show_trace(opened, last, say)
    return tuple(acts)


async def _act(opened: LLMOS, title: str, say: Say) -> Act:
    started = time.perf_counter()
    result = await opened.execute(GOAL)
    act = Act(title=title, result=result, took_ms=(time.perf_counter() - started) * 1000)
    say(title)
    steps = ", ".join(f"{step.tool} {step.status}" for step in result.steps)
    say(
        f"   {result.status.value} as {result.mode} · {result.model_calls} model calls · {act.took_ms:.0f} ms · {steps}"
    )
    if result.mode == "MIXED":
        say(f"   {result.reason}")
    say(f"   {result.output}\n")
    return act


async def _refuse(opened: LLMOS, say: Say) -> None:
    """Show that a goal which merely looks alike is not replayed."""
    seen = await foresee(opened.kernel, TaskBlock(goal=OTHER_GOAL))
    say("5. A goal that only looks alike is never replayed")
    say(f"   {OTHER_GOAL}")
    say(f"   would run as {seen.decision.mode.value}: {seen.match.why}\n")


def _sum_up(acts: list[Act], say: Say) -> None:
    spent = sum((act.result.cost_usd or ZERO for act in acts), ZERO)
    saved = sum((act.result.saved_usd or ZERO for act in acts), ZERO)
    calls = [act.result.model_calls for act in acts]
    say(f"model calls {' + '.join(map(str, calls))} = {sum(calls)}; without traces it would have been at least 12")
    say(f"spent ${plain(spent)}, saved ${plain(saved)} (at an assumed $3 and $15 for a million tokens in and out)\n")


async def _show_trace(opened: LLMOS, trace_id: str, say: Say) -> None:
    from pathlib import Path

    path = Path((await opened.kernel.memory()).path(trace_id))
    say("What was learned is a file you can read, edit and keep in git:")
    say(f"   {path}\n")
    say("\n".join(f"   {line}" for line in _lines(path)))


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


def _authored() -> ScriptedProvider:
    """Return the provider that gives the answers somebody wrote."""
    import tomllib
    from importlib.resources import files

    script = tomllib.loads(files("llmos_std.demo").joinpath("answers.toml").read_text(encoding="utf-8"))
    return ScriptedProvider(script["turns"], source="answers.toml of the demonstration")
