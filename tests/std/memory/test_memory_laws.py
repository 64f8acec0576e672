"""Law: whatever is done to the memory, in whatever order and by whichever process, it answers like a dictionary."""

import shutil
import tempfile
from decimal import Decimal
from pathlib import Path

import attrs
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from llmos_core.types.trace import Statistics, Trace
from llmos_std.memory.backend import open_memory
from llmos_std.memory.counting import counted
from worlds.traces import NOW, context_for, keys_of, make_trace

GOALS = ("Write a greeting", "Write a poem", "Count the files")
goals = st.sampled_from(GOALS)
answers = st.sampled_from(("One.", "Two."))


class MemoryMachine(RuleBasedStateMachine):
    """Two open memories on one folder, a person with a file manager, and what must be true."""

    def __init__(self) -> None:
        super().__init__()
        self.workspace = Path(tempfile.mkdtemp())
        self.traces: dict[str, Trace] = {}
        self.counters: dict[str, Statistics] = {}
        self.memories = [open_memory(context_for(self.workspace)) for _ in range(2)]
        self.turn = 0

    def teardown(self) -> None:
        for memory in self.memories:
            memory.close()
        shutil.rmtree(self.workspace)

    @property
    def memory(self):
        """The two memories in turns: each must see what the other did."""
        self.turn += 1
        return self.memories[self.turn % 2]

    def an_id(self, number: int) -> str:
        return sorted(self.traces)[number % len(self.traces)]

    @rule(goal=goals, answer=answers, episode=st.integers(1, 3))
    def save(self, goal: str, answer: str, episode: int) -> None:
        trace = make_trace(goal, answer=answer, episodes=(f"run-{episode}",), created_at=f"{len(self.traces)}")
        old = self.traces.get(trace.id)
        if old is not None:
            trace = attrs.evolve(old, episodes=tuple(dict.fromkeys((*old.episodes, *trace.episodes))))
        self.traces[trace.id] = self.memory.save(trace)
        assert self.traces[trace.id] == trace

    @precondition(lambda self: self.traces)
    @rule(number=st.integers(0, 9), verified=st.sampled_from([True, False, None]))
    def count(self, number: int, verified: bool | None) -> None:
        trace_id = self.an_id(number)
        before = self.counters.get(trace_id, Statistics())
        at = NOW.isoformat().replace("+00:00", "Z")
        after = counted(before, verified=verified, saved_usd=Decimal("0.5"), at=at)
        assert self.memory.record_outcome(trace_id, verified=verified, saved_usd=Decimal("0.5")) == after
        self.counters[trace_id] = after

    @precondition(lambda self: self.traces)
    @rule(number=st.integers(0, 9), by_hand=st.booleans())
    def forget(self, number: int, by_hand: bool) -> None:
        trace_id = self.an_id(number)
        if by_hand:
            Path(self.memory.path(trace_id)).unlink()
            assert self.memory.load(trace_id) is None
        else:
            assert self.memory.forget(trace_id)
        del self.traces[trace_id]
        self.counters.pop(trace_id, None)

    @precondition(lambda self: self.traces)
    @rule(number=st.integers(0, 9), name=st.sampled_from(["a.md", "b.md"]))
    def rename(self, number: int, name: str) -> None:
        path = Path(self.memory.path(self.an_id(number)))
        if not path.with_name(name).exists():
            path.rename(path.with_name(name))

    @precondition(lambda self: self.traces)
    @rule(number=st.integers(0, 9))
    def annotate(self, number: int) -> None:
        with Path(self.memory.path(self.an_id(number))).open("a") as file:
            file.write("A note.\n")

    @rule()
    def lose_the_index(self) -> None:
        for memory in self.memories:
            memory.close()
        for path in (self.workspace / ".llmos").glob("state/*"):
            path.unlink()

    @rule()
    def reopen(self) -> None:
        for memory in self.memories:
            memory.close()

    @invariant()
    def it_answers_like_a_dictionary(self) -> None:
        memory = self.memory
        for goal in GOALS:
            expected = {each.id: each for each in self.traces.values() if each.goal == goal}
            found = memory.find(keys_of(goal)[0])
            assert {each.id: each for each in found} == expected
            assert [each.created_at for each in found] == sorted((each.created_at for each in found), reverse=True)
        for trace_id, trace in self.traces.items():
            assert memory.load(trace_id) == trace
            assert memory.statistics(trace_id) == self.counters.get(trace_id, Statistics())
        assert {each.id for each in memory.list()} == self.traces.keys()
        assert memory.problems() == ()


MemoryMachine.TestCase.settings = settings(
    max_examples=25, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
)
TestMemoryLaws = MemoryMachine.TestCase
