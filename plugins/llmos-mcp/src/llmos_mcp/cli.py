"""`llmos mcp`: look at the configured servers, or be a server oneself. In stdio mode nothing but protocol goes out."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import secrets
import sys
import time
from typing import TYPE_CHECKING, Any

import click

from llmos_core.errors import PluginError, UsageError
from llmos_mcp.words import one_line, visible
from llmos_std.boot import LLMOS, LLMOSConfig

if TYPE_CHECKING:
    from llmos_mcp.server import Server
    from llmos_mcp.source import McpServers

TOKEN = "LLMOS_MCP_TOKEN"  # noqa: S105 – the name of the variable, not a token
_EXAMPLES = "\b\nExamples:\n  {}"


@click.group(epilog=_EXAMPLES.format("llmos mcp list\n  llmos mcp test files\n  llmos mcp serve"))
def mcp() -> None:
    """Look at the MCP servers in [mcp.servers], or be one."""


@mcp.command("list", epilog=_EXAMPLES.format("llmos mcp list\n  llmos mcp list --json"))
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list.")
@click.pass_context
def list_servers(ctx: click.Context, *, as_json: bool) -> int:
    """Start every configured server and show its tools, their effects, and what is wrong."""
    shown = asyncio.run(_looked(ctx, None))
    if as_json:
        click.echo(json.dumps(shown, ensure_ascii=False))
    elif not shown:
        click.echo("no MCP server is configured; write one under [mcp.servers] in your config.toml", err=True)
    for server in () if as_json else shown:
        _print(server)
    return 1 if any(server["problems"] for server in shown) else 0


@mcp.command(epilog=_EXAMPLES.format("llmos mcp test files"))
@click.argument("name")
@click.pass_context
def test(ctx: click.Context, name: str) -> int:
    """Start the server NAME, also a disabled one, and show how it introduces itself and what it offers."""
    (shown,) = asyncio.run(_looked(ctx, name))
    _print(shown)
    return 1 if shown["problems"] else 0


@mcp.command(epilog=_EXAMPLES.format("llmos mcp serve\n  LLMOS_MCP_TOKEN=… llmos mcp serve --http 127.0.0.1:8765"))
@click.option("--http", metavar="HOST:PORT", help="Serve streamable HTTP on this machine instead of standard streams.")
@click.option("--no-replays", is_flag=True, help="Do not offer each replayable trace as a tool of its own.")
@click.pass_context
def serve(ctx: click.Context, http: str | None, *, no_replays: bool) -> int:
    """Be an MCP server: run, recall and traces, by the same gates as ever; what would be asked is denied."""
    from importlib.metadata import version

    from llmos_mcp.http import address_of, serve_http
    from llmos_mcp.runs import Runs
    from llmos_mcp.serving import LlmosServer

    gc.enable()  # the command switched it off for the short time that most verbs take
    address = None if http is None else address_of(http)
    runs = Runs(lambda **parts: _llmos(ctx, **parts))
    server = LlmosServer(runs, version=version("llmos"), with_replays=not no_replays)
    if address is None:
        asyncio.run(server.run_stdio_async())
        return 0
    asyncio.run(serve_http(server, _token(), *address))
    return 0


def _token() -> str:
    """Return the token that callers must bring: the environment's, else a new one, told on standard error."""
    if found := os.environ.get(TOKEN, ""):
        if len(found) < 16:  # noqa: PLR2004 – 16 characters is what guessing cannot reach
            raise UsageError(f"{TOKEN} is shorter than 16 characters; use a longer one, or unset it to be given one")
        return found
    made = secrets.token_urlsafe(32)
    print(f"llmos: token for this time: {made}", file=sys.stderr, flush=True)
    return made


def _llmos(ctx: click.Context, **parts: Any) -> LLMOS:
    workspace = (ctx.find_root().obj or {}).get("workspace")
    return LLMOS(config=LLMOSConfig(preset=os.environ.get("LLMOS_PRESET", "")), workspace=workspace, **parts)


async def _looked(ctx: click.Context, name: str | None) -> list[dict[str, Any]]:
    """Return what each server, or the one with this name, says of itself."""
    from llmos_core.types.record import evolve
    from llmos_mcp.source import opened

    async with _llmos(ctx) as llmos:
        for notice in llmos.notices:
            print(f"llmos: note: {notice}", file=sys.stderr)
        config, kernel = llmos.kernel.section("mcp"), llmos.kernel
        if name is not None:
            if name not in config.servers:
                known = ", ".join(sorted(config.servers)) or "none"
                raise UsageError(f"no MCP server named {one_line(name, 40)!r} (known: {known}); see [mcp.servers]")
            config = evolve(config, servers={name: evolve(config.servers[name], enabled=True)})
        async with opened(config, environ=kernel.environ, workspace=kernel.paths.workspace) as source:
            shown = await source.lane.do(_shown(source))
        off = sorted(config.servers.keys() - source.servers.keys())
        return shown + [{"server": one, "status": "disabled", "tools": [], "problems": []} for one in off]


async def _shown(source: McpServers) -> list[dict[str, Any]]:
    return list(await asyncio.gather(*(_facts(server) for server in source.servers.values())))


async def _facts(server: Server) -> dict[str, Any]:
    started = time.monotonic()
    try:
        listing = await server.listing(afresh=True)
        who = dict(await server.introduction())
    except PluginError as error:
        return {"server": server.name, "status": "failed", "tools": [], "problems": [str(error)]}
    tools = [
        {"name": listed.spec.name, "effect": listed.spec.effect.value, "description": listed.spec.description}
        for listed in listing.tools.values()
    ]
    seconds = round(time.monotonic() - started, 3)
    facts = {"server": server.name, "status": "ready", "introduces_itself_as": who, "seconds": seconds}
    return {**facts, "tools": tools, "problems": list(listing.problems)}


def _print(shown: dict[str, Any]) -> None:
    who = shown.get("introduces_itself_as", {})
    told = " ".join(filter(None, (who.get("name"), who.get("version"))))
    detail = f" · {told or 'nameless'} · protocol {who['protocol']} · {shown['seconds']} s" if who else ""
    click.echo(f"{shown['server']}: {shown['status']}{detail}")
    width = max((len(tool["name"]) for tool in shown["tools"]), default=0)
    for tool in shown["tools"]:
        words = one_line(tool["description"].partition("says of it: ")[2], 60)
        click.echo(f"  {tool['name']:<{width}}  {tool['effect']:<16}  {words}")
    for problem in shown["problems"]:
        click.echo(f"  problem: {visible(problem, 2_000)}", err=True)
