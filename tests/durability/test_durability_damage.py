"""Law: a stored file that was cut or had a bit flipped is never acted upon, and never hidden.

Every file that a whole life leaves behind is damaged, one bit or one cut at a time; then a learned goal is run without
a model. It is replayed exactly, or it is not replayed and somebody says which file is wrong and what to do next. A
sample in each test run; every cut and every bit of the small files in the nightly session.
"""

import os
import random
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from lives import GOAL, NEWS, OTHER, TEXT, Store, append, memory_of, quiet

from forks import Child, Say
from llmos_core.errors import LlmosError
from llmos_core.testing.fakes import FixedClock
from llmos_core.types.trace import Statistics, TraceState
from llmos_std.compiling.loading import PYTHON, packed, unpacked
from llmos_std.economy.ledger import SqliteLedger
from llmos_std.journal.journal import SqliteJournal
from llmos_std.providers.recorded.file import Recording

IS_FULL = "LLMOS_KILLS" in os.environ
FLIPS, CUTS = (3000, 3000) if IS_FULL else (12, 5)
FILES = ("runs.db", "index.db", "ledger.db", "approvals.db", "trust.db", "config.toml", "trace", "exchanges.jsonl")
FILES += ("audit/*.jsonl", "audit-heads/*", "snapshots/runs/*.jsonl", "cache/config-*.json", "cache/plugins-*.json")
DERIVED = frozenset({"index.db", "cache/config-*.json", "cache/plugins-*.json"})
CONFIG = "[kernel]\nbudget_usd = 900\n\n[memory]\nfollower_mode_threshold = 0.9\n"


class Life:
    """A store with all its files as a whole life leaves them, kept beside the one that a test spoils."""

    def __init__(self, folder: Path) -> None:
        self._kept, self._place = folder / "kept", folder / "store"
        store = Store(self._place)
        store.home.mkdir()
        (store.home / "config.toml").write_text(CONFIG)
        store.run(GOAL, quiet)
        store.without_the_world()
        store.run(OTHER, quiet)
        append(store, quiet, 0)
        Child(lambda say: trust(store, say)).words()
        assert store.run(GOAL, quiet, with_model=False, yes=False).status == "succeeded"
        for path in store.root.rglob("*.db"):
            fold_in(path)
        store.without_the_world()
        shutil.move(self._place, self._kept)

    def again(self) -> Store:
        """Return the store as it was."""
        shutil.rmtree(self._place, ignore_errors=True)
        shutil.copytree(self._kept, self._place)
        return Store(self._place)


def trust(store: Store, _say: Say) -> None:
    (store.workspace / ".llmos" / "config.toml").write_text("[memory]\nfollower_mode_threshold = 0.9\n")
    store.verb("trust", "-y")


