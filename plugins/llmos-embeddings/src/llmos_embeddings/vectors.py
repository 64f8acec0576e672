"""A file of vectors that is searched whole: the signs of all of them first, then the nearest few exactly enough.

Signs lie in blocks of columns, so that one word of 64 signs after the other is compared for many vectors at once.
All of it is derived: a folder that is deleted, or does not fit its own description, is made again.
"""

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from llmos_std.storage.files import discard, make_private_file, make_private_folder, open_folder_lock

BLOCK = 32_768
"""Vectors in one block of columns: 1.5 MB of signs, which a processor's cache holds."""

RESCORED = 256
"""How many of the nearest by sign are compared by value."""

_ABOUT = "about.json"
_SAMPLE = 20_000
_PATIENCE_S = 10.0

Vector = NDArray[np.float32]


class Wording(NamedTuple):
    """One learned goal: the number under which memory stored it, its trace, and the digest (16 bytes) of its text."""

    number: int
    trace_id: str
    digest: bytes


class Near(NamedTuple):
    """A trace whose goal lies near, and the cosine of the two, −1 to 1."""

    trace_id: str
    cosine: float


class VectorFile:
    """The vectors of one model in one folder. Making it does no I/O; OSError when the folder cannot be used."""

    def __init__(self, folder: Path, *, model: str, size: int) -> None:
        self._folder = folder
        self._model = model
        self._size = size
        self._words = -(-size // 64)
        self._row = np.dtype([("number", "<i8"), ("trace", "S64"), ("digest", "S32"), ("scale", "<f4")])

    @property
    def count(self) -> int:
        """How many vectors there are."""
        return int(self._about()["count"])

    def last(self) -> tuple[int, str]:
        """Return the number and trace of the newest wording; (0, "") when there is none."""
        count = self.count
        if not count:
            return 0, ""
        row = self._rows(count)[-1]
        return int(row["number"]), bytes(row["trace"]).decode()

    def known(self) -> dict[bytes, int]:
        """Return where each text's vector is, by the text's digest."""
        rows = self._rows(self.count)
        return {bytes.fromhex(bytes(digest).decode()): place for place, digest in enumerate(rows["digest"])}

    def vector(self, place: int) -> Vector:
        """Return the vector at a place, as exactly as it is kept."""
        count = self.count
        scaled = self._codes(count)[place].astype(np.float32) * self._rows(count)["scale"][place]
        return np.asarray(scaled, dtype=np.float32)

    def append(self, wordings: Sequence[Wording], vectors: Sequence[Vector], *, after: int) -> bool:
        """Add vectors behind the first `after`; False when another process was faster, then nothing is added."""
        if not wordings:
            return True
        make_private_folder(self._folder)
        with open_folder_lock(self._folder, timeout_s=_PATIENCE_S):
            about = self._about()
            if about["count"] != after:
                return False
            self._write(after, wordings, np.stack(vectors))
            self._describe(after + len(wordings))
        return True

    def clear(self) -> None:
        """Forget everything."""
        if self._folder.is_dir():
            with open_folder_lock(self._folder, timeout_s=_PATIENCE_S):
                discard(*(self._folder / name for name in (_ABOUT, "signs", "codes", "rows")))

    def nearest(self, vector: Vector, limit: int) -> list[Near]:
        """Return at most `limit` traces, nearest first; of a trace with several wordings the nearest counts."""
        count = self.count
        if not count:
            return []
        likely = self._likely(vector, count)
        rows = self._rows(count)[likely]
        cosines = self._codes(count)[likely].astype(np.float32) @ vector * rows["scale"]
        best: dict[str, float] = {}
        for place in np.argsort(-cosines, kind="stable"):
            best.setdefault(bytes(rows["trace"][place]).decode(), float(cosines[place]))
            if len(best) == limit:
                break
        return [Near(trace_id, cosine) for trace_id, cosine in best.items()]

    def _likely(self, vector: Vector, count: int) -> NDArray[np.intp]:
        """Return the places of at least the RESCORED vectors with the most signs in common."""
        wanted = _signs(vector[np.newaxis], self._words)[0]
        apart = np.empty(count, np.uint16)
        differing, each = np.empty(BLOCK, np.uint64), np.empty(BLOCK, np.uint8)
        for start, block in self._blocks(count):
            part = apart[start : start + BLOCK]
            size = len(part)
            part[:] = 0
            for word in range(self._words):
                np.bitwise_xor(block[word, :size], wanted[word], out=differing[:size])
                np.bitwise_count(differing[:size], out=each[:size])
                part += each[:size]
        line = _line(apart, RESCORED)
        return np.flatnonzero(apart <= line)

    def _blocks(self, count: int) -> Iterator[tuple[int, NDArray[np.uint64]]]:
        number = -(-count // BLOCK)
        mapped = np.memmap(self._folder / "signs", np.uint64, "r", shape=(number, self._words, BLOCK))
        for block in range(number):
            yield block * BLOCK, mapped[block]

    def _rows(self, count: int) -> Any:
        return self._mapped("rows", self._row, (count,)) if count else np.empty(0, self._row)

    def _codes(self, count: int) -> Any:
        return self._mapped("codes", np.dtype(np.int8), (count, self._size))

    def _mapped(self, name: str, kind: np.dtype[Any], shape: tuple[int, ...]) -> Any:
        return np.memmap(self._folder / name, kind, "r", shape=shape)

    def _write(self, after: int, wordings: Sequence[Wording], vectors: Vector) -> None:
        scales = np.maximum(np.abs(vectors).max(axis=1), 1e-12) / 127
        rows = np.array(
            [
                (wording.number, wording.trace_id.encode(), wording.digest.hex().encode(), scale)
                for wording, scale in zip(wordings, scales, strict=True)
            ],
            self._row,
        )
        codes = np.rint(vectors / scales[:, np.newaxis]).astype(np.int8)
        self._put("rows", after * self._row.itemsize, rows.tobytes())
        self._put("codes", after * self._size, codes.tobytes())
        signs = _signs(vectors, self._words)
        for start in range(after, after + len(signs)):
            if start == after or start % BLOCK == 0:
                self._put_signs(start, signs[start - after :][: BLOCK - start % BLOCK])
        self._fill(after + len(wordings))

    def _put_signs(self, place: int, signs: NDArray[np.uint64]) -> None:
        """Write signs, shape (vectors, words), into the one block that they fit in, from a place on."""
        block, column = divmod(place, BLOCK)
        for word in range(self._words):
            offset = ((block * self._words + word) * BLOCK + column) * 8
            self._put("signs", offset, signs[:, word].tobytes())

    def _fill(self, count: int) -> None:
        """Let the last block have its whole size, so that it can be mapped."""
        whole = -(-count // BLOCK) * self._words * BLOCK * 8
        path = self._folder / "signs"
        if path.stat().st_size < whole:
            os.truncate(path, whole)

    def _put(self, name: str, offset: int, data: bytes) -> None:
        handle = os.open(self._folder / name, os.O_CREAT | os.O_WRONLY | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        try:
            os.pwrite(handle, data, offset)
        finally:
            os.close(handle)

    def _about(self) -> dict[str, Any]:
        """Return what the folder says it holds, nothing when that is not so or is of another model."""
        with suppress(OSError, ValueError, KeyError, TypeError):
            about = json.loads((self._folder / _ABOUT).read_text("utf-8"))
            if about["model"] == self._model and self._is_whole(int(about["count"])):
                return {"model": self._model, "count": int(about["count"])}
        return {"model": self._model, "count": 0}

    def _is_whole(self, count: int) -> bool:
        needed = {
            "rows": count * self._row.itemsize,
            "codes": count * self._size,
            "signs": -(-count // BLOCK) * self._words * BLOCK * 8,
        }
        return all((self._folder / name).stat().st_size >= size for name, size in needed.items())

    def _describe(self, count: int) -> None:
        """Say in one moment how much of the other files counts."""
        new = self._folder / f"{_ABOUT}.new"
        discard(new)
        make_private_file(new)
        new.write_text(json.dumps({"model": self._model, "count": count}), "utf-8")
        new.replace(self._folder / _ABOUT)


def _line(apart: NDArray[np.uint16], wanted: int) -> int:
    """Return the smallest distance within which `wanted` vectors lie, or all there are.

    Among very many a sample says about where that is, so that few are counted.
    """
    wanted = min(wanted, len(apart))
    step = max(1, len(apart) // _SAMPLE)
    sample = np.sort(apart[::step])
    guess = sample[min(2 * wanted // step, len(sample) - 1)]
    near = apart[apart <= guess]
    if len(near) < wanted:
        near = apart
    return int(np.searchsorted(np.cumsum(np.bincount(near)), wanted))


def _signs(vectors: Vector, words: int) -> NDArray[np.uint64]:
    """Return the signs of each vector as `words` words of 64."""
    bits = np.packbits(vectors > 0, axis=1)
    padded = np.zeros((len(vectors), words * 8), np.uint8)
    padded[:, : bits.shape[1]] = bits
    return padded.view(np.uint64)
