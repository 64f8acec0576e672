"""The `llmos` command: run a verb, and turn every expected error into one clear message and an exit code.

`llmos run` is the path people wait for: its plain form is read without click (see `options`).
"""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # `signal` makes enumerations, which takes longer than its use here
import gc
import os
import sys
from typing import TYPE_CHECKING

from llmos_core.errors import LlmosError
from llmos_std.cli.exits import EXIT_FAILED, EXIT_INTERRUPTED, complain, exit_code

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import FrameType


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit with its code; every expected error is one message on standard error."""
    gc.disable()  # a short process collects nothing worth the wait; a verb that lives on turns it on again
    _end_in_order()
    sys.exit(code_of(arguments))


def _end_in_order() -> None:
    """Let a request to end, or a closed terminal, do what Ctrl-C does: children are ended, the journal knows.

    A signal that our parent had us ignore (`nohup`) stays ignored.
    """
    for number in (_signal.SIGTERM, _signal.SIGHUP):
        if _signal.getsignal(number) == _signal.SIG_DFL:
            _signal.signal(number, _interrupt)


def _interrupt(_number: int, frame: FrameType | None) -> None:
    heed = _signal.getsignal(_signal.SIGINT)
    if callable(heed):  # an event loop has its own way to be interrupted
        heed(_signal.SIGINT, frame)
    else:
        raise KeyboardInterrupt


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
    except OSError as error:  # a full or broken disk, met where nobody could say more about it
        where = error.filename if isinstance(error.filename, str) else "a file"
        found = error.strerror or str(error)
        complain(LlmosError(f"{where} could not be read or written ({found}); see that there is room, then run again"))
        return EXIT_FAILED


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

    if (escape := getattr(sys.stdout, "reconfigure", None)) is not None:
        escape(errors="backslashreplace")  # a lone surrogate in a stored text, which in JSON is its very escape
    try:
        code = cli.main(args=arguments, prog_name="llmos", standalone_mode=False)
    except click.exceptions.Abort:
        print("llmos: stopped; nothing was changed", file=sys.stderr)
        return EXIT_INTERRUPTED
    except click.ClickException as error:
        error.show()
        return error.exit_code
    return code if isinstance(code, int) else 0
