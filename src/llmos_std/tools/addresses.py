"""Web addresses: what a URL asks for, and which network addresses it may lead to.

A name is resolved once, every address is checked, and the connection goes to a checked address: a second answer of the
name server cannot lead anywhere else.
"""

import ipaddress
import re
import socket
from collections.abc import Iterator, Sequence
from urllib.parse import quote, urlsplit

from llmos_core.errors import ToolError, ToolRefusedError
from llmos_core.types.record import Record

_PORTS = {"http": 80, "https": 443}
_ODD = re.compile(r"[\x00-\x20\x7f\\]")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class Target(Record):
    """What one request asks for: `host` as ASCII, `path` with the query, as they go over the wire."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def host_header(self) -> str:
        """The value of the Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"


def parse_url(url: str) -> Target:
    """Return what a URL asks for; raises ToolRefusedError unless it is a plain http or https address."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").rstrip(".")
        ascii_host = host if ":" in host else host.encode("idna").decode("ascii")
        port = parts.port or _PORTS.get(parts.scheme, 0)
    except (ValueError, UnicodeError) as error:
        raise ToolRefusedError(f"{url} is no web address: {error}; give one such as https://example.org/page") from None
    if parts.scheme not in _PORTS or not ascii_host or _ODD.search(url):
        raise ToolRefusedError(f"{url} is no web address; give one that starts with http:// or https://")
    if parts.username is not None or parts.password is not None:
        raise ToolRefusedError(f"the address of {ascii_host} holds a user name; leave it out")
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = quote(parts.query, safe="/%:@!$&'()*+,;=~-._?")
    return Target(scheme=parts.scheme, host=ascii_host, port=port, path=f"{path}?{query}" if query else path)


def is_listed(host: str, hosts: Sequence[str]) -> bool:
    """Say whether a host is in a list of names, in which *.example.org stands for every name below example.org."""
    known = [each.lower().rstrip(".") for each in hosts]
    return any(host.endswith(each[1:]) if each.startswith("*.") else host == each for each in known)


def resolve(target: Target, hosts: Sequence[str]) -> list[str]:
    """Return the network addresses to connect to, best first.

    Raises ToolRefusedError when the host leads only to private addresses and is not among `hosts`, ToolError when
    it has no address.
    """
    try:
        answers = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise ToolError(f"{target.host} cannot be found: {error}; check the name and the connection") from error
    found = list(dict.fromkeys(str(answer[4][0]) for answer in answers))
    allowed = found if is_listed(target.host, hosts) else [each for each in found if is_public(each)]
    if not allowed:
        advice = "only hosts listed in web.allow_hosts may have one"
        raise ToolRefusedError(f"{target.host} has a private network address ({', '.join(found)}); {advice}")
    return allowed


def is_public(address: str) -> bool:
    """Say whether a network address, and any other hidden inside it, is one of the public internet."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return all(
        each.is_global and not (each.is_multicast or each.is_reserved or each.is_unspecified or each.is_loopback)
        for each in (found, *_hidden_in(found))
    )


def _hidden_in(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> Iterator[ipaddress.IPv4Address]:
    """Yield the IPv4 addresses that an IPv6 address is a disguise of."""
    if isinstance(address, ipaddress.IPv4Address):
        return
    yield from (each for each in (address.ipv4_mapped, address.sixtofour) if each is not None)
    yield from address.teredo or ()
    if address in _NAT64:
        yield ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
