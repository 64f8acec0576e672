"""Law: eight processes on one store lose nothing of each other, and together never spend more than there is.

They learn, replay, approve, forget and pay at once; in the second law some of them are killed meanwhile.
"""

import random
import select
from collections import Counter
from contextlib import closing, contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

from lives import COST, NOTE, Store, Witness, memory_of, quiet

from forks import Child, Say, in_children
from llmos_core.testing.fakes import FixedClock
from llmos_std.economy.ledger import SqliteLedger
from llmos_std.journal.journal import SqliteJournal

PROCESSES, ROUNDS = 8, 2
WHOSE = ("ann", "bob", "cem", "dan", "eve", "fay", "gus", "hal")
WHAT = ("diary", "letter", "poem", "song", "essay", "novel", "play", "memo")
BUDGET = Decimal("0.30")


def goal_of(index: int, number: int) -> str:
    """Return a goal that is no instance of another one: only words differ."""
    return f"write a {WHAT[number % len(WHAT)]} for {WHOSE[index]}" + " and sign it" * (number // len(WHAT))


def begun(folder: Path) -> Store:
    """Return a store that knows the shared goal, learned in another process: none of its files is open here."""
    store = Store(folder)

    def learn(_say: Say) -> None:
        store.run(NOTE, quiet)

    child = Child(learn)
    child.words()
    assert child.exit_code == 0
    return store


def test_eight_processes_learn_replay_approve_and_forget_and_nothing_is_lost(tmp_path: Path) -> None:
    """Invariant: every run, trace, use, letter and booking of every process is there, and no forgotten trace is."""
    store = begun(tmp_path)

    def work(index: int) -> list[Any]:
        said: list[Any] = []
        for number in range(ROUNDS):
            store.run(goal_of(index, number), lambda *facts: said.append(facts), mode="LEARNER")
            store.run(NOTE, lambda *facts: said.append(facts), with_model=False)
        with memory_of(store) as memory:
            (first,) = (trace for trace in memory.list() if trace.goal == goal_of(index, 0))
            assert memory.forget(first.id)
        return said

    words = [word for said in in_children(work, number=PROCESSES) for word in said]
    ends = [word for word in words if word[0] == "ended"]
    assert [word[2] for word in ends] == ["succeeded"] * (2 * ROUNDS * PROCESSES)
    assert len(store.sent()) == 1 + ROUNDS * PROCESSES
    kept = {goal_of(index, number) for index in range(PROCESSES) for number in range(1, ROUNDS)}
    assert store.goals() == kept | {NOTE}
    with memory_of(store) as memory:
        assert memory.problems() == ()
        assert memory.statistics(store.trace_id(NOTE)).uses == ROUNDS * PROCESSES
    with closing(SqliteJournal(store.paths.state)) as journal:
        assert {episode.run_id for episode in journal.episodes(1000)} >= {word[1] for word in ends}
    with closing(SqliteLedger(store.paths.user_data, FixedClock())) as ledger:
        assert ledger.spent().calls == 2 + len(words) - len(ends)


def test_eight_processes_never_spend_more_than_the_budget_though_some_are_killed(tmp_path: Path) -> None:
    """Invariant: settled and reserved together never pass the budget, and the real bill lies between the two."""
    store = begun(tmp_path)
    witness = Witness(store)
    witness.asked = 2
    chance = random.Random(8)

    def spend(index: int) -> Any:
        def work(say: Say) -> None:
            for number in range(100):
                if store.run(goal_of(index, number), say, budget=BUDGET, mode="LEARNER").exit_code:
                    return

        return work

    children = [Child(spend(index)) for index in range(PROCESSES)]
    for child in chance.sample(children, PROCESSES // 2):
        select.select([], [], [], chance.random() * 0.4)
        child.kill()
    stories = [child.words() for child in children]
    for words in stories:
        witness.hear(words)
    with closing(SqliteLedger(store.paths.user_data, FixedClock())) as ledger:
        spent = ledger.spent()
    assert spent.settled_usd + spent.reserved_usd <= BUDGET
    assert COST * witness.asked <= BUDGET
    witness.check_what_is_stored()
    codes = Counter(child.exit_code for child in children)
    assert codes == {0: codes[0], -9: codes[-9]}, "a process that nobody killed ended with a traceback"
    assert codes[0] >= PROCESSES // 2
    assert all(words[-1][-1] in (5, 6) for child, words in zip(children, stories, strict=True) if child.exit_code == 0)


def test_a_trace_is_forgotten_though_another_llmos_empties_the_index(tmp_path: Path) -> None:
    """Invariant: what was reported as forgotten is gone, also when the index was emptied at that moment."""
    store = begun(tmp_path)
    trace_id = store.trace_id(NOTE)
    with memory_of(store) as memory:
        really = memory._library.open_writing
        memory._library.open_writing = lambda: emptied(really)  # type: ignore[method-assign]
        assert memory.forget(trace_id)
    assert store.goals() == set()


@contextmanager
def emptied(open_writing: Any) -> Any:
    with open_writing() as connection:
        connection.execute("DELETE FROM files")
        yield connection
