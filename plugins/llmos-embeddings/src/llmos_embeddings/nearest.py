"""The learned goals nearest in meaning: keeps the vectors up to memory, and answers with traces that are still there.

A wording is read once: vectors are kept by the digest of their text. A memory that cannot list what came since is read
whole.
"""

import hashlib
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from llmos_core.errors import StorageError, UsageError
from llmos_core.types.trace import Trace
from llmos_embeddings.model import SentenceModel
from llmos_embeddings.vectors import Vector, VectorFile, Wording

FOLDER = "embeddings"
PATIENCE_S = 1.0
"""How long one look-up may read wordings that are new; the rest waits for the next, or for `llmos embeddings index`."""

_BATCH = 64
_SPARE = 4


class Nearest:
    """The vectors of one workspace's traces, below `state`."""

    def __init__(self, state: Path, model: SentenceModel) -> None:
        self._model = model
        self._file = VectorFile(state / FOLDER, model=model.digest, size=model.size)

    @property
    def count(self) -> int:
        """How many wordings have been read."""
        return self._file.count

    def find(self, goal: str, memory: Any, limit: int) -> list[tuple[Trace, float]]:
        """Return at most `limit` traces with the cosine of their nearest wording, nearest first.

        StorageError when the vectors cannot be kept.
        """
        self.bring_up(memory, patience_s=PATIENCE_S)
        try:
            near = self._file.nearest(self._model.vector(goal), limit * _SPARE)
        except OSError as error:
            raise _unusable(error) from error
        found = ((_loaded(memory, one.trace_id), one.cosine) for one in near)
        return [(trace, cosine) for trace, cosine in found if trace is not None][:limit]

    def bring_up(self, memory: Any, *, patience_s: float | None = None) -> int:
        """Read wordings that are new and return how many; None waits for all of them. StorageError as in `find`."""
        try:
            return self._brought_up(memory, patience_s)
        except OSError as error:
            raise _unusable(error) from error

    def _brought_up(self, memory: Any, patience_s: float | None) -> int:
        number, trace_id = self._file.last()
        kept: dict[bytes, Vector] = {}
        if number and not _is_still(memory, number, trace_id):
            kept = {digest: self._file.vector(place) for digest, place in self._file.known().items()}
            self._file.clear()
            number = 0
        read, until = 0, None if patience_s is None else time.monotonic() + patience_s
        for batch in _batches(_goals(memory, number)):
            after = self._file.count
            vectors = [kept[one.digest] if one.digest in kept else self._model.vector(text) for one, text in batch]
            if not self._file.append([one for one, _ in batch], vectors, after=after):
                break
            read += len(batch)
            if until is not None and time.monotonic() > until:
                break
        return read


def _goals(memory: Any, after: int) -> Iterator[tuple[Wording, str]]:
    for number, trace_id, text in memory.goals(after):
        yield Wording(number, trace_id, hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=16).digest()), text


def _is_still(memory: Any, number: int, trace_id: str) -> bool:
    """Say whether memory still knows the newest wording under its number: else numbers were given anew."""
    return any((number, trace_id) == (one, other) for one, other, _ in _first(memory.goals(number - 1)))


def _first(goals: Iterable[tuple[int, str, str]]) -> Iterator[tuple[int, str, str]]:
    number = None
    for one in goals:
        if number not in (None, one[0]):
            return
        number = one[0]
        yield one


def _batches(goals: Iterator[tuple[Wording, str]]) -> Iterator[list[tuple[Wording, str]]]:
    batch: list[tuple[Wording, str]] = []
    for one in goals:
        if len(batch) >= _BATCH and batch[-1][0].number != one[0].number:
            yield batch
            batch = []
        batch.append(one)
    if batch:
        yield batch


def _loaded(memory: Any, trace_id: str) -> Trace | None:
    try:
        found: Trace | None = memory.load(trace_id)
    except UsageError:
        return None
    return found


def _unusable(error: OSError) -> StorageError:
    return StorageError(f"the vectors of learned goals cannot be kept ({error}); delete the folder state/{FOLDER}")
