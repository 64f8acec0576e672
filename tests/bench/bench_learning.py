"""What learning from several runs is worth on recorded runs: two halves of the intents, and the size of the small call.

    python tests/bench/bench_learning.py [SHOTS …]        # 1 2 3 4 5 all
    python tests/bench/bench_learning.py --drawn SEED …   # 200 runs a seed, with 1 to 9 known tasks of each intent

Intents are put into halves by a digest of their name: what stands in the way was looked at in half A only. Needs the
development data (LLMOS_DATA, else ../shared/data); without them it says so and measures nothing.
"""

import os
import sys
from collections import Counter
from collections.abc import Iterable
from hashlib import sha256
from itertools import islice
from pathlib import Path
from random import Random
from statistics import median, quantiles
from typing import Any, NamedTuple

from llmos_core.types.json import canonical_json
from llmos_core.types.task import TaskBlock
from llmos_core.types.tools import CallStatus, ToolCall, ToolResult
from llmos_core.types.transcript import Exchange, Origin, StepRecord, Transcript, Turn
from llmos_std.learning.evaluating import Log, Verdict, evaluate, instance
from llmos_std.learning.filling import request_for
from llmos_std.learning.logs import read_effects, read_runs, read_truth
from llmos_std.learning.runs import Run
from llmos_std.learning.slicing import Example
from llmos_std.loop.prompting import messages_for

DATA = Path(os.environ.get("LLMOS_DATA", Path(__file__).parents[3] / "shared" / "data")) / "episodes"
RUNS, TOOLS, TRUTH = (DATA / f"workbench_{name}" for name in ("dev.jsonl", "tools.json", "gold_dev.jsonl"))
ROWS = ("follow-wrong", "follow", "one call", "unseen", "refused", "learn")


class Sizes(NamedTuple):
    """Characters of what a model is sent: the small call, a learner's first call, and all calls of a learner's run."""

    fill: list[int]
    first: list[int]
    whole: list[int]


def judged(shots: int | None) -> list[Verdict]:
    """Decide every run by what the others teach."""
    return list(evaluate(Log(read_runs(RUNS, read_effects(TOOLS))), read_truth(TRUTH), shots=shots))


class Drawn(Log):
    """A log in which chance says what is known when a run comes: so many tasks of each intent, and one run of each."""

    def __init__(self, runs: Iterable[Run], seed: int) -> None:
        super().__init__(runs)
        self._random = Random(seed)
        self.runs = tuple(self._random.sample(self.runs, len(self.runs)))

    def others(self, held_out: Run, shots: int | None) -> list[Example]:
        """Return what is known; `shots` is drawn anew for each intent."""
        tasks: dict[str, dict[str, list[Run]]] = {}
        for run in self.runs:
            if run.succeeded and not run.is_dialogue and instance(run) != instance(held_out):
                tasks.setdefault(run.group, {}).setdefault(instance(run), []).append(run)
        found: list[Example] = []
        for of_intent in tasks.values():
            count = min(len(of_intent), self._random.choice((1, 2, 3, 4, 5, 6, 9)))
            names = self._random.sample(sorted(of_intent), count)
            found += [self.example(self._random.choice(of_intent[name])) for name in names]
        return found


def acting(shots: int | None) -> list[int]:
    """Return, for every run, how many of the known runs of its intent changed anything: the others show no effect."""
    log = Log(read_runs(RUNS, read_effects(TOOLS)))
    known = ((run, log.others(run, shots)) for run in log.runs)
    return [sum(bool(one.steps) for one in others if one.run.group == run.group) for run, others in known]


def drawn(seed: int) -> list[Verdict]:
    """Decide 200 runs, each by what chance lets be known."""
    return list(islice(evaluate(Drawn(read_runs(RUNS, read_effects(TOOLS)), seed), read_truth(TRUTH)), 200))


