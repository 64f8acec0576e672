"""The laws of a Journal: what it acknowledged comes back exactly, and an interrupted run goes to one successor."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from journal_records import BEGINNINGS, CALLS, ENDED, ENDS, OBJECTS, PROBES, STEPS, TEXTS, TURNS, parts

from llmos_core.errors import LlmosError
from llmos_core.protocols.storing import Episode, Journal
from llmos_core.types.tools import CallStatus, Effect, ToolResult
from llmos_core.types.transcript import StepRecord

Factory = Callable[[Path], Any]
BEGUN: dict[str, Any] = {"goal": "g", "signature": "s", "task": {}, "at": "t"}


def journal_suite(factory: Factory, *, examples: int = 25) -> type:  # noqa: C901 – one function a law
    """Return the laws for the journals that `factory(folder)` makes, or makes a context manager around.

    A second journal on the same folder must see what the first acknowledged, as another process would.
    """
    law = settings(deadline=None, max_examples=examples)

    class JournalSuite:
        @law
        @given(begun=BEGINNINGS, turns=parts(), ended=ENDS, run_id=TEXTS.filter(bool), resumes=TEXTS)
        def test_a_whole_run_comes_back_exactly(
            self, begun: Any, turns: Any, ended: Any, run_id: str, resumes: str
        ) -> None:
            with _two(factory) as (journal, other):
                journal.begin(run_id, **begun, resumes=resumes)
                written = _write(journal, run_id, turns)
                journal.end(run_id, **ended)
                expected = _episode(run_id, begun, written, resumes=resumes, **_renamed(ended))
                assert journal.episode(run_id) == other.episode(run_id) == expected
                assert repr(other.episode(run_id)) == repr(expected), "1, 1.0 and True, or 1.0 and 1.00, were mixed up"
                short = attrs.evolve(expected, turns=(), steps=(), turn_of=())
                assert journal.episodes() == other.episodes() == (short,)

        @law
        @given(turns=parts(), data=st.data())
        def test_every_acknowledged_record_is_there_at_once(self, turns: Any, data: st.DataObject) -> None:
            with _two(factory) as (journal, other):
                journal.begin("r", **BEGUN)
                kept = turns[: data.draw(st.integers(0, len(turns)))]
                written = _write(journal, "r", kept)
                assert other.episode("r") == _episode("r", BEGUN, written)

        @law
        @given(step=STEPS, turn=TURNS)
        def test_a_step_whose_end_nobody_saw_is_pending(self, step: StepRecord, turn: Any) -> None:
            with _two(factory) as (journal, other):
                journal.begin("r", **BEGUN)
                journal.turn("r", 0, turn)
                _intend(journal, "r", 0, step)
                found = other.episode("r")
                assert found is not None
                assert found.pending is not None
                assert (found.pending.call, found.pending.effect, found.pending.before) == (
                    step.call,
                    step.effect,
                    step.before,
                )
                assert found.pending.result.status is CallStatus.UNKNOWN
                journal.settle("r", step)
                found = other.episode("r")
                assert found is not None
                assert (found.pending, found.steps) == (None, (step,))

        @law
        @given(call=CALLS, changed=CALLS, before=PROBES)
        def test_a_result_that_differs_from_its_intent_is_kept_as_it_came(
            self, call: Any, changed: Any, before: Any
        ) -> None:
            with _two(factory) as (journal, other):
                journal.begin("r", **BEGUN)
                step = _step(call=call, before=before)
                _intend(journal, "r", 3, step)
                settled = attrs.evolve(step, call=changed, before=None)
                journal.settle("r", settled)
                found = other.episode("r")
                assert found is not None
                assert (found.steps, found.turn_of) == ((settled,), (3,))

        def test_nothing_is_added_to_a_run_that_is_over_or_unknown(self) -> None:
            with _two(factory) as (journal, other):
                journal.begin("over", **BEGUN)
                journal.end("over", **ENDED)
                for run_id in ("over", "unknown"):
                    for add in _additions(run_id):
                        for used in (journal, other):
                            with pytest.raises(LlmosError, match=run_id):
                                add(used)
                assert other.episode("over") == _episode("over", BEGUN, [], **_renamed(ENDED))

        def test_no_run_begins_twice_and_no_record_is_overwritten(self) -> None:
            with _two(factory) as (journal, other):
                journal.begin("r", **BEGUN)
                journal.settle("r", _step(error="first"))
                for used in (journal, other):
                    with pytest.raises(LlmosError, match="r"):
                        used.begin("r", **BEGUN)
                    with pytest.raises(LlmosError, match="r"):
                        used.settle("r", _step(error="second"))
                journal.settle("r", _step(error="first"))
                found = other.episode("r")
                assert found is not None
                assert [step.result.error for step in found.steps] == ["first"]

        def test_the_newest_runs_come_first(self) -> None:
            with _two(factory) as (journal, other):
                for number in range(5):
                    journal.begin(f"run-{number}", **BEGUN)
                assert [e.run_id for e in other.episodes(limit=3)] == ["run-4", "run-3", "run-2"]
                assert other.episodes(limit=0) == ()

        @law
        @given(st.sets(TEXTS.filter(bool), min_size=1, max_size=4), TEXTS)
        def test_a_run_is_found_by_an_unambiguous_prefix(self, ids: set[str], prefix: str) -> None:
            with _two(factory) as (journal, other):
                for run_id in ids:
                    journal.begin(run_id, **BEGUN)
                matching = [run_id for run_id in ids if prefix and run_id.startswith(prefix)]
                expected = prefix if prefix in ids else matching[0] if len(matching) == 1 else None
                found = other.episode(prefix)
                assert (found and found.run_id) == expected

        def test_only_a_run_that_nobody_runs_is_interrupted(self) -> None:
            with _folder() as folder:
                with _opened(factory, folder) as first, _opened(factory, folder) as second:
                    first.begin("ended", **BEGUN)
                    first.end("ended", **ENDED)
                    first.begin("cut", **BEGUN)
                    assert first.interrupted("s") is None
                    assert second.interrupted("s") is None
                    assert not second.claim("cut", "thief")
                with _opened(factory, folder) as later:
                    found = later.interrupted("s")
                    assert found is not None
                    assert found.run_id == "cut"
                    assert later.interrupted("another") is None
                    assert not later.claim("ended", "thief")
                    assert not later.claim("unknown", "thief")

        def test_the_newest_interrupted_run_is_offered(self) -> None:
            with _folder() as folder:
                with _opened(factory, folder) as first:
                    for run_id in ("old", "new"):
                        first.begin(run_id, **BEGUN)
                with _opened(factory, folder) as later:
                    found = later.interrupted("s")
                    assert found is not None
                    assert found.run_id == "new"
                    assert later.claim("new", "heir")
                    found = later.interrupted("s")
                    assert found is not None
                    assert found.run_id == "old"

        def test_an_interrupted_run_is_claimed_once(self) -> None:
            with _folder() as folder:
                with _opened(factory, folder) as first:
                    first.begin("cut", **BEGUN)
                with _opened(factory, folder) as one, _opened(factory, folder) as two:
                    assert one.claim("cut", "heir")
                    assert not two.claim("cut", "other")
                    assert not one.claim("cut", "heir")
                    assert two.interrupted("s") is None
                    one.begin("heir", **BEGUN, resumes="cut")
                    assert not two.claim("cut", "other")
                with _opened(factory, folder) as later:
                    found = later.interrupted("s")
                    assert found is not None
                    assert (found.run_id, found.resumes) == ("heir", "cut")
                    assert not later.claim("cut", "other")

        def test_a_run_that_is_resumed_without_a_claim_stays_as_it_was(self) -> None:
            with _two(factory) as (journal, other):
                journal.begin("living", **BEGUN)
                journal.begin("heir", **BEGUN, resumes="living")
                assert other.interrupted("s") is None
                assert not other.claim("living", "thief")

        def test_a_suspended_run_is_interrupted_at_once(self) -> None:
            with _two(factory) as (journal, other):
                journal.begin("r", **BEGUN)
                journal.suspend("r", reason="a call nobody saw the end of", at="t")
                found = other.interrupted("s")
                assert found is not None
                assert (found.run_id, found.status, found.reason) == ("r", "", "a call nobody saw the end of")
                with pytest.raises(LlmosError, match="r"):
                    journal.settle("r", _step())
                assert journal.claim("r", "heir")
                assert not other.claim("r", "other")

        @law
        @given(step=STEPS, told=STEPS, is_settled=st.booleans())
        def test_what_a_person_found_counts_and_stays(
            self, step: StepRecord, told: StepRecord, is_settled: bool
        ) -> None:
            found = attrs.evolve(step, result=told.result, is_skipped=told.is_skipped)
            with _two(factory) as (journal, other):
                journal.begin("r", **BEGUN)
                _intend(journal, "r", 0, step)
                if is_settled:
                    journal.settle("r", attrs.evolve(step, result=ToolResult(status=CallStatus.UNKNOWN)))
                journal.suspend("r", reason="", at="t")
                assert other.claim("r", "heir")
                other.begin("heir", **BEGUN, resumes="r")
                journal.amend("r", found)
                journal.amend("r", found)
                with pytest.raises(LlmosError, match="recorded differently"):
                    journal.amend("r", attrs.evolve(found, seconds=found.seconds + 1))
                episode = other.episode("r")
                assert episode is not None
                assert (episode.pending, episode.steps) == (None, (found,))

        def test_nothing_is_found_out_about_a_run_that_has_ended(self) -> None:
            with _two(factory) as (journal, other):
                journal.begin("r", **BEGUN)
                journal.end("r", **ENDED)
                with pytest.raises(LlmosError, match="r"):
                    other.amend("r", _step())

        @law
        @given(task=OBJECTS, project=TEXTS)
        def test_the_task_and_its_project_are_kept(self, task: Any, project: str) -> None:
            with _two(factory) as (journal, other):
                task = {**task, "project": project}
                journal.begin("r", goal="g", signature="s", task=task, at="t")
                found = other.episode("r")
                assert found is not None
                assert (found.task, found.project) == (task, project)

    return JournalSuite


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


@contextmanager
def _opened(factory: Factory, folder: Path) -> Iterator[Journal]:
    made = factory(folder)
    with made if hasattr(made, "__enter__") else nullcontext(made) as journal:
        yield journal


@contextmanager
def _two(factory: Factory) -> Iterator[tuple[Journal, Journal]]:
    """Open two journals on one new folder."""
    with _folder() as folder, _opened(factory, folder) as one, _opened(factory, folder) as two:
        yield one, two


def _step(error: str = "", **facts: Any) -> StepRecord:
    from llmos_core.types.tools import ToolCall, ToolResult

    call, result = ToolCall(id="1", tool="Bash"), ToolResult(status=CallStatus.ERROR, error=error)
    known = {"index": 0, "call": call, "result": result, "fingerprint": "f", "effect": Effect.UNKNOWN}
    return StepRecord(**{**known, **facts})


def _intend(journal: Journal, run_id: str, turn: int, step: StepRecord) -> None:
    facts = {"call": step.call, "fingerprint": step.fingerprint, "effect": step.effect, "before": step.before}
    journal.intend(run_id, index=step.index, turn=turn, **facts)


def _write(journal: Journal, run_id: str, turns: Any) -> list[Any]:
    for number, (turn, steps) in enumerate(turns):
        journal.turn(run_id, number, turn)
        for step, is_intended in steps:
            if is_intended:
                _intend(journal, run_id, number, step)
            journal.settle(run_id, step)
    return list(turns)


def _episode(run_id: str, begun: dict[str, Any], turns: list[Any], **facts: Any) -> Episode:
    numbered = [(number, step) for number, (_, steps) in enumerate(turns) for step, _ in steps]
    return Episode(
        run_id=run_id,
        goal=begun["goal"],
        signature=begun["signature"],
        task=begun["task"],
        project=str(begun["task"].get("project", "")),
        started_at=begun["at"],
        turns=tuple(turn for turn, _ in turns),
        steps=tuple(step for _, step in numbered),
        turn_of=tuple(number for number, _ in numbered),
        **{"status": "", "mode": "", **facts},
    )


def _renamed(ended: dict[str, Any]) -> dict[str, Any]:
    return {"ended_at" if name == "at" else name: value for name, value in ended.items()}


def _additions(run_id: str) -> Iterator[Callable[[Journal], None]]:
    from llmos_core.types.transcript import Origin, Turn

    yield lambda journal: journal.turn(run_id, 7, Turn(origin=Origin.MODEL))
    yield lambda journal: _intend(journal, run_id, 0, _step(index=7))
    yield lambda journal: journal.settle(run_id, _step(index=7))
    yield lambda journal: journal.end(run_id, **{**ENDED, "status": "failed"})
    yield lambda journal: journal.suspend(run_id, reason="", at="")
