"""A real kernel around a shelf: real modes, strategies, matcher, trust and journal; memory and provider stand in."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from llmos_core import aio
from llmos_core.plugins.discovery import discover
from llmos_core.plugins.host import PluginHost
from llmos_core.plugins.registry import Registry
from llmos_core.protocols.context import Paths
from llmos_core.runtime.dispatcher import dispatch
from llmos_core.runtime.kernel import Kernel
from llmos_core.testing.fakes import FixedClock, MemoryDict, counting_ids
from llmos_core.types.decision import ALLOW
from llmos_core.types.result import RunResult
from llmos_core.types.task import TaskBlock
from llmos_core.types.trace import TraceStep
from llmos_std.matching.matcher import CascadeMatcher
from worlds.shelf import Shelf

REGISTRY = Registry(PluginHost(discover()))


class Defaults:
    """A configuration in which every section has its defaults, except the values given."""

    def __init__(self, **values: dict[str, Any]) -> None:
        self._values = values
        self._made: dict[str, Any] = {}

    def section(self, name: str) -> Any:
        if name not in self._made:
            self._made[name] = REGISTRY.sections()[name](**self._values.get(name, {}))
        return self._made[name]


class AllowAll:
    """A gate without objections: these worlds are about replay, not about policy."""

    def check(self, _action: Any) -> Any:
        return ALLOW


class ApproveAll:
    """Remembered approvals that say yes to everything, so that trust never stands in the way of a law of replay."""

    def is_approved(self, _action_hash: str) -> bool:
        return True

    def remember(self, _action_hash: str, *, summary: str, at: str) -> None:
        """Keep nothing."""


class NoModel:
    """A provider that fails the test when it is asked."""

    def ready(self) -> str:
        return ""

    def quote(self, _request: Any) -> Any:
        raise AssertionError("a model was asked for a price in a run that must not need one")

    def complete(self, _request: Any, _on_text: Any) -> Any:
        raise AssertionError("a model was asked in a run that must not need one")


class Absent:
    """A provider that is never ready: there is no model."""

    def ready(self) -> str:
        return "no model in this world"

    def quote(self, _request: Any) -> Any:
        raise AssertionError("asked although not ready")

    def complete(self, _request: Any, _on_text: Any) -> Any:
        raise AssertionError("asked although not ready")


class World:
    """A folder, a shelf, a memory and a clock that outlive the kernels opened on them."""

    def __init__(self, folder: Path, shelf: Shelf | None = None) -> None:
        self.shelf = Shelf() if shelf is None else shelf
        self.folder = folder
        self.clock = FixedClock()
        self.new_id = counting_ids("run")
        self.memory = MemoryDict(CascadeMatcher().keys)
        (folder / "workspace").mkdir(parents=True, exist_ok=True)

    def kernel(self, provider: Any, **parts: Any) -> Kernel:
        """Open nothing yet; `parts` are injected by role, `hooks` are pairs of a contribution and its hook."""
        home = self.folder / "home"
        return Kernel(
            registry=REGISTRY,
            config=Defaults(),
            paths=Paths(
                workspace=self.folder / "workspace",
                user_config=home / "config.toml",
                user_data=home / "data",
                user_state=home / "state",
                user_cache=home / "cache",
            ),
            environ={},
            parts={
                "provider": provider,
                "memory": self.memory,
                "approvals": ApproveAll(),
                "gates": (AllowAll(),),
                **parts,
            },
            extra_tools=self.shelf.tools(),
            hooks=parts.pop("hooks", ()),
            clock=self.clock,
            new_id=self.new_id,
        )

    def run(self, goal: str, provider: Any, *, parts: dict[str, Any] | None = None, **options: Any) -> RunResult:
        """Execute one goal in a kernel of its own."""

        async def once() -> RunResult:
            kernel = self.kernel(provider, **(parts or {}))
            try:
                return await dispatch(kernel, TaskBlock(goal=goal, **options))
            finally:
                await kernel.close()

        return aio.run(once())


def calls_of(steps: Iterable[TraceStep]) -> list[tuple[str, dict[str, Any]]]:
    """Return the program of a trace as it appears in a shelf's log."""
    return [(step.tool, dict(step.arguments)) for step in steps]


Act = Callable[[Shelf], None]
