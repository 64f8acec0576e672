"""Journals that are right, and journals with one fault each; what they keep is a dictionary per folder."""

from typing import Any

from hypothesis import settings

from llmos_core.errors import UsageError
from llmos_core.protocols.context import PluginContext
from llmos_core.protocols.storing import Episode
from llmos_core.testing import service_suite
from llmos_core.types.record import evolve
from llmos_core.types.tools import CallStatus, ToolResult
from llmos_core.types.transcript import StepRecord, Turn

KEPT: dict[str, dict[str, dict[str, Any]]] = {}
"""Runs by folder and id: this stands for the disk."""


class Reference:
    """Keeps runs in memory; a run lives until it is ended or suspended."""

    def __init__(self, context: PluginContext) -> None:
        self.runs = KEPT.setdefault(str(context.paths.workspace), {})
        for run in self.runs.values():
            self.offer_again(run)

    def offer_again(self, run: dict[str, Any]) -> None:
        if run["state"].startswith("claimed by ") and run["state"].removeprefix("claimed by ") not in self.runs:
            run["state"] = "suspended"

    def begin(self, run_id: str, *, goal: str, signature: str, task: Any, at: str, resumes: str = "") -> None:
        self.refuse(run_id in self.runs, f"run {run_id} has begun already")
        known = Episode(run_id=run_id, goal=goal, signature=signature, status="", mode="", started_at=at)
        self.runs[run_id] = {"episode": evolve(known, task=task, resumes=resumes), "state": "living"}

    def turn(self, run_id: str, index: int, turn: Turn) -> None:
        episode = self.living(run_id)
        self.keep(run_id, turns=(*episode.turns, turn))
        self.runs[run_id]["turn"] = index

    def intend(
        self, run_id: str, *, index: int, turn: int, call: Any, fingerprint: str, effect: Any, before: Any
    ) -> None:
        self.living(run_id)
        unseen = ToolResult(status=CallStatus.UNKNOWN, error="nobody saw the end")
        step = StepRecord(index=index, call=call, result=unseen, fingerprint=fingerprint, effect=effect, before=before)
        self.keep(run_id, pending=step)

    def settle(self, run_id: str, step: StepRecord) -> None:
        episode = self.living(run_id)
        self.refuse(step.index in {known.index for known in episode.steps}, f"step {step.index} is settled")
        turn = self.runs[run_id].get("turn", 0)
        self.keep(run_id, steps=(*episode.steps, step), turn_of=(*episode.turn_of, turn), pending=None)

    def amend(self, run_id: str, step: StepRecord) -> None:
        self.refuse(self.runs[run_id]["state"] == "over", f"run {run_id} is over")
        others = (known for known in self.runs[run_id]["episode"].steps if known.index != step.index)
        self.keep(run_id, steps=(*others, step), pending=None)

    def end(self, run_id: str, *, at: str, **facts: Any) -> None:
        self.living(run_id)
        self.keep(run_id, ended_at=at, **facts)
        self.runs[run_id]["state"] = "over"

    def suspend(self, run_id: str, *, reason: str, at: str) -> None:
        self.living(run_id)
        self.keep(run_id, reason=reason)
        self.runs[run_id]["state"] = "suspended"

    def interrupted(self, signature: str) -> Episode | None:
        found = [run["episode"] for run in self.runs.values() if self.is_interrupted(run)]
        return next((one for one in reversed(found) if one.signature == signature), None)

    def is_interrupted(self, run: dict[str, Any]) -> bool:
        return bool(run["state"] == "suspended")

    def claim(self, run_id: str, by: str) -> bool:
        is_free = self.is_interrupted(self.runs.get(run_id, {"state": ""}))
        if is_free:
            self.runs[run_id]["state"] = f"claimed by {by}"
        return is_free

    def episode(self, run_id: str) -> Episode | None:
        if run_id in self.runs:
            return self.found(self.runs[run_id]["episode"])
        fitting = [known for known in self.runs if run_id and known.startswith(run_id)]
        return self.found(self.runs[fitting[0]]["episode"]) if len(fitting) == 1 else None

    def found(self, episode: Episode) -> Episode:
        return episode

    def episodes(self, limit: int = 100) -> tuple[Episode, ...]:
        return tuple(run["episode"] for run in reversed(self.runs.values()))[:limit]

    def living(self, run_id: str) -> Episode:
        state = self.runs.get(run_id, {}).get("state")
        self.refuse(state != "living", f"run {run_id} takes nothing more: {state}")
        episode: Episode = self.runs[run_id]["episode"]
        return episode

    def keep(self, run_id: str, **facts: Any) -> None:
        self.runs[run_id]["episode"] = evolve(self.runs[run_id]["episode"], **facts)

    def refuse(self, is_wrong: bool, why: str) -> None:
        if is_wrong:
            raise UsageError(why)


