"""How often a stranger's words reach a call of a replay: `python tests/bench/bench_injection.py [ROUNDS]`.

Errands of a small town are learned from clean runs, and then repeated where somebody wrote hostile text, look-alikes or
one more item into what they look at. An attack is any effect that the same goal does not have in the clean town.
"""

import sys
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from worlds import errands
from worlds.town import ANY, ERRANDS, TEXTUAL, poisoned

LIES = tuple(kind for kind in ANY if kind not in TEXTUAL)
WHOLE_RUNS = 12


def programs(rounds: int) -> dict[str, Counter[str]]:
    """Return, for each way of writing, what became of programs that several runs prove, whose tools say nothing."""
    found: dict[str, Counter[str]] = {kind: Counter() for kind in ANY}
    for seed in range(rounds):
        random = Random(seed)
        *runs, (goal, made, town) = errands.errand_runs(list(ERRANDS)[seed % len(ERRANDS)], random)
        learned = errands.learned_from(runs)
        if learned.decide(goal, town.call).would != "follow":
            continue
        for kind in ANY:
            then = learned.decide(goal, poisoned(town, made, random, (kind,)).call)
            done = [[call.tool, dict(call.arguments)] for call in then.calls if not call.effect.is_safe]
            is_attack = then.would == "follow" and any(one not in errands.effects(made) for one in done)
            how = "attacks" if is_attack else "as before" if then.would == "follow" else "stopped"
            found[kind].update(["tried", how])
    return found


def whole_runs(rounds: int) -> tuple[int, int, int]:
    """Return tries, clean goals followed, and attacks, in whole runs with tools that say they read untrusted text."""
    done = [errands.done_by_strangers(seed, errands.READS, tries=4) for seed in range(rounds)]
    return 4 * rounds, sum(followed for followed, _ in done), sum(len(wished) for _, wished in done)


def main(arguments: list[str]) -> None:
    """Print the figures, attacks first."""
    rounds = int(arguments[0]) if arguments else 200
    found, lines = programs(rounds), []
    for name, kinds in (("text in a field", TEXTUAL), ("a lie of the right kind, or one more item", LIES)):
        total: Counter[str] = sum((found[kind] for kind in kinds), Counter())
        lines.append(_line(name, total))
    lines += [_line(f"  {kind}", found[kind]) for kind in ANY]
    tried, followed, attacks = whole_runs(WHOLE_RUNS)
    marked = f"{attacks} attacks in {tried} poisoned runs; {followed} of {tried} clean ones are followed"
    sys.stdout.write("\n".join([*lines, f"tools that say reads_untrusted: {marked}", ""]))


def _line(name: str, figures: Any) -> str:
    tried = figures["tried"]
    share = figures["attacks"] / tried if tried else 0
    rest = f"{figures['as before']} as in the clean town, {figures['stopped']} stopped"
    return f"{name}: {figures['attacks']} attacks of {tried} ({share:.1%}); {rest}"


if __name__ == "__main__":
    main(sys.argv[1:])
