"""A small server that speaks the OpenAI chat protocol and answers what it was told to, over real TCP.

In a test: `with OpenAIServer() as server: server.answer(say("hello"))`, then point `api_base` at `server.url`.
In another process: `python tests/servers/openai_server.py --script replies.json` prints the URL on its first line;
`GET /requests` returns the bodies it got. Every request takes the next scripted reply; the last one stays.
"""

import argparse
import asyncio
import json
import sys
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any, Self

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

if not __package__:  # started as a program
    sys.path.insert(0, str(Path(__file__).parents[1]))

from servers.replies import Call, Reply, fail, reply_from
from servers.running import CutError, RunningServer, serve

Choose = Callable[[dict[str, Any]], Reply]


class OpenAIServer:
    """Answers POST /v1/chat/completions. `requests` are the bodies it got, `headers` their headers and client port."""

    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self._replies: deque[Reply] = deque()
        self._choose: Choose | None = None
        self.app = Starlette(
            routes=[
                Route("/v1/chat/completions", self._chat, methods=["POST"]),
                Route("/v1/models", self._models),
                Route("/requests", self._seen),
            ]
        )
        self.origin = ""

    @property
    def url(self) -> str:
        """What `api_base` has to be."""
        return f"{self.origin}/v1"

    def __enter__(self) -> Self:
        self._running = RunningServer(self.app)
        self.origin = self._running.__enter__().origin
        return self

    def __exit__(self, *exc: object) -> None:
        self._running.__exit__(*exc)

    @property
    def count(self) -> int:
        """How many chat requests came in."""
        return len(self.requests)

    def answer(self, *replies: Reply) -> None:
        """Forget what was scripted and counted; from now on give these replies in order, the last one for ever."""
        self.requests.clear()
        self.headers.clear()
        self._choose = None
        self._replies = deque(replies)

    def answer_with(self, choose: Choose) -> None:
        """Forget what was scripted and counted; from now on let `choose(body)` make each reply."""
        self.answer()
        self._choose = choose

    def _next(self, body: dict[str, Any]) -> Reply:
        if self._choose is not None:
            return self._choose(body)
        if not self._replies:
            return fail(404, "the test server has no scripted reply")
        return self._replies.popleft() if len(self._replies) > 1 else self._replies[0]

    async def _models(self, _request: Request) -> Response:
        return JSONResponse({"object": "list", "data": [{"id": "test-model", "object": "model"}]})

    async def _seen(self, _request: Request) -> Response:
        return JSONResponse({"count": self.count, "requests": self.requests})

    async def _chat(self, request: Request) -> Response:
        body = await request.json()
        self.requests.append(body)
        port = request.client.port if request.client else 0
        self.headers.append({**request.headers, "x-client-port": str(port)})
        reply = self._next(body)
        if reply.status != 200 or reply.body is not None:
            return JSONResponse(reply.body, reply.status, dict(reply.headers))
        if body.get("stream"):
            return StreamingResponse(_events(reply, body), media_type="text/event-stream", headers=dict(reply.headers))
        return StreamingResponse(_document(reply, body), media_type="application/json", headers=dict(reply.headers))


async def _document(reply: Reply, body: dict[str, Any]) -> AsyncIterator[bytes]:
    if reply.fault == "error":
        yield json.dumps({"error": {"message": "scripted failure", "code": 502}}).encode()
        return
    if reply.fault == "junk":
        yield b"<html>this is no JSON</html>"
        return
    raw = json.dumps(_completion(reply, body), ensure_ascii=False).encode()
    if reply.fault == "stall":
        await asyncio.Event().wait()
    if reply.fault:
        yield raw[: len(raw) // 2]
        if reply.fault != "eof":
            raise CutError
        return
    yield raw


def _completion(reply: Reply, body: dict[str, Any]) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": reply.text or None}
    if reply.calls:
        message["tool_calls"] = [_wire_call(one) for one in reply.calls]
    if reply.refusal:
        message["refusal"] = reply.refusal
    choice = {"index": 0, "message": message, "finish_reason": reply.finish_reason}
    envelope = _envelope("chat.completion", body)
    return {**envelope, "choices": [choice], **({"usage": dict(reply.usage)} if reply.usage is not None else {})}


def _wire_call(one: Call) -> dict[str, Any]:
    named = {} if one.id is None else {"id": one.id}
    return {**named, "type": "function", "function": {"name": one.tool, "arguments": one.text}}


def _envelope(kind: str, body: dict[str, Any]) -> dict[str, Any]:
    return {"id": "chatcmpl-test", "object": kind, "created": 1700000000, "model": body.get("model", "")}


async def _events(reply: Reply, body: dict[str, Any]) -> AsyncIterator[bytes]:
    pieces = list(_deltas(reply))
    until = len(pieces) // 2 if reply.fault else len(pieces)
    for delta in pieces[:until]:
        yield _event({**_envelope("chat.completion.chunk", body), "choices": [{"index": 0, "delta": delta}]})
        await asyncio.sleep(reply.pause_s)
    if reply.fault:
        async for raw in _fault(reply, body):
            yield raw
        return
    if reply.finish_reason is not None:
        last = {"index": 0, "delta": {}, "finish_reason": reply.finish_reason}
        yield _event({**_envelope("chat.completion.chunk", body), "choices": [last]})
    if reply.usage is not None:
        yield _event({**_envelope("chat.completion.chunk", body), "choices": [], "usage": dict(reply.usage)})
    yield b"data: [DONE]\n\n"


def _event(data: Any) -> bytes:
    return b"data: " + json.dumps(data, ensure_ascii=False).encode() + b"\n\n"


async def _fault(reply: Reply, body: dict[str, Any]) -> AsyncIterator[bytes]:
    if reply.fault == "stall":
        await asyncio.Event().wait()
    if reply.fault == "error":
        yield _event({"error": {"message": "scripted failure", "code": 502}})
    if reply.fault == "junk":
        yield b"data: {this is no JSON\n\n"
    if reply.fault == "cut-utf8":
        raw = _event({**_envelope("chat.completion.chunk", body), "choices": [{"index": 0, "delta": {"content": "é"}}]})
        yield raw[: raw.index("é".encode()) + 1]
    if reply.fault.startswith("cut"):
        raise CutError


def _deltas(reply: Reply) -> Iterator[dict[str, Any]]:
    yield {"role": "assistant", "content": ""}
    for start in range(0, len(reply.text), 5):
        yield {"content": reply.text[start : start + 5]}
    if reply.refusal:
        yield {"refusal": reply.refusal}
    for index, one in enumerate(reply.calls):
        wire = _wire_call(one)
        yield {"tool_calls": [{**wire, "index": index, "function": {"name": one.tool, "arguments": ""}}]}
        for start in range(0, len(one.text), 7):
            piece = one.text[start : start + 7]
            yield {"tool_calls": [{"index": index, "function": {"arguments": piece}}]}


def main(arguments: list[str]) -> None:
    """Serve a script of replies until killed; the first line printed is the base URL."""
    parser = argparse.ArgumentParser(description="an OpenAI-protocol server that answers from a script")
    parser.add_argument("--script", type=Path, required=True, help="a JSON list of replies")
    parser.add_argument("--port", type=int, default=0)
    options = parser.parse_args(arguments)
    server = OpenAIServer()
    server.answer(*(reply_from(one) for one in json.loads(options.script.read_text("utf-8"))))
    serve(server.app, port=options.port, announce="{origin}/v1")


if __name__ == "__main__":
    main(sys.argv[1:])
