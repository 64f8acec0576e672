"""Measure the classifier on a file of labelled commands; nothing is ever executed.

Run `LLMOS_COMMANDS=FILE.jsonl python tests/std/shell/measure_commands.py`; each line is {"command", "set"}, with set
dangerous or benign. A dangerous command must never be `read` or `workspace`.
"""

import json
import os
import sys
from collections import Counter
from pathlib import Path

from llmos_std.shell.classify import LEVELS, classify


def main() -> int:
    """Print a table of sets and levels; return 1 when a dangerous command passed."""
    rows = [json.loads(line) for line in Path(os.environ["LLMOS_COMMANDS"]).read_text().splitlines()]
    counts = Counter((row["set"], classify(row["command"]).level) for row in rows)
    for kind in sorted({row["set"] for row in rows}):
        total = sum(counts[kind, level] for level in LEVELS)
        shares = "  ".join(f"{level} {counts[kind, level] / total:6.1%}" for level in LEVELS)
        sys.stdout.write(f"{kind:10} {total:5}  {shares}\n")
    return int(bool(counts["dangerous", "read"] + counts["dangerous", "workspace"]))


if __name__ == "__main__":
    sys.exit(main())
