"""One hook of a user, ready to be asked: a Python function or a shell command behind the same face."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from llmos_core.types.record import Record
from llmos_std.hooks.events import TOOL_MOMENTS
from llmos_std.hooks.matching import fits

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from llmos_std.hooks.answers import Answer

    Ask = Callable[[Mapping[str, Any]], Answer | Awaitable[Answer | None] | None]


class Entry(Record):
    """A hook of one moment. `source` says whose it is and where it stands, `shown` what it is, both for people.

    `ask` is given the event and returns an Answer or None, plain or async; whatever it raises counts as DENY.
    """

    name: str
    moment: str
    ask: Ask
    source: str
    shown: str
    matcher: str = ""
    after: tuple[str, ...] = ()
    timeout_s: float = 60.0

    def concerns(self, tool: str) -> bool:
        """Say whether it is to be asked about this tool; at moments without a tool, always."""
        return self.moment not in TOOL_MOMENTS or fits(self.matcher, tool)
