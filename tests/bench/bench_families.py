"""What learning is worth on task families made for the purpose: 64 kinds of tasks of ten trades, with an exact truth.

    python tests/bench/bench_families.py [SEED …]          # every family, three ways in which the world may move
    python tests/bench/bench_families.py --save FILE SEED  # the log of a seed, as `llmos episodes evaluate` takes it

Looks are answered by the town itself, so nothing is unseen. A decision is wrong where the town does not come out as the
right effects leave it. Families that hang on a rule of the house which no goal says are counted apart.
"""

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from llmos_core.types.json import JsonObject
from llmos_core.types.tools import Effect
from llmos_std.learning.deciding import Learned
from llmos_std.learning.entries import run_of
from llmos_std.learning.evaluating import Log
from llmos_std.learning.runs import Run
from llmos_std.learning.wise import Case as Asked
from llmos_std.learning.wise import filling

sys.path.insert(0, str(Path(__file__).parents[1]))

from worlds.trades.families import FAMILIES
from worlds.trades.records import Case, effects, log
from worlds.trades.town import RefusedError

MODES = ("still", "moving", "undated")
SHOTS = (1, 2, 3, 4, 5, None)
PER_FAMILY, AT_ONCE = 9, 10
ROWS = ("wrong", "wrong by a rule of the house", "follow", "one call", "refused", "learn")


class Judged(NamedTuple):
    """One decision: `kind` is one of ROWS; `shots` is how many tasks of its family were known, None for all."""

    kind: str
    mode: str
    shots: int | None
    case: Case
    done: list[tuple[str, dict[str, Any]]]


class Live(Log):
    """A log in which the town of a task answers every look, as it would answer a run."""

    def __init__(self, runs: list[Run], cases: list[Case]) -> None:
        self.cases = {case.name: case for case in cases}
        super().__init__(runs)

    def look(self, run: Run) -> Callable[[str, JsonObject], Any]:
        town = self.cases[run.task].town

        def look(tool: str, arguments: JsonObject) -> Any:
            try:
                return town.call(tool, dict(arguments))
            except RefusedError as error:
                return str(error)

        return look


def judged(
    seed: int, mode: str, shots: tuple[int | None, ...], names: tuple[str, ...] = (), *, every: int = 2
) -> Iterator[Judged]:
    """Decide one run of every second task by what the others teach; the oracle fills in what is open."""
    cases, lines = log(seed, PER_FAMILY, mode, names=names)
    of_tools = {name: Effect(one["effect"]) for name, one in effects().items()}
    known = Live([run_of(line, of_tools, "log") for line in lines], cases)
    first: dict[str, Run] = {}
    for run in known.runs:
        first.setdefault(run.task, run)
    for count in shots:
        for run in list(first.values())[seed % every :: every]:
            yield _judged(known, run, mode, count)


def _judged(known: Live, run: Run, mode: str, shots: int | None) -> Judged:
    case, look = known.cases[run.task], known.look(run)
    decision = Learned.of(known.others(run, shots)).decide(run.goal, look, today=run.today)
    done = [(call.tool, dict(call.arguments)) for call in decision.calls if not call.effect.is_safe]
    kind = decision.would
    if kind == "follow" and not case.ends_right(done):
        kind = ROWS[1] if case.is_policy else ROWS[0]
    if kind == "mixed":
        alike = tuple(one for one in known.runs if one.task == run.task)
        asked = Asked(right=case.effects, look=look, alike=alike, today=run.today)
        completed = (filling(one, asked) for one in decision.proposals)
        kind = "one call" if any(not isinstance(one, bool) for one in completed) else "refused"
    return Judged(kind, mode, shots, case, done)


def shares(name: str, found: list[Judged]) -> str:
    count = Counter(one.kind for one in found)
    bad = f"wrong {count[ROWS[0]]:3}  by a rule of the house {count[ROWS[1]]:3}"
    return f"{name:16} of {len(found):5}  {bad}  " + "  ".join(
        f"{row} {count[row] / len(found):6.1%}" for row in ROWS[2:]
    )


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["--save"]:
        _, lines = log(int(arguments[2]), PER_FAMILY, "still")
        Path(arguments[1]).write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
        Path(arguments[1]).with_suffix(".tools.json").write_text(json.dumps(effects(), indent=1), "utf-8")
        return 0
    found: list[Judged] = []
    for seed in map(int, arguments or ["1", "2", "3"]):
        names = Random(seed).sample(sorted(FAMILIES), len(FAMILIES))
        for start in range(0, len(names), AT_ONCE):
            for mode in MODES:
                found += judged(seed, mode, SHOTS, tuple(names[start : start + AT_ONCE]), every=3)
    for one in found:
        if one.kind in ROWS[:2]:
            sys.stdout.write(f"{one.kind}: {one.case.family} ({one.mode}, {one.shots} known) {one.case.goal!r}\n")
    for shots in SHOTS:
        sys.stdout.write(shares(f"{shots or 'all'} known", [one for one in found if one.shots == shots]) + "\n")
    for mode in MODES:
        sys.stdout.write(shares(mode, [one for one in found if one.mode == mode]) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
