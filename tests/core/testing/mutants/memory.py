"""Memory backends that are right, and backends with one fault each."""

import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs
from hypothesis import settings

from llmos_core.testing import memory_suite
from llmos_core.testing.fakes import MemoryDict
from llmos_core.types.trace import Statistics, Trace


@contextmanager
def kept_in_a_file(folder: Path) -> Iterator[MemoryDict]:
    """Open a MemoryDict whose content is written when it is closed."""
    file = folder / "memory"
    memory = MemoryDict()
    if file.exists():
        memory.__dict__.update(pickle.loads(file.read_bytes()))
    yield memory
    content = {name: value for name, value in vars(memory).items() if name != "_goal_keys"}
    file.write_bytes(pickle.dumps(content))


class LosesTheAnswer(MemoryDict):
    def save(self, trace: Trace) -> Trace:
        stored = super().save(trace)
        self._traces[trace.id] = attrs.evolve(trace, model="")
        return stored


class ForgetsAliases(MemoryDict):
    def _keys(self, trace: Trace) -> set[str]:
        return set(self._goal_keys(trace.goal))


class KeepsDoubles(MemoryDict):
    def __init__(self) -> None:
        super().__init__()
        self._log: list[Trace] = []

    def save(self, trace: Trace) -> Trace:
        self._log.append(trace)
        return super().save(trace)

    def list(self) -> Iterator[Trace]:
        return (trace for trace in reversed(self._log) if trace.id in self._traces)


class ListsTheOldestFirst(MemoryDict):
    def list(self) -> Iterator[Trace]:
        return iter(tuple(self._traces.values()))


class NeverForgets(MemoryDict):
    def forget(self, trace_id: str) -> bool:
        return trace_id in self._traces


class CountsUncheckedAsSuccess(MemoryDict):
    def record_outcome(self, trace_id: str, *, verified: bool | None, saved_usd: Decimal = Decimal(0)) -> Statistics:
        return super().record_outcome(trace_id, verified=verified is not False, saved_usd=saved_usd)


class WritesInTheTrace(MemoryDict):
    def record_outcome(self, trace_id: str, *, verified: bool | None, saved_usd: Decimal = Decimal(0)) -> Statistics:
        self._traces[trace_id] = attrs.evolve(self._traces[trace_id], seconds=-1.0)
        return super().record_outcome(trace_id, verified=verified, saved_usd=saved_usd)


class ProposesEverything(MemoryDict):
    def candidates(self, _goal: str, _limit: int = 5) -> tuple[tuple[Trace, float], ...]:
        return tuple((trace, 0.5) for trace in self.list())


class CountsUnknownTraces(MemoryDict):
    def statistics(self, trace_id: str) -> Statistics:
        return super().statistics(trace_id) if trace_id in self._traces else Statistics(uses=1)


class LosesEverything(MemoryDict):
    """Keeps nothing, and claims that it does."""


class CriesWolf(MemoryDict):
    def problems(self) -> tuple[str, ...]:
        return tuple(f"{trace.id} looks odd" for trace in self.list())


class KeepsAllInOnePlace(MemoryDict):
    def path(self, _trace_id: str) -> str:
        return "/traces.md"


RIGHT = (MemoryDict, kept_in_a_file)

MUTANTS: dict[Any, str] = {
    LosesTheAnswer: "test_a_saved_trace_comes_back_unchanged",
    ForgetsAliases: "test_the_keys_of_its_goal_and_the_first_of_every_alias_find_it",
    KeepsDoubles: "test_the_same_program_twice_is_one_trace",
    ListsTheOldestFirst: "test_the_newest_comes_first",
    NeverForgets: "test_what_is_forgotten_is_gone",
    CountsUncheckedAsSuccess: "test_outcomes_are_counted_as_documented",
    WritesInTheTrace: "test_counting_never_changes_the_trace",
    ProposesEverything: "test_candidates_are_few_and_best_first",
    CountsUnknownTraces: "test_an_unknown_trace_is_nothing",
    CriesWolf: "test_what_is_sound_is_no_problem",
    KeepsAllInOnePlace: "test_no_two_traces_share_a_place",
    LosesEverything: "test_closing_loses_nothing",
}


def suite(made: Any, bounds: settings) -> type:
    is_durable = made in (kept_in_a_file, LosesEverything)
    factory = made if made is kept_in_a_file else lambda _folder: made()
    return memory_suite(factory, is_durable=is_durable, bounds=bounds)
