"""How long the trace memory takes, among few and among many traces.

    python tests/bench/bench_memory.py 100 10000 100000

Every look-up is the first of a freshly opened memory, as in a process of its own; a ratio is to the first size.
"""

import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from llmos_core.protocols.context import PluginContext
from llmos_core.types.trace import Trace
from llmos_std.memory.backend import open_memory
from llmos_std.memory.document import Document
from llmos_std.memory.files import names_for
from llmos_std.memory.reader import parse
from llmos_std.memory.writer import render
from worlds.traces import context_for, keys_of, make_step, make_trace

ROUNDS = 40
OBJECTS = ("report", "letter", "poem", "script", "table", "invoice", "summary", "menu", "plan", "recipe")


def numbered_trace(number: int) -> Trace:
    """One trace of one Write step; every goal differs in a number and a name."""
    goal = f"{OBJECTS[number % 10]} number {number} for customer c{number % 997} please write"
    arguments = {"path": f"out/{number}.txt", "content": f"Dear customer,\nthis is number {number}.\n"}
    created_at = f"2026-11-20T{number % 24:02}:{number % 60:02}:00Z"
    return make_trace(goal, steps=(make_step(arguments=arguments),), created_at=created_at)


def make_library(workspace: Path, size: int) -> None:
    """Fill a workspace with trace files, without syncing each of them."""
    folder = context_for(workspace).paths.traces
    folder.mkdir(parents=True)
    for number in range(size):
        trace = numbered_trace(number)
        (folder / next(names_for(trace))).write_bytes(render(Document(trace=trace)))


def milliseconds(work: Callable[[], object]) -> float:
    """Return how long one call takes."""
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def measure(workspace: Path, size: int) -> dict[str, float]:
    """Return the medians, in milliseconds, of what a library of this size takes."""
    make_library(workspace, size)
    context = context_for(workspace)
    with open_memory(context) as memory:
        first = milliseconds(lambda: memory.find("exact:nothing"))
        scan = milliseconds(memory.refresh)
        words = milliseconds(lambda: memory.candidates("write a poem for customer c77"))
        likely = median(milliseconds(lambda: memory.candidates("write a poem for customer c77")) for _ in range(9))
    return {
        "index all": first,
        "scan": scan,
        "first candidates": words,
        "candidates": likely,
        **look_ups(workspace, size),
    }


def look_ups(workspace: Path, size: int) -> dict[str, float]:
    """Return the medians, in milliseconds, over many processes of what each of them does once."""
    context = context_for(workspace)
    one_process(context, numbered_trace(0))
    runs = [one_process(context, numbered_trace(turn * 7919 % size)) for turn in range(ROUNDS)]
    return {name: median(run[name] for run in runs) for name in runs[0]}


def one_process(context: PluginContext, trace: Trace) -> dict[str, float]:
    """Return what the memory costs a process that finds a trace, misses another and counts a use."""
    memory = open_memory(context)
    key = keys_of(trace.goal)[0]
    return {
        "find": milliseconds(lambda: expect(memory.find(key), 1)),
        "miss": milliseconds(lambda: expect(memory.find("exact:nothing"), 0)),
        "count": milliseconds(lambda: memory.record_outcome(trace.id, verified=True)),
        "close": milliseconds(memory.close),
    }


def expect(found: Sequence[Any], number: int) -> None:
    """Fail when a look-up did not find what it had to."""
    if len(found) != number:
        raise AssertionError(f"found {len(found)} traces, expected {number}")


def parse_us() -> float:
    """Return how many microseconds reading one trace of one step takes, without the disk."""
    data = render(Document(trace=numbered_trace(1)))
    return median(milliseconds(lambda: parse(data)) for _ in range(500)) * 1000


def main(sizes: Sequence[int]) -> None:
    """Print one line per measure with a column per size."""
    columns = []
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            columns.append(measure(Path(folder), size))
    say = sys.stdout.write
    say(f"parse one trace: {parse_us():.0f} µs\n")
    say(f"{'milliseconds':18}" + "".join(f"{size:>12,}" for size in sizes) + f"{'ratio':>8}\n")
    for name in columns[0]:
        values = [column[name] for column in columns]
        say(f"{name:18}" + "".join(f"{value:12.2f}" for value in values) + f"{values[-1] / values[0]:8.1f}\n")


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [100, 10_000])
