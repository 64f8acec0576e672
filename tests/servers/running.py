"""Run an ASGI application on a free port of 127.0.0.1, in a thread of this process, over real TCP.

The socket listens before the thread starts, so a client never has to wait or try again.
"""

import logging
import socket
import threading
from typing import Any, Self

import uvicorn


class CutError(Exception):
    """Raised inside a response body to break the connection."""


def listen(port: int = 0) -> socket.socket:
    """Return a socket that listens on 127.0.0.1; port 0 takes a free one."""
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    bound.bind(("127.0.0.1", port))
    bound.listen(64)
    return bound


def server_of(app: Any) -> uvicorn.Server:
    """Return a silent server for an application; it neither waits for stalled requests when it stops nor logs."""
    config = uvicorn.Config(app, loop="asyncio", http="h11", ws="none", lifespan="off", log_config=None)
    config.access_log = False
    for name in ("uvicorn.error", "uvicorn.access"):
        logging.getLogger(name).disabled = True
    return uvicorn.Server(config)


class RunningServer:
    """A context manager: inside it the application answers at `origin`."""

    def __init__(self, app: Any) -> None:
        self._socket = listen()
        self.port: int = self._socket.getsockname()[1]
        self.origin = f"http://127.0.0.1:{self.port}"
        self._server = server_of(app)
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._server.should_exit = True
        self._server.force_exit = True
        self._thread.join()
        self._socket.close()


def serve(app: Any, *, port: int, announce: str) -> None:
    """Print `announce` with the origin filled in, then serve in this process until it is killed."""
    bound = listen(port)
    print(announce.format(origin=f"http://127.0.0.1:{bound.getsockname()[1]}"), flush=True)  # noqa: T201 – the caller reads it
    server_of(app).run([bound])
