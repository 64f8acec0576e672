"""The sections of the tools: how long commands may run and what they see, and which hosts are trusted."""

from typing import Any

from llmos_core.config.fields import seconds, section_field, whole
from llmos_core.types.record import Record


def _tuple(value: Any) -> Any:
    """Take a TOML array as a tuple; anything else is left for the check to refuse."""
    return tuple(value) if isinstance(value, list) else value


def _are_names(value: Any) -> str:
    is_right = isinstance(value, tuple) and all(isinstance(one, str) and one for one in value)
    return "" if is_right else "a list of texts, none empty"


def _names(*, help: str) -> Any:  # noqa: A002 – the name that the metadata bears
    return section_field((), _are_names, help=help, convert=_tuple)


class CommandsConfig(Record):
    """Section `commands`: the limits of programs that Bash and Python start."""

    timeout_s: float = seconds(60.0, help="how long a command may run when the call does not say")
    output_bytes: int = whole(
        100_000, least=1_000, help="how much of each output stream is kept; the middle is cut", unit="bytes"
    )
    environment: tuple[str, ...] = _names(
        help="further environment variables that commands may see; names that look secret never pass"
    )


class WebConfig(Record):
    """Section `web`: what WebFetch may reach and how much it brings back."""

    allow_hosts: tuple[str, ...] = _names(
        help="hosts that need no asking, and may have private addresses; *.example.org fits sub-domains"
    )
    max_bytes: int = whole(1_000_000, least=1_000, help="how much of a page is kept; the rest is cut", unit="bytes")
    timeout_s: float = seconds(30.0, help="how long a page may take, redirects included")