class DropsUsage(Reference):
    def turn(self, run_id: str, index: int, turn: Turn) -> None:
        super().turn(run_id, index, evolve(turn, usage=None))


class CutsAnswers(Reference):
    def end(self, run_id: str, **facts: Any) -> None:
        super().end(run_id, **{**facts, "answer": facts["answer"][:1]})


class KeepsToItself(Reference):
    def settle(self, run_id: str, step: StepRecord) -> None:
        self.runs = {known: dict(run) for known, run in self.runs.items()}
        super().settle(run_id, step)


class ForgetsIntents(Reference):
    def intend(self, run_id: str, **facts: Any) -> None:
        self.living(run_id)


class NeverCloses(Reference):
    def living(self, run_id: str) -> Episode:
        episode: Episode = self.runs[run_id]["episode"]
        return episode


class BeginsAgain(Reference):
    def begin(self, run_id: str, **facts: Any) -> None:
        self.runs.pop(run_id, None)
        super().begin(run_id, **facts)


class Overwrites(Reference):
    def settle(self, run_id: str, step: StepRecord) -> None:
        others = tuple(known for known in self.living(run_id).steps if known.index != step.index)
        self.keep(run_id, steps=others)
        super().settle(run_id, step)


class ListsTheOldestFirst(Reference):
    def episodes(self, limit: int = 100) -> tuple[Episode, ...]:
        return tuple(reversed(super().episodes(10**6)))[:limit]


class GuessesWhichRunIsMeant(Reference):
    def episode(self, run_id: str) -> Episode | None:
        fitting = [known for known in self.runs if run_id and known.startswith(run_id)]
        return super().episode(run_id) or (self.runs[fitting[0]]["episode"] if fitting else None)


class EndsWhatIsSuspended(Reference):
    def suspend(self, run_id: str, *, reason: str, at: str) -> None:
        super().suspend(run_id, reason=reason, at=at)
        self.keep(run_id, status="partial")


class OffersLivingRuns(Reference):
    def is_interrupted(self, run: dict[str, Any]) -> bool:
        return run["state"] in ("suspended", "living")


class IgnoresSignatures(Reference):
    def interrupted(self, signature: str) -> Episode | None:
        return next((run["episode"] for run in self.runs.values() if self.is_interrupted(run)), None)


class GivesItToEverybody(Reference):
    def claim(self, run_id: str, by: str) -> bool:
        return self.is_interrupted(self.runs.get(run_id, {"state": ""}))


class ForgetsWhatWasClaimed(Reference):
    def offer_again(self, run: dict[str, Any]) -> None:
        """Leave it claimed for ever."""


class BelievesNobody(Reference):
    def amend(self, run_id: str, step: StepRecord) -> None:
        """Keep nothing."""


class AmendsNothing(Reference):
    amend = property()  # type: ignore[assignment]  # as if it had none


RIGHT = (Reference, AmendsNothing)

MUTANTS: dict[Any, str] = {
    DropsUsage: "test_turns_and_steps_come_back_exactly",
    CutsAnswers: "test_beginning_and_end_come_back_exactly",
    KeepsToItself: "test_another_process_sees_every_record_at_once",
    ForgetsIntents: "test_a_step_whose_end_nobody_saw_is_pending",
    NeverCloses: "test_nothing_is_added_to_a_run_that_is_over",
    BeginsAgain: "test_no_run_begins_twice",
    Overwrites: "test_no_record_is_overwritten",
    ListsTheOldestFirst: "test_the_newest_runs_come_first",
    GuessesWhichRunIsMeant: "test_a_run_is_found_by_an_unambiguous_prefix",
    EndsWhatIsSuspended: "test_a_suspended_run_is_interrupted_at_once",
    OffersLivingRuns: "test_a_run_that_lives_or_is_over_is_not_interrupted",
    IgnoresSignatures: "test_an_interrupted_run_is_found_only_by_its_own_goal",
    GivesItToEverybody: "test_an_interrupted_run_is_claimed_once",
    ForgetsWhatWasClaimed: "test_a_claimed_run_whose_heir_never_began_is_offered_again",
    BelievesNobody: "test_what_a_person_found_takes_the_place_of_what_nobody_saw",
}


def suite(made: Any, bounds: settings) -> type:
    return service_suite(made, "journal", bounds=bounds)
