"""The laws of replay hold, and each of them would notice a system that breaks it: every law kills its mutants.

A mutant takes one safeguard out of the product while a law is checked; if no drawn case then fails, the law is blind.
"""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

import llmos_core.runtime.resuming
import llmos_std.modes.running
import llmos_std.replay.cursor
import llmos_std.replay.guards
import worlds.kernel
from llmos_core.runtime.calls import GuardedCalls
from llmos_core.runtime.dispatcher import dispatch
from llmos_core.types.decision import MatchKind, MatchReport
from llmos_core.types.record import evolve
from llmos_core.types.transcript import Origin, Transcript, Turn
from llmos_std.loop.model_source import ModelSource
from llmos_std.matching.matcher import CascadeMatcher
from llmos_std.modes.follower import Follower
from llmos_std.replay.cursor import TraceSource
from worlds.laws import LAWS, Law

Patch = pytest.MonkeyPatch
FEW = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow]
)
HUNT = settings(max_examples=400, deadline=None, database=None, phases=[Phase.generate], derandomize=True)


@pytest.mark.parametrize("name", LAWS)
def test_the_law_holds(name: str) -> None:
    law = LAWS[name]

    @FEW
    @given(law.cases)
    def holds(case: Any) -> None:
        law.holds(case)

    holds()


def nothing(*_args: Any, **_keywords: Any) -> None:
    """Take a safeguard out."""


def forgets_the_last_step(patch: Patch) -> None:
    step = TraceSource._step

    async def shorter(self: Any, index: int) -> Any:
        is_last = index == len(self._trace.steps) - 1
        return Turn(origin=Origin.TRACE, text=self._trace.answer) if is_last else await step(self, index)

    patch.setattr(TraceSource, "_step", shorter)


def asks_a_model(patch: Patch) -> None:
    patch.setattr(Follower, "source", lambda _self, context, _trace: ModelSource(context))


def looks_at_nothing_before(patch: Patch) -> None:
    patch.setattr(llmos_std.replay.cursor, "difference_before", nothing)


def looks_at_nothing_after(patch: Patch) -> None:
    patch.setattr(llmos_std.replay.cursor, "difference_after", lambda *_args, **_kw: None)


def skips_whatever_may_repeat(patch: Patch) -> None:
    patch.setattr(llmos_std.replay.cursor, "is_satisfied", lambda step, _now: step.effect.may_repeat)


def takes_likeness_for_proof(patch: Patch) -> None:
    match = CascadeMatcher.match

    def bold(self: Any, task: Any, memory: Any) -> MatchReport:
        report = match(self, task, memory)
        known = report.trace or next(memory.list(), None)
        return evolve(report, kind=MatchKind.EXACT, score=1.0, trace=known, is_same_values=True)

    patch.setattr(CascadeMatcher, "match", bold)


def takes_nothing_for_something(patch: Patch) -> None:
    patch.setattr(llmos_std.replay.guards, "is_empty", lambda _value: False)


def forgets_what_was_begun(patch: Patch) -> None:
    done = llmos_core.runtime.resuming.done_steps
    patch.setattr(llmos_core.runtime.resuming, "done_steps", lambda episode: done(evolve(episode, pending=None)))


def forgets_what_was_done(patch: Patch) -> None:
    patch.setattr("llmos_core.runtime.dispatcher.transcript_of", lambda goal, _chain: Transcript(goal=goal))


def protects_nothing(patch: Patch) -> None:
    patch.setattr(GuardedCalls, "protect", nothing)


def ends_what_was_stopped(patch: Patch) -> None:
    patch.setattr(llmos_core.runtime.resuming, "_is_half_done", lambda _outcome: False)


def acts_when_dry(patch: Patch) -> None:
    patch.setattr(worlds.kernel, "dispatch", lambda kernel, task: dispatch(kernel, evolve(task, dry_run=False)))


def keeps_what_failed(patch: Patch) -> None:
    patch.setattr(llmos_std.modes.running, "failed_for_good", nothing)


def drops_none(patch: Patch) -> None:
    derive = llmos_std.modes.running.derive_trace

    async def without(*args: Any, **keywords: Any) -> Any:
        trace = await derive(*args, **keywords)
        kept = [{key: value for key, value in s.arguments.items() if value is not None} for s in trace.steps]
        steps = tuple(evolve(step, arguments=left) for step, left in zip(trace.steps, kept, strict=True))
        return evolve(trace, steps=steps)

    patch.setattr(llmos_std.modes.running, "derive_trace", without)


def believes_what_was_written(patch: Patch) -> None:
    patch.setattr(llmos_std.replay.guards, "_difference_at_target", nothing)


Mutant = Callable[[Patch], None]
MUTANTS: dict[str, tuple[Mutant, ...]] = {
    "recorded_is_replayed": (forgets_the_last_step, asks_a_model),
    "follows_the_oracle_or_refuses": (looks_at_nothing_before, looks_at_nothing_after, skips_whatever_may_repeat),
    "another_task_never_follows": (takes_likeness_for_proof,),
    "empty_and_full_always_diverge": (takes_nothing_for_something,),
    "dead_anywhere_nothing_final_twice": (forgets_what_was_begun, protects_nothing, forgets_what_was_done),
    "split_anywhere_the_end_is_the_same": (forgets_what_was_done,),
    "handed_over_nothing_final_twice": (protects_nothing,),
    "stopped_nothing_final_twice": (ends_what_was_stopped,),
    "dry_runs_do_nothing": (acts_when_dry,),
    "failed_runs_teach_nothing": (keeps_what_failed,),
    "every_argument_is_recorded": (drops_none,),
    "a_failed_post_check_falls_back": (believes_what_was_written,),
}


def breaks(law: Law, case: Any) -> bool:
    """Say whether a law notices something in this case."""
    try:
        law.holds(case)
    except AssertionError:
        return True
    return False


@pytest.mark.parametrize(
    ("name", "mutant"),
    [
        pytest.param(name, mutant, id=f"{name}-{mutant.__name__}")
        for name, all_of in MUTANTS.items()
        for mutant in all_of
    ],
)
def test_the_law_kills_its_mutant(name: str, mutant: Mutant, monkeypatch: pytest.MonkeyPatch) -> None:
    law = LAWS[name]
    mutant(monkeypatch)
    try:
        killed_by = find(law.cases, lambda case: breaks(law, case), settings=HUNT)
    except NoSuchExample:
        pytest.fail(f"the law {name} does not notice {mutant.__name__}")
    monkeypatch.undo()
    law.holds(killed_by)


def test_every_law_has_a_mutant() -> None:
    assert MUTANTS.keys() == LAWS.keys()


@given(st.sampled_from(sorted(LAWS)))
def test_every_law_says_in_a_sentence_what_it_is(name: str) -> None:
    assert (LAWS[name].holds.__doc__ or "").strip().endswith(".")
