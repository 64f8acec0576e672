"""How long goals are looked up among very many: a library that exists in the index alone, built straight into it.

    python tests/bench/bench_matching_index.py 100 100000 1000000

Every look-up opens the index anew, as a process of its own does. Files are not read: that costs the same for all sizes.
"""

import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from llmos_core.types.trace import Statistics
from llmos_std.matching.matcher import CascadeMatcher
from llmos_std.memory import files
from llmos_std.memory.entries import Entry
from llmos_std.memory.library import Library, encoded
from llmos_std.memory.words import _likely, words
from worlds.traces import context_for

MATCHER = CascadeMatcher()
ROUNDS = 60
BATCH = 20_000
TASKS = tuple((doing, thing) for thing in ("report", "backup") for doing in ("create", "send", "archive"))
"""Few enough that each template has its 16 traces, the most that are looked at, in the smallest library as well."""

PLACES = ("Berlin", "Paris", "Oslo", "Rome", "Lima", "Kyoto", "Accra", "Quito")


def goal_of(number: int) -> str:
    """Return one of many goals; all differ in a number and a name, all others of a task share its words."""
    doing, thing = TASKS[number % len(TASKS)]
    return f"{doing} the {thing} {number} of customer c{number % 9973} in {PLACES[number // 7 % 8]}"


def asked(number: int) -> str:
    """Return the same goal in other words."""
    return f"could you please {goal_of(number).replace('the ', '')}?"


def entries(size: int) -> Iterator[Entry]:
    """Yield what the index would keep of the files."""
    for number in range(size):
        goal = goal_of(number)
        exact, *others = MATCHER.keys(goal)
        keys = ((encoded(exact), True), *((encoded(key), False) for key in others))
        name = f"{number}.md".encode()
        yield Entry(
            name,
            1,
            1,
            bytes(32),
            f"{number:016x}",
            f"{number:016x}",
            "2026-11-20T10:00:00Z",
            goal,
            "",
            "",
            keys,
            Statistics(),
        )


def build(workspace: Path, size: int) -> None:
    """Make the index of a library of this size."""
    library = library_of(workspace)
    library.make_folder()
    library.is_current()
    batch: list[Entry] = []
    for entry in entries(size):
        batch.append(entry)
        if len(batch) == BATCH:
            put(library, batch)
            batch = []
    put(library, batch)
    with library.open_writing() as connection:
        library.index.set_stamp(connection, files.mark(library.folder) or "")
    library.index.close()


def put(library: Library, batch: list[Entry]) -> None:
    """Index files that are not there."""
    with library.open_writing() as connection:
        for entry in batch:
            library.index.put(connection, entry)


def library_of(workspace: Path) -> Library:
    """Open a library anew."""
    return Library(context_for(workspace, MATCHER.keys, MATCHER.version))


def milliseconds(work: Callable[[], Any]) -> float:
    """Return how long one call takes."""
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def look_ups(workspace: Path, size: int, rounds: int = ROUNDS) -> dict[str, float]:
    """Return the medians, in milliseconds, of look-ups by freshly opened indexes; the readings are not counted."""
    runs = [_one(workspace, turn * 7919 % size) for turn in range(rounds)]
    return {name: median(run[name] for run in runs) for name in runs[0]}


def _one(workspace: Path, number: int) -> dict[str, float]:
    library = library_of(workspace)
    keys = {key.partition(":")[0]: encoded(key) for key in MATCHER.keys(asked(number))}
    keys["exact"] = encoded(MATCHER.signature(goal_of(number)))
    found: dict[str, float] = {"open": milliseconds(library.is_current)}
    for name in ("exact", "frame", "shape"):
        found[name] = milliseconds(lambda key=keys[name]: _expect(library.index.under(key)))
    bag = words(f"archive the big report of customer c{number % 9973} for {PLACES[number % 8]}")
    found["candidates, first"] = milliseconds(lambda: _likely(library, bag))
    found["candidates"] = milliseconds(lambda: _likely(library, bag))
    library.index.close()
    return found


def _expect(found: Sequence[Any]) -> None:
    if not found:
        raise AssertionError("a goal that is in the index was not found")


def main(sizes: Sequence[int]) -> None:
    """Print one line per measure with a column per size."""
    columns = []
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            build(Path(folder), size)
            _one(Path(folder), 1)
            columns.append(look_ups(Path(folder), size))
    say = sys.stdout.write
    say(f"{'milliseconds':20}" + "".join(f"{size:>12,}" for size in sizes) + f"{'ratio':>8}\n")
    for name in columns[0]:
        values = [column[name] for column in columns]
        say(f"{name:20}" + "".join(f"{value:12.3f}" for value in values) + f"{values[-1] / values[0]:8.1f}\n")


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [100, 100_000])
