"""Section `mcp`: which servers there are, what may be believed of them, and how much they may say.

A project's own file may bring servers along, once it is trusted. Whether a server is believed (`trust_annotations`) and
what the user knows better (`effects`) only the user's own file decides.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from llmos_core.config.fields import flag, seconds, secret, section_field, text, text_table, texts, whole
from llmos_core.config.secret_ref import SecretRef, secret_ref
from llmos_core.config.secret_shapes import is_secret_name, secret_in
from llmos_core.types.record import Record
from llmos_core.types.tools import Effect

SERVER_NAME = re.compile(r"[A-Za-z](?:[A-Za-z0-9-]|_(?!_)){0,23}(?<!_)")
"""A server's name begins the names of its tools: `NAME__tool`. So it is short, and holds no double underscore."""

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def _believed(*, help: str) -> Any:  # noqa: A002 – as `llmos_core.config.fields` has it
    return section_field(
        True, lambda value: "" if isinstance(value, bool) else "true or false", help=help, user_only=True
    )


def _references(*, help: str) -> Any:  # noqa: A002
    def convert(value: Any) -> Any:
        return {name: secret_ref(one) for name, one in value.items()} if isinstance(value, Mapping) else value

    return section_field(dict, _table_problem, help=help, convert=convert)


def _table_problem(value: Any) -> str:
    return "" if isinstance(value, Mapping) and all(isinstance(key, str) for key in value) else "a table"


def _effects_problem(value: Any) -> str:
    if not isinstance(value, Mapping):
        return "a table of effects"
    wrong = next((name for name, effect in value.items() if effect not in list(Effect)), None)
    return "" if wrong is None else f"one of {', '.join(Effect)} for '{wrong}'"


class ServerConfig(Record):
    """One table `[mcp.servers.NAME]`: a program to start (`command`), or an address to reach (`url`)."""

    command: str = text("", help="the program that is the server; it speaks over its standard input and output")
    args: tuple[str, ...] = texts(help="the program's arguments")
    cwd: str = text("", help="the folder the program starts in; empty: the workspace")
    env: dict[str, str] = text_table(help="further environment variables of the program")
    secrets: dict[str, SecretRef] = _references(
        help='environment variables of the program that are secrets, as references: TOKEN = { env = "TOKEN" }'
    )
    url: str = text("", help="the address of a server that speaks streamable HTTP")
    bearer: SecretRef | None = secret(help="the token for the address, as a reference")
    headers: dict[str, SecretRef] = _references(help="further headers for the address, as references")
    enabled: bool = flag(True, help="whether the server's tools are offered")
    timeout_s: float = seconds(60.0, help="how long one call may take")
    start_timeout_s: float = seconds(20.0, help="how long the server may take to start and to say what it can do")
    allow: tuple[str, ...] = texts(help="only these tools, by the server's own names; empty: all of them")
    deny: tuple[str, ...] = texts(help="never these tools, by the server's own names")
    trust_annotations: bool = _believed(help="false: do not believe what this server says of its tools' effects")
    effects: dict[str, str] = section_field(
        dict,
        _effects_problem,
        help='what you know better, by the server\'s own names of tools: write_file = "idempotent_write"',
        user_only=True,
    )

    @property
    def problems(self) -> tuple[str, ...]:
        """What is wrong with the table as a whole, one sentence each."""
        return tuple(self._problems())

    def _problems(self) -> Iterator[str]:
        if bool(self.command) == bool(self.url):
            yield "needs either 'command' (a program to start) or 'url' (an address)"
        if self.url:
            yield from self._problems_of_address()
        elif self.headers or self.bearer is not None:
            yield "has 'headers' or 'bearer', which belong to a 'url'"
        for name, value in self.env.items():
            if is_secret_name(name) or secret_in(value):
                yield f"keeps a secret in env.{name}; write it under 'secrets': {name} = {{ env = \"{name}\" }}"

    def _problems_of_address(self) -> Iterator[str]:
        try:
            address = urlsplit(self.url)
            host = address.hostname
        except ValueError:
            host = None
        if host is None or address.scheme not in {"http", "https"}:
            yield "has no usable 'url'; expected http://… or https://…"
            return
        if address.username or address.password:
            yield "has a password in its 'url'; write it as 'bearer' or under 'headers', as a reference"
        if address.scheme == "http" and (self.headers or self.bearer) and host not in _LOOPBACK:
            yield "would send its secrets unencrypted; use https:// for a server on another machine"


def _as_servers(value: Any) -> Any:
    if not isinstance(value, Mapping):
        return value
    return {name: ServerConfig(**table) if isinstance(table, Mapping) else table for name, table in value.items()}


def _servers_problem(value: Any) -> str:
    if not isinstance(value, Mapping):
        return "one table for each server"
    return "; ".join(_told(name, server) for name, server in value.items() if _told(name, server))


def _told(name: Any, server: Any) -> str:
    if not isinstance(name, str) or not SERVER_NAME.fullmatch(name):
        return f"names of at most 24 letters, digits, - and single _ that begin with a letter, not {name!r}"
    if not isinstance(server, ServerConfig):
        return f"a table for '{name}'"
    return "".join(f"that '{name}' be mended: it {problem}" for problem in server.problems[:1])


def _servers(check: Callable[[Any], str], *, help: str) -> Any:  # noqa: A002
    return section_field(dict, check, help=help, convert=_as_servers)


class McpConfig(Record):
    """Section `mcp`: the MCP servers whose tools are offered, and the limits that hold for all of them."""

    servers: dict[str, ServerConfig] = _servers(
        _servers_problem, help="the servers, one table each: command and args, or url"
    )
    trust_annotations: bool = _believed(
        help="believe servers about which of their tools only read; false: every tool counts as irreversible"
    )
    result_bytes: int = whole(100_000, least=1_000, help="how much of one result is kept; more is cut", unit="bytes")
