"""What a factory is given when its contribution is opened: no globals, everything injected."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from llmos_core.errors import PluginError
from llmos_core.types.record import Record


class Clock(Protocol):
    """Time, injectable. `now` is aware UTC; `monotonic` counts seconds and never jumps back."""

    def now(self) -> datetime:
        """Return the aware UTC time."""
        ...

    def monotonic(self) -> float:
        """Return seconds since some fixed moment."""
        ...


class Paths(Record):
    """Where things live. `workspace` is the folder that goals act in; `home` holds the user's own files.

    Nothing is created by computing these; whoever writes makes the folder (mode 0700).
    """

    workspace: Path
    user_config: Path
    user_data: Path
    user_state: Path
    user_cache: Path

    @property
    def house(self) -> Path:
        """The workspace's own `.llmos` folder."""
        return self.workspace / ".llmos"

    @property
    def traces(self) -> Path:
        """Where the Markdown traces are."""
        return self.house / "memories" / "traces"

    @property
    def generated(self) -> Path:
        """Where the code of compiled traces is."""
        return self.house / "plugins" / "generated"

    @property
    def state(self) -> Path:
        """Where the workspace's journal and indexes are."""
        return self.house / "state"


def _no_keys(_goal: str) -> tuple[str, ...]:
    return ()


def _no_offers(_hook: str) -> tuple[Any, ...]:
    return ()


async def _no_provider(name: str) -> Any:
    raise PluginError(f"no provider '{name}' can be opened here", name=name)


class PluginContext(Record):
    """Handed to every factory. `config` is the contribution's own section (None when it declares none).

    `section(name)` returns any other structured section; `environ` is the environment; `new_id` makes a fresh
    sortable id; `open_provider(name)` opens another provider, for one that stands in front of it; `goal_keys` are the
    active matcher's index keys of a goal (most precise first), and `goal_keys_version` changes with them.
    `offers(hook)` returns the contributions in use of a kind, or of a hook that a plugin specified, by its full name.
    """

    paths: Paths
    clock: Clock
    new_id: Callable[[], str]
    environ: Mapping[str, str]
    section: Callable[[str], Any]
    config: Any = None
    open_provider: Callable[[str], Awaitable[Any]] = _no_provider
    goal_keys: Callable[[str], tuple[str, ...]] = _no_keys
    goal_keys_version: str = "0"
    offers: Callable[[str], tuple[Any, ...]] = _no_offers
