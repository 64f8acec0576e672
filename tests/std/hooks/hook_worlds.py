"""Panels of hooks made in the test: any answers, in any order, and a kernel around them."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from llmos_core import aio
from llmos_core.protocols.acting import ActionContext
from llmos_core.types.tools import Effect, ToolCall, ToolSpec
from llmos_std.hooks.answers import Answer
from llmos_std.hooks.entry import Entry
from llmos_std.hooks.panel import Panel
from llmos_std.hooks.seats import seats_of

WORKSPACE = Path("/nowhere/workspace")


class Fixed:
    """A source whose hooks never change."""

    policy = "fixed"

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._entries = tuple(entries)
        self.is_closed = False

    @property
    def limits_s(self) -> list[float]:
        return [entry.timeout_s for entry in self._entries]

    def entries(self) -> tuple[Entry, ...]:
        return self._entries

    def close(self) -> None:
        self.is_closed = True


def hook(name: str, answer: Any, moment: str = "pre_tool_use", **more: Any) -> Entry:
    """Return a hook that gives an answer, or raises it when it is an exception, or calls it when it is a function."""

    def ask(event: Mapping[str, Any]) -> Any:
        said = answer(event) if callable(answer) else answer
        if isinstance(said, BaseException):
            raise said
        return said

    return Entry(name=name, moment=moment, ask=ask, source="test", shown=name, **more)


def panel_of(*entries: Entry) -> Panel:
    return Panel(Fixed(entries), workspace=WORKSPACE, permission_mode="accept-edits")


def settle(panel: Panel, arguments: Mapping[str, Any], tool: str = "Write") -> Any:
    return aio.run(panel.settle(tool, arguments))


def action(tool: str = "Write", **arguments: Any) -> ActionContext:
    spec = ToolSpec(name=tool, description="", parameters={"type": "object"}, effect=Effect.IDEMPOTENT_WRITE)
    return ActionContext(
        call=ToolCall(id="1", tool=tool, arguments=arguments),
        spec=spec,
        effect=spec.effect,
        origin="model",
        workspace=WORKSPACE,
        run_id="run",
        permission_mode="accept-edits",
    )


def given(*entries: Entry) -> tuple[Any, ...]:
    """Return what a kernel takes as its hooks."""
    return seats_of(panel_of(*entries))


Ask = Callable[[Mapping[str, Any]], Answer | None]
