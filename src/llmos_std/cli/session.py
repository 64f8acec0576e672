"""Open an LLMOS for a verb from the command line's options: flags become explicit configuration and nothing else."""

from __future__ import annotations

import os
import sys
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from llmos_core.errors import PluginError, UsageError
from llmos_std.boot import LLMOS, LLMOSConfig

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence
    from contextlib import AbstractAsyncContextManager

    import click

    from llmos_core.errors import LlmosError


def workspace_of(ctx: click.Context) -> str | None:
    """Return the folder given with `-C`, None for the current one."""
    found: str | None = (ctx.find_root().obj or {}).get("workspace")
    return found


def require_folder(workspace: str) -> None:
    """Raise UsageError when a folder was chosen that does not exist: a misspelt one must not be made and filled."""
    if workspace and not os.path.isdir(os.path.expanduser(workspace)):  # noqa: PTH111, PTH112 – on the way to a replay
        raise UsageError(f"the workspace {workspace} is no folder; make it first: llmos -C {workspace} init")


def as_usage(error: LlmosError, options: Mapping[str, Any]) -> LlmosError:
    """Return wrong usage for an error about a provider or strategy that the command line names, else the error."""
    is_named = isinstance(error, PluginError) and error.name in {options["provider"], options["strategy"]} - {None}
    return UsageError(str(error)) if is_named else error


def make_llmos(
    workspace: str | None, values: Mapping[str, Any] | None = None, settings: Sequence[str] = (), **options: Any
) -> LLMOS:
    """Return an unopened LLMOS for a command line.

    `values` are "section.key" → value, None for "not given"; `settings` are the words after `-c`, which win over them.
    """
    require_folder(workspace or os.environ.get("LLMOS_WORKSPACE", ""))
    given = {key: value for key, value in (values or {}).items() if value is not None}
    if settings:
        from llmos_std.cli.config_values import settings_from

        given |= settings_from(settings)
    config = LLMOSConfig.unchecked(given)  # the kernel reads files and variables, and checks it all at once
    return LLMOS(config=config, workspace=workspace, given_as="command line", **options)


def open_llmos(workspace: str | None, **options: Any) -> AbstractAsyncContextManager[LLMOS]:
    """Open an LLMOS, tell on standard error what was left out, and close it."""
    return opened(make_llmos(workspace, **options))


@asynccontextmanager
async def opened(llmos: LLMOS) -> AsyncIterator[LLMOS]:
    """Open this LLMOS, tell on standard error what was left out, and close it."""
    async with llmos:
        for notice in llmos.notices:
            print(f"llmos: note: {notice}", file=sys.stderr)
        yield llmos
