"""The journal in `.llmos/state/runs.db`: every method returns only once its record is durable.

Records are added, never changed; of a run itself only its state and who claimed it change. Whatever was acknowledged
survives the death of the process. What was paid for, or must not happen twice, also survives a loss of power: model
turns, intents and results of every call that may not be repeated, and the end of such a run. A replay of calls that may
be repeated never waits for the disk.
"""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from llmos_core.errors import StorageError, UsageError
from llmos_core.types.transcript import Origin
from llmos_std.journal.liveness import RunLocks
from llmos_std.journal.reading import Row, Run, episode_of, row_of, seal_of
from llmos_std.journal.records import call_json, decimal_text, intent_json, outcome_json, turn_json
from llmos_std.journal.tables import (
    ADD,
    AMEND,
    BEGIN,
    CONTINUED,
    END,
    ENDED,
    FOUND,
    INTENT,
    NEWEST,
    OF_RUN,
    RESULT,
    RUNNING,
    SCHEMA,
    SUSPEND,
    SUSPENDED,
    TURN,
    WITH_PREFIX,
)
from llmos_std.storage.database import WAIT_S, Database
from llmos_std.storage.encoding import pack, to_bytes, to_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal
    from pathlib import Path

    from llmos_core.protocols.context import PluginContext
    from llmos_core.protocols.storing import Episode
    from llmos_core.types.tools import Effect, Probe, ToolCall
    from llmos_core.types.transcript import StepRecord, Turn


@contextmanager
def open_journal(context: PluginContext) -> Iterator[SqliteJournal]:
    """Offer the workspace's journal; nothing is touched before its first use."""
    journal = SqliteJournal(context.paths.state)
    try:
        yield journal
    finally:
        journal.close()


