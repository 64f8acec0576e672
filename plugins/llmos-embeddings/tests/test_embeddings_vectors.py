"""Law: what is found is what an exact search finds first; what does not fit its own description counts as nothing."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmos_embeddings.vectors import VectorFile, Wording

SIZE = 64


def unit(random: np.random.Generator, count: int) -> np.ndarray:
    made = random.normal(size=(count, SIZE)).astype(np.float32)
    return made / np.linalg.norm(made, axis=1, keepdims=True)


def wordings(count: int, start: int = 1) -> list[Wording]:
    return [Wording(number, f"{number:016x}", number.to_bytes(16, "big")) for number in range(start, start + count)]


def filled(folder: Path, vectors: np.ndarray, *, steps: int = 1, model: str = "m") -> VectorFile:
    made = VectorFile(folder, model=model, size=SIZE)
    for part in np.array_split(np.arange(len(vectors)), steps):
        if len(part):
            some = wordings(len(part), int(part[0]) + 1)
            assert made.append(some, list(vectors[part]), after=int(part[0]))
    return made


@settings(deadline=None, max_examples=25)
@given(seed=st.integers(0, 2**32 - 1), count=st.integers(1, 200), steps=st.integers(1, 5))
def test_among_few_the_search_is_exact(
    seed: int, count: int, steps: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    random = np.random.default_rng(seed)
    vectors, asked = unit(random, count), unit(random, 1)[0]
    found = filled(tmp_path_factory.mktemp("v"), vectors, steps=steps).nearest(asked, 5)
    exact = np.sort(vectors @ asked)[::-1][:5]
    assert [one.cosine for one in found] == pytest.approx(list(exact), abs=0.01)


def test_among_many_nearly_all_of_the_nearest_are_found(tmp_path: Path) -> None:
    random = np.random.default_rng(1)
    vectors = unit(random, 40_000)  # more than one block
    file, hits = filled(tmp_path, vectors, steps=3), 0
    for place in range(0, 40_000, 2_000):
        near = vectors[place] + 0.5 * unit(random, 1)[0]
        asked = (near / np.linalg.norm(near)).astype(np.float32)
        hits += file.nearest(asked, 1)[0].trace_id == f"{int(np.argmax(vectors @ asked)) + 1:016x}"
    assert hits >= 19


def test_a_trace_with_several_wordings_is_found_once_by_the_nearest(tmp_path: Path) -> None:
    vectors = unit(np.random.default_rng(2), 2)
    file = VectorFile(tmp_path, model="m", size=SIZE)
    both = [Wording(1, "aa", b"1" * 16), Wording(1, "aa", b"2" * 16)]
    assert file.append(both, list(vectors), after=0)
    (found,) = file.nearest(vectors[1], 5)
    assert (found.trace_id, round(found.cosine, 2)) == ("aa", 1.0)


def test_who_comes_second_adds_nothing(tmp_path: Path) -> None:
    vectors = unit(np.random.default_rng(3), 2)
    one, other = filled(tmp_path, vectors[:1]), VectorFile(tmp_path, model="m", size=SIZE)
    assert not other.append(wordings(1), [vectors[1]], after=0)
    assert one.count == other.count == 1


@pytest.mark.parametrize("name", ["about.json", "signs", "codes", "rows"])
def test_a_file_that_is_cut_or_gone_makes_all_of_it_nothing(name: str, tmp_path: Path) -> None:
    vectors = unit(np.random.default_rng(4), 10)
    filled(tmp_path, vectors)
    path = tmp_path / name
    path.write_bytes(path.read_bytes()[:-1])
    assert VectorFile(tmp_path, model="m", size=SIZE).nearest(vectors[0], 5) == []
    path.unlink()
    again = filled(tmp_path, vectors)
    assert again.nearest(vectors[3], 1)[0].trace_id == f"{4:016x}"


def test_the_vectors_of_another_model_count_as_nothing(tmp_path: Path) -> None:
    vectors = unit(np.random.default_rng(5), 3)
    filled(tmp_path, vectors)
    assert VectorFile(tmp_path, model="other", size=SIZE).count == 0


def test_an_addition_that_was_cut_short_is_written_over(tmp_path: Path) -> None:
    vectors = unit(np.random.default_rng(6), 6)
    filled(tmp_path, vectors[:3])
    for name in ("codes", "rows"):
        with (tmp_path / name).open("ab") as file:
            file.write(b"half of an addition")
    file = VectorFile(tmp_path, model="m", size=SIZE)
    assert file.append(wordings(3, 4), list(vectors[3:]), after=3)
    assert [file.nearest(vector, 1)[0].trace_id for vector in vectors] == [f"{n:016x}" for n in range(1, 7)]


def test_the_files_are_the_owners_alone(tmp_path: Path) -> None:
    filled(tmp_path / "v", unit(np.random.default_rng(8), 1))
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "v").iterdir()} == {0o600}
    assert (tmp_path / "v").stat().st_mode & 0o777 == 0o700
