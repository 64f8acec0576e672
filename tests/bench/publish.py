"""Measure again what docs/explanation/measures.md says, and put the new figures in the place of the old ones.

    python tests/bench/publish.py [NAME …]        # all of them without a name
    LLMOS_DATA=FOLDER                              # the development data, ../shared/data unless said otherwise

Every figure of a script stands between two marks, as the script printed it; nobody writes there by hand. What cannot
be measured here (no data, no model installed) stays as it was, and is named at the end.
"""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "explanation" / "measures.md"
DATA = Path(os.environ.get("LLMOS_DATA", ROOT.parent / "shared" / "data"))
BENCH = "tests/bench"

SCRIPTS: dict[str, list[str]] = {
    "matching": [
        f"{BENCH}/bench_matching.py",
        "--pairs",
        f"{DATA}/goals/pairs_dev.jsonl",
        f"{DATA}/goals/nl2bash_pairs_dev.jsonl",
    ],
    "learning": [f"{BENCH}/bench_learning.py"],
    "families": [f"{BENCH}/bench_families.py", "11"],
    "injection": [f"{BENCH}/bench_injection.py", "200"],
    "sandbox": [f"{BENCH}/bench_sandbox.py", "60"],
    "commands": [f"{BENCH}/bench_policy.py", f"{DATA}/commands/dev.jsonl"],
    "index": [f"{BENCH}/bench_matching_index.py", "100", "100000", "1000000"],
    "embeddings": [f"{BENCH}/bench_embeddings.py", str(DATA)],
    "memory": [f"{BENCH}/bench_memory.py", "100", "3000"],
    "compiling": [f"{BENCH}/bench_compiling.py", "1", "5", "20", "100"],
    "start-up": [f"{BENCH}/bench_startup.py", "300"],
}
"""Mark in the page → what is run, by the Python that runs this."""

_PLACE = re.compile(r"/(home|Users|root|work)\b")
_BLOCK = "(<!-- measured: {name} -->\n)(.*?)(<!-- end -->)"


def measure(name: str) -> str | None:
    """Return what a script printed, None when it could not measure; its own words go to standard error."""
    done = subprocess.run([sys.executable, *SCRIPTS[name]], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 and done.stdout.strip() else None


def published(page: str, name: str, figures: str) -> str:
    """Return the page with new figures under a mark; ValueError when it has no such mark, or several."""
    figures = _PLACE.sub(r"/<\1>", figures)  # goals of the data name places; a page names none of anybody's machine
    block = re.compile(_BLOCK.format(name=re.escape(name)), re.DOTALL)
    if len(block.findall(page)) != 1:
        raise ValueError(f"{PAGE.name} needs one '<!-- measured: {name} -->' with an '<!-- end -->' behind it")
    return block.sub(lambda found: f"{found[1]}```text\n{figures}\n```\n{found[3]}", page)


def main(names: list[str]) -> int:
    """Measure, and write the page after each script: hours of work must not be lost to the last of them."""
    lost = []
    for name in names or list(SCRIPTS):
        start = time.monotonic()
        figures = measure(name)
        if figures is None:
            lost.append(name)
            continue
        PAGE.write_text(published(PAGE.read_text("utf-8"), name, figures), "utf-8")
        sys.stderr.write(f"{name}: {time.monotonic() - start:.0f} s\n")
    subprocess.run([sys.executable, "docs/render_shares.py"], cwd=ROOT, check=True)
    if lost:
        sys.stderr.write(f"not measured, and left as it was: {', '.join(lost)}\n")
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
