"""How long a compiled trace takes against the interpreted one, and what it costs to have the code at hand.

    python tests/bench/bench_compiling.py 1 5 20 100

Both are rehearsed on what was recorded, by turns in one process, so only the sources themselves are measured: no tool,
no gate, no journal. A ratio is of the least time of many rounds.
"""

import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from llmos_core import aio
from llmos_core.types.transcript import Transcript
from llmos_std.compiling.emitting import source_of
from llmos_std.compiling.loading import PYTHON, compile_source, function_of, packed, unpacked
from llmos_std.compiling.proving import Stage, World, recorded_world, rehearse
from llmos_std.compiling.source import CompiledSource
from llmos_std.journal.journal import SqliteJournal
from llmos_std.replay.cursor import TraceSource
from worlds.kernel import World as ShelfWorld
from worlds.programs import model_of
from worlds.shelf import Shelf

ROUNDS = 60


class Case:
    """A trace of so many steps that was really recorded, ready to be rehearsed in both forms."""

    def __init__(self, folder: Path, steps: int) -> None:
        world = ShelfWorld(folder, Shelf(a="x"))
        kinds: list[Any] = [("Get", {"name": "a"}), ("Put", {"name": "b", "text": "y"}), ("Post", {"text": "x"})]
        world.run("tidy", model_of([kinds[number % 3] for number in range(steps)]), max_turns=steps + 2)
        self.trace = next(world.memory.list())
        self.source = source_of(self.trace)
        self._function = function_of(compile_source(self.source, "bench"))
        self._packed = packed(self.source, "bench")
        journal = SqliteJournal(folder / "workspace" / ".llmos" / "state")
        episode = journal.episode(self.trace.episodes[0])
        journal.close()
        assert episode is not None
        found = recorded_world(self.trace, episode)
        assert found is not None
        self._world: World = found

    def interpreted(self) -> Any:
        stage = Stage(self._world, {})
        return aio.run(rehearse(stage, TraceSource(stage, self.trace), Transcript(goal="tidy")))

    def compiled(self) -> Any:
        stage = Stage(self._world, {})
        return aio.run(rehearse(stage, CompiledSource(stage, self.trace, self._function), Transcript(goal="tidy")))

    def loading(self) -> Any:
        code = unpacked(self._packed, PYTHON)
        assert code is not None
        return function_of(code)

    def compiling(self) -> Any:
        return function_of(compile_source(self.source, "bench"))


def least_ms(act: Sequence[Callable[[], Any]], rounds: int) -> list[float]:
    """Return the least time of each, in milliseconds; they take turns."""
    took = [float("inf")] * len(act)
    for _ in range(rounds):
        for number, one in enumerate(act):
            start = time.process_time()
            one()
            took[number] = min(took[number], (time.process_time() - start) * 1000)
    return took


def measured(steps: int, rounds: int = ROUNDS) -> list[float]:
    """Return milliseconds: interpreted, compiled, and to have the function from byte code and from its source."""
    with tempfile.TemporaryDirectory() as folder:
        case = Case(Path(folder), steps)
        assert case.interpreted() == case.compiled()
        return least_ms((case.interpreted, case.compiled, case.loading, case.compiling), rounds)


if __name__ == "__main__":
    for count in map(int, sys.argv[1:] or ("1", "5", "20", "100")):
        one, other, loaded, made = measured(count)
        sys.stdout.write(
            f"{count:4} steps  interpreted {one:7.3f} ms  compiled {other:7.3f} ms  ratio {other / one:.2f}"
            f"  function from byte code {loaded:6.3f} ms, from source {made:7.3f} ms\n"
        )
