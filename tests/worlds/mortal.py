"""A process that dies: a journal that stops answering before or after one of its writes."""

from typing import Any

from llmos_std.journal.journal import SqliteJournal
from worlds.kernel import World

WRITES = ("begin", "turn", "intend", "settle", "end", "suspend")


class Death(BaseException):
    """The process is gone."""


class Mortal:
    """A journal that dies at its n-th write, before or after it; from then on nothing works, as in a dead process."""

    def __init__(self, journal: SqliteJournal, at: int, *, after: bool) -> None:
        self._journal, self._left, self._after, self.is_dead = journal, at, after, False

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._journal, name)
        return self._guarded(found) if name in WRITES else found

    def _guarded(self, write: Any) -> Any:
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if self.is_dead:
                raise Death
            self._left -= 1
            if self._left < 0 and not self._after:
                self.is_dead = True
                raise Death
            value = write(*args, **kwargs)
            if self._left < 0:
                self.is_dead = True
                raise Death
            return value

        return guarded


def die_in(world: World, goal: str, provider: Any, at: int, *, after: bool, parts: Any = None, **options: Any) -> bool:
    """Run a goal with a journal that dies; say whether it did."""
    journal = SqliteJournal(world.folder / "workspace" / ".llmos" / "state")
    mortal = Mortal(journal, at, after=after)
    try:
        world.run(goal, provider, parts={**(parts or {}), "journal": mortal}, **options)
    except Death:
        return True
    finally:
        journal.close()
    return False
