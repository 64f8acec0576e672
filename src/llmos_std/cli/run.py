"""`llmos run`: execute one goal, show what happens, and print the answer or exactly one JSON value."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, TextIO

from llmos_core import aio
from llmos_core.errors import LlmosError, UsageError
from llmos_core.types.task import ModeName

if TYPE_CHECKING:
    from collections.abc import Sequence

    from llmos_core.types.result import RunResult
    from llmos_std.boot import LLMOS

EPILOG = """\b
Examples:
  llmos run "create a file hello.txt that says hello"
  cat notes.txt | llmos run "list the names in these notes" --json
  llmos run "replace 8080 by 9090 in app.toml" --dry-run"""


def run(workspace: str | None, *, goal: tuple[str, ...], as_json: bool, **options: Any) -> int:
    """Execute a goal as the command line asks and return the exit code; `options` are by `Option.key`."""
    task = {**task_options(options), "dry_run": options["dry_run"], "fresh": options["fresh"]}
    task["happened"] = None if options["happened"] is None else options["happened"] == "yes"
    try:
        wanted = "" if options["trace"] and not goal else full_goal(goal)
        result = _run(workspace, wanted, task, options, quiet=as_json)
    except LlmosError as error:
        from llmos_std.cli.session import as_usage

        failure = as_usage(error, options)
        if not as_json:
            raise failure from error
        from llmos_std.cli.output import print_failure

        return print_failure(failure)
    return _print(result, as_json=as_json)


def full_goal(words: tuple[str, ...]) -> str:
    """Return the goal from the arguments and standard input; UsageError when there is none at all."""
    goal = " ".join(word for word in words if word != "-")
    piped = read_piped(must_read="-" in words or not words)
    goal = "\n\n".join(part for part in (goal, piped.strip()) if part)
    if not goal.strip():
        raise UsageError('no goal was given; say what you want, e.g. llmos run "list all *.py files"')
    return goal


def read_piped(*, must_read: bool) -> str:
    """Return what was piped in, "" for nothing.

    A terminal is never read. A pipe in which nothing has arrived yet is only waited for when `-` asks for it: it may be
    one that nobody will ever write to.
    """
    if sys.stdin is None or sys.stdin.closed or sys.stdin.isatty():
        return ""
    if not must_read and not _has_input():
        return ""
    try:
        return sys.stdin.read()
    except UnicodeDecodeError as error:
        raise UsageError(f"standard input is no UTF-8 text ({error.reason} at byte {error.start})") from None


def _has_input() -> bool:
    """Say whether standard input has something to read, or its end, right now."""
    import os
    import select
    import stat

    kind = os.fstat(sys.stdin.fileno()).st_mode
    if not (stat.S_ISFIFO(kind) or stat.S_ISSOCK(kind)):
        return stat.S_ISREG(kind)
    if select.select([sys.stdin], [], [], _PIPE_WAIT_S)[0]:
        return True
    print("llmos: note: nothing has arrived on standard input yet; it is not read (use - to wait)", file=sys.stderr)
    return False


_PIPE_WAIT_S = 0.05


def task_options(options: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a TaskBlock that the command line gave."""
    names = {"mode": "mode", "strategy": "strategy", "provider": "provider", "model": "model"}
    names |= {"max_cost": "max_cost_usd", "max_turns": "max_turns", "timeout": "timeout_s"}
    found = {field: options[name] for name, field in names.items() if options.get(name) is not None}
    return {**found, "mode": options["mode"].upper()} if options.get("mode") else found


def _run(workspace: str | None, goal: str, task: dict[str, Any], options: dict[str, Any], *, quiet: bool) -> RunResult:
    """Execute the goal and return its result, also that of a run which the user interrupted."""
    from llmos_std.cli.session import make_llmos

    values = {
        "permissions.mode": options["permission_mode"],
        "model.stream": False if options["no_stream"] or quiet else None,
    }
    llmos = make_llmos(workspace, values=values, settings=options["settings"], yes=options["yes"])
    try:
        return aio.run(_execute(llmos, goal, task, options["trace"], quiet=quiet))
    except KeyboardInterrupt:
        return llmos.last_result or _never_begun()


async def _of_trace(llmos: LLMOS, wanted: str, goal: str, task: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Return goal and task of a run that one trace alone may answer."""
    from llmos_std.cli.quarantine import loaded

    trace = loaded(await llmos.kernel.memory(), wanted)
    return goal or trace.goal, {"mode": ModeName.FOLLOWER, **task, "trace": trace.id}


async def _execute(llmos: LLMOS, goal: str, task: dict[str, Any], wanted: str | None, *, quiet: bool) -> RunResult:
    from llmos_std.cli.session import opened

    async with opened(llmos):
        watch(llmos, quiet=quiet)
        if wanted is not None:
            goal, task = await _of_trace(llmos, wanted, goal, task)
        result = await llmos.execute(goal, **task)
        if result.mode not in (ModeName.FOLLOWER, ModeName.CRYSTALLIZED) or not result.success:
            _tell_damage((await llmos.kernel.memory()).problems())
        return result


def _tell_damage(problems: Sequence[str]) -> None:
    """Tell on standard error which trace files cannot be used: the goal may have been learned in one of them."""
    for problem in problems[:_TOLD]:
        print(f"llmos: note: {problem}", file=sys.stderr)
    if len(problems) > _TOLD:
        print(f"llmos: note: {len(problems) - _TOLD} more; see `llmos traces verify`", file=sys.stderr)


_TOLD = 3


def _never_begun() -> RunResult:
    from llmos_core.types.result import RunResult, Status

    return RunResult(status=Status.CANCELLED, mode="AUTO", run_id="none", reason="interrupted before the run began")


def watch(opened: Any, *, quiet: bool) -> None:
    """Show progress while the run goes on, when somebody is there to see it."""
    if quiet or not sys.stderr.isatty():
        return
    from llmos_std.cli.progress import Progress

    opened.kernel.watch("progress", Progress())


def _print(result: RunResult, *, as_json: bool) -> int:
    tell_notices(result)
    if as_json:
        import json

        write(json.dumps(result.to_json(), ensure_ascii=False))
        return result.exit_code
    if result.output:
        write(result.output)
    if not result.success:
        write(f"llmos: {result.status.value}: {result.reason}", sys.stderr)
    if sys.stderr.isatty():
        from llmos_std.cli.output import footer

        write(footer(result), sys.stderr)
    return result.exit_code


def tell_notices(result: RunResult) -> None:
    """Write to standard error what the user must know of a run, whoever reads the result."""
    for notice in result.notices:
        write(f"llmos: warning: {notice}", sys.stderr)


def write(text: str, stream: TextIO | None = None) -> None:
    """Write one line; what the stream's encoding cannot hold is escaped instead of ending the program."""
    stream = sys.stdout if stream is None else stream
    encoding = stream.encoding or "utf-8"
    print(text.encode(encoding, "backslashreplace").decode(encoding), file=stream, flush=True)
