"""The server over streamable HTTP: on this machine only, with a token, for no web page.

A request without the token is refused before anything of it is read; so is one whose Host or Origin is not this
server's own (a page that a browser was led to).
"""

from __future__ import annotations

import hmac
import json
import socket
import sys
from typing import TYPE_CHECKING, Any

from llmos_core.errors import UsageError

if TYPE_CHECKING:
    from mcp.server.mcpserver import MCPServer

LOOPBACK = ("127.0.0.1", "localhost", "::1")
PATH = "/mcp"
_GOODBYE_S = 3
"""How long an ending server waits for its callers; one that only listens for news would never leave by itself."""


def address_of(text: str) -> tuple[str, int]:
    """Return host and port of `HOST:PORT`; UsageError when it is none, or leads beyond this machine."""
    host, separator, port = text.rpartition(":")
    host = host.strip("[]")
    if not separator or not port.isdigit() or int(port) > 65_535:  # noqa: PLR2004 – the highest port there is
        raise UsageError(
            f"{text!r} is no address; write HOST:PORT, for example 127.0.0.1:8765 (port 0: any that is free)"
        )
    if host not in LOOPBACK:
        hint = "to be reached from elsewhere, put a proxy with TLS before it"
        raise UsageError(f"{host!r} is not this machine; choose one of {', '.join(LOOPBACK)}; {hint}")
    return host, int(port)


class Guarded:
    """Lets only requests with the right token pass on to the application."""

    def __init__(self, app: Any, token: str) -> None:
        self._app = app
        self._expected = f"Bearer {token}".encode()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Pass on, or answer 401."""
        if scope["type"] != "lifespan":
            given = [value for name, value in scope["headers"] if name == b"authorization"]
            if len(given) != 1 or not hmac.compare_digest(given[0], self._expected):
                await _refuse(send)
                return
        await self._app(scope, receive, send)


async def _refuse(send: Any) -> None:
    body = json.dumps({"error": "a token is needed: Authorization: Bearer …"}).encode()
    headers = [(b"content-type", b"application/json"), (b"www-authenticate", b"Bearer")]
    await send({"type": "http.response.start", "status": 401, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def application(server: MCPServer[Any], token: str, host: str, port: int) -> Guarded:
    """Return the application for uvicorn: the server behind its three walls (token, Host, Origin)."""
    from mcp.server.transport_security import TransportSecuritySettings

    shown = f"[{host}]" if ":" in host else host
    own = TransportSecuritySettings(
        enable_dns_rebinding_protection=True,
        allowed_hosts=[f"{shown}:{port}"],
        allowed_origins=[f"http://{shown}:{port}"],
    )
    app = server.streamable_http_app(streamable_http_path=PATH, transport_security=own, host=host)
    return Guarded(app, token)


async def serve_http(server: MCPServer[Any], token: str, host: str, port: int) -> None:
    """Serve until interrupted; where, is written on standard error once it can be reached."""
    import uvicorn

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((host, port))
        except OSError as error:
            raise UsageError(f"{host}:{port} cannot be used: {error.strerror}; choose another port") from error
        listening.listen()
        port = listening.getsockname()[1]
        shown = f"[{host}]" if ":" in host else host
        sys.stderr.write(f"llmos: MCP server on http://{shown}:{port}{PATH}\n")
        sys.stderr.flush()
        app: Any = application(server, token, host, port)
        config = uvicorn.Config(
            app, log_level="warning", lifespan="on", ws="none", timeout_graceful_shutdown=_GOODBYE_S
        )
        await uvicorn.Server(config).serve([listening])
