"""A server of tests on the SDK: `python sdk.py` over standard streams, `python sdk.py PORT TOKEN` over HTTP."""

import os
import sys
from typing import Any

from mcp.server.mcpserver import Context, Image, MCPServer
from mcp.shared.exceptions import MCPError
from mcp.types import ToolAnnotations
from pydantic import BaseModel

READS = ToolAnnotations(read_only_hint=True, open_world_hint=False)
ONCE = ToolAnnotations(read_only_hint=False, destructive_hint=False, idempotent_hint=True)


class Point(BaseModel):
    """Two numbers."""

    x: int
    y: int


server = MCPServer("sdk", version="1.2", log_level="ERROR")


@server.tool(annotations=READS)
def add(a: int, b: int) -> int:
    """Add two numbers."""
    return a + b


@server.tool(annotations=READS)
def point(x: int) -> Point:
    """Return a point."""
    return Point(x=x, y=-x)


@server.tool(annotations=ONCE)
def picture() -> Image:
    """Return a picture."""
    return Image(data=b"not really", format="png")


@server.tool()
def die() -> str:
    """End the server in the middle of a call."""
    os._exit(1)


@server.tool(annotations=READS)
def refuse() -> str:
    """Answer with an error of the protocol."""
    raise MCPError(code=-32001, message="not \x1b[31mtoday")


@server.tool()
async def grow(context: Context[Any, Any]) -> str:
    """Learn a further tool."""

    def grown() -> str:
        """Say hello."""
        return "hello"

    server.add_tool(grown)
    await context.notify_tools_changed()
    return "grown"


class Token:
    """Lets only requests with the token pass."""

    def __init__(self, app: Any, token: str) -> None:
        self._app, self._token = app, token

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and (b"authorization", f"Bearer {self._token}".encode()) not in scope["headers"]:
            await send({"type": "http.response.start", "status": 401, "headers": []})
            await send({"type": "http.response.body", "body": b"no"})
            return
        await self._app(scope, receive, send)


if len(sys.argv) > 1:
    import socket

    import uvicorn

    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind(("127.0.0.1", int(sys.argv[1])))
    listening.listen()
    sys.stderr.write(f"{listening.getsockname()[1]}\n")
    sys.stderr.flush()
    app = Token(server.streamable_http_app(), sys.argv[2])
    uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="on")).run([listening])
else:
    server.run()
