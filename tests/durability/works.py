"""The pieces of work that are killed or made to fail at every write point: how each begins, and how it must end.

A work is done on a store in a known state. After whatever happened to it, the same work must simply go through.
"""

import shutil
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lives import GOAL, NEWS, OTHER, TEXT, Store, Witness, Work, append, quiet
from tracing import Fault, Say, watch

from llmos_core.testing.fakes import FixedClock
from llmos_core.types.trace import TraceState
from llmos_std.economy.ledger import SqliteLedger

MINE = "what stood there before\n"

Hear = Callable[[list[Any]], None]


@dataclass(frozen=True)
class Piece:
    """`begin` makes a store ready, `work` is what is watched, `finish` does it to its end and checks the outcome."""

    begin: Callable[[Store], None]
    work: Work
    finish: Callable[[Store, Say], None]
    is_to_end_a_trace: bool = False


def fresh(_store: Store) -> None:
    """Begin with nothing at all."""


def learned(store: Store) -> None:
    store.run(GOAL, quiet)
    store.without_the_world()


def done(store: Store) -> None:
    """Begin with a run over a file that was there before."""
    (store.workspace / "diary.md").write_text(MINE)
    store.run(GOAL, quiet)


def without_index(store: Store) -> None:
    learned(store)
    for path in store.paths.state.glob("index.db*"):
        path.unlink()


