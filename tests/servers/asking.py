"""Ask a provider in a test: a context to open it in, a clock that only moves when told, and one question."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from llmos_core.protocols.context import Paths, PluginContext
from llmos_core.types.model import Message, ModelReply, ModelRequest
from llmos_core.types.tools import ToolSpec

WRITE = ToolSpec(
    name="Write",
    description="Write a file.",
    parameters={"type": "object", "properties": {"path": {"type": "string"}, "content": {"type": "string"}}},
)


class HandClock:
    """Time that passes only by `pass_s`, or by `sleep`, which never really waits."""

    def __init__(self, now: datetime = datetime(2026, 1, 1, tzinfo=UTC)) -> None:
        self._now = now
        self._seconds = 0.0
        self.slept: list[float] = []

    def now(self) -> datetime:
        return self._now + timedelta(seconds=self._seconds)

    def monotonic(self) -> float:
        return self._seconds

    def pass_s(self, seconds: float) -> None:
        self._seconds += seconds

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.pass_s(seconds)


class Counter:
    """Fresh ids: id1, id2, …"""

    def __init__(self) -> None:
        self._last = 0

    def __call__(self) -> str:
        self._last += 1
        return f"id{self._last}"


def context_of(
    config: Any, folder: Path, *, environ: Mapping[str, str] | None = None, clock: Any = None
) -> PluginContext:
    """Return what a factory is given; every folder is inside `folder`."""
    paths = Paths(
        workspace=folder,
        user_config=folder / "config",
        user_data=folder / "data",
        user_state=folder / "state",
        user_cache=folder / "cache",
    )
    return PluginContext(
        paths=paths,
        clock=HandClock() if clock is None else clock,
        new_id=Counter(),
        environ={} if environ is None else environ,
        section=lambda _name: None,
        config=config,
    )


def question(text: str = "say hello", **changes: Any) -> ModelRequest:
    """Return a request with one user message and one tool."""
    given = {"messages": (Message(role="user", text=text),), "tools": (WRITE,), "timeout_s": 120.0}
    return ModelRequest(**{**given, **changes})


def ask(provider: Any, request: ModelRequest | None = None, heard: list[str] | None = None) -> ModelReply:
    """Return the provider's answer, asked in an event loop of its own; `heard` takes the pieces of text."""
    hear = (lambda _text: None) if heard is None else heard.append
    return asyncio.run(provider.complete(question() if request is None else request, hear))
