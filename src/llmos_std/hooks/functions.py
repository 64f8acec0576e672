"""The decorated functions of a project's plugin files, as hooks that can be asked.

They run in a thread of their own, so that one that never returns is left behind: no answer is a denial.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from llmos_core import aio
from llmos_core.plugins.cells import Cell
from llmos_std.hooks.entry import Entry
from llmos_std.trust.guarded import mentions_hooks

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import ModuleType

    from llmos_std.hooks.api import HookFunction
    from llmos_std.tools.workspace_modules import Loaded


class Functions:
    """The functions of loaded modules. `entries` holds them, and each file that could not be run as one that fails."""

    def __init__(self, loaded: Loaded, sources: Mapping[str, bytes], source: str) -> None:
        self._cell = Cell("hooks")
        broken = (name for name in loaded.broken if mentions_hooks(sources[name]))
        self.entries = (
            *(_broken(f".llmos/plugins/{name}.py", loaded.broken[name], source) for name in broken),
            *(self._entry(name, hook, source) for name, hook in _hooks_in(loaded)),
        )

    def close(self) -> None:
        """Let the thread end."""
        self._cell.close()

    def _entry(self, module: str, hook: HookFunction[..., Any], source: str) -> Entry:
        from llmos_std.hooks.api import event_of

        def ask(event: Mapping[str, Any]) -> Any:
            return self._cell.ask_in_loop(self._answer, hook.function, event_of(event))

        return Entry(
            name=hook.function.__name__,
            moment=hook.moment,
            matcher=hook.matcher,
            after=hook.after,
            timeout_s=hook.timeout_s,
            source=source,
            shown=f".llmos/plugins/{module}.py: {hook.function.__name__}",
            ask=ask,
        )

    def _answer(self, function: Any, event: Any) -> Any:
        return aio.run(aio.call(function, event), within=self._cell.run_loop)


def _hooks_in(loaded: Loaded) -> Iterator[tuple[str, HookFunction[..., Any]]]:
    """Yield the functions that were decorated in these modules, not those they import."""
    if "llmos_std.hooks.api" not in sys.modules:
        return
    for name, module in loaded.modules.items():
        yield from ((name, hook) for hook in _decorated(module))


def _decorated(module: ModuleType) -> list[HookFunction[..., Any]]:
    from llmos_std.hooks.api import HookFunction

    found = {id(value): value for value in vars(module).values() if isinstance(value, HookFunction)}
    return [hook for hook in found.values() if hook.function.__module__ == module.__name__]


def failing(problem: str) -> Any:
    """Return what stands for a hook that cannot be asked: it raises, which denies."""

    def ask(_event: Mapping[str, Any]) -> Any:
        raise RuntimeError(problem)

    return ask


def _broken(label: str, problem: str, source: str) -> Entry:
    why = f"{problem}; it may hold hooks, so no tool is called until then"
    return Entry(name=label, moment="pre_tool_use", source=source, shown=why, ask=failing(why))
