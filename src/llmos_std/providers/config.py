"""The sections of the small providers (LiteLLM's is in `litellm/config.py`)."""

import attrs


@attrs.frozen(kw_only=True)
class ScriptedConfig:
    """Section `provider.scripted`: where the answers are written down."""

    path: str = attrs.field(
        default="",
        validator=attrs.validators.instance_of(str),
        metadata={"help": "a .toml or .json file of answers; relative to the workspace"},
    )
