"""The laws of a Journal: what it acknowledged comes back exactly, and an interrupted run goes to one successor."""

from typing import Any

from hypothesis import strategies as st

from llmos_core.errors import LlmosError
from llmos_core.protocols.storing import Episode, Journal
from llmos_core.testing.records import json_objects, step_records, texts, transcripts
from llmos_core.testing.suites.services.common import ServiceLaws
from llmos_core.types.record import evolve
from llmos_core.types.tools import CallStatus, ToolResult
from llmos_core.types.transcript import StepRecord, Transcript

BEGUN: dict[str, Any] = {"goal": "g", "signature": "s", "task": {}, "at": "2026-01-01T12:00:00+00:00"}
"""How an ordinary run begins, as arguments of `Journal.begin`."""

ENDED: dict[str, Any] = {
    "status": "succeeded",
    "mode": "LEARNER",
    "answer": "done",
    "reason": "",
    "trace_id": "",
    "model_calls": 0,
    "cost_usd": None,
    "saved_usd": None,
    "at": "2026-01-01T12:00:01+00:00",
}
"""How an ordinary run ends, as arguments of `Journal.end`."""


def laws_for() -> tuple[type, dict[str, Any]]:
    """Return the laws of this role and what they draw."""
    ids = st.text("ab", min_size=1, max_size=3)
    draws: dict[str, Any] = {"told": transcripts(), "step": step_records(), "answer": texts(), "task": json_objects()}
    draws["is_settled"] = st.booleans()
    return JournalLaws, {**draws, "ids": st.sets(ids, min_size=2, max_size=4), "prefix": st.text("ab", max_size=2)}


