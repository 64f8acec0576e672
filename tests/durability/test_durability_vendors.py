"""Law: whatever bytes a model's server sends, a call ends in time with a right answer or one typed error.

The bytes travel over real TCP and are wrong below the level of replies: framing, types, sizes, redirects. What is wrong
with well-framed replies (status codes, half answers, error objects) is tested with the providers themselves.
"""

import asyncio
import json
import socket
import tempfile
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from llmos_core.errors import ProviderError
from llmos_core.runtime.clock import SystemClock
from llmos_core.types.model import ModelReply
from llmos_std.providers.litellm.config import LitellmConfig
from llmos_std.providers.litellm.provider import LitellmProvider
from servers.asking import HandClock, ask, context_of, question
from servers.raw_server import RawServer, answer_of

SECRET = "sk-live-0123456789abcdef"
PRICE = Decimal("0.000027")  # 100 tokens at 0.15 and 20 at 0.60 USD per million
USAGE = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}
LIMIT_S = 1.5
both_ways = pytest.mark.parametrize("stream", [True, False], ids=["streamed", "whole"])


@pytest.fixture(scope="module")
def server() -> Iterator[RawServer]:
    with RawServer() as running:
        running.answer(whole(stream=False))
        with tempfile.TemporaryDirectory() as folder:
            outcome(provider(running, Path(folder), timeout_s=600.0))  # the first call imports for seconds
        yield running


def provider(server: RawServer, folder: Path, *, clock: Any = None, **settings: Any) -> LitellmProvider:
    clock = HandClock() if clock is None else clock
    given = {"model": "openai/gpt-4o-mini", "api_base": f"{server.origin}/v1", "timeout_s": 60.0, "retries": 1}
    context = context_of(
        LitellmConfig(**{**given, **settings}), folder, environ={"OPENAI_API_KEY": SECRET}, clock=clock
    )
    return LitellmProvider(context, sleep=getattr(clock, "sleep", asyncio.sleep))


def completion(text: str = "hello", usage: Any = USAGE, **changes: Any) -> dict[str, Any]:
    message = {"role": "assistant", "content": text}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    return {"id": "x", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice], "usage": usage} | (
        changes
    )


def chunk(delta: dict[str, Any], finish: str | None = None, **changes: Any) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    facts = {"id": "x", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}
    return b"data: " + json.dumps(facts | changes).encode() + b"\n\n"


def whole(text: str = "hello", usage: Any = USAGE, *, stream: bool, **changes: Any) -> bytes:
    """Return a right answer, as a stream or whole."""
    if not stream:
        return answer_of(json.dumps(completion(text, usage)).encode(), **changes)
    end = chunk({}, "stop") + chunk({}, choices=[], usage=usage) + b"data: [DONE]\n\n"
    return answer_of(chunk({"content": text}) + end, **{"kind": "text/event-stream", **changes})


def outcome(model: LitellmProvider, **changes: Any) -> ModelReply | ProviderError:
    """Return the answer or the error; anything else that is raised is a defect. Neither shows the key."""
    start = time.monotonic()
    try:
        found: ModelReply | ProviderError = ask(model, question(**changes))
    except ProviderError as error:
        found = error
    assert time.monotonic() - start < changes.get("timeout_s", 120.0) + 60.0, "the deadline was not kept"
    assert SECRET not in repr(found)
    if isinstance(found, ModelReply) or found.usage is not None:
        cost = found.usage.cost_usd
        assert cost is None or (cost.is_finite() and cost >= 0)
        assert found.usage.input_tokens >= 0 <= found.usage.output_tokens
    return found


@pytest.mark.parametrize("value", ["-5", "nan", "inf", "1e400", "soon", "", "Mon, 99 Foo 2026", "Thu, 01 Jan 1970"])
def test_a_time_that_cannot_be_waited_for_is_not_waited_for(server: RawServer, tmp_path: Path, value: str) -> None:
    """Invariant: no Retry-After, however absurd, makes a call wait longer than its own rule or fail otherwise."""
    server.answer(answer_of(b"{}", status="429 Too Many", retry_after=value), whole(stream=False))
    clock = HandClock()
    found = outcome(provider(server, tmp_path, clock=clock, stream=False))
    assert isinstance(found, ModelReply)
    assert all(0 <= waited <= 5 for waited in clock.slept)


@pytest.mark.parametrize("value", ["99999999999", "Fri, 31 Dec 9999 23:59:59 GMT"])
def test_a_wait_of_centuries_is_an_error_at_once(server: RawServer, tmp_path: Path, value: str) -> None:
    """Invariant: a wait beyond the deadline is never begun."""
    server.answer(answer_of(b"{}", status="429 Too Many", retry_after=value))
    clock = HandClock()
    assert isinstance(outcome(provider(server, tmp_path, clock=clock, stream=False)), ProviderError)
    assert clock.slept == []


