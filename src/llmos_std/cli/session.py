"""Open an LLMOS for a verb from the command line's options: flags become explicit configuration and nothing else."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import click

from llmos_std.boot import LLMOS, LLMOSConfig

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping


def workspace_of(ctx: click.Context) -> str | None:
    """Return the folder given with `-C`, None for the current one."""
    found: str | None = (ctx.find_root().obj or {}).get("workspace")
    return found


def make_llmos(ctx: click.Context, values: Mapping[str, Any] | None = None, **options: Any) -> LLMOS:
    """Return an unopened LLMOS for this command line; `values` are "section.key" → value."""
    given = {key: value for key, value in (values or {}).items() if value is not None}
    return LLMOS(config=LLMOSConfig.from_env(settings=given), workspace=workspace_of(ctx), **options)


@asynccontextmanager
async def open_llmos(ctx: click.Context, **options: Any) -> AsyncIterator[LLMOS]:
    """Open an LLMOS, tell on standard error what was left out, and close it."""
    async with make_llmos(ctx, **options) as opened:
        tell_notices(opened)
        yield opened


def tell_notices(opened: LLMOS) -> None:
    """Write what the user should know before anything happens: untrusted project files, broken plugins."""
    for notice in opened.notices:
        click.echo(f"llmos: note: {notice}", err=True)
