"""The `llmos` command: run a verb, and turn every expected error into one clear message and an exit code.

`llmos run` is the path people wait for: its plain form is read without click (see `options`).
"""

from __future__ import annotations

import gc
import os
import sys
from typing import TYPE_CHECKING

from llmos_core.errors import ConfigError, LlmosError, LowBatteryError, NoModelError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

EXIT_FAILED, EXIT_USAGE, EXIT_NO_MODEL, EXIT_OVER_BUDGET, EXIT_CONFIG, EXIT_INTERRUPTED = 1, 2, 3, 5, 7, 130

_EXITS: tuple[tuple[type[LlmosError], int], ...] = (
    (ConfigError, EXIT_CONFIG),
    (UsageError, EXIT_USAGE),
    (NoModelError, EXIT_NO_MODEL),
    (LowBatteryError, EXIT_OVER_BUDGET),
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit with its code; every expected error is one message on standard error."""
    gc.disable()  # a short process collects nothing worth the wait; a verb that lives on turns it on again
    sys.exit(code_of(arguments))


def code_of(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code (see specs/result/1, RS-004)."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        return _run_plainly(given) if _is_run(given) else _run_with_click(given)
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except LlmosError as error:
        complain(error)
        return exit_code(error)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # whoever read our output has left
        return EXIT_FAILED


def exit_code(error: LlmosError) -> int:
    """Return the exit code that an error stands for."""
    return next((code for kind, code in _EXITS if isinstance(error, kind)), EXIT_FAILED)


def complain(error: LlmosError) -> None:
    """Write an error for a person: one line, or for a configuration one line a problem."""
    problems = error.problems if isinstance(error, ConfigError) else (str(error),)
    for problem in problems:
        print(f"llmos: {problem}", file=sys.stderr)


def _is_run(arguments: list[str]) -> bool:
    return arguments[:1] == ["run"] and "_LLMOS_COMPLETE" not in os.environ


def _run_plainly(arguments: list[str]) -> int:
    from llmos_std.cli.options import read_plainly

    options = read_plainly(arguments[1:])
    if options is None:
        return _run_with_click(arguments)
    from llmos_std.cli.run import run

    return run(None, **options)


def _run_with_click(arguments: list[str]) -> int:
    import click

    from llmos_std.cli.group import cli

    try:
        code = cli.main(args=arguments, prog_name="llmos", standalone_mode=False)
    except click.exceptions.Abort:
        print("llmos: stopped; nothing was changed", file=sys.stderr)
        return EXIT_INTERRUPTED
    except click.ClickException as error:
        error.show()
        return error.exit_code
    return code if isinstance(code, int) else 0