WRONG = {
    "nothing": b"",
    "no HTTP": b"220 smtp.example ESMTP\r\n",
    "an empty body": answer_of(b""),
    "no content": b"HTTP/1.1 204 No Content\r\n\r\n",
    "a promise of more": answer_of(b'{"id": "x"').replace(b"Length: 10", b"Length: 5000"),
    "no UTF-8": answer_of(b'{"choices": "\xff\xfe"}'),
    "no gzip": answer_of(b"plain", Content_Encoding="gzip"),
    "depth": answer_of(b'{"choices": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"),
    "a list": answer_of(b"[]"),
    "null": answer_of(b"null"),
    "null choices": answer_of(json.dumps(completion(choices=None)).encode()),
    "a number for a text": answer_of(json.dumps(completion(choices=[{"message": 5}])).encode()),
    "half a chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\ndata: {",
    "half a tool call": answer_of(
        chunk(
            {"tool_calls": [{"index": 0, "id": "c", "function": {"name": "Write", "arguments": '{"path": "a", "co'}}]}
        ),
        kind="text/event-stream",
    ),
}


@both_ways
@pytest.mark.parametrize("name", WRONG)
def test_bytes_that_are_no_answer_are_one_typed_error(
    server: RawServer, tmp_path: Path, name: str, stream: bool
) -> None:
    """Invariant: no half answer, no traceback, no second attempt beyond the allowed one."""
    server.answer(WRONG[name])
    found = outcome(provider(server, tmp_path, stream=stream))
    assert isinstance(found, ProviderError), found
    assert len(str(found).splitlines()) == 1
    assert 1 <= len(server.requests) <= 2


@both_ways
@pytest.mark.parametrize("kind", ["text/html", "application/octet-stream", "text/plain; charset=latin-1", "x"])
def test_a_wrong_content_type_changes_nothing_but_perhaps_into_an_error(
    server: RawServer,
    tmp_path: Path,
    kind: str,
    stream: bool,
) -> None:
    """Invariant: the answer is right or it is an error, never something else."""
    server.answer(whole(stream=stream, kind=kind))
    found = outcome(provider(server, tmp_path, stream=stream))
    assert isinstance(found, ProviderError) or (found.text, found.usage.cost_usd) == ("hello", PRICE)


ODD_USAGE = [
    {"prompt_tokens": -100, "completion_tokens": 20},
    {"prompt_tokens": float("nan"), "completion_tokens": float("inf")},
    {"prompt_tokens": 1e308, "completion_tokens": 20},
    {"prompt_tokens": "100", "completion_tokens": None},
    {"prompt_tokens": True, "completion_tokens": [20]},
    {"prompt_tokens": 10**30, "completion_tokens": 20},
    "much",
    [],
]


@both_ways
@pytest.mark.parametrize("usage", ODD_USAGE, ids=str)
def test_usage_that_cannot_be_true_never_makes_a_bill_of_nothing(
    server: RawServer,
    tmp_path: Path,
    usage: Any,
    stream: bool,
) -> None:
    """Invariant: what is booked is finite and not negative; an answered call never counts as free."""
    server.answer(whole(usage=usage, stream=stream))
    found = outcome(provider(server, tmp_path, stream=stream))
    if isinstance(found, ModelReply):
        assert found.text == "hello"
        assert found.usage.cost_usd is None or found.usage.cost_usd > 0


def test_chunks_that_come_twice_are_counted_once_and_called_once(server: RawServer, tmp_path: Path) -> None:
    """Invariant: a repeated end, usage or tool call is never a second bill or a second call."""
    first = {"index": 0, "id": "c", "function": {"name": "Write", "arguments": ""}}
    rest = {"index": 0, "function": {"arguments": '{"path": "a", "content": "b"}'}}
    body = chunk({"tool_calls": [first]}) * 2 + chunk({"tool_calls": [rest]}) + chunk({}, "tool_calls") * 2
    body += chunk({}, choices=[], usage=USAGE) * 2 + b"data: [DONE]\n\n" * 2
    server.answer(answer_of(body, kind="text/event-stream"))
    found = outcome(provider(server, tmp_path, stream=True))
    if isinstance(found, ModelReply):
        assert [(each.tool, dict(each.arguments)) for each in found.calls] == [("Write", {"path": "a", "content": "b"})]
        assert found.usage.cost_usd == PRICE


@both_ways
def test_a_redirect_never_carries_the_key_to_another_server(server: RawServer, tmp_path: Path, stream: bool) -> None:
    """Invariant: the user's key reaches only the server that was configured."""
    with RawServer() as stranger:
        stranger.answer(whole("from a stranger", stream=stream))
        for status in ("301 Moved", "302 Found", "307 Temporary", "308 Permanent"):
            server.answer(answer_of(b"", status=status, Location=f"{stranger.origin}/v1/chat/completions"))
            outcome(provider(server, tmp_path, stream=stream))
        assert all(SECRET.encode() not in request for request in stranger.requests)


def test_an_endless_answer_is_ended_by_the_deadline(server: RawServer, tmp_path: Path) -> None:
    """Invariant: a stream that never ends costs no more time than the request was given."""

    def endless(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n")
        while True:
            connection.sendall(chunk({"content": "and so on "}))
            time.sleep(0.01)

    server.answer(endless)
    found = outcome(provider(server, tmp_path, stream=True, clock=SystemClock()), timeout_s=LIMIT_S)
    assert isinstance(found, ProviderError)


@both_ways
def test_a_very_large_answer_is_read_or_refused(server: RawServer, tmp_path: Path, stream: bool) -> None:
    """Invariant: eight million characters are an answer or a typed error."""
    server.answer(whole("x" * 8_000_000, stream=stream))
    found = outcome(provider(server, tmp_path, stream=stream), timeout_s=200.0)
    assert isinstance(found, ProviderError) or len(found.text) == 8_000_000
