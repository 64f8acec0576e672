"""The laws of a MemoryBackend: what is saved is found again unchanged, and counters never touch what a trace does."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from decimal import Decimal
from functools import reduce
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from llmos_core.protocols.storing import MemoryBackend
from llmos_core.testing.building import FEW, make_suite
from llmos_core.testing.fakes import plain_keys
from llmos_core.testing.records import amounts, digests, traces
from llmos_core.types.record import evolve
from llmos_core.types.trace import BIRTH_SCORE, Trace, score_after

Opened = MemoryBackend | AbstractContextManager[MemoryBackend]

_OUTCOMES = st.lists(st.tuples(st.sampled_from((True, False, None)), amounts()), min_size=1, max_size=8)


def memory_suite(
    factory: Callable[[Path], Opened],
    *,
    goal_keys: Callable[[str], tuple[str, ...]] = plain_keys,
    is_durable: bool = True,
    bounds: settings = FEW,
) -> type:
    """Return the laws for the backends that `factory(folder)` makes, or makes a context manager around.

    The folder is empty at first. The backend must file traces under `goal_keys` (in `PluginContext.goal_keys`); give
    `is_durable=False` for one that keeps nothing after it is closed. Every example opens a backend: `bounds` asks for
    few.
    """
    several = st.lists(traces(), min_size=1, max_size=4, unique_by=lambda trace: trace.id).map(
        lambda found: [_filed(trace, goal_keys, number) for number, trace in enumerate(found)]
    )
    draws = {
        "trace": traces().map(lambda trace: _filed(trace, goal_keys, 0)),
        "saved": several,
        "outcomes": _OUTCOMES,
        "verified": st.sampled_from((True, False, None)),
        "limit": st.integers(1, 3),
        "trace_id": digests(16),
    }
    keys = staticmethod(goal_keys)
    maker = staticmethod(factory)
    return make_suite(MemoryLaws, draws=draws, bounds=bounds, factory=maker, goal_keys=keys, is_durable=is_durable)


class MemoryLaws:
    """What every backend must do; each example starts in an empty folder."""

    factory: Callable[[Path], Opened]
    goal_keys: Callable[[str], tuple[str, ...]]
    is_durable: bool

    def test_a_saved_trace_comes_back_unchanged(self, trace: Trace) -> None:
        """Else another program is replayed than the one that worked. Keep every field, and every character of it."""
        with _opened(self.factory) as memory:
            stored = memory.save(trace)
            assert stored.id == trace.id
            assert memory.load(trace.id) == memory.load(trace.id[:12]) == stored
            assert stored.seal == trace.seal
            assert stored == trace

    def test_the_keys_of_its_goal_and_the_first_of_every_alias_find_it(self, trace: Trace) -> None:
        """Else what was learned is learned again. File a trace under those keys of `PluginContext.goal_keys`."""
        with _opened(self.factory) as memory:
            memory.save(trace)
            for key in (*self.goal_keys(trace.goal), *(self.goal_keys(alias)[0] for alias in trace.aliases)):
                assert trace.id in {found.id for found in memory.find(key)}, f"it is not under {key}"

    def test_the_same_program_twice_is_one_trace(self, trace: Trace) -> None:
        """Else its counters are split. A trace is filed under `trace.id`; saving it again replaces it."""
        with _opened(self.factory) as memory:
            memory.save(trace)
            memory.save(trace)
            assert [kept.id for kept in memory.list()] == [trace.id]

    def test_the_newest_comes_first(self, saved: list[Trace]) -> None:
        """Else lists and matches prefer what is outdated. `list` yields what was saved last before the others."""
        with _opened(self.factory) as memory:
            for trace in saved:
                memory.save(trace)
            assert [kept.id for kept in memory.list()] == [trace.id for trace in reversed(saved)]

    def test_what_is_forgotten_is_gone(self, saved: list[Trace]) -> None:
        """Else the user's "forget" is ignored. Remove it from `load`, `find` and `list`; the second time: False."""
        with _opened(self.factory) as memory:
            for trace in saved:
                memory.save(trace)
            gone = saved[0]
            assert memory.forget(gone.id) is True
            assert memory.load(gone.id) is None
            assert gone.id not in {found.id for key in self.goal_keys(gone.goal) for found in memory.find(key)}
            assert memory.forget(gone.id) is False

    def test_outcomes_are_counted_as_documented(self, trace: Trace, outcomes: list[tuple[Any, Decimal]]) -> None:
        """Else trust is too high or too low. Count as `score_after` says; an unchecked use moves no score."""
        with _opened(self.factory) as memory:
            memory.save(trace)
            for verified, saved_usd in outcomes:
                memory.record_outcome(trace.id, verified=verified, saved_usd=saved_usd)
            seen = memory.statistics(trace.id)
            verdicts = [verified for verified, _ in outcomes]
            assert (seen.uses, seen.successes, seen.failures) == (
                len(verdicts),
                verdicts.count(True),
                verdicts.count(False),
            )
            assert seen.score == reduce(
                lambda score, verified: score_after(score, verified=verified), verdicts, BIRTH_SCORE
            )
            assert seen.saved_usd == sum((amount for _, amount in outcomes), Decimal(0))

    def test_counting_never_changes_the_trace(self, trace: Trace, verified: bool | None) -> None:
        """Else its seal breaks and it waits for a person. Keep counters apart from what a trace does."""
        with _opened(self.factory) as memory:
            before = memory.load(memory.save(trace).id)
            memory.record_outcome(trace.id, verified=verified)
            assert memory.load(trace.id) == before

    def test_candidates_are_few_and_best_first(self, saved: list[Trace], limit: int) -> None:
        """Else the matcher looks at the wrong ones. At most `limit` known traces, by falling likeness from 0 to 1."""
        with _opened(self.factory) as memory:
            for trace in saved:
                memory.save(trace)
            found = memory.candidates(saved[0].goal, limit)
            likenesses = [likeness for _, likeness in found]
            assert len(found) <= limit
            assert likenesses == sorted(likenesses, reverse=True)
            assert all(0.0 <= likeness <= 1.0 for likeness in likenesses)
            assert {trace.id for trace, _ in found} <= {trace.id for trace in saved}

    def test_an_unknown_trace_is_nothing(self, trace_id: str) -> None:
        """Else a look-up fails that should find nothing. None, False, an empty tuple, and counters at birth."""
        with _opened(self.factory) as memory:
            assert memory.load(trace_id) is None
            assert memory.forget(trace_id) is False
            assert memory.find(f"exact:{trace_id}") == ()
            assert memory.statistics(trace_id).uses == 0

    def test_closing_loses_nothing(self, trace: Trace) -> None:
        """Else nothing is learned. What was saved and counted is there when the backend is opened again."""
        if not self.is_durable:
            return
        with tempfile.TemporaryDirectory() as folder:
            with _entered(self.factory(Path(folder))) as memory:
                memory.save(trace)
                counted = memory.record_outcome(trace.id, verified=True)
            with _entered(self.factory(Path(folder))) as memory:
                assert memory.load(trace.id) == trace
                assert memory.statistics(trace.id) == counted

    def test_what_is_sound_is_no_problem(self, trace: Trace) -> None:
        """Else `llmos doctor` cries wolf. `problems` names files that cannot be used, and only those."""
        with _opened(self.factory) as memory:
            memory.save(trace)
            assert memory.problems() == ()

    def test_no_two_traces_share_a_place(self, saved: list[Trace]) -> None:
        """Else one trace overwrites the other. `path` names each trace's own file, or is "" where there is none."""
        with _opened(self.factory) as memory:
            for trace in saved:
                memory.save(trace)
            places = [memory.path(trace.id) for trace in saved]
            assert all(isinstance(place, str) for place in places), f"expected texts, found {places}"
            named = [place for place in places if place]
            assert len(set(named)) == len(named), f"they share a place: {named}"


def _filed(trace: Trace, goal_keys: Callable[[str], tuple[str, ...]], number: int) -> Trace:
    """Return the trace under its real signature, born `number` seconds after the first."""
    at = f"2026-01-01T12:00:{number:02}+00:00"
    return evolve(trace, goal_signature=goal_keys(trace.goal)[0], created_at=at)


@contextmanager
def _opened(factory: Callable[[Path], Opened]) -> Iterator[MemoryBackend]:
    with tempfile.TemporaryDirectory() as folder, _entered(factory(Path(folder))) as memory:
        yield memory


@contextmanager
def _entered(made: Any) -> Iterator[MemoryBackend]:
    if hasattr(made, "__enter__"):
        with made as memory:
            yield memory
    else:
        yield made