def fold_in(path: Path) -> None:
    """Fold the write-ahead log into the file, so that what is damaged is the only copy."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory) -> Life:
    return Life(tmp_path_factory.mktemp("life"))


def path_of(store: Store, name: str) -> Path:
    if name == "trace":
        (found,) = store.paths.traces.glob("post-the-news*.md")
        return found
    return next(path for path in sorted(store.root.rglob(name)) if ".llmos" not in str(path) or name != "config.toml")


def flips(data: bytes, name: str) -> Iterator[bytes]:
    chance = random.Random(name)
    every = len(data) * 8 <= FLIPS
    for bit in range(len(data) * 8) if every else (chance.randrange(len(data) * 8) for _ in range(FLIPS)):
        bent = bytearray(data)
        bent[bit // 8] ^= 1 << bit % 8
        yield bytes(bent)


def cuts(data: bytes, name: str) -> Iterator[bytes]:
    chance = random.Random(name)
    every = len(data) <= CUTS
    for length in range(len(data)) if every else (chance.randrange(len(data)) for _ in range(CUTS)):
        yield data[:length]


class Verdict:
    """What became of a run in a damaged store: its words, and the files that somebody named."""

    def __init__(self, store: Store) -> None:
        self.status, self.words = "error", ""
        try:
            result = store.run(GOAL, quiet, with_model=False, yes=False)
            self.status, self.words = result.status.value, f"{result.reason} {result.output}"
        except LlmosError as error:
            self.words = str(error)


def check(store: Store, name: str, damaged: Path) -> str:
    """Run the goal in the damaged store, check that nothing wrong was done, and return how it ended."""
    before = others(store, name)
    verdict = Verdict(store)
    sent = store.sent()
    assert sent == list(NEWS[: len(sent)]), (name, sent, "acted upon damage")
    diary = store.workspace / "diary.md"
    assert not diary.exists() or diary.read_text() in (TEXT, "first\n")
    if verdict.status == "succeeded":
        assert (sent, diary.read_text()) == (list(NEWS), TEXT), (name, "success was claimed for nothing")
    else:
        by_hand = name == "trace" and "its score is" in verdict.words  # counters in the file are a person's to change
        told = by_hand or damaged.name in verdict.words or is_told(store, damaged)
        assert told or name in ("approvals.db", "config.toml"), (
            name,
            verdict.status,
            verdict.words,
        )
    assert others(store, name) == before, f"damage to {name} changed what else is stored"
    return verdict.status


def is_told(store: Store, damaged: Path) -> bool:
    """Say whether the list of traces names the file, or shows its trace as one that was edited."""
    with memory_of(store) as memory:
        edited = [trace for trace in memory.list() if trace.state is TraceState.EDITED]
        return any(damaged.name in problem for problem in memory.problems()) or any(
            memory.path(trace.id) == str(damaged) for trace in edited
        )


def others(store: Store, name: str) -> dict[str, Any]:
    """Return what the files that were not damaged hold, as far as a replay of one goal does not add to it."""
    found: dict[str, Any] = {}
    if name != "ledger.db":
        with closing(SqliteLedger(store.paths.user_data, FixedClock())) as ledger:
            found["ledger"] = ledger.spent()
    if name != "runs.db":
        with closing(SqliteJournal(store.paths.state)) as journal:
            found["runs"] = [episode.run_id for episode in journal.episodes()][-3:]
    if name != "exchanges.jsonl":
        found["exchanges"] = sorted(each.key for each in Recording(store.recording.path).exchanges())
    with memory_of(store) as memory:
        found["traces"] = sorted(trace.goal for trace in memory.list() if name != "trace" or trace.goal != GOAL)
    return found


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("damage", [flips, cuts])
def test_damage_is_never_acted_upon_and_never_hidden(life: Life, name: str, damage: Any) -> None:
    """Invariant: after any damage to one file the goal is replayed exactly, or not at all and the file is named."""
    whole = path_of(life.again(), name).read_bytes()
    ends = []
    for data in damage(whole, name):
        store = life.again()
        path = path_of(store, name)
        path.write_bytes(data)
        ends.append(check(store, name, path))
        if name in DERIVED:
            assert ends[-1] == "succeeded", "what is derived is made again"
    assert len(ends) >= CUTS


def test_counters_that_were_changed_in_the_index_do_not_raise_trust(life: Life) -> None:
    """Invariant: a score that nobody counted is never believed; the trace file's own counters are taken instead."""
    store = life.again()
    change(path_of(store, "index.db"), "UPDATE statistics SET score = 99, successes = 40")
    assert (counters(store).score, counters(store).successes) == (85, 1)


def test_a_finished_run_whose_state_was_changed_is_not_taken_for_an_interrupted_one(life: Life) -> None:
    """Invariant: a run that is over is never gone on with, so success is never claimed for what an older run did."""
    store = life.again()
    path = path_of(store, "runs.db")
    change(path, "UPDATE runs SET state = 0")
    assert check(store, "runs.db", path) != "succeeded"


def test_byte_code_with_one_flipped_bit_is_not_run() -> None:
    """Invariant: no compiled program runs that is not, bit for bit, what was packed."""
    whole = packed("def f():\n    return 'post one'\n", "f")
    assert unpacked(whole, PYTHON) is not None
    assert [bent for bent in flips(whole, "code") if unpacked(bent, PYTHON) is not None] == []


def test_every_damaged_database_is_named_by_the_doctor(life: Life) -> None:
    """Invariant: what is not told by a run, since it only fails closed there, is told by `llmos doctor`."""
    for name in ("runs.db", "ledger.db", "approvals.db", "trust.db"):
        store = life.again()
        path = path_of(store, name)
        path.write_bytes(path.read_bytes()[:-1000])
        ((code, output),) = Child(lambda say, store=store: say(store.verb("doctor"), store.output)).words()
        assert code == 1
        assert f"{path} is damaged" in output, output


def change(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        assert connection.execute(statement).rowcount > 0


def counters(store: Store) -> Statistics:
    with memory_of(store) as memory:
        return memory.statistics(store.trace_id())