def half(run: Run) -> str:
    """Return the half that the run's intent belongs to."""
    return "AB"[sha256(run.group.encode()).digest()[0] % 2]


def kind(verdict: Verdict) -> str:
    if verdict.would == "follow":
        return "follow" if verdict.is_right else "follow-wrong"
    if verdict.would == "mixed":
        return "one call" if verdict.is_right else "unseen" if verdict.is_unseen else "refused"
    return "learn"


def shares(verdicts: list[Verdict]) -> str:
    found = Counter(map(kind, verdicts))
    if not verdicts:
        return "none"
    rest = "  ".join(f"{name} {found[name] / len(verdicts):6.1%}" for name in ROWS[1:])
    return f"wrong {found[ROWS[0]]:3}  {rest}"


def sizes(verdicts: list[Verdict]) -> Sizes:
    """Measure the runs that one small call would have been asked about; descriptions of tools are not in the log."""
    tools = len(TOOLS.read_text("utf-8"))
    asked = [one for one in verdicts if one.would == "mixed"]
    whole = [[tools + size for size in learner(one.run)] for one in asked]
    return Sizes([small(one) for one in asked], [each[0] for each in whole], [sum(each) for each in whole])


def small(verdict: Verdict) -> int:
    request = request_for(verdict.decision.proposals)
    return sum(len(message.text) for message in request.messages) + len(canonical_json(request.json_schema))


def learner(run: Run) -> list[int]:
    """Return the characters of each request of a learner that makes the run's calls one a turn."""
    transcript, found = Transcript(goal=run.goal), []
    for index, call in enumerate((*run.calls, None)):
        messages = messages_for(TaskBlock(goal=run.goal), transcript)
        calls = "".join(
            canonical_json([one.tool, dict(one.arguments)]) for message in messages for one in message.calls
        )
        found.append(sum(len(message.text) for message in messages) + len(calls))
        if call is not None:
            made = ToolCall(id=f"call_{index}", tool=call.tool, arguments=call.arguments)
            result = ToolResult(status=CallStatus.OK, content=call.output)
            step = StepRecord(index=index, call=made, result=result, fingerprint="", effect=call.effect)
            transcript = transcript.plus(Exchange(turn=Turn(origin=Origin.MODEL, calls=(made,)), steps=(step,)))
    return found


def spread(name: str, found: list[int]) -> str:
    return f"{name:34} median {median(found):7.0f}   95 % {quantiles(found, n=20)[-1]:7.0f}"


def main(arguments: list[str]) -> int:
    if not RUNS.is_file():
        sys.stderr.write("the development data are not here; name their folder in LLMOS_DATA\n")
        return 1
    if arguments[:1] == ["--drawn"]:
        for seed in arguments[1:]:
            sys.stdout.write(f"seed {seed:>4}  {shares(drawn(int(seed)))}\n")
            sys.stdout.flush()
        return 0
    found: dict[str, Any] = {}
    for shots in arguments or ["1", "2", "3", "4", "5", "all"]:
        found[shots] = verdicts = judged(None if shots == "all" else int(shots))
        for name in ("AB", "A", "B"):
            sys.stdout.write(
                f"{shots:>3} known, half {name:2}  {shares([v for v in verdicts if half(v.run) in name])}\n"
            )
        counts = acting(None if shots == "all" else int(shots))
        for name, least, most in (("none", 0, 0), ("one", 1, 1), ("two or more", 2, len(counts))):
            some = [one for one, count in zip(verdicts, counts, strict=True) if least <= count <= most]
            share = len(some) / len(verdicts)
            sys.stdout.write(f"{shots:>3} known, {name} of which acted ({share:.1%} of all)  {shares(some)}\n")
    measured = sizes(found.get("4", verdicts))
    names = ("small call, all of it", "learner's first call, at least", "all calls of a learner, at least")
    for name, of_name in zip(names, measured, strict=True):
        sys.stdout.write(f"characters: {spread(name, of_name)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
