"""A small server that imitates Ollama: /api/tags, /api/show and /api/chat (JSON lines when streaming).

In a test: `with OllamaServer(models=("llama3.2:latest",)) as server: server.answer(say("hello"))`, then set
`ollama_base` to `server.origin`. Arguments of tool calls travel as objects and calls have no ids, as with the original.
"""

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator, Sequence
from typing import Any, Self

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from servers.replies import Reply, fail
from servers.running import CutError, RunningServer


class OllamaServer:
    """`requests` are the bodies of chat requests; `probes` counts looks at /api/tags.

    `one_by_one` streams every tool call as a line of its own, as newer versions do.
    """

    def __init__(self, models: Sequence[str] = ("llama3.2:latest",)) -> None:
        self.models: list[dict[str, Any]] = [{"name": name, "details": {"family": "llama"}} for name in models]
        self.requests: list[dict[str, Any]] = []
        self.probes = 0
        self.one_by_one = False
        self.origin = ""
        self._replies: deque[Reply] = deque()
        self.app = Starlette(
            routes=[
                Route("/api/tags", self._tags),
                Route("/api/show", self._show, methods=["POST"]),
                Route("/api/chat", self._chat, methods=["POST"]),
            ]
        )

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
        self.probes = 0
        self._replies = deque(replies)

    async def _tags(self, _request: Request) -> Response:
        self.probes += 1
        return JSONResponse({"models": self.models})

    async def _show(self, _request: Request) -> Response:
        return JSONResponse({"capabilities": ["completion", "tools"], "model_info": {}})

    async def _chat(self, request: Request) -> Response:
        body = await request.json()
        self.requests.append(body)
        reply = self._replies.popleft() if len(self._replies) > 1 else next(iter(self._replies), fail(404))
        if reply.status != 200:
            return JSONResponse({"error": "scripted failure"}, reply.status, dict(reply.headers))
        if body.get("stream"):
            return StreamingResponse(_lines(reply, body, one_by_one=self.one_by_one), media_type="application/x-ndjson")
        return JSONResponse(_done(reply, body, _message(reply)))


async def _lines(reply: Reply, body: dict[str, Any], *, one_by_one: bool) -> AsyncIterator[bytes]:
    pieces = [reply.text[start : start + 5] for start in range(0, len(reply.text), 5)]
    for piece in pieces[: len(pieces) // 2 if reply.fault else None]:
        yield _line(_undone(body, {"role": "assistant", "content": piece}))
        await asyncio.sleep(0)
    if reply.fault == "stall":
        await asyncio.Event().wait()
    if reply.fault:
        raise CutError
    wanted = _message(reply).get("tool_calls", [])
    for group in [[one] for one in wanted] if one_by_one else [wanted] * bool(wanted):
        yield _line(_undone(body, {"role": "assistant", "content": "", "tool_calls": group}))
    yield _line(_done(reply, body, {"role": "assistant", "content": ""}))


def _line(data: dict[str, Any]) -> bytes:
    return json.dumps(data, ensure_ascii=False).encode() + b"\n"


def _undone(body: dict[str, Any], message: dict[str, Any]) -> dict[str, Any]:
    return {"model": body["model"], "created_at": "2026-01-01T00:00:00Z", "message": message, "done": False}


def _done(reply: Reply, body: dict[str, Any], message: dict[str, Any]) -> dict[str, Any]:
    usage = {} if reply.usage is None else reply.usage
    counts = {"prompt_eval_count": usage.get("prompt_tokens"), "eval_count": usage.get("completion_tokens")}
    known = {name: value for name, value in counts.items() if value is not None}
    return {**_undone(body, message), "done": True, "done_reason": reply.finish or "stop", **known}


def _message(reply: Reply) -> dict[str, Any]:
    wanted = [{"function": {"name": one.tool, "arguments": json.loads(one.text)}} for one in reply.calls]
    return {"role": "assistant", "content": reply.text, **({"tool_calls": wanted} if wanted else {})}
