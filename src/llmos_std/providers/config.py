"""The sections of the small providers (LiteLLM's is in `litellm/config.py`)."""

import attrs

from llmos_core.types.record import Record, field


class ScriptedConfig(Record):
    """Section `provider.scripted`: where the answers are written down."""

    path: str = field(
        default="",
        validator=attrs.validators.instance_of(str),
        metadata={"help": "a .toml or .json file of answers; relative to the workspace"},
    )
