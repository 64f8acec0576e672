"""What a factory is given, with everything inside one folder."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from llmos_core.protocols.context import Clock, Paths, PluginContext
from llmos_core.testing.fakes.clock import FixedClock, counting_ids
from llmos_core.types.json import text_digest


def plain_keys(goal: str) -> tuple[str, ...]:
    """Return two index keys of a goal: one of its words in order, one of its first word alone."""
    words = goal.split()
    return (f"exact:{text_digest(' '.join(words))[:32]}", f"first:{text_digest(words[0] if words else '')[:32]}")


def plugin_context(
    folder: Path,
    *,
    sections: Mapping[str, Any] | None = None,
    config: Any = None,
    environ: Mapping[str, str] | None = None,
    clock: Clock | None = None,
) -> PluginContext:
    """Return what a factory is given, with every path inside `folder` and `plain_keys` for a matcher.

    `sections` are the structured sections that `context.section(name)` answers; it raises KeyError for any other.
    """
    paths = Paths(
        workspace=folder / "workspace",
        user_config=folder / "config",
        user_data=folder / "data",
        user_state=folder / "state",
        user_cache=folder / "cache",
    )
    return PluginContext(
        paths=paths,
        clock=FixedClock() if clock is None else clock,
        new_id=counting_ids(),
        environ=dict(environ or {}),
        section=dict(sections or {}).__getitem__,
        config=config,
        goal_keys=plain_keys,
        goal_keys_version="plain",
    )
