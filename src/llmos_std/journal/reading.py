"""Put an episode together from its stored records. A record that fails its checksum is damage, never data."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from llmos_core.protocols.storing import Episode
from llmos_core.types.record import Record
from llmos_std.journal.records import NOBODY_SAW, decimal_of, step_of, turn_of
from llmos_std.journal.tables import BEGIN, CONTINUED, END, ENDED, FOUND, INTENT, LAST_KIND, RESULT, SUSPEND, TURN
from llmos_std.storage.encoding import DamageError, checksum, to_bytes, to_text, unpack

if TYPE_CHECKING:
    from collections.abc import Sequence

    from llmos_core.types.transcript import StepRecord


class Run(Record):
    """What is kept of a run beside its records."""

    run_id: bytes
    state: int
    claimed_by: bytes | None


class Row(Record):
    """One stored record of a run: `number` counts within its kind, `turn` is the turn it belongs to."""

    kind: str
    number: int
    turn: int
    body: bytes
    seal: int

    def facts(self, run_id: str) -> dict[str, Any]:
        """Return the record's content; raises DamageError when it is not what was written."""
        if seal_of(run_id, self.kind, self.number, self.turn, self.body) != self.seal:
            raise DamageError(f"the {self.kind} record {self.number} of run {run_id} fails its checksum")
        return unpack(self.body)


def row_of(kind: str, number: int, turn: int, body: bytes, seal: int) -> Row:
    """Return a record as the table holds it."""
    return Row(kind=kind, number=number, turn=turn, body=body, seal=seal)


def seal_of(run_id: str, kind: str, number: int, turn: int, body: bytes) -> int:
    """Return the checksum that is kept beside a record."""
    return checksum(to_bytes(run_id), kind, number, turn, body)


def episode_of(run: Run, rows: Sequence[Row], *, is_whole: bool) -> Episode:
    """Return the episode that these records of one run tell, all of them if `is_whole`; raises DamageError."""
    try:
        return _told(run, rows, is_whole=is_whole)
    except (ValueError, TypeError, KeyError) as error:
        raise DamageError(f"a record of run {to_text(run.run_id)} is missing or incomplete: {error!r}") from error


def _told(run: Run, rows: Sequence[Row], *, is_whole: bool) -> Episode:
    run_id, claimed_by = to_text(run.run_id), to_text(run.claimed_by or b"")
    by_kind: defaultdict[str, dict[int, tuple[int, dict[str, Any]]]] = defaultdict(dict)
    for row in rows:
        by_kind[row.kind][row.number] = (row.turn, row.facts(run_id))
    if run.state in LAST_KIND and not by_kind[LAST_KIND[run.state]]:
        raise DamageError(f"run {run_id} has lost its {LAST_KIND[run.state]} record")
    if by_kind[END] and run.state != ENDED:
        raise DamageError(f"run {run_id} is over by its records, and is not by its state")
    _, begun = by_kind[BEGIN][0]
    _, suspended = by_kind[SUSPEND].get(0, (0, {}))
    _, ended = by_kind[END].get(0, (0, {}))
    if ended and is_whole and ended["earlier_records"] != len(rows) - 1:
        found, expected = len(rows) - 1, ended["earlier_records"]
        raise DamageError(f"run {run_id} has {found} records before its end, expected {expected}")
    intents, results = by_kind[INTENT], {**by_kind[RESULT], **by_kind[FOUND]}
    return Episode(
        run_id=run_id,
        goal=begun["goal"],
        signature=begun["signature"],
        task=begun["task"],
        project=str(begun["task"].get("project", "")),
        started_at=begun["at"],
        resumes=begun["resumes"],
        status="continued" if run.state == CONTINUED else ended.get("status", ""),
        mode=ended.get("mode", ""),
        ended_at=ended.get("at", ""),
        answer=ended.get("answer", ""),
        reason=ended.get("reason")
        or suspended.get("reason")
        or (f"continued by run {claimed_by}" if run.state == CONTINUED else ""),
        trace_id=ended.get("trace_id", ""),
        model_calls=ended.get("model_calls", 0),
        cost_usd=decimal_of(ended.get("cost_usd", "0")),
        saved_usd=decimal_of(ended.get("saved_usd", "0")),
        turns=tuple(turn_of(facts) for _, (_, facts) in sorted(by_kind[TURN].items())),
        steps=tuple(step_of(index, _whole(intents, index, facts)) for index, (_, facts) in sorted(results.items())),
        turn_of=tuple(turn for _, (turn, _) in sorted(results.items())),
        pending=_pending(intents, results),
    )


def _whole(intents: dict[int, tuple[int, dict[str, Any]]], index: int, outcome: dict[str, Any]) -> dict[str, Any]:
    """Join what was recorded before and after a step; the outcome repeats only what had changed."""
    _, before = intents.get(index, (0, {}))
    return {**before, **outcome}


def _pending(
    intents: dict[int, tuple[int, dict[str, Any]]], results: dict[int, tuple[int, dict[str, Any]]]
) -> StepRecord | None:
    """Return the first step that was begun and whose end nobody saw."""
    for index, (_, facts) in sorted(intents.items()):
        if index not in results:
            return step_of(index, {**facts, **NOBODY_SAW})
    return None
