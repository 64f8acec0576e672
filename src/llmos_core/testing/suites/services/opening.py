"""Open a service the way llmos does: its factory, a context in one folder, and whatever context manager it returns."""

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from llmos_core.protocols.context import PluginContext
from llmos_core.testing.fakes.clock import FixedClock
from llmos_core.testing.fakes.context import plugin_context
from llmos_core.types.record import Record


class Opened(Record):
    """Two services that were opened on one folder, as two processes would, and the clock of both."""

    one: Any
    two: Any
    clock: FixedClock


class Service:
    """How to open a service: its factory and what the factory finds in its context."""

    def __init__(
        self, factory: Callable[[PluginContext], Any], *, sections: Mapping[str, Any], config: Any = None
    ) -> None:
        self._factory = factory
        self._sections = sections
        self._config = config

    @contextmanager
    def opened_in(self, folder: Path, clock: FixedClock | None = None) -> Iterator[Any]:
        """Open the service in a folder, and close it."""
        context = plugin_context(folder, sections=self._sections, config=self._config, clock=clock)
        made = self._factory(context)
        if hasattr(made, "__enter__"):
            with made as service:
                yield service
        else:
            yield made

    @contextmanager
    def opened(self) -> Iterator[Any]:
        """Open the service in a new folder, and close it."""
        with tempfile.TemporaryDirectory() as folder, self.opened_in(Path(folder)) as service:
            yield service

    @contextmanager
    def twice(self) -> Iterator[Opened]:
        """Open the service twice in one new folder, with one clock, and close both."""
        clock = FixedClock()
        with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
            one, two = (stack.enter_context(self.opened_in(Path(folder), clock)) for _ in range(2))
            yield Opened(one=one, two=two, clock=clock)

    @contextmanager
    def folder(self) -> Iterator[Path]:
        """Give a new folder for a service that is opened more than once."""
        with tempfile.TemporaryDirectory() as folder:
            yield Path(folder)


def bytes_below(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder with its content: what another process would find."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def spoil(folder: Path) -> None:
    """Put files where a service would make its folders, so that it can write nothing, whoever runs this."""
    workspace = folder / "workspace"
    workspace.mkdir(exist_ok=True)
    for path in (folder / "config", folder / "data", folder / "state", folder / "cache", workspace / ".llmos"):
        path.write_bytes(b"")
