"""`llmos policy`: what would be decided about a command here, and why; no command is ever executed."""

from __future__ import annotations

import json
import sys
from typing import IO, TYPE_CHECKING, Any

import click

from llmos_core import aio
from llmos_core.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from llmos_core.types.decision import Verdict
    from llmos_std.hooks.shell_policy import CommandPolicy
    from llmos_std.shell.judging.call import Step

_as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON, for --batch one object a line.")
_EXAMPLES = """\b
Examples:
  llmos policy explain 'find . -name "*.pyc" | xargs rm'
  llmos policy check 'git push --force'
  llmos policy check --batch commands.jsonl --json"""


@click.group(epilog=_EXAMPLES)
def policy() -> None:
    """Say what would be decided about shell commands here, and why. Nothing is executed.

    The answer is the one that the gate gives when a run wants to call Bash; the sandbox, not this, is the boundary.
    """


@policy.command(epilog="\b\nExamples:\n  llmos policy explain 'X=out; rm -rf $X' --json")
@click.argument("command")
@_as_json
@click.pass_context
def explain(ctx: click.Context, command: str, *, as_json: bool) -> int:
    """Show the commands inside of COMMAND as they were understood, each with its decision, and the one that counts."""
    verdict, step = aio.run(_policy(ctx)).explain(command)
    if as_json:
        click.echo(json.dumps({**_facts(verdict), "tree": None if step is None else _tree(step)}, ensure_ascii=False))
        return 0
    for depth, each in _lines(step):
        click.echo(f"{each.decision.value:6}{'  ' * depth}{_shown(each)}")
    click.echo(f"→ {verdict.decision.value} ({verdict.rule}){f': {verdict.reason}' if verdict.reason else ''}")
    return 0


@policy.command(epilog="\b\nExamples:\n  llmos policy check 'rm -rf build'")
@click.argument("command", required=False)
@click.option("--batch", metavar="FILE", help="Check many: JSON lines with the field command (- reads standard input).")
@_as_json
@click.pass_context
def check(ctx: click.Context, command: str | None, batch: str | None, *, as_json: bool) -> int:
    """Say whether COMMAND would be allowed, asked about or denied; with --batch, every command of a file."""
    if (command is None) == (batch is None):
        raise UsageError("policy check takes either one command in quotes or --batch FILE")
    judge = aio.run(_policy(ctx))
    for each in [command] if batch is None else _commands(batch):
        verdict, _ = judge.explain(each)
        if as_json:
            sys.stdout.write(json.dumps(_facts(verdict), ensure_ascii=False) + "\n")
        else:
            sys.stdout.write(f"{verdict.decision.value}\t{verdict.rule}\t{verdict.reason}\n")
    return 0


class _Here:
    """The policy of this folder's configuration, with the folder as workspace."""

    def __init__(self, commands: CommandPolicy, workspace: Any) -> None:
        self._commands = commands
        self._workspace = workspace

    def explain(self, command: object) -> tuple[Verdict, Step | None]:
        """Return the verdict on one command and the tree behind it."""
        return self._commands.explain(command, self._workspace)


async def _policy(ctx: click.Context) -> _Here:
    from llmos_std.cli.session import open_llmos, workspace_of
    from llmos_std.hooks.shell_policy import CommandPolicy

    async with open_llmos(workspace_of(ctx)) as opened:
        return _Here(CommandPolicy(opened.kernel.section("shell")), opened.kernel.paths.workspace)


def _commands(path: str) -> Iterator[object]:
    with click.open_file(path, encoding="utf-8") if path == "-" else _opened(path) as file:
        for number, line in enumerate(file, start=1):
            if line.strip():
                yield _command(line, f"{path}:{number}")


def _opened(path: str) -> IO[str]:
    try:
        return open(path, encoding="utf-8")  # noqa: PTH123 – the caller closes it
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}; expected a file of JSON lines") from error


def _command(line: str, where: str) -> object:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise UsageError(f"{where} is no JSON ({error}); expected an object with the field command") from error
    if not isinstance(row, dict) or not isinstance(row.get("command"), str):
        raise UsageError(f'{where} holds no command; expected an object such as {{"command": "ls"}}')
    return row["command"]


def _facts(verdict: Verdict) -> dict[str, Any]:
    return {"decision": verdict.decision.value, "rule": verdict.rule, "reason": verdict.reason}


def _tree(step: Step) -> dict[str, Any]:
    return {
        "command": step.command,
        "program": step.program,
        "arguments": list(step.arguments),
        "decision": step.decision.value,
        "rule": step.rule,
        "reason": step.reason,
        "steps": [_tree(each) for each in step.steps],
    }


def _lines(step: Step | None, depth: int = 0) -> Iterator[tuple[int, Step]]:
    if step is None:
        return
    yield depth, step
    for each in step.steps:
        yield from _lines(each, depth + 1)


def _shown(step: Step) -> str:
    from llmos_std.cli.output import one_line

    why = " – ".join(part for part in (step.rule, step.reason) if part)
    return f"{one_line(step.command)}{f'  [{why}]' if why else ''}"
