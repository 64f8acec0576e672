"""`llmos hooks`: which hooks are in force here, and what they answer to an event, without doing what it is about."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import click

from llmos_core import aio
from llmos_core.errors import DeniedError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from llmos_std.hooks.entry import Entry
    from llmos_std.hooks.panel import Heard, Panel

EXIT_DENIED = 4
_NONE = "no hooks are in force here; they stand in .llmos/hooks.json, in [hooks] and in files of .llmos/plugins/"


@click.group(epilog="\b\nExamples:\n  llmos hooks list\n  llmos hooks test Stop")
def hooks() -> None:
    """See which hooks are in force, and ask them."""


@hooks.command("list", epilog="\b\nExamples:\n  llmos hooks list")
@click.pass_context
def list_hooks(ctx: click.Context) -> int:
    """List every hook in the order in which it is asked, moment by moment. Exit code 4 when they are held back."""
    from llmos_core.contrib import MOMENTS
    from llmos_std.cli.output import one_line

    panel = _panel(ctx)
    if panel is None:
        click.echo(_NONE)
        return 0
    try:
        entries = [entry for moment in MOMENTS for entry in panel.all_at(moment)]
    except DeniedError as error:
        click.echo(f"held back: {error}")
        return EXIT_DENIED
    for entry in entries:
        click.echo(one_line(_described(entry), 2000))
    return 0


def _described(entry: Entry) -> str:
    matcher = f" {entry.matcher}" if entry.matcher else ""
    return f"{entry.moment}{matcher}  {entry.name}  ({entry.source})  {entry.shown}"


@hooks.command(
    epilog='\b\nExamples:\n  llmos hooks test PreToolUse --tool Bash --input \'{"command": "git push --force"}\''
)
@click.argument("event")
@click.option("--tool", default="", metavar="NAME", help="The tool that would be called.")
@click.option("--input", "given", default="{}", metavar="JSON", help="Its arguments; for other events, their facts.")
@click.pass_context
def test(ctx: click.Context, *, event: str, tool: str, given: str) -> int:
    """Ask the hooks about an event and show what they answer; no tool is called. Exit code 4 when they deny.

    The hooks themselves are run, with all that they do.
    """
    panel = _panel(ctx)
    if panel is None:
        click.echo(_NONE)
        return 0
    moment, facts = _event(event, tool, given)
    return aio.run(_asked(panel, moment, tool, facts))


def _event(event: str, tool: str, given: str) -> tuple[str, dict[str, Any]]:
    """Return the moment and the facts of the event that is meant; UsageError when that cannot be told."""
    import json

    from llmos_core.suggestion import did_you_mean
    from llmos_std.hooks.events import NAMES, TOOL_MOMENTS, moment_of

    moment = moment_of(event)
    if not moment:
        raise UsageError(f"there is no event '{event}'{did_you_mean(event, (*NAMES, *NAMES.values()))}")
    try:
        facts = json.loads(given)
    except ValueError as error:
        raise UsageError(f"--input is no JSON ({error}); give an object") from None
    if not isinstance(facts, dict):
        raise UsageError(f"--input is {type(facts).__name__}; expected an object")
    if moment in TOOL_MOMENTS and not tool:
        raise UsageError(f"{event} is about a tool; name it with --tool")
    return moment, {"tool_name": tool, "tool_input": facts} if moment in TOOL_MOMENTS else facts


async def _asked(panel: Panel, moment: str, tool: str, facts: dict[str, Any]) -> int:
    """Ask, print what each hook said and what that comes to, and return the exit code."""
    from llmos_core.runtime.gates import strictest
    from llmos_core.types.decision import Decision
    from llmos_core.types.json import canonical_json
    from llmos_std.hooks.panel import ALLOWED

    arguments = None
    try:
        await aio.need_loop()
        if moment == "pre_tool_use":
            settled = await panel.settle(tool, facts["tool_input"])
            heard, verdict, arguments = settled.heard, settled.verdict, settled.arguments
        else:
            heard = await panel.ask(moment, facts, tool=tool)
            verdict = strictest([ALLOWED, *(one.verdict for one in heard)])
    except DeniedError as error:
        click.echo(f"held back: {error}")
        return EXIT_DENIED
    finally:
        panel.close()
    _print_heard(heard)
    if arguments is not None and arguments != facts["tool_input"]:
        click.echo(f"would be called with {canonical_json(arguments)}")
    click.echo(f"together: {verdict.decision.value}{f' – {verdict.reason}' if verdict.reason else ''}")
    return EXIT_DENIED if verdict.decision is Decision.DENY else 0


def _print_heard(heard: Sequence[Heard]) -> None:
    from llmos_core.types.json import canonical_json
    from llmos_std.cli.output import one_line

    if not heard:
        click.echo("no hook concerns this event")
    for one in heard:
        answer = one.answer
        parts = [answer.decision.value, answer.reason]
        parts += [] if answer.arguments is None else [f"wants {canonical_json(answer.arguments)}"]
        parts += [f"adds {answer.context!r}"] if answer.context else []
        parts += [f"shows {canonical_json(answer.output)}"] if answer.replaces_output else []
        click.echo(one_line(f"{one.entry.name}: {', '.join(filter(None, parts))}", 2000))


def _panel(ctx: click.Context) -> Panel | None:
    """Return the hooks that a run here would ask, None when there are none; what was left out is told."""
    from llmos_std.assembly import assemble
    from llmos_std.cli.session import require_folder, workspace_of
    from llmos_std.settings import LLMOSConfig

    chosen = workspace_of(ctx)
    require_folder(chosen or os.environ.get("LLMOS_WORKSPACE", ""))
    config = LLMOSConfig(preset=os.environ.get("LLMOS_PRESET", ""))
    assembly = assemble(config=config, workspace=chosen, environ=os.environ)
    for notice in assembly.notices:
        click.echo(f"llmos: note: {notice}", err=True)
    return None if assembly.hooks is None else assembly.hooks.panel
