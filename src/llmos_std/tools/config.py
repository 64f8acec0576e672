"""The sections of the tools: how long commands may run and what they see, and which hosts are trusted."""

import attrs

from llmos_core.types.record import Record, field


def _tuple(value: object) -> object:
    """Take a TOML array as a tuple; anything else is left for the validator to refuse."""
    return tuple(value) if isinstance(value, list) else value


_texts = attrs.validators.deep_iterable(
    attrs.validators.and_(attrs.validators.instance_of(str), attrs.validators.min_len(1)),
    attrs.validators.instance_of(tuple),
)


class CommandsConfig(Record):
    """Section `commands`: the limits of programs that Bash and Python start."""

    timeout_s: float = field(
        default=60.0,
        validator=attrs.validators.gt(0),
        metadata={"help": "how long a command may run when the call does not say", "unit": "seconds"},
    )
    output_bytes: int = field(
        default=100_000,
        validator=attrs.validators.ge(1_000),
        metadata={"help": "how much of each output stream is kept; the middle is cut", "unit": "bytes"},
    )
    environment: tuple[str, ...] = field(
        default=(),
        converter=_tuple,
        validator=_texts,
        metadata={"help": "further environment variables that commands may see; names that look secret never pass"},
    )


class WebConfig(Record):
    """Section `web`: what WebFetch may reach and how much it brings back."""

    allow_hosts: tuple[str, ...] = field(
        default=(),
        converter=_tuple,
        validator=_texts,
        metadata={"help": "hosts that need no asking, and may have private addresses; *.example.org fits sub-domains"},
    )
    max_bytes: int = field(
        default=1_000_000,
        validator=attrs.validators.ge(1_000),
        metadata={"help": "how much of a page is kept; the rest is cut", "unit": "bytes"},
    )
    timeout_s: float = field(
        default=30.0,
        validator=attrs.validators.gt(0),
        metadata={"help": "how long a page may take, redirects included", "unit": "seconds"},
    )
