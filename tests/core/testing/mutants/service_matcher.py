"""Matchers that are right, and matchers with one fault each."""

from itertools import count
from typing import Any

import attrs
from hypothesis import settings

from llmos_core.protocols.storing import MemoryBackend
from llmos_core.testing import service_suite
from llmos_core.types.decision import MatchKind, MatchReport
from llmos_core.types.task import TaskBlock, context_of
from llmos_core.types.trace import Trace
from llmos_std.matching.matcher import CascadeMatcher


class Reference:
    """Proves by the very words, proposes whatever shares one."""

    version = "1"

    def keys(self, goal: str) -> tuple[str, ...]:
        return (f"exact:{goal}",)

    def match(self, task: TaskBlock, memory: MemoryBackend) -> MatchReport:
        for trace in memory.find(self.keys(task.goal)[0]):
            if self.is_same(task, trace):
                return self.proven(trace)
        found = memory.candidates(task.goal, 1)
        if not found:
            return MatchReport()
        return MatchReport(kind=MatchKind.SIMILAR, score=min(found[0][1], 0.9), trace=found[0][0], why="it reads alike")

    def is_same(self, task: TaskBlock, trace: Trace) -> bool:
        return dict(trace.context) == context_of(task) and task.goal not in trace.negative_goals

    def proven(self, trace: Trace) -> MatchReport:
        return MatchReport(kind=MatchKind.EXACT, score=1.0, trace=trace, is_same_values=True, why="this very goal")


class Standard(CascadeMatcher):
    """The matcher of the standard library, as it is."""


class HasKeysForSome(Reference):
    def keys(self, goal: str) -> Any:
        return list(super().keys(goal))


class ChangesItsVersion(Reference):
    numbers = count()

    def __init__(self) -> None:
        self.version = str(next(self.numbers))


class ProvesNothing(Reference):
    def proven(self, trace: Trace) -> MatchReport:
        return attrs.evolve(super().proven(trace), kind=MatchKind.SIMILAR, score=0.9)


class FindsSomethingAlways(Reference):
    def match(self, task: TaskBlock, memory: MemoryBackend) -> MatchReport:
        found = super().match(task, memory)
        return found if found.trace else attrs.evolve(found, kind=MatchKind.SIMILAR, score=0.1)


class ForgetsNegations(Reference):
    def match(self, task: TaskBlock, memory: MemoryBackend) -> MatchReport:
        plain = task.goal.removeprefix("do not ")
        return super().match(attrs.evolve(task, goal=plain), memory)


class IsSureOfGuesses(Reference):
    def match(self, task: TaskBlock, memory: MemoryBackend) -> MatchReport:
        found = super().match(task, memory)
        return attrs.evolve(found, score=0.99) if found.kind is MatchKind.SIMILAR else found


class IgnoresInputs(Reference):
    def is_same(self, task: TaskBlock, trace: Trace) -> bool:
        return task.goal not in trace.negative_goals


class IgnoresWhatWasRuledOut(Reference):
    def is_same(self, task: TaskBlock, trace: Trace) -> bool:
        return dict(trace.context) == context_of(task)


RIGHT = (Reference, Standard)

MUTANTS: dict[Any, str] = {
    HasKeysForSome: "test_every_goal_has_keys",
    ChangesItsVersion: "test_its_version_is_a_text_that_stays",
    ProvesNothing: "test_a_learned_goal_is_proven",
    FindsSomethingAlways: "test_nothing_is_found_where_nothing_was_learned",
    ForgetsNegations: "test_a_goal_with_another_meaning_is_never_proven",
    IsSureOfGuesses: "test_a_guess_stays_below_the_line",
    IgnoresInputs: "test_another_task_is_never_proven",
    IgnoresWhatWasRuledOut: "test_a_goal_that_was_ruled_out_is_never_proven",
}


def suite(made: Any, bounds: settings) -> type:
    return service_suite(lambda _context: made(), "matcher", bounds=bounds)
