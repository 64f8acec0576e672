"""What an honest replay does in a world of notes, worked out apart from the product: no line of it is imported here.

The oracle is given what a recorded run saw and a world, and says which calls are made, which are left out because they
are done already, and whether the replay reaches its end. It works on a copy and changes nothing.
"""

from typing import Any, NamedTuple

from worlds.shelf import Shelf

Call = tuple[str, dict[str, Any]]
MISSING = ("missing",)
"""What a look at a note that does not exist returns."""


class Trail(NamedTuple):
    """What each step of a recorded run returned, and its note before and after it (None: no note, or none to see)."""

    results: list[Any]
    looks: list[tuple[Any, Any]]
    notes: dict[str, str]
    posted: list[str]


class Foretold(NamedTuple):
    """`made` are the calls that reach the world, `skipped` the indexes of steps left out, `stopped_at` the step that
    surprises (None: the replay is whole), and the world as it is left."""

    made: list[Call]
    skipped: list[int]
    stopped_at: int | None
    notes: dict[str, str]
    posted: list[str]

    @property
    def is_whole(self) -> bool:
        return self.stopped_at is None


def trail(shelf: Shelf, program: list[Call]) -> Trail:
    """Run a program by hand on a copy of a world."""
    notes, posted = dict(shelf.notes), list(shelf.posted)
    results: list[Any] = []
    looks: list[tuple[Any, Any]] = []
    for tool, arguments in program:
        before = notes.get(arguments["name"]) if "name" in arguments else None
        results.append(MISSING if tool == "Get" and arguments["name"] not in notes else before)
        _do(notes, posted, tool, arguments)
        looks.append((before, notes.get(arguments["name"]) if "name" in arguments else None))
    return Trail(results, looks, notes, posted)


def foretell(shelf: Shelf, program: list[Call], recorded: Trail) -> Foretold:
    """Say what a replay of the recorded run does in this world."""
    notes, posted = dict(shelf.notes), list(shelf.posted)
    made: list[Call] = []
    skipped: list[int] = []
    for index, (tool, arguments) in enumerate(program):
        before, after = recorded.looks[index]
        now = notes.get(arguments["name"]) if "name" in arguments else None
        if (tool == "Swap" and now != before) or (tool == "Put" and now not in (before, after, None)):
            return Foretold(made, skipped, index, notes, posted)
        if tool == "Put" and now == after != before:
            skipped.append(index)
            continue
        made.append((tool, arguments))
        _do(notes, posted, tool, arguments)
        if tool == "Get" and (MISSING if arguments["name"] not in notes else now) != recorded.results[index]:
            return Foretold(made, skipped, index, notes, posted)
    return Foretold(made, skipped, None, notes, posted)


def _do(notes: dict[str, str], posted: list[str], tool: str, arguments: dict[str, Any]) -> None:
    if tool in ("Put", "Swap"):
        notes[arguments["name"]] = arguments["text"]
    elif tool == "Post":
        posted.append(arguments["text"])
