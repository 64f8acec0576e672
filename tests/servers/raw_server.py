"""A server that answers every request with exactly the bytes it was told to, however wrong they are, over real TCP.

In a test: `with RawServer() as server: server.answer(b"HTTP/1.1 200 OK\r\n…")`. A reply may also be a function that
writes to the connection until it has enough, or until the other side has.
"""

import socket
import socketserver
import threading
from collections.abc import Callable
from typing import Any, Self

Script = bytes | Callable[[socket.socket], None]


class RawServer:
    """`requests` are the requests it got, head and body, as bytes. The last scripted reply stays."""

    def __init__(self) -> None:
        self.requests: list[bytes] = []
        self._script: list[Script] = []
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        outer = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                outer.serve(self.request)

        socketserver.ThreadingTCPServer.daemon_threads = True
        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        self.origin = f"http://127.0.0.1:{self._server.server_address[1]}"
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def answer(self, *script: Script) -> None:
        """Forget what was scripted and received; from now on answer so, the last one for ever."""
        self.requests.clear()
        self._script = list(script)

    def serve(self, connection: socket.socket) -> None:
        """Read one request, answer it, and close the connection."""
        request = _request(connection)
        if not request:
            return
        with self._lock:
            self.requests.append(request)
            reply = self._script.pop(0) if len(self._script) > 1 else self._script[0]
        try:
            reply(connection) if callable(reply) else connection.sendall(reply)
        except OSError:
            return


def answer_of(body: bytes, *, status: str = "200 OK", kind: str = "application/json", **headers: str) -> bytes:
    """Return a whole HTTP response; header names are given with underscores."""
    facts = {"Content-Type": kind, "Content-Length": len(body), "Connection": "close", **headers}
    named = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in facts.items())
    return f"HTTP/1.1 {status}\r\n{named}\r\n".encode() + body


def _request(connection: socket.socket) -> bytes:
    """Return one request, as far as it came."""
    data = b""
    while b"\r\n\r\n" not in data and (piece := connection.recv(65536)):
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    wanted = next((int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0)
    while len(body) < wanted and (piece := connection.recv(65536)):
        body += piece
    return head + b"\r\n\r\n" + body


__all__: list[Any] = ["RawServer", "answer_of"]
