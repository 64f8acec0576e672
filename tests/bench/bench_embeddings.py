"""How long the nearest of many vectors take, and how often the right learned goal is among the first five.

    python tests/bench/bench_embeddings.py [folder with goals/nl2bash_pairs_dev.jsonl]

Needs the plugin llmos-embeddings; the second part also its model. Vectors of the first part are random directions:
time depends on their number alone.
"""

import json
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import numpy as np

from llmos_embeddings.model import SentenceModel, model_folder
from llmos_embeddings.vectors import VectorFile, Wording

SIZE, ROUNDS, BATCH = 384, 15, 32_768


def made(folder: Path, count: int) -> VectorFile:
    """Return a file of `count` random directions."""
    random = np.random.default_rng(count)
    file = VectorFile(folder, model="random", size=SIZE)
    for start in range(0, count, BATCH):
        vectors = random.normal(size=(min(BATCH, count - start), SIZE)).astype(np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        rows = [Wording(start + place + 1, f"{start + place:016x}", b"0" * 16) for place in range(len(vectors))]
        file.append(rows, list(vectors), after=start)
    return file


def milliseconds(file: VectorFile) -> tuple[float, float]:
    """Return the smallest and the median time of one look-up."""
    asked = np.random.default_rng(0).normal(size=SIZE).astype(np.float32)
    asked /= np.linalg.norm(asked)
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        file.nearest(asked, 5)
        times.append((time.perf_counter() - start) * 1000)
    return min(times), median(times)


def tell(line: str) -> None:
    """Print one line."""
    sys.stdout.write(f"{line}\n")


def recall(data: Path) -> None:
    """Print how often the other description of a command is among the five nearest, exactly and by signs first."""
    pairs = [json.loads(line) for line in (data / "goals" / "nl2bash_pairs_dev.jsonl").open(encoding="utf-8")]
    same = [(pair["a"], pair["b"]) for pair in pairs if pair["label"] == "SP"]
    texts = sorted({text for pair in pairs for text in (pair["a"], pair["b"])})
    model = SentenceModel(model_folder(""))
    vectors = np.stack([model.vector(text) for text in texts])
    place = {text: number for number, text in enumerate(texts)}
    with tempfile.TemporaryDirectory() as folder:
        file = VectorFile(Path(folder), model=model.digest, size=model.size)
        rows = [Wording(number + 1, f"{number:016x}", b"0" * 16) for number in range(len(texts))]
        file.append(rows, list(vectors), after=0)
        exact = quick = agree = 0
        for one, other in same:
            asked = vectors[place[one]]
            best = [int(number) for number in np.argsort(-(vectors @ asked))[:6]]
            found = [int(near.trace_id, 16) for near in file.nearest(asked, 6)]
            exact += place[other] in best
            quick += place[other] in found
            agree += len(set(best) & set(found))
    total = len(same)
    tell(f"{len(texts)} wordings, {total} pairs: the other one among the five nearest in {exact / total:.1%} exactly,")
    tell(f"{quick / total:.1%} by signs first; {agree / (6 * total):.2%} of the nearest are the same")


def main() -> None:
    """Print all figures."""
    for count in (10_000, 100_000, 1_000_000):
        with tempfile.TemporaryDirectory() as folder:
            start = time.perf_counter()
            file = made(Path(folder), count)
            built_s = time.perf_counter() - start
            least, middle = milliseconds(file)
        tell(f"{count:>9,} vectors: {least:.2f} ms at best, {middle:.2f} ms in the middle; made in {built_s:.1f} s")
    if len(sys.argv) > 1:
        recall(Path(sys.argv[1]))


if __name__ == "__main__":
    main()
