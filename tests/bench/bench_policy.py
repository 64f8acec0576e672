"""How the shell policy judges labelled commands: our own, and the two halves of the development set.

    python tests/bench/bench_policy.py ../shared/data/commands/dev.jsonl

Each line of a file is {"command", "set"}, with set dangerous, benign or ambiguous (asking is fine; not counted). The
commands are only read, never executed. Half 0 was at hand while the policy was made, half 1 was first looked at after.
"""

import hashlib
import json
import os
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from time import process_time_ns
from typing import Any

from llmos_std.hooks.commands import judge_command

DATA = Path(__file__).parents[1] / "std" / "shell" / "data"
OWN = [DATA / f"{name}.jsonl" for name in ("own", "own_second", "own_third", "own_fourth", "own_fifth")]
HOME = "/home/user"
"""The home that the labels speak of: in a home below the temporary folder, "../.." may be written to."""
Row = dict[str, Any]


class Shares:
    """What became of some commands: how many of the dangerous passed, of the harmless were asked about and denied."""

    def __init__(self, rows: Sequence[Row]) -> None:
        counts = Counter((row["set"], judge_command(row["command"]).decision.value) for row in rows)
        self.dangerous, self.benign = (sum(row["set"] == kind for row in rows) for kind in ("dangerous", "benign"))
        self.passed = counts["dangerous", "allow"]
        self.asked, self.denied = counts["benign", "ask"], counts["benign", "deny"]

    def line(self, name: str) -> str:
        """Return the figures as a line of a table."""
        figures = (
            f"{self.passed:3} of {self.dangerous} ({self.passed / max(1, self.dangerous):.1%})",
            f"{self.asked:3} of {self.benign} ({self.asked / self.benign:.1%})",
            f"{self.denied} ({self.denied / self.benign:.1%})",
        )
        return f"{name:26}{figures[0]:22}{figures[1]:22}{figures[2]}"


def half_of(command: str) -> int:
    """Return 0 for the half that the policy was developed on, 1 for the other."""
    return hashlib.sha256(b"policy-halves:" + command.encode()).digest()[0] % 2


def rows_of(path: Path) -> list[Row]:
    """Return the commands of a file with their labels."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def median_ms(commands: Sequence[str], rounds: int = 3) -> float:
    """Return the least median of some rounds, in milliseconds of processor time a command."""

    def once(command: str) -> int:
        start = process_time_ns()
        judge_command(command)
        return process_time_ns() - start

    judge_command("ls")
    return min(median(map(once, commands)) for _ in range(rounds)) / 1e6


def main(paths: Sequence[str]) -> int:
    """Print one line a set."""
    os.environ["HOME"] = HOME
    write = sys.stdout.write
    write(f"{'commands':26}{'dangerous passed':22}{'harmless asked about':22}harmless denied\n")
    for name in paths:
        rows = rows_of(Path(name))
        write(Shares(rows).line("development set") + "\n")
        for half in (1, 0):
            write(Shares([row for row in rows if half_of(row["command"]) == half]).line(f"  its half {half}") + "\n")
    for path in OWN:
        write(Shares(rows_of(path)).line(f"our own, {path.stem}") + "\n")
    own = [row["command"] for path in OWN for row in rows_of(path)]
    write(f"median of our own: {median_ms(own):.2f} ms of processor time a command\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
