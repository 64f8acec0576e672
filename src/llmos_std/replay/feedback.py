"""What a person says of a run: it counts for the trace like a checked outcome, and a no is heeded from then on.

A bad run of another wording is a match that was wrong: the wording becomes one that is *not* this task. A bad run of
the trace's own goal, or one that did what cannot be taken back, retires the trace.
Source: specs/confidence/1, CF-031 to CF-033.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmos_core.types.record import Record, evolve
from llmos_core.types.tools import CallStatus
from llmos_std.replay.demotion import retire, retirement
from llmos_std.storage.database import Database
from llmos_std.storage.schema import Schema

if TYPE_CHECKING:
    from pathlib import Path

    from llmos_core.protocols.storing import Episode, MemoryBackend
    from llmos_core.types.trace import Trace
    from llmos_core.types.transcript import StepRecord

FILE_NAME = "feedback.db"
_TABLE = (
    "CREATE TABLE judgements (run_id TEXT PRIMARY KEY, is_good INTEGER NOT NULL, why TEXT NOT NULL, at TEXT NOT NULL)"
    " WITHOUT ROWID"
)
SCHEMA = Schema(
    name="what people said of runs",
    tag=24,
    version=1,
    statements=(_TABLE,),
    if_moved="what was said of runs is forgotten; what followed from it stays with the traces",
)


class Judgement(Record):
    """What a person said of one run: `why` in their words, `at` UTC ISO 8601."""

    run_id: str
    is_good: bool
    why: str = ""
    at: str = ""


class Judgements:
    """The judgements of one workspace; the file is made at the first one. Everything raises StorageError."""

    def __init__(self, folder: Path) -> None:
        self._file = Database(folder / FILE_NAME, SCHEMA)

    def of(self, run_id: str) -> Judgement | None:
        """Return what was last said of a run."""
        rows = self._file.rows("SELECT run_id, is_good, why, at FROM judgements WHERE run_id = ?", (run_id,))
        return next((Judgement(run_id=name, is_good=bool(good), why=why, at=at) for name, good, why, at in rows), None)

    def keep(self, judgement: Judgement) -> bool:
        """Keep it durably; False, and nothing kept, when the same was said of this run before."""
        statement = (
            "INSERT INTO judgements VALUES (?, ?, ?, ?) ON CONFLICT (run_id) DO UPDATE SET"
            " is_good = excluded.is_good, why = excluded.why, at = excluded.at WHERE is_good != excluded.is_good"
        )
        values = (judgement.run_id, int(judgement.is_good), judgement.why, judgement.at)
        return self._file.write(statement, values, durable=True) > 0

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def heed(memory: MemoryBackend, episode: Episode, trace: Trace, *, is_good: bool, is_own_goal: bool) -> tuple[str, ...]:
    """Let a judgement count for the trace that a run followed or taught; return what followed, one sentence each.

    `is_own_goal` says whether the run's goal is the trace's own, as the matcher reads goals.
    """
    after = memory.record_outcome(trace.id, verified=is_good)
    checked = after.successes + after.failures
    said = [f"trace {trace.id[:8]} counts one more {'success' if is_good else 'failure'}: score {after.score} of 100"]
    said[0] += f" (n = {checked})"
    if is_good:
        return tuple(said)
    if not is_own_goal:
        trace = veto(memory, trace, episode.goal)
        said.append(f"this wording is never again taken for {trace.goal!r}")
    did_final = any(step.effect.is_final and _was_made(step) for step in episode.steps)
    why = "it was wrong for its own goal" if is_own_goal else retirement(after, was_final_wrong=did_final)
    if why:
        retire(memory, trace)
        said.append(
            f"trace {trace.id[:8]} is retired: {why}; `llmos traces verify {trace.id[:8]} --accept` brings it back"
        )
    return tuple(said)


def veto(memory: MemoryBackend, trace: Trace, goal: str) -> Trace:
    """Note that a goal is not what this trace is for, and return the trace as stored."""
    return memory.save(evolve(trace, negative_goals=tuple(dict.fromkeys((*trace.negative_goals, goal)))))


def _was_made(step: StepRecord) -> bool:
    return not step.is_repeat and step.result.status is not CallStatus.DENIED