class JournalLaws(ServiceLaws):
    """What every journal must do; a second journal on the same folder is what another process would see."""

    def test_turns_and_steps_come_back_exactly(self, told: Transcript) -> None:
        """Else a resumed run goes on from what never happened. Keep every field of turns and steps, in order."""
        with self.service.opened() as journal:
            journal.begin("r", **BEGUN)
            write(journal, "r", told)
            found = _episode(journal, "r")
            turns = tuple(exchange.turn for exchange in told.exchanges)
            assert repr(found.turns) == repr(turns), "the turns came back changed"
            assert repr(found.steps) == repr(tuple(told.steps())), "the steps came back changed"

    def test_beginning_and_end_come_back_exactly(self, answer: str, task: dict[str, Any]) -> None:
        """Else the history of runs is wrong. Keep goal, signature, task, status, mode, answer, costs and times."""
        with self.service.opened() as journal:
            journal.begin("r", **{**BEGUN, "task": task})
            journal.end("r", **{**ENDED, "answer": answer})
            found = _episode(journal, "r")
            facts = (found.goal, found.signature, found.task, found.status, found.mode, found.answer, found.cost_usd)
            assert facts == ("g", "s", task, "succeeded", "LEARNER", answer, None)
            assert (found.started_at, found.ended_at) == (BEGUN["at"], ENDED["at"])

    def test_another_process_sees_every_record_at_once(self, step: StepRecord) -> None:
        """Else a crash loses what was acknowledged. Return from a method only once its record is durable."""
        with self.service.twice() as opened:
            opened.one.begin("r", **BEGUN)
            opened.one.settle("r", step)
            assert _episode(opened.two, "r").steps == (step,)

    def test_a_step_whose_end_nobody_saw_is_pending(self, step: StepRecord) -> None:
        """Else a call is repeated that may have happened. After `intend` and before `settle` it is `pending`."""
        with self.service.opened() as journal:
            journal.begin("r", **BEGUN)
            intend(journal, "r", step)
            pending = _episode(journal, "r").pending
            assert pending is not None, "what was intended is not pending"
            assert (pending.call, pending.effect) == (step.call, step.effect)
            assert pending.result.status is CallStatus.UNKNOWN, f"its status is {pending.result.status}"
            journal.settle("r", step)
            assert _episode(journal, "r").pending is None, "it is pending after it was settled"

    def test_nothing_is_added_to_a_run_that_is_over(self, step: StepRecord) -> None:
        """Else history is rewritten. After `end` every further record of that run is an LlmosError."""
        with self.service.opened() as journal:
            journal.begin("r", **BEGUN)
            journal.end("r", **ENDED)
            assert _refuses(lambda: journal.settle("r", step)), "it took a step"
            assert _refuses(lambda: journal.end("r", **{**ENDED, "status": "failed"})), "it took a second end"

    def test_no_run_begins_twice(self) -> None:
        """Else two runs are mixed up. A second `begin` of an id is an LlmosError."""
        with self.service.opened() as journal:
            journal.begin("r", **BEGUN)
            assert _refuses(lambda: journal.begin("r", **BEGUN)), "it began again"

    def test_no_record_is_overwritten(self, step: StepRecord) -> None:
        """Else the first result of a call is lost. Another `settle` of the same index is an LlmosError."""
        other = evolve(step, fingerprint=step.fingerprint + "0")
        with self.service.opened() as journal:
            journal.begin("r", **BEGUN)
            journal.settle("r", step)
            _refuses(lambda: journal.settle("r", other))
            assert _episode(journal, "r").steps == (step,), "the second record took the place of the first"

    def test_the_newest_runs_come_first(self) -> None:
        """Else `limit` cuts off the wrong end. `episodes(limit)` returns at most `limit`, the newest first."""
        with self.service.opened() as journal:
            for number in range(4):
                journal.begin(f"run-{number}", **BEGUN)
            assert [found.run_id for found in journal.episodes(limit=3)] == ["run-3", "run-2", "run-1"]

    def test_a_run_is_found_by_an_unambiguous_prefix(self, ids: set[str], prefix: str) -> None:
        """Else people get somebody else's run. Two runs with that prefix, or an empty one, are None."""
        with self.service.opened() as journal:
            for run_id in sorted(ids):
                journal.begin(run_id, **BEGUN)
            fitting = [run_id for run_id in ids if prefix and run_id.startswith(prefix)]
            expected = prefix if prefix in ids else fitting[0] if len(fitting) == 1 else None
            found = journal.episode(prefix)
            assert (found and found.run_id) == expected

    def test_a_suspended_run_is_interrupted_at_once(self) -> None:
        """Else what is open stays unseen until the process ends. After `suspend` it is found by its signature."""
        with self.service.opened() as journal:
            journal.begin("r", **BEGUN)
            journal.suspend("r", reason="nobody saw the end", at=BEGUN["at"])
            found = journal.interrupted("s")
            assert found is not None, "it is not found"
            assert (found.run_id, found.status) == ("r", "")

    def test_a_run_that_lives_or_is_over_is_not_interrupted(self) -> None:
        """Else a running or finished run is done again. Only what was suspended, or has no living process, is."""
        with self.service.twice() as opened:
            opened.one.begin("over", **BEGUN)
            opened.one.end("over", **ENDED)
            opened.one.begin("living", **BEGUN)
            assert opened.two.interrupted("s") is None, f"{opened.two.interrupted('s')} is said to be interrupted"

    def test_an_interrupted_run_is_found_only_by_its_own_goal(self) -> None:
        """Else a run goes on from another goal's work. `interrupted` looks for exactly that signature."""
        with self.service.opened() as journal:
            journal.begin("r", **BEGUN)
            journal.suspend("r", reason="", at=BEGUN["at"])
            assert journal.interrupted("another") is None

    def test_an_interrupted_run_is_claimed_once(self) -> None:
        """Else two processes do the same work. `claim` is True for exactly one of all processes."""
        with self.service.twice() as opened:
            opened.one.begin("r", **BEGUN)
            opened.one.suspend("r", reason="", at=BEGUN["at"])
            assert opened.one.claim("r", "heir") is True, "nobody gets it"
            assert opened.two.claim("r", "other") is False, "two get it"

    def test_a_claimed_run_whose_heir_never_began_is_offered_again(self) -> None:
        """Else what it did is forgotten, and done twice. Once the journal is closed such a claim is void."""
        with self.service.folder() as folder:
            with self.service.opened_in(folder) as journal:
                journal.begin("r", **BEGUN)
                journal.suspend("r", reason="", at=BEGUN["at"])
                assert journal.claim("r", "heir") is True, "nobody gets it"
            with self.service.opened_in(folder) as journal:
                found = journal.interrupted("s")
                assert found is not None, "it is lost"
                assert found.run_id == "r"
                assert journal.claim("r", "another heir") is True, "it is offered, and nobody gets it"

    def test_what_a_person_found_takes_the_place_of_what_nobody_saw(self, step: StepRecord, is_settled: bool) -> None:
        """Else the next run asks again, or does it again. `amend` tells how a step ended, of a run that was continued.

        It may be pending, or settled as UNKNOWN. A journal without `amend` keeps this law: nobody asks it for that.
        """
        with self.service.opened() as journal:
            journal.begin("r", **BEGUN)
            intend(journal, "r", step)
            if is_settled:
                journal.settle("r", evolve(step, result=ToolResult(status=CallStatus.UNKNOWN)))
            journal.suspend("r", reason="", at=BEGUN["at"])
            journal.claim("r", "heir")
            journal.begin("heir", **BEGUN, resumes="r")
            if hasattr(journal, "amend"):
                journal.amend("r", step)
                found = _episode(journal, "r")
                assert (found.pending, found.steps) == (None, (step,)), "it is not what the person found"


def write(journal: Journal, run_id: str, told: Transcript) -> None:
    """Record the turns of a transcript and their steps, each intended and settled, in order."""
    for number, exchange in enumerate(told.exchanges):
        journal.turn(run_id, number, exchange.turn)
        for step in exchange.steps:
            intend(journal, run_id, step, turn=number)
            journal.settle(run_id, step)


def intend(journal: Journal, run_id: str, step: StepRecord, *, turn: int = 0) -> None:
    """Record that a step of turn number `turn` (from 0) is about to happen."""
    facts: dict[str, Any] = {"call": step.call, "fingerprint": step.fingerprint, "effect": step.effect}
    journal.intend(run_id, index=step.index, turn=turn, before=step.before, **facts)


def _episode(journal: Journal, run_id: str) -> Episode:
    found = journal.episode(run_id)
    assert found is not None, f"run '{run_id}' is not found"
    return found


def _refuses(action: Any) -> bool:
    try:
        action()
    except LlmosError:
        return True
    return False
