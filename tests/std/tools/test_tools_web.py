"""Laws: a page comes back as text; no address, name or redirect reaches a private network unless the host is listed."""

import asyncio
import socket
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import IPv4Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmos_core.errors import ToolError, ToolRefusedError
from llmos_std.tools import addresses
from llmos_std.tools.addresses import is_listed, is_public, parse_url
from llmos_std.tools.config import WebConfig
from llmos_std.tools.web import WebFetch

PAGES = {
    "/plain": (200, {"Content-Type": "text/plain; charset=utf-8"}, "héllo".encode()),
    "/latin": (200, {"Content-Type": "text/html; charset=latin-1"}, "<p>é</p>".encode("latin-1")),
    "/odd-charset": (200, {"Content-Type": "text/plain; charset=nonsense"}, b"text"),
    "/json": (200, {"Content-Type": "application/ld+json"}, b"{}"),
    "/none": (200, {}, b"no type"),
    "/image": (200, {"Content-Type": "image/png"}, b"\x89PNG"),
    "/packed": (200, {"Content-Type": "text/plain", "Content-Encoding": "gzip"}, b"\x1f\x8b"),
    "/big": (200, {"Content-Type": "text/plain"}, b"x" * 5_000),
    "/missing": (404, {"Content-Type": "text/html"}, b"not here"),
    "/moved": (302, {"Location": "/plain"}, b""),
    "/circle": (302, {"Location": "/circle"}, b""),
    "/inward": (302, {"Location": "http://localhost:1/plain"}, b""),
    "/file": (302, {"Location": "file:///etc/passwd"}, b""),
    "/nowhere": (304, {}, b""),
    "/cut": (200, {"Content-Type": "text/plain", "Content-Length": "100"}, b"only this"),
}


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.seen.append((self.path, dict(self.headers)))
        if self.path.startswith("/slow"):
            self.server.hold.wait(20)
            return
        status, headers, body = PAGES.get(self.path.partition("?")[0], (200, {"Content-Type": "text/plain"}, b"ok"))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args):
        pass


def quick(server):
    """What was asked for and not slow: nobody waited for the slow pages, so they may be asked for late."""
    return [(path, headers) for path, headers in server.seen if not path.startswith("/slow")]


@contextmanager
def open_server():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.seen, server.hold, server.daemon_threads = [], threading.Event(), True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.hold.set()
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture(scope="module")
def server():
    with open_server() as running:
        yield running


def fetched(scene, server, path, **config):
    tool = WebFetch(WebConfig(allow_hosts=("127.0.0.1",), **config))
    return scene.call(tool, url=f"http://127.0.0.1:{server.server_port}{path}")


@pytest.mark.parametrize(
    ("path", "kind", "text"),
    [
        ("/plain", "text/plain", "héllo"),
        ("/latin", "text/html", "<p>é</p>"),
        ("/odd-charset", "text/plain", "text"),
        ("/json", "application/ld+json", "{}"),
        ("/none", "", "no type"),
        ("/moved", "text/plain", "héllo"),
    ],
)
def test_a_page_comes_back_as_text(scene, server, path, kind, text):
    assert fetched(scene, server, path) == {"status": 200, "content_type": kind, "text": text}


def test_a_page_that_is_missing_is_an_answer_that_says_it_failed(scene, server):
    answer = fetched(scene, server, "/missing")
    tool = WebFetch(WebConfig())
    assert (answer["status"], answer["text"]) == (404, "not here")
    assert tool.is_failure(answer)
    assert not tool.is_failure({**answer, "status": 200})


@pytest.mark.parametrize(
    ("path", "words"),
    [("/image", "image/png"), ("/packed", "compressed"), ("/circle", "redirects"), ("/cut", "broke off 91 bytes")],
)
def test_what_is_no_whole_text_is_an_error(scene, server, path, words):
    with pytest.raises(ToolError, match=words):
        fetched(scene, server, path)


def test_a_big_page_is_cut_and_says_so(scene, server):
    text = fetched(scene, server, "/big", max_bytes=1_000)["text"]
    assert text.startswith("x" * 1_000 + "\n… more than 1000 bytes")


