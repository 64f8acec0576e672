"""Law: a run whose own records cannot be written for a moment is gone on with, and repeats nothing final.

The journal refuses one write, before or after it reached the disk, and works again from then on.
"""

from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from llmos_core.errors import StorageError
from llmos_std.journal.journal import SqliteJournal
from worlds.kernel import World
from worlds.mortal import WRITES
from worlds.programs import Call, model_of

GOAL = "send the invoice and file it"
PROGRAM: list[Call] = [
    ("Post", {"text": "invoice"}),
    ("Put", {"name": "a", "text": "x"}),
    ("Post", {"text": "receipt"}),
]


class Moody:
    """A journal that refuses its n-th write, before or after making it, and no other."""

    def __init__(self, journal: SqliteJournal, at: int, *, after: bool) -> None:
        self._journal, self._left, self._after = journal, at, after

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._journal, name)
        return self._guarded(found) if name in WRITES else found

    def _guarded(self, write: Any) -> Any:
        def guarded(*args: Any, **kwargs: Any) -> Any:
            self._left -= 1
            if self._left == -1 and not self._after:
                raise StorageError("no space is left")
            value = write(*args, **kwargs)
            if self._left == -1:
                raise StorageError("the disk did not answer")
            return value

        return guarded


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 14), st.booleans())
def test_a_run_that_only_its_journal_stopped_sends_no_letter_twice(at: int, after: bool) -> None:
    """Invariant: whichever record was refused, the run and its successors together send each letter at most once."""
    with TemporaryDirectory() as folder:
        world = World(Path(folder))
        state = world.folder / "workspace" / ".llmos" / "state"
        is_over = False
        with closing(SqliteJournal(state)) as journal:
            try:
                moody = Moody(journal, at, after=after)
                is_over = world.run(GOAL, model_of(PROGRAM), parts={"journal": moody}, max_turns=20).success
            except StorageError:
                newest = next(iter(journal.episodes()), None)
                is_over = newest is not None and newest.status == "succeeded"
        for _ in range(2):
            is_over = is_over or world.run(GOAL, model_of(PROGRAM), max_turns=20).success
        assert all(world.shelf.posted.count(text) <= 1 for text in ("invoice", "receipt")), world.shelf.posted
