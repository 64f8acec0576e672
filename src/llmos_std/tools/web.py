"""WebFetch: one page of text by URL.

Whether a host may be asked at all, the gates decide; this tool never connects to a private address that is not listed.
"""

from typing import TYPE_CHECKING, Any

from llmos_core.errors import ToolError, ToolTimeoutError
from llmos_core.protocols.acting import ToolContext
from llmos_core.protocols.context import PluginContext
from llmos_core.types.json import JsonObject, JsonValue
from llmos_core.types.tools import Effect, ToolSpec
from llmos_std.tools.config import WebConfig

if TYPE_CHECKING:
    import socket
    from http.client import HTTPResponse

    from llmos_std.tools.addresses import Target

MAX_REDIRECTS = 5
_REDIRECTS = (301, 302, 303, 307, 308)
_FIRST_ERROR = 400
_TEXT_TYPES = ("json", "xml", "javascript", "ecmascript", "yaml", "toml", "csv", "x-www-form-urlencoded", "x-sh")


class WebFetch:
    """Returns the text behind a URL."""

    uses_network = True
    reads_untrusted = True
    spec = ToolSpec(
        name="WebFetch",
        description="Fetch one page of text from the web by its http or https address.",
        parameters={
            "type": "object",
            "properties": {
                "url": {"type": "string", "minLength": 1, "description": "such as https://example.org/page"}
            },
            "required": ["url"],
            "additionalProperties": False,
        },
        effect=Effect.READ,
    )

    def __init__(self, config: WebConfig) -> None:
        self._config = config

    async def call(self, arguments: JsonObject, context: ToolContext) -> JsonValue:
        """Return status, content type and text.

        Raises ToolError when there is no answer, or one that is no text; ToolTimeoutError when it takes too long.
        """
        import asyncio

        fetch = _Fetch(self._config)
        timeout_s = min(self._config.timeout_s, context.timeout_s)
        try:
            async with asyncio.timeout(timeout_s):
                return await asyncio.to_thread(fetch.page, arguments["url"])
        except TimeoutError:
            message = f"{arguments['url']}: no whole answer within {timeout_s:g} s; try again later"
            raise ToolTimeoutError(message) from None
        finally:
            fetch.abort()

    def is_failure(self, content: JsonValue) -> bool:
        """Return True for a status of 400 or more."""
        status: Any = content.get("status") if isinstance(content, dict) else None
        return not isinstance(status, int) or status >= _FIRST_ERROR


class _Fetch:
    """One fetch with its redirects, in a thread of its own; `abort` ends it from outside."""

    def __init__(self, config: WebConfig) -> None:
        self._config = config
        self._socket: socket.socket | None = None
        self._is_aborted = False

    def abort(self) -> None:
        """Break the connection, whatever it is waiting for."""
        self._is_aborted = True
        if self._socket is not None:
            _break(self._socket)

    def page(self, url: str) -> JsonValue:
        """Return the page that a URL leads to, every redirect checked like the first address."""
        from http.client import HTTPException
        from urllib.parse import urljoin

        from llmos_std.tools.addresses import parse_url

        for _ in range(MAX_REDIRECTS + 1):
            target = parse_url(url)
            try:
                with self._answer(target) as response:
                    location = response.headers.get("Location")
                    if response.status not in _REDIRECTS or location is None:
                        return self._content(response, target)
            except TimeoutError:
                raise
            except (OSError, HTTPException) as error:
                reason = str(error) or type(error).__name__
                raise ToolError(f"{target.host} does not answer as it should: {reason}; try again later") from error
            finally:
                self._close()
            url = urljoin(url, location)
        raise ToolError(f"{url}: more than {MAX_REDIRECTS} redirects; give the address they lead to")

    def _answer(self, target: "Target") -> "HTTPResponse":
        from http.client import HTTPConnection

        connection = HTTPConnection(target.host, target.port)
        connection.sock = self._connected(target)
        connection.putrequest("GET", target.path, skip_host=True, skip_accept_encoding=True)
        connection.putheader("Host", target.host_header)
        connection.putheader("User-Agent", "llmos")
        connection.putheader("Accept", "text/*, application/json, */*;q=0.5")
        connection.putheader("Connection", "close")
        connection.endheaders()
        return connection.getresponse()

    def _connected(self, target: "Target") -> "socket.socket":
        """Return a socket to one of the checked addresses of the host."""
        import socket

        from llmos_std.tools.addresses import resolve

        failure: OSError | None = None
        for address in resolve(target, self._config.allow_hosts):
            try:
                self._keep(socket.create_connection((address, target.port), timeout=self._config.timeout_s))
                if target.scheme == "https":
                    self._keep(_secured(self._socket, target.host))
            except OSError as error:
                failure = error
                continue
            if self._socket is not None:
                return self._socket
        raise failure or OSError("no address")

    def _keep(self, connected: "socket.socket") -> None:
        self._socket = connected
        if self._is_aborted:
            _break(connected)
            raise OSError("aborted")

    def _close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _content(self, response: "HTTPResponse", target: "Target") -> JsonValue:
        kind = response.headers.get_content_type() if "Content-Type" in response.headers else ""
        if kind and not kind.startswith("text/") and not kind.endswith(_TEXT_TYPES):
            raise ToolError(f"{target.host} sent {kind}, which is no text; fetch such files with a command")
        if response.headers.get("Content-Encoding", "identity").lower() != "identity":
            raise ToolError(f"{target.host} sent compressed text though none was asked for; fetch it with a command")
        data = response.read(self._config.max_bytes + 1)
        if len(data) <= self._config.max_bytes and response.length:
            raise ToolError(f"{target.host} broke off {response.length} bytes before the end; try again later")
        text = _decoded(data[: self._config.max_bytes], response.headers.get_content_charset("utf-8"))
        if len(data) > self._config.max_bytes:
            text += f"\n… more than {self._config.max_bytes} bytes, the rest was cut …\n"
        return {"status": response.status, "content_type": kind, "text": text}


def _secured(connected: "socket.socket | None", host: str) -> "socket.socket":
    import ssl

    if connected is None:
        raise OSError("not connected")
    return ssl.create_default_context().wrap_socket(connected, server_hostname=host)


def _break(connected: "socket.socket") -> None:
    from contextlib import suppress
    from socket import SHUT_RDWR

    with suppress(OSError):
        connected.shutdown(SHUT_RDWR)


def _decoded(data: bytes, charset: str) -> str:
    try:
        return data.decode(charset, "replace")
    except LookupError:
        return data.decode("utf-8", "replace")


def open_web_fetch(context: PluginContext) -> WebFetch:
    """Return the WebFetch tool with the bounds of section `web`."""
    return WebFetch(context.config or WebConfig())