def interrupted(store: Store) -> None:
    """Begin with a run that was killed just after it had sent its first letter and knew of it."""
    wholly = watch(lambda say: store.run(GOAL, say))
    for at in range(len(wholly.points) // 2, len(wholly.points)):
        for path in sorted(store.root.rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
        store.workspace.mkdir()
        watch(lambda say: store.run(GOAL, say), Fault(at))
        if store.sent() == list(NEWS[:1]) and (store.workspace / "diary.md").exists():
            return
    raise AssertionError("no moment was found between the first letter and the second")


def edited(store: Store) -> None:
    learned(store)
    file = store.trace_file()
    file.write_text(file.read_text().replace("one", "One"))


def with_project_files(store: Store) -> None:
    learned(store)
    (store.workspace / ".llmos" / "config.toml").write_text("[memory]\nfollower_mode_threshold = 0.9\n")


def learn(store: Store, say: Say) -> None:
    store.run(GOAL, say, mode="LEARNER")


def replay(store: Store, say: Say) -> None:
    store.run(GOAL, say, with_model=False)


def learn_other(store: Store, say: Say) -> None:
    store.run(OTHER, say)


def verb(*arguments: str) -> Work:
    """Return the work of one command; TRACE stands for the id of the learned trace. It says output and exit code."""

    def work(store: Store, say: Say) -> None:
        given = [store.known_id() if word == "TRACE" else word for word in arguments]
        code = store.verb(*given)
        say("code", store.output, code)

    return work


def undo(store: Store, say: Say) -> None:
    """Undo the only run, and say how that ended."""
    books = store.paths.state / "snapshots" / "runs"
    (run,) = (path.stem for path in books.iterdir() if not path.name.startswith("undo-"))
    verb("undo", run)(store, say)


def was_over(store: Store, before: str) -> bool:
    """Say whether a run that began after run `before` had already ended well when its process was killed."""
    newest = store.newest()
    return newest is not None and newest.run_id != before and newest.status == "succeeded"


def goes_through(work: Work) -> Callable[[Store, Say], None]:
    """Do a run again until it succeeds; only a call whose end nobody saw may need a person, who says `--fresh`."""

    def finish(store: Store, say: Say) -> None:
        said: list[Any] = []

        def hear(*facts: Any) -> None:
            said.append(facts)
            say(*facts)

        work(store, hear)
        (_, _, status, code) = said[-1]
        if status == "succeeded":
            assert store.sent() == list(NEWS) or (work is not replay and len(store.sent()) < len(NEWS)), store.sent()
        else:
            assert (status, code) == ("partial", 6), said
            before = store.sent()
            store.without_the_world()
            again = store.run(GOAL, say, with_model=work is not replay, fresh=True)
            assert again.status == "succeeded", again
            assert sorted(before) == sorted(set(before))
        assert (store.workspace / "diary.md").read_text() == TEXT
        assert store.goals() >= {GOAL}

    return finish


def other_goes_through(store: Store, say: Say) -> None:
    learn_other(store, say)
    assert (store.workspace / "other.md").read_text() == TEXT
    assert store.goals() == {GOAL, OTHER}


def is_accepted(store: Store, _say: Say) -> None:
    if GOAL in store.goals(TraceState.EDITED):
        in_a_process(verb("traces", "verify", "TRACE", "--accept"), store)
    assert store.goals() == {GOAL}


def is_forgotten(store: Store, _say: Say) -> None:
    if store.goals():
        in_a_process(verb("traces", "forget", "TRACE", "-y"), store)
    assert store.goals() == set()


def is_set(store: Store, _say: Say) -> None:
    in_a_process(verb("config", "set", "kernel.day_budget_usd", "7"), store)
    assert "day_budget_usd = 7" in (store.home / "config.toml").read_text()


def is_trusted(store: Store, _say: Say) -> None:
    in_a_process(verb("trust", "-y"), store)


def is_undone(store: Store, _say: Say) -> None:
    in_a_process(undo, store)
    assert (store.workspace / "diary.md").read_text() == MINE


def is_recorded(store: Store, say: Say) -> None:
    append(store, say, 100)


def in_a_process(work: Work, store: Store) -> None:
    """Do a command's work, which must end with exit code 0."""
    story = watch(lambda say: work(store, say))
    assert story.words[-1][-1] == 0, story


PIECES = {
    "the first run of all": Piece(fresh, learn, goes_through(learn)),
    "a replay": Piece(learned, replay, goes_through(replay)),
    "a replay that makes the index anew": Piece(without_index, replay, goes_through(replay)),
    "a run that goes on with an interrupted one": Piece(interrupted, learn, goes_through(learn)),
    "learning another goal": Piece(learned, learn_other, other_goes_through),
    "accepting an edited trace": Piece(
        edited, verb("traces", "verify", "TRACE", "--accept"), is_accepted, is_to_end_a_trace=True
    ),
    "forgetting a trace": Piece(learned, verb("traces", "forget", "TRACE", "-y"), is_forgotten, is_to_end_a_trace=True),
    "undoing a run": Piece(done, undo, is_undone),
    "changing a setting": Piece(learned, verb("config", "set", "kernel.day_budget_usd", "7"), is_set),
    "trusting a project": Piece(with_project_files, verb("trust", "-y"), is_trusted),
    "recording model exchanges": Piece(fresh, lambda store, say: append(store, say, 0), is_recorded),
}


class Bench:
    """One store, made anew for each test in the state in which a piece of work begins.

    It always lies at the same place, since approvals and locks are bound to the real path of a workspace.
    """

    def __init__(self, folder: Path) -> None:
        self._folder, self._place = folder, folder / "store"

    def begun(self, name: str) -> tuple[Store, Witness]:
        """Return the store in the state that the work begins with, and what was acknowledged so far."""
        saved = self._folder / name.replace(" ", "-")
        shutil.rmtree(self._place, ignore_errors=True)
        if not saved.exists():
            store = Store(self._place)
            PIECES[name].begin(store)
            shutil.move(self._place, saved)
        shutil.copytree(saved, self._place, symlinks=True)
        witness = Witness(Store(self._place))
        witness.asked = _booked(witness.store)
        witness.may_lose_traces = PIECES[name].is_to_end_a_trace
        return witness.store, witness


def _booked(store: Store) -> int:
    """Return how many calls the ledger knows of; before the first kill that is the truth."""
    with closing(SqliteLedger(store.paths.user_data, FixedClock())) as ledger:
        return ledger.spent().calls