def test_a_server_that_does_not_answer_is_not_waited_for(scene, server):
    with pytest.raises(ToolError, match=r"within 0\.2 s"):
        fetched(scene, server, "/slow", timeout_s=0.2)


def test_cancelling_breaks_the_connection(scene, server):
    tool = WebFetch(WebConfig(allow_hosts=("127.0.0.1",)))

    async def cancelled():
        seen = len(server.seen)
        task = asyncio.create_task(tool.call({"url": f"http://127.0.0.1:{server.server_port}/slow2"}, scene.context))
        while len(server.seen) == seen:  # noqa: ASYNC110 – only the server can tell
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancelled())  # would wait for the thread if the connection still held it


def test_what_goes_over_the_wire_is_plain(scene, server):
    fetched(scene, server, "/päth%20x?q=ä&r=1#part")
    path, headers = quick(server)[-1]
    assert path == "/p%C3%A4th%20x?q=%C3%A4&r=1"
    assert headers["Host"] == f"127.0.0.1:{server.server_port}"
    assert headers["User-Agent"] == "llmos"
    assert not {"Cookie", "Authorization", "Referer"} & set(headers)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "127.1", "2130706433", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0"]
)
def test_the_own_machine_is_refused_however_it_is_written(scene, server, host):
    seen = len(quick(server))
    with pytest.raises(ToolError) as caught:
        scene.call(WebFetch(WebConfig()), url=f"http://{host}:{server.server_port}/plain")
    assert len(quick(server)) == seen
    assert isinstance(caught.value, ToolRefusedError) or "cannot be found" in str(caught.value)


@pytest.mark.parametrize("path", ["/inward", "/file"])
def test_a_redirect_is_checked_like_the_first_address(scene, server, path):
    with pytest.raises(ToolRefusedError):
        fetched(scene, server, path)


def test_a_name_that_changes_its_answer_leads_to_the_checked_address_only(scene, monkeypatch):
    answers = iter(["203.0.113.1", "127.0.0.1"])
    monkeypatch.setattr(addresses, "is_public", lambda address: address == "203.0.113.1")
    resolved, connected = [], []

    def answer(host, port, **_options):
        resolved.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), port))]

    def connect(address, **_options):
        connected.append(address)
        raise OSError("as far as this test goes")

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(ToolError):
        scene.call(WebFetch(WebConfig()), url="http://rebinding.example/")
    assert (resolved, connected) == (["rebinding.example"], [("203.0.113.1", 80)])


@pytest.mark.parametrize(
    "url",
    [
        *("ftp://example.org/x", "file:///etc/passwd", "javascript:1", "example.org", "http://", "http:///x", ""),
        *("http://user:pw@example.org/", "http://example.org:99999/", "http://exa mple.org/", "http://[::1/"),
        *("http://example.org/\r\nHost: evil", "http://a\\b.example/", "http://" + "a" * 70 + ".example/"),
    ],
)
def test_what_is_no_plain_web_address_is_refused(scene, url):
    with pytest.raises(ToolRefusedError):
        scene.call(WebFetch(WebConfig()), url=url)


@pytest.mark.parametrize(
    ("host", "listed"),
    [
        ("example.org", True),
        ("www.example.org", False),
        ("a.example.net", True),
        ("example.net", False),
        ("evilexample.net", False),
    ],
)
def test_a_listed_host_is_exact_and_a_star_stands_for_names_below(host, listed):
    assert is_listed(host, ("Example.org.", "*.example.net")) is listed


@given(st.ip_addresses())
def test_nothing_private_is_public_not_even_in_disguise(address):
    private = not address.is_global or address.is_multicast
    assert not (private and is_public(str(address)))
    if isinstance(address, IPv4Address):
        for disguise in (
            f"::ffff:{address}",
            str(ip_address(0x2002 << 112 | int(address) << 80)),
            f"64:ff9b::{address}",
        ):
            assert not (private and is_public(disguise))


def test_a_name_in_other_letters_is_sent_as_ascii():
    assert parse_url("https://bücher.example/").host == "xn--bcher-kva.example"
    assert parse_url("http://EXAMPLE.org.").host == "example.org"
    assert parse_url("http://[2001:db8::1]:81/").host_header == "[2001:db8::1]:81"
    assert parse_url("https://example.org:443/a?b").host_header == "example.org"
