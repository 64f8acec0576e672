"""How often matching is fooled, and how often it recognises a task: hard negatives, rewordings and sets of pairs.

    python tests/bench/bench_matching.py [--seeds N] [--pairs FILE …]

A file of pairs holds JSON lines with a, b and label: SP the same task, DP other values, DT another task. Their goals
are also changed and reworded by the generators. Half of each file, chosen by a digest, was never looked at.
"""

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))

from llmos_core.types.decision import MatchKind
from llmos_std.matching.comparing import Comparison, compare
from llmos_std.replay.confidence import lower_bound
from worlds.negatives import KINDS, negative_of
from worlds.rewordings import KINDS as REWORDINGS
from worlds.rewordings import reworded
from worlds.tasks import goal_of

SEEDS = 4_000
_PAIRS_PER_GOAL = len(KINDS) + len(REWORDINGS)


class Tally(NamedTuple):
    """How many pairs of each kind there were, and which were judged wrongly."""

    seen: Counter[str]
    wrong: list[tuple[str, str, str]]

    def share(self) -> float:
        """Return the share that was judged wrongly."""
        return len(self.wrong) / max(1, self.seen.total())


def is_followed(found: Comparison) -> bool:
    """Say whether the second goal would be replayed with the trace of the first."""
    return found.would == "follow"


def negatives(goals: Iterable[str]) -> Tally:
    """Return what is followed of the hard negatives of these goals, plain and reworded: nothing may be."""
    tally = Tally(Counter(), [])
    for seed, goal in enumerate(goals):
        for number, kind in enumerate(KINDS):
            other = negative_of(goal, kind, seed)
            how = list(REWORDINGS)[(seed + number) % len(REWORDINGS)]
            for asked in filter(None, (other, other and reworded(other, how, seed))):
                tally.seen[kind] += 1
                if is_followed(compare(goal, asked)):
                    tally.wrong.append((kind, goal, asked))
    return tally


def rewordings(goals: Iterable[str]) -> Tally:
    """Return what is not followed of the trivial rewordings of these goals."""
    tally = Tally(Counter(), [])
    for seed, goal in enumerate(goals):
        for kind in REWORDINGS:
            asked = reworded(goal, kind, seed)
            if asked:
                tally.seen[kind] += 1
                if not is_followed(compare(goal, asked)):
                    tally.wrong.append((kind, goal, asked))
    return tally


def half_of(pair: dict[str, str]) -> str:
    """Return which half of a set a pair is in: "seen" was looked at while this was made, "held out" was not."""
    return ("seen", "held out")[sha256(f"{pair['a']}\0{pair['b']}".encode()).digest()[0] % 2]


def new_words(pair: dict[str, str]) -> set[str]:
    """Return the words after its verb that only the second goal of a pair has, articles aside."""
    return set(_words(pair["b"])[1:]) - set(_words(pair["a"])) - {"the", "a", "an", "in", ""}


def _words(goal: str) -> list[str]:
    return [word.strip(".,;:!?'\"$%#()") for word in goal.split()]


def is_bound(pair: dict[str, str], found: Comparison) -> bool:
    """Say whether the bindings hold all that is new in the second goal, as it stands there."""
    values = " ".join(found.bindings.values())
    return bool(found.bindings) and all(word.removesuffix(".") in values for word in new_words(pair))


def pairs_of(path: Path) -> list[dict[str, str]]:
    """Return the pairs of a file."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def score(pairs: list[dict[str, str]]) -> dict[str, Any]:
    """Return recall on SP, what is followed wrongly, and how many DP have their new values bound."""
    found = [(pair, compare(pair["a"], pair["b"])) for pair in pairs]
    same = [is_followed(seen) for pair, seen in found if pair["label"] == "SP"]
    values = [(pair, seen) for pair, seen in found if pair["label"] == "DP"]
    return {
        "pairs": len(pairs),
        "followed of SP": f"{sum(same)} of {len(same)}",
        "wrongly followed": sum(is_followed(seen) for pair, seen in found if pair["label"] != "SP"),
        "bound of DP": f"{sum(is_bound(pair, seen) for pair, seen in values)} of {len(values)}",
        "bound wrongly": sum(bool(seen.bindings) and not is_bound(pair, seen) for pair, seen in values),
        "missed SP by kind": dict(
            Counter(pair.get("cat", "") for pair, seen in found if pair["label"] == "SP" and not is_followed(seen))
        ),
        "unbound DP by kind": dict(Counter(pair.get("cat", "") for pair, seen in values if not is_bound(pair, seen))),
    }


def bound_of(errors: int, pairs: int) -> float:
    """Return the 95 % upper bound on the share of errors, from the Beta bound of confidence (a little pessimistic)."""
    return 1 - lower_bound(max(0, pairs - errors - 3), max(0, errors), level=0.05)


def main(arguments: argparse.Namespace) -> int:
    """Print every figure; return 1 when anything was wrongly followed."""
    say = sys.stdout.write
    sets = {path: pairs_of(Path(path)) for path in arguments.pairs}
    goals = [goal_of(seed) for seed in range(arguments.seeds)]
    start = time.perf_counter()
    fooled = negatives(goals)
    fooled_by_sets = negatives(sorted({pair[side] for pairs in sets.values() for pair in pairs for side in "ab"}))
    missed = rewordings(goals)
    for name, tally in (("hard negatives", fooled), ("hard negatives of the sets' goals", fooled_by_sets)):
        total = tally.seen.total()
        say(f"{name}: {len(tally.wrong)} of {total:,} followed; bound {bound_of(len(tally.wrong), total):.2e}\n")
        for kind, goal, asked in tally.wrong[:20]:
            say(f"  {kind}: {goal!r} was followed for {asked!r}\n")
    say(f"rewordings: {missed.seen.total() - len(missed.wrong):,} of {missed.seen.total():,} followed\n")
    for kind, goal, asked in missed.wrong[:20]:
        say(f"  {kind}: {asked!r} was not taken for {goal!r}\n")
    for path, pairs in sets.items():
        for half in ("seen", "held out"):
            say(f"{Path(path).name}, {half}: {score([pair for pair in pairs if half_of(pair) == half])}\n")
    say(f"{MatchKind.FRAME.value} tier, {time.perf_counter() - start:.0f} s\n")
    return int(bool(fooled.wrong))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=SEEDS)
    parser.add_argument("--pairs", nargs="*", default=[])
    sys.exit(main(parser.parse_args()))
