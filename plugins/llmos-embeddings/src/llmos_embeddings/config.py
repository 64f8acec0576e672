"""The section `embeddings`."""

from llmos_core.config.fields import text, whole
from llmos_core.types.record import Record


class EmbeddingsConfig(Record):
    """Section `embeddings`: which model, and how many proposals are looked at."""

    model: str = text(
        "", help="folder with model.safetensors, tokenizer.json and config.json of a BERT-like model; empty: MiniLM"
    )
    proposals: int = whole(5, least=1, help="how many of the nearest learned goals are looked at")