class SqliteJournal:
    """A `Journal` in a folder of its own; any number of processes may share it."""

    def __init__(self, folder: Path, *, wait_s: float = WAIT_S) -> None:
        self._database = Database(folder / "runs.db", SCHEMA, wait_s=wait_s)
        self._locks = RunLocks(folder / "running")
        self._costly: set[str] = set()
        self._claims: dict[str, str] = {}

    def begin(
        self, run_id: str, *, goal: str, signature: str, task: dict[str, Any], at: str, resumes: str = ""
    ) -> None:
        """Record that a run starts, alive until it ends, is suspended, or this journal is closed.

        What the run has claimed, to resume it or to start over in its place, is no longer offered to anybody.
        """
        facts = {"goal": goal, "signature": signature, "task": task, "at": at, "resumes": resumes}
        body, key = self._packed(facts), to_bytes(run_id)
        if not self._locks.hold(run_id):
            raise _begun_before(run_id)
        is_begun = False
        try:
            with self._database.open_transaction(durable=False) as connection:
                new = "INSERT INTO runs (run_id, signature, state) VALUES (?, ?, ?)"
                connection.execute(new, (key, to_bytes(signature), RUNNING))
                connection.execute(ADD, (BEGIN, 0, 0, body, seal_of(run_id, BEGIN, 0, 0, body), key))
                over = "UPDATE runs SET state = ? WHERE claimed_by = ? AND state < 2"
                connection.execute(over, (CONTINUED, key))
            is_begun = True
        except sqlite3.IntegrityError:
            raise _begun_before(run_id) from None
        finally:
            let_go = self._locks.release if is_begun else self._locks.abandon
            for claimed in [run for run, heir in self._claims.items() if heir == run_id]:
                del self._claims[claimed]
                let_go(claimed)  # a claimed run whose heir could not begin is offered again
            if not is_begun:
                self._locks.release(run_id)

    def turn(self, run_id: str, index: int, turn: Turn) -> None:
        """Record turn number `index` before any of its calls is made."""
        is_paid = turn.usage is not None or turn.origin is Origin.MODEL
        self._add(run_id, TURN, index, index, self._packed(turn_json(turn)), durable=is_paid)

    def intend(
        self,
        run_id: str,
        *,
        index: int,
        turn: int,
        call: ToolCall,
        fingerprint: str,
        effect: Effect,
        before: Probe | None,
    ) -> None:
        """Record that step `index` is about to happen."""
        probe = None if before is None else dict(before)
        facts = {"call": call_json(call), "fingerprint": fingerprint, "effect": effect.value, "before": probe}
        self._add(run_id, INTENT, index, turn, self._packed(facts), durable=not effect.may_repeat)

    def settle(self, run_id: str, step: StepRecord) -> None:
        """Record how step `step.index` ended; one never intended (denied, repeated) belongs to the last turn."""
        self._result(run_id, step, RESULT, ADD, durable=not step.effect.may_repeat)

    def amend(self, run_id: str, step: StepRecord) -> None:
        """Record what a person found about a step whose end nobody saw, of a run that has not ended but may be over."""
        self._result(run_id, step, FOUND, AMEND, durable=True)

    def _result(self, run_id: str, step: StepRecord, kind: str, statement: str, *, durable: bool) -> None:
        turn, intent = self._intent(run_id, step.index)
        facts = outcome_json(step)
        if self._packed(intent_json(step)) != intent:
            facts = {**intent_json(step), **facts}
        self._add(run_id, kind, step.index, turn, self._packed(facts), durable=durable, statement=statement)

    def end(
        self,
        run_id: str,
        *,
        status: str,
        mode: str,
        answer: str,
        reason: str,
        trace_id: str,
        model_calls: int,
        cost_usd: Decimal | None,
        saved_usd: Decimal | None,
        at: str,
    ) -> None:
        """Record how the run ended; nothing may be added afterwards."""
        facts = {
            "status": status,
            "mode": mode,
            "answer": answer,
            "reason": reason,
            "trace_id": trace_id,
            "model_calls": model_calls,
            "cost_usd": decimal_text(cost_usd),
            "saved_usd": decimal_text(saved_usd),
            "at": at,
        }
        self._close_run(run_id, END, facts, ENDED, durable=run_id in self._costly)

    def suspend(self, run_id: str, *, reason: str, at: str) -> None:
        """Record that this process is done with the run though it has not ended: `interrupted` finds it at once."""
        self._close_run(run_id, SUSPEND, {"reason": reason, "at": at}, SUSPENDED, durable=True)

    def interrupted(self, signature: str) -> Episode | None:
        """Return the newest run of that goal that has neither ended nor a living process, None when there is none.

        A run that was claimed by a process which died before it could begin in its place is offered again.
        """
        key = (to_bytes(signature),)
        query = "SELECT run_id, claimed_by FROM runs WHERE signature = ? AND state < 2 ORDER BY seq DESC"
        if not self._database.rows(query, key):
            return None
        with self._database.open_transaction(durable=False) as connection:
            candidates = [(to_text(run_id), by) for run_id, by in connection.execute(query, key).fetchall()]
            found = next((run_id for run_id, by in candidates if self._is_free(run_id, by)), None)
        return None if found is None else self.episode(found)

    def claim(self, run_id: str, by: str) -> bool:
        """Take over an interrupted run, exactly once among all processes; False when somebody else did."""
        key, is_taken, is_claimed = to_bytes(run_id), False, False
        query = "SELECT claimed_by FROM runs WHERE run_id = ? AND state < 2"
        if not self._database.rows(query, (key,)):
            return False
        try:
            with self._database.open_transaction(durable=True) as connection:
                row = connection.execute(query, (key,)).fetchone()
                take = self._locks.hold if row == (None,) else self._locks.take_over
                is_taken = row is not None and take(run_id)
                if is_taken:
                    connection.execute("UPDATE runs SET claimed_by = ? WHERE run_id = ?", (to_bytes(by), key))
            is_claimed = is_taken
        finally:
            if is_taken and not is_claimed:
                self._locks.abandon(run_id)
        if is_claimed:
            self._claims[run_id] = by
        return is_claimed

    def episode(self, run_id: str) -> Episode | None:
        """Return one run by id or unambiguous id prefix, None when there is none or more than one."""
        if not run_id:
            return None
        key = to_bytes(run_id)
        with self._database.open_snapshot() as rows:
            found = rows(WITH_PREFIX, (key, key + b"\xff"))
            if not found or (len(found) > 1 and found[0][1] != key):
                return None
            seq, full_id, state, claimed_by = found[0]
            run = Run(run_id=full_id, state=state, claimed_by=claimed_by)
            records = rows("SELECT kind, number, turn, body, seal FROM records WHERE run = ?", (seq,))
            return episode_of(run, [row_of(*record) for record in records], is_whole=True)

    def episodes(self, limit: int = 100) -> tuple[Episode, ...]:
        """Return the newest episodes without turns and steps, newest first."""
        records_of: dict[Run, list[Row]] = {}
        with self._database.open_snapshot() as rows:
            for run_id, state, claimed_by, *record in rows(NEWEST, (limit,)):
                run = Run(run_id=run_id, state=state, claimed_by=claimed_by)
                records_of.setdefault(run, []).append(row_of(*record))
            return tuple(episode_of(run, records, is_whole=False) for run, records in records_of.items())

    def close(self) -> None:
        """Let go of the file and of every run that is not over; those are interrupted from now on.

        So is what was claimed for a run that never began.
        """
        for claimed in self._claims:
            self._locks.abandon(claimed)
        self._claims.clear()
        self._locks.release_all()
        self._database.close()

    def _add(
        self, run_id: str, kind: str, number: int, turn: int, body: bytes, *, durable: bool, statement: str = ADD
    ) -> None:
        if durable:
            self._costly.add(run_id)
        values = (kind, number, turn, body, seal_of(run_id, kind, number, turn, body), to_bytes(run_id))
        try:
            added = self._database.write(statement, values, durable=durable)
        except sqlite3.IntegrityError:
            added = 0
        if not added and not self._is_recorded(run_id, kind, number, body):
            raise _not_open(run_id, f"{kind} {number}")

    def _is_recorded(self, run_id: str, kind: str, number: int, body: bytes) -> bool:
        return self._database.rows(f"SELECT body {OF_RUN} AND number = ?", (to_bytes(run_id), kind, number)) == [
            (body,)
        ]

    def _close_run(self, run_id: str, kind: str, facts: dict[str, Any], state: int, *, durable: bool) -> None:
        key = to_bytes(run_id)
        with self._database.open_transaction(durable=durable) as connection:
            count = "SELECT count(*) FROM records WHERE run = (SELECT seq FROM runs WHERE run_id = ?)"
            (earlier,) = connection.execute(count, (key,)).fetchone()
            body = self._packed({**facts, "earlier_records": earlier})
            if not connection.execute(ADD, (kind, 0, 0, body, seal_of(run_id, kind, 0, 0, body), key)).rowcount:
                raise _not_open(run_id, kind)
            connection.execute("UPDATE runs SET state = ? WHERE run_id = ?", (state, key))
        self._costly.discard(run_id)
        self._locks.release(run_id)

    def _intent(self, run_id: str, index: int) -> tuple[int, bytes]:
        """Return the turn and the recorded intent of a step; the last turn and b"" when it was never intended."""
        key = to_bytes(run_id)
        found = self._database.rows(f"SELECT turn, body {OF_RUN} AND number = ?", (key, INTENT, index))
        if found:
            return found[0][0], found[0][1]
        last = self._database.rows(f"SELECT max(number) {OF_RUN}", (key, TURN))
        return (last[0][0] or 0) if last else 0, b""

    def _is_free(self, run_id: str, claimed_by: bytes | None) -> bool:
        return self._locks.is_abandoned(run_id) if claimed_by is not None else not self._locks.is_held(run_id)

    def _packed(self, facts: dict[str, Any]) -> bytes:
        try:
            return pack(facts)
        except (TypeError, ValueError, RecursionError) as error:
            raise StorageError(
                f"{self._database.path} takes only JSON values, and was given another: {error}"
            ) from error


def _begun_before(run_id: str) -> UsageError:
    return UsageError(f"run {run_id} was begun before; every run needs an id of its own")


def _not_open(run_id: str, what: str) -> UsageError:
    return UsageError(f"{what} cannot be added to run {run_id}: no such run is open, or it is recorded differently")
