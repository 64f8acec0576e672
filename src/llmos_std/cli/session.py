"""Open an LLMOS for a verb from the command line's options: flags become explicit configuration and nothing else."""

from __future__ import annotations

import sys
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from llmos_std.boot import LLMOS, LLMOSConfig

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    import click


def workspace_of(ctx: click.Context) -> str | None:
    """Return the folder given with `-C`, None for the current one."""
    found: str | None = (ctx.find_root().obj or {}).get("workspace")
    return found


def make_llmos(workspace: str | None, values: Mapping[str, Any] | None = None, **options: Any) -> LLMOS:
    """Return an unopened LLMOS for a command line; `values` are "section.key" → value, None for "not given"."""
    given = {key: value for key, value in (values or {}).items() if value is not None}
    return LLMOS(config=LLMOSConfig.from_env(settings=given), workspace=workspace, **options)


@asynccontextmanager
async def open_llmos(workspace: str | None, **options: Any) -> AsyncIterator[LLMOS]:
    """Open an LLMOS, tell on standard error what was left out, and close it."""
    async with make_llmos(workspace, **options) as opened:
        for notice in opened.notices:
            print(f"llmos: note: {notice}", file=sys.stderr)
        yield opened
