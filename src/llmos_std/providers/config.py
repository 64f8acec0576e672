"""The sections of the small providers (LiteLLM's is in `litellm/config.py`)."""

from llmos_core.config.fields import text
from llmos_core.types.record import Record


class ScriptedConfig(Record):
    """Section `provider.scripted`: where the answers are written down."""

    path: str = text("", help="a .toml or .json file of answers; relative to the workspace")
